/*
 * check_prune.c - retention: what is old goes, all of it, and nothing else; a
 * prune that was interrupted is finished by the next.
 */
#include "app/prune.h"

#include <time.h>
#include <unistd.h>

#include "db/schema.h"

#define DAY_S (INT64_C(24) * 3600)

static const char *const both[] = { "OR1", "OR2" };

static struct prune_result
prune(struct pg *pg, struct prune_options options)
{
    struct prune_result result;

    options.now_us = (int64_t)time(NULL) * 1000000;
    if (options.org_ids == NULL) {
        options.org_ids = both;
        options.n_org_ids = 2;
    }
    ck_assert_msg(prune_run(pg, &options, &result, &err), "%s", err.text);
    return result;
}

START_TEST(weeks_of_the_archive_go_when_all_of_them_is_old)
{
    struct pg *pg = open_migrated();
    struct prune_result result;

    sql(pg, "insert into quo.inbox (org_id, received_at, webhook_id, body)"
            " select 'OR1', now() - w * interval '1 week', w, '' from generate_series(0, 30) w;"
            "select quo.ensure_partitions(); delete from quo.inbox;"
            "insert into quo.events (org_id, received_at, webhook_id)"
            " select o, now() - w * interval '1 week', w from generate_series(0, 30) w,"
            " unnest('{OR1,OR2}'::text[]) o");
    result = prune(pg, (struct prune_options){ .keep_events_s = 70 * DAY_S });
    /* Of 31 weeks, this one and the ten before it reach into the last 70 days, on any weekday. */
    ck_assert_uint_eq(result.partitions, 20);
    ck_assert_int_eq(number(pg, "select count(*) from quo.events"), 2 * 11);
    ck_assert_int_eq(number(pg, "select count(*) from quo.events"
                                " where received_at < now() - interval '77 days'"), 0);
    ck_assert_uint_eq(
        prune(pg, (struct prune_options){ .keep_events_s = 70 * DAY_S }).partitions, 0);
    pg_close(&pg);
}
END_TEST

START_TEST(a_week_that_was_detached_and_not_dropped_is_finished)
{
    struct pg *pg = open_migrated();

    sql(pg, "create table quo.events_2020_01_06 (like quo.events)");
    ck_assert_uint_eq(
        prune(pg, (struct prune_options){ .keep_events_s = 90 * DAY_S }).partitions, 1);
    ck_assert_int_eq(number(pg, "select count(*) from pg_class"
                                " where relname = 'events_2020_01_06'"), 0);
    pg_close(&pg);
}
END_TEST

/* Four weeks lie behind at first; on a Monday the last of them reaches into the last day. */
static uint64_t
older_than_a_day(struct pg *pg)
{
    return (uint64_t)number(pg, "select 4 - (date_trunc('week', now() at time zone 'UTC')"
                                " > now() at time zone 'UTC' - interval '1 day')::int");
}

START_TEST(a_retention_of_a_day_leaves_a_partition_for_every_delivery)
{
    struct pg *pg = open_migrated();

    ck_assert_uint_eq(prune(pg, (struct prune_options){ .keep_events_s = DAY_S }).partitions,
                      older_than_a_day(pg));
    sql(pg, "insert into quo.events (org_id, received_at, webhook_id)"
            " select 'OR1', now() + d * interval '1 day', d from generate_series(-28, 28) d");
    pg_close(&pg);
}
END_TEST

START_TEST(the_archive_remembers_that_it_was_pruned_but_not_of_empty_weeks)
{
    struct pg *pg = open_migrated();
    struct result reach = { 0 };

    /* Dropped, and made again for what may still come. */
    ck_assert_uint_eq(prune(pg, (struct prune_options){ .keep_events_s = DAY_S }).partitions,
                      older_than_a_day(pg));
    ck_assert_int_eq(number(pg, "select count(*) from quo.pruned_weeks"), 0);
    ck_assert(pg_run(pg, &sql_events_reach, NULL, &reach, &err));
    ck_assert(result_boolean(&reach, 0, 0));
    result_done(&reach);
    sql(pg, "insert into quo.events (org_id, received_at, webhook_id)"
            " values ('OR1', now() - interval '3 weeks', 'w')");
    ck_assert_uint_eq(prune(pg, (struct prune_options){ .keep_events_s = DAY_S }).partitions,
                      older_than_a_day(pg));
    ck_assert_int_eq(number(pg, "select count(*) from quo.pruned_weeks"), 1);
    ck_assert(pg_run(pg, &sql_events_reach, NULL, &reach, &err));
    ck_assert(!result_boolean(&reach, 0, 0));
    result_done(&reach);
    pg_close(&pg);
}
END_TEST

