/*
 * migrate.c - quo.schema_migrations against the embedded files: reading what
 * was applied, comparing, applying one more.
 */
#include "db/migrate.h"

#include "core/digest.h"
#include "core/error.h"

#include <stdio.h>
#include <string.h>

void
applied_migrations_done(struct applied_migrations *applied)
{
    memory_free(applied->items);
    *applied = (struct applied_migrations){ 0 };
}

static bool
table_exists(struct pg *pg, bool *exists, struct quosync_error *err)
{
    AUTO(result_done) struct result answer = { 0 };

    if (!pg_run(pg, &sql_schema_migrations_exists, NULL, &answer, err))
        return false;
    *exists = answer.rows == 1 && result_boolean(&answer, 0, 0);
    return true;
}

bool
applied_migrations_read(struct pg *pg, struct applied_migrations *applied,
                        struct quosync_error *err)
{
    AUTO(result_done) struct result answer = { 0 };
    bool exists;

    *applied = (struct applied_migrations){ 0 };
    if (!table_exists(pg, &exists, err))
        return false;
    if (!exists)
        return true;
    if (!pg_run(pg, &sql_schema_migrations_list, NULL, &answer, err))
        return false;
    applied->items = memory_get((answer.rows + 1) * sizeof *applied->items);
    if (applied->items == NULL)
        return error_no_memory(err);
    applied->n = answer.rows;
    for (size_t i = 0; i < answer.rows; i++) {
        struct applied_migration *item = &applied->items[i];

        item->number = (int)result_bigint(&answer, i, 0);
        (void)snprintf(item->name, sizeof item->name, "%s", result_text(&answer, i, 1));
        (void)snprintf(item->checksum, sizeof item->checksum, "%s", result_text(&answer, i, 2));
        item->applied_us = result_instant(&answer, i, 3);
    }
    return true;
}

static bool
checksum_of(const struct migration *migration, char text[MIGRATION_CHECKSUM_CHARS + 1],
            struct quosync_error *err)
{
    uint8_t digest[DIGEST_SHA256_BYTES];

    if (!digest_sha256(migration->text, migration->text_bytes, digest, err))
        return false;
    for (size_t i = 0; i < sizeof digest; i++)
        (void)snprintf(text + 2 * i, 3, "%02x", digest[i]);
    return true;
}

static bool
too_new(const char *name, struct quosync_error *err)
{
    (void)error_set(err, QUOSYNC_CONFIG,
                    "schema quo is at migration \"%s\", newer than \"%s\", the last one that "
                    "this program knows",
                    name, migrations[n_migrations - 1].name);
    error_hint(err, "Install the quosync that migrated it, or a later one.");
    return false;
}

bool
applied_migrations_check(const struct applied_migrations *applied, struct quosync_error *err)
{
    if (applied->n > 0 && applied->items[applied->n - 1].number > (int)n_migrations)
        return too_new(applied->items[applied->n - 1].name, err);
    for (size_t i = 0; i < applied->n; i++) {
        const struct applied_migration *was = &applied->items[i];
        const struct migration *is = &migrations[i];
        char checksum[MIGRATION_CHECKSUM_CHARS + 1];

        if (was->number != is->number) {
            (void)error_set(err, QUOSYNC_CONFIG,
                            "schema quo lacks migration \"%s\" but has \"%s\"", is->name,
                            was->name);
            error_hint(err, "Somebody changed quo.schema_migrations: restore it from a backup.");
            return false;
        }
        if (!checksum_of(is, checksum, err))
            return false;
        if (strcmp(was->name, is->name) != 0 || strcmp(was->checksum, checksum) != 0) {
            (void)error_set(err, QUOSYNC_CONFIG,
                            "migration \"%s\" is not the one that was applied to schema quo "
                            "(\"%s\", SHA-256 %.12s..., this program's %.12s...)",
                            is->name, was->name, was->checksum, checksum);
            error_hint(err, "A released migration never changes: install the quosync that "
                            "migrated this database, or a later one.");
            return false;
        }
    }
    return true;
}

bool
migration_lock(struct pg *pg, struct quosync_error *err)
{
    return pg_send(pg, &sql_schema_migrations_patience, NULL, NULL, err) &&
           pg_send(pg, &sql_schema_migrations_lock, NULL, NULL, err) &&
           pg_run(pg, &sql_schema_migrations_become_owner, NULL, NULL, err);
}

static bool
record(struct pg *pg, const struct migration *migration, struct quosync_error *err)
{
    AUTO(params_free) struct params *params = params_new();
    char checksum[MIGRATION_CHECKSUM_CHARS + 1];

    if (!checksum_of(migration, checksum, err))
        return false;
    params_bigint(params, migration->number);
    params_text(params, migration->name);
    params_text(params, checksum);
    return pg_run(pg, &sql_schema_migrations_record, params, NULL, err);
}

bool
migration_apply(struct pg *pg, const struct migration *migration, bool *done,
                struct quosync_error *err)
{
    AUTO(applied_migrations_done) struct applied_migrations applied = { 0 };
    AUTO(tx_end) struct tx tx = { 0 };
    const struct statement script = { migration->name, migration->text };

    *done = false;
    if (!tx_begin(pg, &tx, err) || !migration_lock(pg, err) ||
        !applied_migrations_read(pg, &applied, err) || !applied_migrations_check(&applied, err))
        return false;
    if (applied.n >= (size_t)migration->number)
        return true;
    if (!pg_script(pg, &script, err) || !record(pg, migration, err) || !tx_commit(&tx, err))
        return false;
    *done = true;
    return true;
}

bool
schema_check(struct pg *pg, struct quosync_error *err)
{
    AUTO(applied_migrations_done) struct applied_migrations applied = { 0 };
    const struct migration *needed = &migrations[n_migrations - 1];

    if (!applied_migrations_read(pg, &applied, err))
        return false;
    if (applied.n > 0 && applied.items[applied.n - 1].number > needed->number)
        return too_new(applied.items[applied.n - 1].name, err);
    if (applied.n == n_migrations)
        return true;
    if (applied.n == 0)
        (void)error_set(err, QUOSYNC_CONFIG,
                        "the database has no schema quo; this program needs it at migration "
                        "\"%s\"",
                        needed->name);
    else
        (void)error_set(err, QUOSYNC_CONFIG,
                        "schema quo is at migration \"%s\", older than \"%s\", which this "
                        "program needs",
                        applied.items[applied.n - 1].name, needed->name);
    error_hint(err, "Run quosync migrate.");
    return false;
}
