/*
 * check_apply.c - what becomes of deliveries: claimed once, archived once, dead
 * with a reason where they are of no use, and alone in that; and what happens
 * when the server fails, workers die, or two of them meet.
 */
#include "app/apply.h"
#include "app/dead.h"
#include "app/replay.h"
#include "db/attempts.h"
#include "db/deliver.h"

#include <pthread.h>

#define ORG "OR1"

/* ---- a worker of one thread, stepped by hand ---------------------------------------- */

struct stepper {
    struct pg *pg;
    struct apply apply;
    struct batch_workspace workspace;
    struct apply_result result;
};

static struct stepper
stepper_open(void)
{
    struct pg_options options = { .application_name = "side" };
    struct stepper stepper = { .pg = open_pg(),
                               .workspace = { .org_id = ORG, .country_code = 1 } };

    ck_assert(apply_side_new(&options, &stepper.apply.side, &err));
    ck_assert(pg_keep_plans(stepper.pg, &err));
    stepper.apply.pg = stepper.pg;
    stepper.apply.params = params_new();
    stepper.apply.worker = "test";
    stepper.apply.rows = 500;
    stepper.apply.bytes = 8 << 20;
    return stepper;
}

static void
stepper_done(struct stepper *stepper)
{
    apply_side_free(&stepper->apply.side);
    params_free(&stepper->apply.params);
    pg_close(&stepper->pg);
}

static void
step(struct stepper *stepper)
{
    ck_assert_msg(apply_batch(&stepper->apply, &stepper->workspace, clock_now_us(),
                              &stepper->result, &err),
                  "%s", err.text);
}

static int64_t
rows_of(struct pg *pg, const char *table)
{
    char text[200];

    (void)snprintf(text, sizeof text, "select count(*) from quo.%s where org_id = '" ORG "'",
                   table);
    return number(pg, text);
}

/* The text that a query returns, in a static buffer; "" for null. */
static const char *
word(struct pg *pg, const char *text)
{
    static char kept[1024];
    struct statement statement = { "test", text };
    struct result result = { 0 };

    ck_assert_msg(pg_run(pg, &statement, NULL, &result, &err), "%s: %s", text, err.text);
    ck_assert_msg(result.rows == 1, "%s: %zu rows", text, result.rows);
    (void)snprintf(kept, sizeof kept, "%s", result_text(&result, 0, 0));
    result_done(&result);
    return kept;
}

/* ---- claiming ------------------------------------------------------------------------ */

START_TEST(a_claim_skips_what_another_worker_holds)
{
    struct pg *pg = open_migrated(), *other = open_pg();
    struct params *params = params_new();
    struct tx tx, other_tx;
    struct deliveries first = { 0 }, second = { 0 }, third = { 0 };

    for (int i = 0; i < 3; i++)
        deliver_one(pg, ORG, contact("c1", "Ada", i), "msg_");
    ck_assert(tx_begin(pg, &tx, &err) && tx_begin(other, &other_tx, &err));
    ck_assert_msg(inbox_claim(pg, params, ORG, 2, 1 << 20, false, &first, &err), "%s", err.text);
    ck_assert(inbox_claim(other, params, ORG, 2, 1 << 20, false, &second, &err));
    ck_assert_uint_eq(first.n, 2);
    ck_assert_uint_eq(second.n, 1);
    ck_assert_int_lt(first.items[1].received_us, second.items[0].received_us);
    ck_assert_str_eq(second.items[0].webhook_id, "msg_1");
    tx_end(&tx);
    ck_assert(inbox_claim(other, params, ORG, 10, 1 << 20, false, &third, &err));
    ck_assert_uint_eq(third.n, 3);
    tx_end(&other_tx);
    deliveries_done(&first);
    deliveries_done(&second);
    deliveries_done(&third);
    params_free(&params);
    pg_close(&pg);
    pg_close(&other);
}
END_TEST

START_TEST(a_claim_is_bounded_by_bytes_and_the_first_delivery_always_comes)
{
    static const struct { size_t bytes, n; } cases[] = { { 1, 1 }, { 30, 3 }, { 29, 2 },
                                                         { 1000, 5 } };
    struct pg *pg = open_migrated();
    struct params *params = params_new();

    for (int i = 0; i < 5; i++)
        deliver_one(pg, ORG, "0123456789", "msg_");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct deliveries claimed = { 0 };
        struct tx tx;

        ck_assert(tx_begin(pg, &tx, &err));
        ck_assert(inbox_claim(pg, params, ORG, 500, cases[i].bytes, false, &claimed, &err));
        ck_assert_uint_eq(claimed.n, cases[i].n);
        ck_assert_uint_eq(claimed.bytes, 10 * cases[i].n);
        tx_end(&tx);
        deliveries_done(&claimed);
    }
    params_free(&params);
    pg_close(&pg);
}
END_TEST

