/*
 * check_migrate.c - migrating: complete, repeatable, at once from two places,
 * killed in the middle; what it refuses; and giving a workspace another org_id.
 */
#include "core/digest.h"
#include "db/migrate.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "db/schema.h"

/* A process of its own that migrates, and exits with how many migrations it ran (255: failed). */
static pid_t
migrate_in_child(void)
{
    pid_t child = fork();

    ck_assert_int_ne(child, -1);
    if (child == 0) {
        struct pg *pg = open_pg();
        struct migrate_result result;

        _exit(migrate_run(pg, &result, &err) ? (int)result.n_run : 255);
    }
    return child;
}

static int
exit_of(pid_t child)
{
    int status;

    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void
must_refuse(bool ok, const char *words, const char *more)
{
    ck_assert(!ok);
    ck_assert_msg(err.kind == QUOSYNC_CONFIG, "%s", err.text);
    ck_assert_msg(strstr(err.text, words) != NULL && strstr(err.text, more) != NULL, "%s",
                  err.text);
}

START_TEST(a_fresh_database_gets_every_migration_and_its_partitions)
{
    struct pg *pg = open_empty();
    struct migrate_result result;

    ck_assert_msg(migrate_look(pg, &result, &err), "%s", err.text);
    ck_assert_uint_eq(result.n_applied, 0);
    ck_assert_uint_eq(result.n_steps, n_migrations);
    migrate_result_done(&result);

    ck_assert_msg(migrate_run(pg, &result, &err), "%s", err.text);
    ck_assert_uint_eq(result.n_applied, n_migrations);
    ck_assert_uint_eq(result.n_run, n_migrations);
    ck_assert(result.steps[0].applied && result.steps[0].by_this_run);
    ck_assert_int_gt(result.steps[0].applied_us, 0);
    ck_assert_uint_eq(result.partitions, 9);
    ck_assert(schema_check(pg, &err));
    migrate_result_done(&result);
    pg_close(&pg);
}
END_TEST

START_TEST(migrating_again_changes_nothing)
{
    struct pg *pg = open_migrated();
    struct migrate_result result;

    ck_assert_msg(migrate_run(pg, &result, &err), "%s", err.text);
    ck_assert_uint_eq(result.n_run, 0);
    ck_assert_uint_eq(result.n_applied, n_migrations);
    ck_assert_uint_eq(result.partitions, 0);
    migrate_result_done(&result);
    pg_close(&pg);
}
END_TEST

START_TEST(what_is_recorded_is_the_sha256_of_the_file)
{
    struct pg *pg = open_migrated();
    struct applied_migrations applied;
    const char *srcdir = getenv("TOP_SRCDIR");

    ck_assert(applied_migrations_read(pg, &applied, &err));
    ck_assert_uint_eq(applied.n, n_migrations);
    for (size_t i = 0; i < applied.n; i++) {
        static char bytes[1 << 17];
        uint8_t digest[DIGEST_SHA256_BYTES];
        char path[1024], hex[2 * DIGEST_SHA256_BYTES + 1];
        FILE *file;
        size_t n;

        (void)snprintf(path, sizeof path, "%s/sql/migrations/%s.sql",
                       srcdir == NULL ? "." : srcdir, applied.items[i].name);
        file = fopen(path, "r");
        ck_assert_ptr_nonnull(file);
        n = fread(bytes, 1, sizeof bytes, file);
        (void)fclose(file);
        ck_assert(digest_sha256(bytes, n, digest, &err));
        for (size_t d = 0; d < sizeof digest; d++)
            (void)snprintf(hex + 2 * d, 3, "%02x", digest[d]);
        ck_assert_str_eq(applied.items[i].checksum, hex);
    }
    applied_migrations_done(&applied);
    pg_close(&pg);
}
END_TEST

START_TEST(four_migrates_at_once_apply_each_migration_once)
{
    struct pg *pg = open_empty();
    pid_t children[4];
    int run = 0;

    for (size_t i = 0; i < 4; i++)
        children[i] = migrate_in_child();
    for (size_t i = 0; i < 4; i++) {
        int n = exit_of(children[i]);

        ck_assert_int_ne(n, 255);
        run += n;
    }
    ck_assert_int_eq(run, (int)n_migrations);
    ck_assert(schema_check(pg, &err));
    pg_close(&pg);
}
END_TEST

START_TEST(a_migrate_that_is_killed_leaves_whole_migrations_and_the_next_goes_on)
{
    static const long delays_ms[] = { 3, 8, 15, 25, 40, 60, 90 };

    for (size_t i = 0; i < sizeof delays_ms / sizeof delays_ms[0]; i++) {
        struct pg *pg = open_empty();
        struct timespec delay = { .tv_nsec = delays_ms[i] * 1000000 };
        struct applied_migrations applied;
        struct migrate_result result;
        pid_t child = migrate_in_child();
        int status;

        (void)nanosleep(&delay, NULL);
        (void)kill(child, SIGKILL);
        (void)waitpid(child, &status, 0);
        ck_assert_msg(migrate_run(pg, &result, &err), "after %ld ms: %s", delays_ms[i], err.text);
        migrate_result_done(&result);
        ck_assert(applied_migrations_read(pg, &applied, &err));
        ck_assert_uint_eq(applied.n, n_migrations);
        ck_assert(applied_migrations_check(&applied, &err));
        applied_migrations_done(&applied);
        pg_close(&pg);
    }
}
END_TEST

START_TEST(a_released_file_that_changed_is_refused)
{
    struct pg *pg = open_migrated();
    struct migrate_result result;

    sql(pg, "update quo.schema_migrations set checksum = repeat('0', 64) where number = 2");
    must_refuse(migrate_run(pg, &result, &err), migrations[1].name, "000000000000");
    migrate_result_done(&result);
    pg_close(&pg);
}
END_TEST

START_TEST(a_newer_schema_is_refused_and_both_versions_are_named)
{
    struct pg *pg = open_migrated();
    struct migrate_result result;

    sql(pg, "insert into quo.schema_migrations (number, name, checksum)"
            " values (%zu, '9999_of_the_future', '')", n_migrations + 1);
    must_refuse(migrate_run(pg, &result, &err), "9999_of_the_future",
                migrations[n_migrations - 1].name);
    migrate_result_done(&result);
    must_refuse(schema_check(pg, &err), "9999_of_the_future", migrations[n_migrations - 1].name);
    pg_close(&pg);
}
END_TEST

START_TEST(an_older_schema_and_a_missing_one_are_named_with_what_is_needed)
{
    struct pg *pg = open_migrated();
    const char *last = migrations[n_migrations - 1].name;

    sql(pg, "delete from quo.schema_migrations where number = %zu", n_migrations);
    must_refuse(schema_check(pg, &err), migrations[n_migrations - 2].name, last);
    ck_assert_str_eq(err.hint, "Run quosync migrate.");
    sql(pg, "drop schema quo cascade");
    must_refuse(schema_check(pg, &err), "no schema quo", last);
    pg_close(&pg);
}
END_TEST

START_TEST(a_migration_in_the_middle_that_is_missing_is_refused)
{
    struct pg *pg = open_migrated();
    struct migrate_result result;

    sql(pg, "delete from quo.schema_migrations where number = 3");
    must_refuse(migrate_run(pg, &result, &err), migrations[2].name, migrations[3].name);
    migrate_result_done(&result);
    pg_close(&pg);
}
END_TEST

START_TEST(an_owner_who_may_not_create_schemas_migrates_one_that_was_made_for_it)
{
    struct pg *pg = open_empty();
    struct migrate_result result;

    sql(pg, "do $$ begin if not exists (select from pg_roles where rolname = 'plain')"
            " then create role plain; end if; end $$");
    sql(pg, "create schema quo authorization plain");
    ck_assert_msg(migrate_run(pg, &result, &err), "%s", err.text);
    migrate_result_done(&result);
    ck_assert_int_eq(number(pg, "select count(*) from pg_class where relnamespace = "
                                "'quo'::regnamespace and relowner <> 'plain'::regrole"), 0);
    sql(pg, "drop schema quo cascade; drop role plain");
    pg_close(&pg);
}
END_TEST

/* A row of OR1 in every table that has an org_id: nulls, and made-up text where a value must be. */
static void
fill_every_table(struct pg *pg)
{
    sql(pg, "insert into quo.workspaces values ('OR1', 'one', 'UTC') on conflict do nothing;"
            "do $$ declare t record; begin"
            " for t in select c.relname,"
            "   string_agg(quote_ident(attname), ', ' order by attnum) as columns,"
            "   string_agg(case when attname = 'org_id' then quote_literal('OR1')"
            "     when attname in ('kind', 'activity_kind') then quote_literal('call')"
            "     when atttypid = 'timestamptz'::regtype then 'now()'"
            "     when atttypid = 'text[]'::regtype then quote_literal('{}')"
            "     when atttypid = 'boolean'::regtype then 'true'"
            "     else quote_literal('1') end, ', ' order by attnum) as made_up"
            "  from pg_class c join pg_attribute a on a.attrelid = c.oid"
            "  where relnamespace = 'quo'::regnamespace and relkind in ('r', 'p')"
            "   and not relispartition and attnum > 0 and attnotnull and not atthasdef"
            "   and attgenerated = '' and relname <> 'workspaces'"
            "  group by c.relname having bool_or(attname = 'org_id') loop"
            " execute format('insert into quo.%%I (%%s) values (%%s)', t.relname, t.columns,"
            "                t.made_up);"
            " end loop; end $$");
}

/* How many tables have rows of a workspace. */
static const char rows_of[] =
    "select count(*) from pg_class c where relnamespace = 'quo'::regnamespace"
    " and relkind in ('r', 'p') and not relispartition"
    " and case when exists (select from pg_attribute"
    "                        where attrelid = c.oid and attname = 'org_id')"
    "          then query_to_xml(format('select from quo.%%I where org_id = %%L limit 1',"
    "                                   relname, '%s'), false, false, '')::text like '%%<row%%'"
    "     end";

static int64_t
tables_with_rows_of(struct pg *pg, const char *org_id)
{
    char text[sizeof rows_of + 64];

    /* The format of format() is doubled for snprintf. */
    (void)snprintf(text, sizeof text, rows_of, org_id);
    return number(pg, text);
}

START_TEST(a_renamed_workspace_has_all_its_rows_and_the_old_one_none)
{
    struct pg *pg = open_migrated();
    size_t rows;
    int64_t tables;

    fill_every_table(pg);
    tables = tables_with_rows_of(pg, "OR1");
    ck_assert_int_gt(tables, 20);
    sql(pg, "insert into quo.dead_letters (org_id, webhook_id, received_at, failed_at, attempts,"
            " reason) values ('OR1', 'w', now(), now(), 1, 'kept number')");
    ck_assert_msg(migrate_rename(pg, "OR1", "OR9", &rows, &err), "%s", err.text);
    ck_assert_uint_eq(rows, (size_t)tables + 1);
    ck_assert_int_eq(tables_with_rows_of(pg, "OR1"), 0);
    ck_assert_int_eq(tables_with_rows_of(pg, "OR9"), tables);
    ck_assert_int_eq(tables_with_rows_of(pg, "OR2"), 1);
    pg_close(&pg);
}
END_TEST

START_TEST(renaming_refuses_what_would_lose_or_mix_rows)
{
    struct pg *pg = open_migrated();
    size_t rows;

    must_refuse(migrate_rename(pg, "OR1", "OR2", &rows, &err), "OR2", "exists already");
    must_refuse(migrate_rename(pg, "OR7", "OR8", &rows, &err), "OR7", "there is no workspace");
    must_refuse(migrate_rename(pg, "OR1", "OR1", &rows, &err), "OR1", "already");
    sql(pg, "insert into quo.messages (org_id, id, status_at, merge_state)"
            " values ('OR8', 'AC1', now(), ''), ('OR1', 'AC1', now(), '')");
    ck_assert(!migrate_rename(pg, "OR1", "OR8", &rows, &err));
    ck_assert_int_eq(number(pg, "select count(*) from quo.messages where org_id = 'OR1'"), 1);
    pg_close(&pg);
}
END_TEST

START_TEST(a_workspace_row_follows_the_configuration)
{
    struct pg *pg = open_migrated();

    ck_assert(migrate_workspace(pg, "OR1", "first", "America/New_York", &err));
    ck_assert(migrate_workspace(pg, "OR1", "first", "America/New_York", &err));
    ck_assert_int_eq(number(pg, "select count(*) from quo.workspaces where (org_id, name, timezone)"
                                " = ('OR1', 'first', 'America/New_York')"), 1);
    pg_close(&pg);
}
END_TEST

START_TEST(the_archive_takes_every_delivery_of_four_weeks_back_and_ahead)
{
    struct pg *pg = open_migrated();

    sql(pg, "insert into quo.events (org_id, received_at, webhook_id)"
            " select 'OR1', now() + d * interval '1 day', d from generate_series(-28, 28) d");
    ck_assert_int_eq(number(pg, "select count(*) from quo.events"), 57);
    pg_close(&pg);
}
END_TEST

START_TEST(every_delivery_that_waits_has_its_partition_however_old)
{
    struct pg *pg = open_migrated();

    sql(pg, "insert into quo.inbox (org_id, received_at, webhook_id, body)"
            " values ('OR1', now() - interval '20 weeks', 'w1', ''),"
            " ('OR2', date_trunc('week', now()) + interval '10 weeks', 'w2', ''),"
            " ('OR2', date_trunc('week', now()) + interval '10 weeks 1 second', 'w3', ''),"
            " ('OR2', now() + interval '900 years', 'w4', ''), ('OR2', 'epoch', 'w5', '')");
    ck_assert_int_eq(number(pg, "select quo.ensure_partitions()"), 4);
    sql(pg, "insert into quo.events (org_id, received_at, webhook_id)"
            " select org_id, received_at, webhook_id from quo.inbox");
    ck_assert_int_eq(number(pg, "select quo.ensure_partitions()"), 0);
    pg_close(&pg);
}
END_TEST

START_TEST(partitions_are_made_once_when_many_ask_at_once)
{
    struct pg *pg = open_migrated();
    pid_t children[4];
    int made = 0;

    sql(pg, "do $$ declare p text; begin for p in select inhrelid::regclass from pg_inherits"
            " where inhparent = 'quo.events'::regclass loop execute 'drop table ' || p;"
            " end loop; end $$");
    for (size_t i = 0; i < 4; i++) {
        children[i] = fork();
        if (children[i] == 0)
            _exit((int)number(open_pg(), "select quo.ensure_partitions()"));
    }
    for (size_t i = 0; i < 4; i++)
        made += exit_of(children[i]);
    ck_assert_int_eq(made, 9);
    pg_close(&pg);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("migrate");
    TCase *tc = tcase_create("migrate");

    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, a_fresh_database_gets_every_migration_and_its_partitions);
    tcase_add_test(tc, migrating_again_changes_nothing);
    tcase_add_test(tc, what_is_recorded_is_the_sha256_of_the_file);
    tcase_add_test(tc, four_migrates_at_once_apply_each_migration_once);
    tcase_add_test(tc, a_migrate_that_is_killed_leaves_whole_migrations_and_the_next_goes_on);
    tcase_add_test(tc, a_released_file_that_changed_is_refused);
    tcase_add_test(tc, a_newer_schema_is_refused_and_both_versions_are_named);
    tcase_add_test(tc, an_older_schema_and_a_missing_one_are_named_with_what_is_needed);
    tcase_add_test(tc, a_migration_in_the_middle_that_is_missing_is_refused);
    tcase_add_test(tc, an_owner_who_may_not_create_schemas_migrates_one_that_was_made_for_it);
    tcase_add_test(tc, a_renamed_workspace_has_all_its_rows_and_the_old_one_none);
    tcase_add_test(tc, renaming_refuses_what_would_lose_or_mix_rows);
    tcase_add_test(tc, a_workspace_row_follows_the_configuration);
    tcase_add_test(tc, the_archive_takes_every_delivery_of_four_weeks_back_and_ahead);
    tcase_add_test(tc, every_delivery_that_waits_has_its_partition_however_old);
    tcase_add_test(tc, partitions_are_made_once_when_many_ask_at_once);
    suite_add_tcase(suite, tc);
    return suite_run(suite);
}