START_TEST(delivery_ids_go_by_age_and_never_before_their_delivery)
{
    struct pg *pg = open_migrated();
    struct prune_options week = { .keep_delivery_ids_s = 7 * DAY_S };

    sql(pg, "insert into quo.delivery_ids (org_id, webhook_id, received_at, body_digest)"
            " select o, n, now() + interval '30 s' - n * interval '1 minute', 0"
            " from generate_series(1, 20000) n, unnest('{OR1,OR2}'::text[]) o;"
            "insert into quo.inbox (org_id, received_at, webhook_id, body)"
            " select org_id, received_at, webhook_id, '' from quo.delivery_ids"
            " where org_id = 'OR2' and webhook_id = '15000'");
    /* 10,080 minutes are a week; OR2's waiting delivery keeps its id and all after it. */
    ck_assert_uint_eq(prune(pg, week).delivery_ids, (20000 - 10080) + (20000 - 15000));
    ck_assert_int_eq(number(pg, "select count(*) from quo.delivery_ids where org_id = 'OR2'"
                                " and webhook_id = '15000'"), 1);
    sql(pg, "delete from quo.inbox");
    ck_assert_uint_eq(prune(pg, week).delivery_ids, 15000 - 10080);
    ck_assert_uint_eq(prune(pg, week).delivery_ids, 0);
    pg_close(&pg);
}
END_TEST

START_TEST(dead_letters_go_by_the_time_of_their_failure)
{
    struct pg *pg = open_migrated();
    struct prune_options options = { .keep_dead_letters_s = 90 * DAY_S };

    sql(pg, "insert into quo.dead_letters (org_id, webhook_id, received_at, failed_at, attempts,"
            " reason) select 'OR1', n, now() - interval '1 year', now() + interval '1 min' - n * interval '1 hour',"
            " 1, 'r' from generate_series(1, 5000) n");
    ck_assert_uint_eq(prune(pg, options).dead_letters, 5000 - 90 * 24);
    ck_assert_int_eq(number(pg, "select count(*) from quo.dead_letters"), 90 * 24);
    pg_close(&pg);
}
END_TEST

START_TEST(nothing_goes_where_retention_is_for_ever_or_the_workspace_is_not_named)
{
    struct pg *pg = open_migrated();
    struct prune_result result;

    sql(pg, "create table quo.events_2020_01_06 partition of quo.events"
            " for values from ('2020-01-06 00:00+00') to ('2020-01-13 00:00+00');"
            "insert into quo.delivery_ids (org_id, webhook_id, received_at, body_digest)"
            " values ('OR1', 'w', 'epoch', 0), ('OR2', 'w', 'epoch', 0);"
            "insert into quo.dead_letters (org_id, webhook_id, received_at, failed_at, attempts,"
            " reason) values ('OR1', 'w', 'epoch', 'epoch', 1, 'r')");
    result = prune(pg, (struct prune_options){ 0 });
    ck_assert_uint_eq(result.partitions + result.delivery_ids + result.dead_letters, 0);
    result = prune(pg, (struct prune_options){ .keep_delivery_ids_s = DAY_S,
                                               .org_ids = both, .n_org_ids = 1 });
    ck_assert_uint_eq(result.delivery_ids, 1);
    ck_assert_int_eq(number(pg, "select count(*) from quo.delivery_ids where org_id = 'OR2'"), 1);
    pg_close(&pg);
}
END_TEST

START_TEST(a_prune_of_an_older_schema_is_refused)
{
    struct pg *pg = open_migrated();
    struct prune_options options = { .keep_events_s = 1 };
    struct prune_result result;

    sql(pg, "delete from quo.schema_migrations where number > 1");
    ck_assert(!prune_run(pg, &options, &result, &err));
    ck_assert_int_eq(err.kind, QUOSYNC_CONFIG);
    pg_close(&pg);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("prune");
    TCase *tc = tcase_create("prune");

    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, weeks_of_the_archive_go_when_all_of_them_is_old);
    tcase_add_test(tc, a_week_that_was_detached_and_not_dropped_is_finished);
    tcase_add_test(tc, a_retention_of_a_day_leaves_a_partition_for_every_delivery);
    tcase_add_test(tc, the_archive_remembers_that_it_was_pruned_but_not_of_empty_weeks);
    tcase_add_test(tc, delivery_ids_go_by_age_and_never_before_their_delivery);
    tcase_add_test(tc, dead_letters_go_by_the_time_of_their_failure);
    tcase_add_test(tc, nothing_goes_where_retention_is_for_ever_or_the_workspace_is_not_named);
    tcase_add_test(tc, a_prune_of_an_older_schema_is_refused);
    suite_add_tcase(suite, tc);
    return suite_run(suite);
}