START_TEST(a_workspace_that_was_never_made_is_a_matter_of_configuration)
{
    struct pg *pg = open_migrated();
    struct stepper stepper = stepper_open();

    stepper.workspace.org_id = "ORnobody";
    ck_assert(!apply_batch(&stepper.apply, &stepper.workspace, 0, &stepper.result, &err));
    ck_assert_int_eq(err.kind, QUOSYNC_CONFIG);
    stepper_done(&stepper);
    pg_close(&pg);
}
END_TEST

/* ---- archive and dead letters ---------------------------------------------------------- */

START_TEST(every_delivery_ends_in_the_archive_or_among_the_dead_and_only_once)
{
    struct pg *pg = open_migrated();
    struct stepper stepper = stepper_open();

    stepper.workspace.org_id_configured = true;
    deliver_one(pg, ORG, contact("c1", "Ada", 1), "good");
    deliver_one(pg, ORG, contact("c1", "Ada", 1), "again");
    deliver_one(pg, ORG, "no JSON at all", "garbage");
    deliver_one(pg, ORG, "{\"id\":\"EV1\",\"type\":\"task.created\",\"apiVersion\":\"1\","
                         "\"createdAt\":\"2026-11-06T10:00:00Z\",\"data\":{}}", "unknown");
    deliver_one(pg, ORG, "{\"id\":\"EV-test-1\",\"type\":\"contact.updated\",\"apiVersion\":\"1\","
                         "\"createdAt\":\"2026-11-06T10:00:00Z\",\"data\":{\"context\":"
                         "{\"orgId\":\"ORquo\"}}}", "test");
    deliver_one(pg, ORG, "{\"id\":\"EV2\",\"type\":\"task.created\",\"apiVersion\":\"1\","
                         "\"createdAt\":\"2026-11-06T10:00:00Z\",\"data\":{\"context\":"
                         "{\"orgId\":\"ORother\"}}}", "foreign");
    step(&stepper);
    ck_assert_uint_eq(stepper.result.claimed, 6);
    ck_assert_uint_eq(stepper.result.counts.applied[QUOSYNC_CONTACT_UPDATED], 2);
    ck_assert_uint_eq(stepper.result.counts.archived, 2);
    ck_assert_uint_eq(stepper.result.counts.dead, 2);
    step(&stepper);
    ck_assert_uint_eq(stepper.result.claimed, 0);
    ck_assert_int_eq(rows_of(pg, "inbox"), 0);
    ck_assert_int_eq(rows_of(pg, "events"), 4);
    ck_assert_int_eq(rows_of(pg, "attempts"), 0);
    ck_assert_int_eq(rows_of(pg, "contacts"), 1);
    ck_assert_str_eq(word(pg, "select concat_ws(' ', event_id, event_type, api_version, created_at"
                              " at time zone 'UTC', resource_id) from quo.events"
                              " where webhook_id = 'good1'"),
                     "EVc11 contact.updated 2026-03-30 2026-11-06 10:00:01 c1");
    ck_assert_int_eq(number(pg, "select count(*) from quo.events where resource_id is null"), 2);
    ck_assert_str_eq(word(pg, "select convert_from(body, 'UTF8') from quo.dead_letters"
                              " where webhook_id = 'garbage1'"), "no JSON at all");
    ck_assert_ptr_nonnull(strstr(word(pg, "select reason from quo.dead_letters"
                                          " where webhook_id = 'foreign1'"), "orgId"));
    ck_assert_ptr_null(strstr(word(pg, "select string_agg(reason, ' ') from quo.dead_letters"),
                              "ORother"));
    stepper_done(&stepper);
    pg_close(&pg);
}
END_TEST

