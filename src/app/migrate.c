/*
 * migrate.c - the order in which migrating happens. How a migration is applied
 * and compared is db/migrate's; the roles are sql/scripts/roles.sql.
 */
#include "app/migrate.h"

#include "base/points.h"
#include "core/error.h"
#include "db/migrate.h"
#include "db/scripts.h"

#include <string.h>

void
migrate_result_done(struct migrate_result *result)
{
    memory_free(result->steps);
    *result = (struct migrate_result){ 0 };
}

static bool
read_steps(struct pg *pg, struct migrate_result *result, struct quosync_error *err)
{
    AUTO(applied_migrations_done) struct applied_migrations applied = { 0 };

    if (!applied_migrations_read(pg, &applied, err) || !applied_migrations_check(&applied, err))
        return false;
    if (result->steps == NULL) {
        result->steps = memory_get(n_migrations * sizeof *result->steps);
        if (result->steps == NULL)
            return error_no_memory(err);
        memset(result->steps, 0, n_migrations * sizeof *result->steps);
        result->n_steps = n_migrations;
    }
    result->n_applied = applied.n;
    for (size_t i = 0; i < n_migrations; i++) {
        struct migrate_step *step = &result->steps[i];

        step->number = migrations[i].number;
        step->name = migrations[i].name;
        step->applied = i < applied.n;
        step->applied_us = i < applied.n ? applied.items[i].applied_us : 0;
    }
    return true;
}

bool
migrate_look(struct pg *pg, struct migrate_result *result, struct quosync_error *err)
{
    *result = (struct migrate_result){ 0 };
    return read_steps(pg, result, err);
}

/*
 * Partitions and the views' setting, in one transaction under the same lock:
 * two who replace the same view's setting at once would fail each other.
 */
static bool
look_after(struct pg *pg, struct migrate_result *result, struct quosync_error *err)
{
    AUTO(result_done) struct result made = { 0 };
    AUTO(tx_end) struct tx tx = { 0 };

    if (!tx_begin(pg, &tx, err) || !migration_lock(pg, err) ||
        !pg_run(pg, &sql_views_secure, NULL, NULL, err) ||
        !pg_run(pg, &sql_events_ensure_partitions, NULL, &made, err) || !tx_commit(&tx, err))
        return false;
    result->partitions = (size_t)result_bigint(&made, 0, 0);
    return true;
}

/* On Citus, a table that a migration made starts out on one node. */
static bool
count_local(struct pg *pg, struct migrate_result *result, struct quosync_error *err)
{
    AUTO(result_done) struct result tables = { 0 };

    if (!pg_run(pg, &sql_doctor_distribution, NULL, &tables, err))
        return false;
    result->local = result_null(&tables, 0, 0) ? 0 : (size_t)result_bigint(&tables, 0, 1);
    return true;
}

bool
migrate_contacts_wide(struct pg *pg, struct quosync_error *err)
{
    return pg_run(pg, &sql_contacts_wide_remake, NULL, NULL, err) ||
           err->kind == QUOSYNC_TRY_LATER;
}

bool
migrate_run(struct pg *pg, struct migrate_result *result, struct quosync_error *err)
{
    *result = (struct migrate_result){ 0 };
    if (!read_steps(pg, result, err))
        return false;
    for (size_t i = result->n_applied; i < n_migrations; i++) {
        bool done;

        QUOSYNC_POINT("migrate-between");
        if (!migration_apply(pg, &migrations[i], &done, err))
            return false;
        result->steps[i].by_this_run = done;
        result->n_run += done;
    }
    return look_after(pg, result, err) && migrate_contacts_wide(pg, err) &&
           count_local(pg, result, err) && read_steps(pg, result, err);
}

bool
migrate_workspace(struct pg *pg, const char *org_id, const char *name, const char *timezone,
                  struct quosync_error *err)
{
    AUTO(params_free) struct params *params = params_new();

    params_text(params, org_id);
    params_text(params, name);
    params_text(params, timezone);
    return pg_run(pg, &sql_workspaces_ensure, params, NULL, err);
}

bool
migrate_roles(struct pg *pg, struct quosync_error *err)
{
    AUTO(tx_end) struct tx tx = { 0 };

    return schema_check(pg, err) && tx_begin(pg, &tx, err) &&
           pg_run(pg, &sql_schema_migrations_patience, NULL, NULL, err) &&
           pg_run(pg, &sql_schema_migrations_lock, NULL, NULL, err) &&
           pg_script(pg, &script_roles, err) && tx_commit(&tx, err);
}

/* ---- another org_id -------------------------------------------------------- */

/* Refuses what would lose or mix rows; the row lock keeps workers out until the end. */
static bool
may_rename(struct pg *pg, const char *from, const char *to, struct quosync_error *err)
{
    AUTO(params_free) struct params *params = params_new();
    AUTO(result_done) struct result answer = { 0 };

    if (strcmp(from, to) == 0) {
        (void)error_set(err, QUOSYNC_CONFIG, "workspace \"%s\" has that org_id already", from);
        error_hint(err, "Name two org_ids: --rename-workspace OLD NEW.");
        return false;
    }
    params_text(params, from);
    params_text(params, to);
    if (!pg_run(pg, &sql_workspaces_lock_for_rename, params, &answer, err))
        return false;
    for (size_t i = 0; i < answer.rows; i++)
        if (strcmp(result_text(&answer, i, 0), to) == 0) {
            (void)error_set(err, QUOSYNC_CONFIG,
                            "workspace \"%s\" exists already: its rows would be mixed with "
                            "those of \"%s\"",
                            to, from);
            error_hint(err, "Delete the rows of the one that is not wanted first.");
            return false;
        }
    if (answer.rows == 0) {
        (void)error_set(err, QUOSYNC_CONFIG, "there is no workspace \"%s\"", from);
        error_hint(err, "The table quo.workspaces lists them.");
        return false;
    }
    return true;
}

/* One table: its rows are copied, then the old ones are deleted. */
static bool
move_rows(struct pg *pg, const struct result *moves, size_t i, const char *from, const char *to,
          size_t *rows, struct quosync_error *err)
{
    AUTO(params_free) struct params *copied = params_new();
    AUTO(params_free) struct params *deleted = params_new();
    AUTO(result_done) struct result answer = { 0 };
    const struct statement copy = { result_text(moves, i, 0), result_text(moves, i, 1) };
    const struct statement delete = { result_text(moves, i, 0), result_text(moves, i, 2) };

    params_text(copied, from);
    params_text(copied, to);
    params_text(deleted, from);
    if (!pg_run(pg, &copy, copied, NULL, err) || !pg_run(pg, &delete, deleted, &answer, err))
        return false;
    *rows += answer.affected;
    return true;
}

bool
migrate_rename(struct pg *pg, const char *from, const char *to, size_t *rows,
               struct quosync_error *err)
{
    AUTO(result_done) struct result moves = { 0 };
    AUTO(tx_end) struct tx tx = { 0 };

    *rows = 0;
    if (!schema_check(pg, err) || !tx_begin(pg, &tx, err) || !migration_lock(pg, err) ||
        !may_rename(pg, from, to, err) ||
        !pg_run(pg, &sql_workspaces_rename_moves, NULL, &moves, err))
        return false;
    for (size_t i = 0; i < moves.rows; i++)
        if (!move_rows(pg, &moves, i, from, to, rows, err))
            return false;
    return tx_commit(&tx, err);
}