START_TEST(a_delivery_that_the_database_refuses_is_found_and_is_alone_in_it)
{
    struct pg *pg = open_migrated();
    struct stepper stepper = stepper_open();

    sql(pg, "alter table quo.contacts add constraint not_marker check (first_name <> 'Marker')");
    for (int i = 0; i < 21; i++) {
        char id[16];

        (void)snprintf(id, sizeof id, "c%d", i);
        deliver_one(pg, ORG, contact(id, i == 13 || i == 14 ? "Marker" : "Ada", i), "msg_");
    }
    ck_assert(!apply_batch(&stepper.apply, &stepper.workspace, clock_now_us(), &stepper.result,
                           &err));
    ck_assert_int_eq(err.kind, QUOSYNC_TRY_LATER);
    ck_assert_int_eq(rows_of(pg, "inbox"), 21);
    ck_assert_int_eq(rows_of(pg, "attempts"), 0);
    step(&stepper);
    ck_assert_uint_eq(stepper.result.claimed, 21);
    ck_assert_uint_gt(stepper.result.splits, 2);
    ck_assert_int_eq(rows_of(pg, "inbox"), 0);
    ck_assert_int_eq(rows_of(pg, "contacts"), 19);
    ck_assert_int_eq(rows_of(pg, "events"), 19);
    ck_assert_int_eq(rows_of(pg, "dead_letters"), 2);
    ck_assert_int_eq(number(pg, "select count(*) from quo.dead_letters where event_type ="
                                " 'contact.updated' and detail like '%SQLSTATE 23514%' and"
                                " detail ~ 'not_marker' and reason || detail !~ 'Marker'"), 2);
    ck_assert(!stepper.apply.careful);
    stepper_done(&stepper);
    pg_close(&pg);
}
END_TEST

START_TEST(a_batch_that_fails_while_the_next_is_being_read_fails_alone)
{
    struct pg *pg = open_migrated();
    struct config_workspace workspace = { .name = "one", .org_id = ORG, .timezone = "UTC",
                                          .country_code = 1 };
    const struct config config = { .database = "", .workers = 2, .batch = 4,
                                   .batch_bytes = 1 << 20, .workspaces = &workspace,
                                   .n_workspaces = 1 };
    struct worker_stats stats;

    /* Deferred, so that it is the commit that fails. */
    sql(pg, "create function public.refuse() returns trigger language plpgsql as $$ begin"
            " if new.first_name = 'Marker' then raise sqlstate '23514'; end if; return null; end"
            " $$; create constraint trigger refuse after insert on quo.contacts deferrable"
            " initially deferred for each row execute function public.refuse()");
    for (int i = 0; i < 60; i++) {
        char id[16];

        (void)snprintf(id, sizeof id, "c%d", i);
        deliver_one(pg, ORG, contact(id, i % 10 == 3 ? "Marker" : "Ada", i), "msg_");
    }
    drain(&config, &stats);
    ck_assert_uint_eq(stats.applied[QUOSYNC_CONTACT_UPDATED] + stats.dead, 60);
    ck_assert_int_eq(rows_of(pg, "inbox"), 0);
    ck_assert_int_eq(rows_of(pg, "attempts"), 0);
    ck_assert_int_eq(rows_of(pg, "dead_letters"), 6);
    ck_assert_int_eq(rows_of(pg, "events"), 54);
    ck_assert_int_eq(rows_of(pg, "contacts"), 54);
    pg_close(&pg);
}
END_TEST

START_TEST(a_failure_of_the_server_buries_nobody)
{
    static const char *const states[] = { "53100", "57014", "40001", "55P03", "XX000" };
    static const enum quosync_error_kind kinds[] = { QUOSYNC_UNAVAILABLE, QUOSYNC_TRY_LATER,
                                                     QUOSYNC_TRY_LATER, QUOSYNC_TRY_LATER,
                                                     QUOSYNC_BUG };
    struct pg *pg = open_migrated();
    struct stepper stepper = stepper_open();

    deliver_one(pg, ORG, contact("c1", "Ada", 1), "msg_");
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        sql(pg, "create or replace function public.fail() returns trigger language plpgsql as"
                " $$ begin raise sqlstate '%s'; end $$; drop trigger if exists fail on"
                " quo.contacts; create trigger fail before insert on quo.contacts"
                " for each row execute function public.fail()", states[i]);
        ck_assert(!apply_batch(&stepper.apply, &stepper.workspace, clock_now_us(),
                               &stepper.result, &err));
        ck_assert_msg(err.kind == kinds[i], "%s: %s", states[i], err.text);
        ck_assert_int_eq(rows_of(pg, "inbox"), 1);
        ck_assert_int_eq(rows_of(pg, "dead_letters"), 0);
        ck_assert_int_eq(rows_of(pg, "attempts"), 0);
    }
    sql(pg, "drop trigger fail on quo.contacts");
    step(&stepper);
    ck_assert_int_eq(rows_of(pg, "events"), 1);
    stepper_done(&stepper);
    pg_close(&pg);
}
END_TEST

/* ---- rows -------------------------------------------------------------------------------- */

static const char *const versions_of_rows =
    "select string_agg(t::text, ' ' order by t::text) from ("
    " select c.id, c.xmin::text, c.ctid::text from quo.contacts c union all"
    " select contact_id || position, n.xmin::text, n.ctid::text from quo.contact_phone_numbers n"
    " union all"
    " select contact_id || position, e.xmin::text, e.ctid::text from quo.contact_emails e) t";

START_TEST(what_does_not_change_is_not_written)
{
    struct pg *pg = open_migrated();
    struct stepper stepper = stepper_open();
    char before[1024];
    int64_t number_versions;

    deliver_one(pg, ORG, contact("c1", "Ada", 5), "first");
    step(&stepper);
    (void)snprintf(before, sizeof before, "%s", word(pg, versions_of_rows));
    deliver_one(pg, ORG, contact("c1", "Ada", 5), "same");
    deliver_one(pg, ORG, contact("c1", "Bob", 4), "older");
    step(&stepper);
    ck_assert_uint_eq(stepper.result.rows.unchanged, 1);
    ck_assert_uint_eq(stepper.result.rows.updated, 0);
    ck_assert_str_eq(word(pg, versions_of_rows), before);
    number_versions = number(pg, "select sum(xmin::text::bigint) from quo.contact_phone_numbers");
    deliver_one(pg, ORG, contact("c1", "Eve", 6), "newer");
    step(&stepper);
    ck_assert_uint_eq(stepper.result.rows.updated, 1);
    ck_assert_str_eq(word(pg, "select first_name from quo.contacts"), "Eve");
    ck_assert_int_eq(number(pg, "select sum(xmin::text::bigint) from quo.contact_phone_numbers"),
                     number_versions);
    stepper_done(&stepper);
    pg_close(&pg);
}
END_TEST

static void *
step_thread(void *stepper)
{
    step(stepper);
    return NULL;
}

START_TEST(a_row_that_another_worker_inserted_first_is_merged_with)
{
    struct pg *pg = open_migrated(), *other = open_pg();
    struct stepper stepper = stepper_open();
    struct tx tx;
    pthread_t thread;

    /* OR2 holds the row that the other worker will insert into OR1. */
    stepper.workspace.org_id = "OR2";
    deliver_one(pg, "OR2", contact("c1", "Newer", 9), "other");
    step(&stepper);
    stepper.workspace.org_id = ORG;
    deliver_one(pg, ORG, contact("c1", "Older", 3), "mine");
    deliver_one(pg, ORG, contact("c2", "Mine", 3), "mine");

    ck_assert(tx_begin(other, &tx, &err));
    sql(pg, "create table public.moved as select * from quo.contacts");
    sql(pg, "update public.moved set org_id = '" ORG "'");
    ck_assert(pg_run(other, &(struct statement){ "insert",
              "insert into quo.contacts select * from public.moved" }, NULL, NULL, &err));
    ck_assert_int_eq(pthread_create(&thread, NULL, step_thread, &stepper), 0);
    for (int tries = 0; tries < 500 && number(pg, "select count(*) from pg_stat_activity where"
                                                  " wait_event = 'transactionid'") == 0; tries++)
        clock_sleep_ms(10);
    ck_assert_int_eq(number(pg, "select count(*) from pg_stat_activity where"
                                " wait_event = 'transactionid'"), 1);
    ck_assert_msg(tx_commit(&tx, &err), "%s", err.text);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    ck_assert_uint_eq(stepper.result.rows.inserted, 1);
    ck_assert_uint_eq(stepper.result.rows.unchanged, 1);
    ck_assert_str_eq(word(pg, "select string_agg(first_name, ' ' order by id) from quo.contacts"
                              " where org_id = '" ORG "'"), "Newer Mine");
    ck_assert_int_eq(number(pg, "select count(*) from quo.contact_emails where org_id = '" ORG
                                "' and contact_id = 'c2'"), 1);
    stepper_done(&stepper);
    pg_close(&pg);
    pg_close(&other);
}
END_TEST

START_TEST(an_erasure_keeps_workers_out)
{
    struct pg *pg = open_migrated(), *other = open_pg();
    struct stepper stepper = stepper_open();
    struct tx tx;
    pthread_t thread;

    deliver_one(pg, ORG, contact("c1", "Ada", 3), "msg_");
    ck_assert(tx_begin(other, &tx, &err));
    ck_assert(pg_run(other, &(struct statement){ "lock", "select 1 from quo.workspaces where"
              " org_id = '" ORG "' for update" }, NULL, NULL, &err));
    ck_assert_int_eq(pthread_create(&thread, NULL, step_thread, &stepper), 0);
    clock_sleep_ms(200);
    ck_assert_int_eq(rows_of(pg, "events"), 0);
    tx_end(&tx);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    ck_assert_int_eq(rows_of(pg, "events"), 1);
    stepper_done(&stepper);
    pg_close(&pg);
    pg_close(&other);
}
END_TEST

/* Rows that statements have read of a table, by index or whole. */
static int64_t
rows_read(struct pg *pg, const char *table)
{
    char text[300];

    (void)snprintf(text, sizeof text,
                   "select (coalesce(idx_tup_fetch, 0) + seq_tup_read)::bigint"
                   "  from pg_stat_user_tables where schemaname = 'quo' and relname = '%s'",
                   table);
    return number(pg, text);
}

/* A mirror of 10,000 contacts of which the server's statistics say nothing. */
static void
fill_unseen(struct pg *pg, bool know_another)
{
    if (know_another)
        sql(pg, "update quo.contacts set org_id = 'OR0';"
                " update quo.contact_phone_numbers set org_id = 'OR0'; " COPIES("OR0") "; analyze");
    sql(pg, COPIES(ORG));
    sql(pg, "insert into quo.inbox (org_id, received_at, webhook_id, body) select '" ORG "',"
            " now() + n * interval '1 s', 'later' || n, 'x' from generate_series(1, 9999) n");
}

/* Statements run so often, with so many rows, that the server keeps their plans. */
static void
let_plans_be_kept(struct stepper *stepper, struct pg *pg)
{
    char id[16], number[40];

    for (int round = 0; round < 8; round++) {
        for (int i = 0; i < 20; i++) {
            (void)snprintf(id, sizeof id, "p%d", i);
            (void)snprintf(number, sizeof number, "{\"value\":\"+1206555010%d\"}", round);
            deliver_one(pg, ORG, contact_with(id, "Ada", number, 1 + round), "msg_");
        }
        step(stepper);
    }
}

/* 0: never analyzed; 1: when another workspace was all there was; 2: plans kept since before. */
START_TEST(a_batch_reads_no_more_than_its_rows_of_tables_of_which_the_server_knows_nothing)
{
    static const char *const watched[] = { "contacts", "contact_phone_numbers", "contact_rest",
                                           "inbox" };
    static const int most[] = { 3 * 20, 5 * 20, 20, 4 * 20 };
    /* Those of one session, which hands in at its end what it counted. */
    const int batches = _i == 2 ? 9 : 1;
    struct pg *pg = open_migrated();
    struct stepper stepper = stepper_open();
    int64_t before[4];

    sql(pg, "alter table quo.contacts set (autovacuum_enabled = off);"
            " alter table quo.inbox set (autovacuum_enabled = off);"
            " alter table quo.contact_rest set (autovacuum_enabled = off);"
            " alter table quo.contact_phone_numbers set (autovacuum_enabled = off)");
    deliver_one(pg, ORG, contact("c0", "Ada", 1), "msg_");
    step(&stepper);
    if (_i == 2)
        let_plans_be_kept(&stepper, pg);
    fill_unseen(pg, _i == 1);
    for (int i = 0; i < 20; i++) {
        char id[16];

        (void)snprintf(id, sizeof id, "c%d", 1 + 100 * i);
        deliver_one(pg, ORG, contact_with(id, "Eve", "{\"value\":\"+12065550103\"}", 20 + i),
                    "msg_");
    }
    pg_close(&pg); /* the end of a session hands in what it counted */
    pg = open_pg();
    for (size_t t = 0; t < 4; t++)
        before[t] = rows_read(pg, watched[t]);
    stepper.apply.rows = 20;
    step(&stepper);
    ck_assert_uint_eq(stepper.result.rows.updated, 20);
    pg_close(&stepper.pg);
    stepper_done(&stepper);
    for (int tries = 0; tries < 500 && rows_read(pg, "contacts") == before[0]; tries++)
        clock_sleep_ms(10);
    ck_assert_int_gt(rows_read(pg, "contacts"), before[0]);
    for (size_t t = 0; t < 4; t++)
        ck_assert_msg(rows_read(pg, watched[t]) - before[t] <= batches * most[t],
                      "%s: %lld rows were read", watched[t], (long long)(rows_read(pg, watched[t]) - before[t]));
    ck_assert_int_eq(number(pg, "select count(*) from quo.contact_phone_numbers where org_id = '"
                                ORG "' and contact_id = 'c101'"), 1);
    pg_close(&pg);
}
END_TEST

/* What vacuum leaves where it cannot truncate: pages, and the word that no row is in them. */
START_TEST(a_batch_reads_no_more_than_its_rows_of_an_inbox_that_vacuum_found_empty)
{
    struct pg *pg = open_migrated();
    struct stepper stepper = stepper_open();
    int64_t inbox = 0;

    sql(pg, "alter table quo.inbox set (autovacuum_enabled = off, vacuum_truncate = off)");
    for (int i = 0; i < 2; i++) {
        sql(pg, "delete from quo.inbox");
        sql(pg, "vacuum quo.inbox");
        sql(pg, "insert into quo.inbox (org_id, received_at, webhook_id, body) select '" ORG "',"
                " now() + n * interval '1 s', 'later' || n, 'x' from generate_series(1, 9999) n");
    }
    for (int i = 0; i < 20; i++)
        deliver_one(pg, ORG, i % 2 == 0 ? contact("c1", "Eve", 20 + i) : "no event", "msg_");
    pg_close(&pg); /* the end of a session hands in what it counted, a moment later */
    pg = open_pg();
    for (int tries = 0; tries < 500 && (inbox = rows_read(pg, "inbox")) < 9999; tries++)
        clock_sleep_ms(10); /* the second deletion read the rows of the first time */
    stepper.apply.rows = 20;
    step(&stepper);
    ck_assert_int_eq(number(pg, "select count(*) from quo.events"), 10);
    ck_assert_int_eq(number(pg, "select count(*) from quo.dead_letters"), 10);
    ck_assert_int_eq(number(pg, "select count(*) from quo.inbox"), 9999);
    pg_close(&stepper.pg);
    stepper_done(&stepper);
    for (int tries = 0; tries < 500 && rows_read(pg, "contacts") == 0; tries++)
        clock_sleep_ms(10);
    ck_assert_int_le(rows_read(pg, "inbox") - inbox, 9999 + 5 * 20); /* the counts read it, too */
    pg_close(&pg);
}
END_TEST

/* ---- workers that died ------------------------------------------------------------------- */

static void
note_dead_workers(struct pg *pg, const char *which, int n)
{
    for (int i = 0; i < n; i++)
        sql(pg, "insert into quo.attempts (org_id, worker, first_received_at, first_seq,"
                " last_received_at, last_seq, deliveries) select org_id, 'dead', min(received_at),"
                " min(seq), max(received_at), max(seq), count(*) from quo.inbox"
                " where org_id = '" ORG "' and webhook_id like '%s' group by org_id", which);
}

START_TEST(what_three_workers_died_over_is_tried_one_by_one_and_the_culprit_buried)
{
    struct pg *pg = open_migrated();
    struct stepper stepper = stepper_open();
    size_t claimed = 0;

    for (int i = 0; i < 5; i++)
        deliver_one(pg, ORG, contact("c1", "Ada", i), i == 2 ? "culprit" : "good");
    note_dead_workers(pg, "%%", 3);
    note_dead_workers(pg, "culprit%%", 3);
    for (int i = 0; i < 5; i++) {
        step(&stepper);
        ck_assert_uint_eq(stepper.result.claimed, 1);
        claimed += stepper.result.claimed;
    }
    step(&stepper);
    ck_assert_uint_eq(stepper.result.claimed, 0);
    ck_assert_uint_eq(claimed, 5);
    ck_assert_int_eq(rows_of(pg, "events"), 4);
    ck_assert_str_eq(word(pg, "select webhook_id || ' ' || attempts from quo.dead_letters"),
                     "culprit1 3");
    ck_assert_int_eq(rows_of(pg, "attempts"), 0);
    stepper_done(&stepper);
    pg_close(&pg);
}
END_TEST

START_TEST(two_dead_workers_are_no_reason_to_doubt)
{
    struct pg *pg = open_migrated();
    struct stepper stepper = stepper_open();

    for (int i = 0; i < 5; i++)
        deliver_one(pg, ORG, contact("c1", "Ada", i), "msg_");
    note_dead_workers(pg, "%%", 2);
    step(&stepper);
    ck_assert_uint_eq(stepper.result.claimed, 5);
    ck_assert_int_eq(rows_of(pg, "attempts"), 0);
    ck_assert_int_eq(rows_of(pg, "dead_letters"), 0);
    stepper_done(&stepper);
    pg_close(&pg);
}
END_TEST

/* ---- dead letters, again --------------------------------------------------------------------- */

START_TEST(a_retried_dead_letter_is_the_delivery_that_it_was)
{
    struct pg *pg = open_migrated();
    struct stepper stepper = stepper_open();
    struct dead_choice all = { .org_id = ORG, .all = true };
    char received[64];
    size_t done;

    deliver_one(pg, ORG, "garbage", "msg_");
    (void)snprintf(received, sizeof received, "%s",
                   word(pg, "select received_at::text from quo.inbox"));
    step(&stepper);
    ck_assert_int_eq(rows_of(pg, "dead_letters"), 1);
    ck_assert_msg(dead_retry(pg, &all, &done, &err), "%s", err.text);
    ck_assert_uint_eq(done, 1);
    ck_assert_int_eq(rows_of(pg, "dead_letters"), 0);
    ck_assert_str_eq(word(pg, "select received_at::text from quo.inbox"), received);
    ck_assert_str_eq(word(pg, "select webhook_id from quo.inbox"), "msg_1");
    step(&stepper);
    ck_assert_int_eq(rows_of(pg, "dead_letters"), 1);
    stepper_done(&stepper);
    pg_close(&pg);
}
END_TEST

START_TEST(a_retried_dead_letter_that_is_older_than_the_archive_finds_its_week)
{
    struct pg *pg = open_migrated();
    struct stepper stepper = stepper_open();
    struct dead_choice all = { .org_id = ORG, .all = true };
    size_t done;

    deliver_one(pg, ORG, "garbage", "msg_");
    step(&stepper);
    sql(pg, "update quo.dead_letters set received_at = now() - interval '3 years', body ="
            " '{\"id\":\"EV-test1\",\"type\":\"a.b\",\"createdAt\":\"2026-11-06T10:00:00Z\"}'");
    ck_assert_msg(dead_retry(pg, &all, &done, &err), "%s", err.text);
    step(&stepper);
    ck_assert_int_eq(rows_of(pg, "dead_letters"), 0);
    ck_assert_int_eq(number(pg, "select count(*) from quo.events"
                                " where received_at < now() - interval '2 years'"), 1);
    stepper_done(&stepper);
    pg_close(&pg);
}
END_TEST

START_TEST(a_discarded_dead_letter_keeps_its_id_and_cannot_be_retried)
{
    struct pg *pg = open_migrated();
    struct stepper stepper = stepper_open();
    struct dead_choice choice = { .org_id = ORG, .n = 2 };
    int64_t ids[2] = { 0, 4711 };
    size_t done;

    deliver_one(pg, ORG, "garbage", "msg_");
    step(&stepper);
    ids[0] = number(pg, "select id from quo.dead_letters");
    choice.ids = ids;
    ck_assert(dead_discard(pg, &choice, clock_now_us(), &done, &err));
    ck_assert_uint_eq(done, 1);
    ck_assert_int_eq(number(pg, "select count(*) from quo.dead_letters where webhook_id = 'msg_1'"
                                " and body is null and discarded_at is not null"), 1);
    ck_assert(dead_retry(pg, &choice, &done, &err));
    ck_assert_uint_eq(done, 0);
    ck_assert(dead_discard(pg, &choice, clock_now_us(), &done, &err));
    ck_assert_uint_eq(done, 0);
    stepper_done(&stepper);
    pg_close(&pg);
}
END_TEST

/* ---- replay ------------------------------------------------------------------------------------ */

static struct replay_options
replay_options(void)
{
    return (struct replay_options){ .workspace = { .org_id = ORG, .country_code = 1 },
                                    .since_us = REPLAY_NO_SINCE,
                                    .until_us = REPLAY_NO_UNTIL,
                                    .rows = 2,
                                    .bytes = 8 << 20,
                                    .now_us = clock_now_us() };
}

/* Five deliveries applied, and then rows spoilt by hand. */
static struct pg *
open_spoilt(struct stepper *stepper)
{
    struct pg *pg = open_migrated();

    *stepper = stepper_open();
    for (int i = 0; i < 5; i++) {
        char id[16];

        (void)snprintf(id, sizeof id, "c%d", i % 3);
        deliver_one(pg, ORG, contact(id, "Ada", i), "msg_");
    }
    step(stepper);
    sql(pg, "update quo.contacts set first_name = 'spoilt'");
    sql(pg, "delete from quo.contact_emails");
    return pg;
}

static int64_t
spoilt(struct pg *pg)
{
    return number(pg, "select count(*) from quo.contacts where first_name = 'spoilt'");
}

START_TEST(a_replay_writes_again_what_the_archive_says)
{
    struct stepper stepper;
    struct pg *pg = open_spoilt(&stepper);
    struct replay_options options = replay_options();
    struct replay_result result;

    options.dry_run = true;
    ck_assert_msg(replay_run(pg, &options, &result, &err), "%s", err.text);
    ck_assert_uint_eq(result.read, 5);
    ck_assert_int_eq(spoilt(pg), 3);
    options.dry_run = false;
    options.type = "message.received";
    ck_assert(replay_run(pg, &options, &result, &err));
    ck_assert_uint_eq(result.read, 0);
    options.type = NULL;
    ck_assert_msg(replay_run(pg, &options, &result, &err), "%s", err.text);
    ck_assert_uint_eq(result.read, 5);
    ck_assert_uint_eq(result.counts.applied[QUOSYNC_CONTACT_UPDATED], 5);
    ck_assert_int_eq(spoilt(pg), 0);
    ck_assert_int_eq(rows_of(pg, "contact_emails"), 3);
    ck_assert_int_eq(rows_of(pg, "events"), 5);
    stepper_done(&stepper);
    pg_close(&pg);
}
END_TEST

START_TEST(a_rebuild_starts_from_empty_tables_and_skips_what_was_erased)
{
    struct stepper stepper;
    struct pg *pg = open_spoilt(&stepper);
    struct replay_options options = replay_options();
    struct replay_result result;

    sql(pg, "insert into quo.contacts select org_id, 'stray', first_name, last_name, company, role,"
            " location, source, external_id, source_url, created_by_user_id, shared_with_ids,"
            " quo_url, created_at, updated_at, deleted_at, synced_at, erased_at, merge_state"
            " from quo.contacts where id = 'c0'");
    sql(pg, "update quo.events set body = null where resource_id = 'c2'");
    options.rebuild = true;
    options.dry_run = true;
    ck_assert_msg(replay_run(pg, &options, &result, &err), "%s", err.text);
    ck_assert_int_eq(rows_of(pg, "contacts"), 4);
    options.dry_run = false;
    ck_assert_msg(replay_run(pg, &options, &result, &err), "%s", err.text);
    ck_assert_uint_eq(result.read, 5);
    ck_assert_uint_eq(result.skipped, 1);
    ck_assert_str_eq(word(pg, "select string_agg(id || first_name, ' ' order by id)"
                              " from quo.contacts"), "c0Ada c1Ada");
    stepper_done(&stepper);
    pg_close(&pg);
}
END_TEST

START_TEST(a_rebuild_is_refused_where_the_archive_has_lost_its_beginning)
{
    struct stepper stepper;
    struct pg *pg = open_spoilt(&stepper);
    struct replay_options options = replay_options();
    struct replay_result result;

    options.rebuild = true;
    options.type = "contact.updated";
    ck_assert(!replay_run(pg, &options, &result, &err));
    ck_assert_int_eq(err.kind, QUOSYNC_CONFIG);
    options.type = NULL;
    sql(pg, "insert into quo.pruned_weeks (week) values ('2026-01-05')");
    ck_assert(!replay_run(pg, &options, &result, &err));
    ck_assert_int_eq(err.kind, QUOSYNC_CONFIG);
    ck_assert_int_eq(rows_of(pg, "contacts"), 3);
    stepper_done(&stepper);
    pg_close(&pg);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("apply");
    TCase *tc = tcase_create("apply");

    log_setup(LOG_LEVEL_ERROR, LOG_FORMAT_LOGFMT);
    if (!stop_install(&err))
        return EXIT_FAILURE;
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, a_claim_skips_what_another_worker_holds);
    tcase_add_test(tc, a_claim_is_bounded_by_bytes_and_the_first_delivery_always_comes);
    tcase_add_test(tc, a_workspace_that_was_never_made_is_a_matter_of_configuration);
    tcase_add_test(tc, every_delivery_ends_in_the_archive_or_among_the_dead_and_only_once);
    tcase_add_test(tc, a_delivery_that_the_database_refuses_is_found_and_is_alone_in_it);
    tcase_add_test(tc, a_batch_that_fails_while_the_next_is_being_read_fails_alone);
    tcase_add_test(tc, a_failure_of_the_server_buries_nobody);
    tcase_add_test(tc, what_does_not_change_is_not_written);
    tcase_add_test(tc, a_row_that_another_worker_inserted_first_is_merged_with);
    tcase_add_loop_test(
        tc, a_batch_reads_no_more_than_its_rows_of_tables_of_which_the_server_knows_nothing, 0, 3);
    tcase_add_test(tc, a_batch_reads_no_more_than_its_rows_of_an_inbox_that_vacuum_found_empty);
    tcase_add_test(tc, an_erasure_keeps_workers_out);
    tcase_add_test(tc, what_three_workers_died_over_is_tried_one_by_one_and_the_culprit_buried);
    tcase_add_test(tc, two_dead_workers_are_no_reason_to_doubt);
    tcase_add_test(tc, a_retried_dead_letter_is_the_delivery_that_it_was);
    tcase_add_test(tc,
                   a_retried_dead_letter_that_is_older_than_the_archive_finds_its_week);
    tcase_add_test(tc, a_discarded_dead_letter_keeps_its_id_and_cannot_be_retried);
    tcase_add_test(tc, a_replay_writes_again_what_the_archive_says);
    tcase_add_test(tc, a_rebuild_starts_from_empty_tables_and_skips_what_was_erased);
    tcase_add_test(tc, a_rebuild_is_refused_where_the_archive_has_lost_its_beginning);
    suite_add_tcase(suite, tc);
    return suite_run(suite);
}
