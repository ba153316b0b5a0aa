/*
 * check_pg.c - the connection: every parameter and array comes back as it went,
 * failures get the kind that tells the caller what to do and quote no value,
 * and nothing waits longer than its deadline.
 */
#include "core/error.h"
#include "db/pg.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "support/suite.h"

static struct quosync_error err;

static struct pg *
open_pg(int timeout_ms)
{
    struct pg_options options = { .application_name = "check_pg",
                                  .statement_timeout_ms = timeout_ms };
    struct pg *pg;

    ck_assert_msg(pg_open(&options, &pg, &err), "%s", err.text);
    return pg;
}

static void
must_fail(struct pg *pg, const char *text, struct params *params, enum quosync_error_kind kind,
          const char *sqlstate)
{
    struct statement statement = { "some_statement", text };

    ck_assert_msg(!pg_run(pg, &statement, params, NULL, &err), "%s", text);
    ck_assert_msg(err.kind == kind, "%s: kind %d, %s", text, (int)err.kind, err.text);
    ck_assert_str_eq(pg_sqlstate(pg), sqlstate);
    ck_assert_ptr_nonnull(strstr(err.text, "some_statement"));
}

START_TEST(every_scalar_comes_back_as_it_went)
{
    static const struct statement echo = {
        "echo", "select $1::text, $2::bytea, $3::bigint, $4::boolean, $5::timestamptz,"
                "       $6::timestamptz, $7::text, $5::timestamptz = '2026-03-04 05:06:07.089+00',"
                "       $6::timestamptz = '-infinity', $3::int, -3::smallint"
    };
    struct pg *pg = open_pg(0);
    struct result result = { 0 };
    struct params *params = params_new();
    size_t n;

    params_text(params, "caf\xc3\xa9");
    params_bytes(params, "a\0b", 3);
    params_bigint(params, -1234567);
    params_boolean(params, true);
    params_instant(params, INT64_C(1772600767089000));
    params_instant(params, INT64_MIN);
    params_text(params, NULL);
    ck_assert_msg(pg_run(pg, &echo, params, &result, &err), "%s", err.text);
    ck_assert_uint_eq(result.rows, 1);
    ck_assert_str_eq(result_text(&result, 0, 0), "caf\xc3\xa9");
    ck_assert_mem_eq(result_bytes(&result, 0, 1, &n), "a\0b", 3);
    ck_assert_uint_eq(n, 3);
    ck_assert_int_eq(result_bigint(&result, 0, 2), -1234567);
    ck_assert(result_boolean(&result, 0, 3));
    ck_assert_int_eq(result_instant(&result, 0, 4), INT64_C(1772600767089000));
    ck_assert_int_eq(result_instant(&result, 0, 5), INT64_MIN);
    ck_assert(result_null(&result, 0, 6) && !result_null(&result, 0, 0));
    ck_assert_str_eq(result_text(&result, 0, 6), "");
    ck_assert(result_boolean(&result, 0, 7) && result_boolean(&result, 0, 8));
    ck_assert_int_eq(result_bigint(&result, 0, 9), -1234567);
    ck_assert_int_eq(result_bigint(&result, 0, 10), -3);
    result_done(&result);
    result_done(&result);
    params_free(&params);
    pg_close(&pg);
}
END_TEST

START_TEST(every_array_comes_back_as_it_went)
{
    static const struct statement echo = {
        "echo", "select t, b, i, f, w from"
                " unnest($1::text[], $2::bytea[], $3::bigint[], $4::boolean[], $5::timestamptz[])"
                " with ordinality u(t, b, i, f, w, n) order by n"
    };
    struct pg *pg = open_pg(0);
    struct result result = { 0 };
    struct params *params = params_new();
    size_t n;

    /* Twice: the second run finds the buffers of the first. */
    for (int round = 0; round < 2; round++) {
        params_reset(params);
        params_array(params, PARAMS_TEXT, 3);
        params_item_text(params, "one, \"{two}\"");
        params_item_text(params, NULL);
        params_item_text(params, "");
        params_array(params, PARAMS_BYTEA, 3);
        params_item_bytes(params, "\0\1", 2);
        params_item_bytes(params, "", 0);
        params_item_null(params);
        params_array(params, PARAMS_BIGINT, 3);
        params_item_bigint(params, INT64_MAX);
        params_item_null(params);
        params_item_bigint(params, INT64_MIN);
        params_array(params, PARAMS_BOOLEAN, 3);
        params_item_boolean(params, false);
        params_item_boolean(params, true);
        params_item_null(params);
        params_array(params, PARAMS_INSTANT, 3);
        params_item_null(params);
        params_item_instant(params, 0);
        params_item_instant(params, INT64_MIN);
        ck_assert_msg(pg_run(pg, &echo, params, &result, &err), "%s", err.text);
        ck_assert_uint_eq(result.rows, 3);
        ck_assert_str_eq(result_text(&result, 0, 0), "one, \"{two}\"");
        ck_assert(result_null(&result, 1, 0) && !result_null(&result, 2, 0));
        ck_assert_mem_eq(result_bytes(&result, 0, 1, &n), "\0\1", 2);
        (void)result_bytes(&result, 1, 1, &n);
        ck_assert(n == 0 && !result_null(&result, 1, 1) && result_null(&result, 2, 1));
        ck_assert_int_eq(result_bigint(&result, 0, 2), INT64_MAX);
        ck_assert(result_null(&result, 1, 2));
        ck_assert_int_eq(result_bigint(&result, 2, 2), INT64_MIN);
        ck_assert(!result_boolean(&result, 0, 3) && result_boolean(&result, 1, 3));
        ck_assert(result_null(&result, 2, 3) && result_null(&result, 0, 4));
        ck_assert_int_eq(result_instant(&result, 1, 4), 0);
        ck_assert_int_eq(result_instant(&result, 2, 4), INT64_MIN);
        result_done(&result);
    }
    params_free(&params);
    pg_close(&pg);
}
END_TEST

START_TEST(an_empty_array_has_no_elements)
{
    static const struct statement count = {
        "count", "select cardinality($1::text[]) + cardinality($2::bigint[])"
    };
    struct pg *pg = open_pg(0);
    struct result result = { 0 };
    struct params *params = params_new();

    params_array(params, PARAMS_TEXT, 0);
    params_array(params, PARAMS_BIGINT, 0);
    ck_assert_msg(pg_run(pg, &count, params, &result, &err), "%s", err.text);
    ck_assert_int_eq(result_bigint(&result, 0, 0), 0);
    result_done(&result);
    params_free(&params);
    pg_close(&pg);
}
END_TEST

static void *
no_memory(size_t n)
{
    (void)n;
    return NULL;
}

START_TEST(parameters_that_got_no_memory_are_missed)
{
    struct pg *pg = open_pg(0);
    struct params *params;

    quosync_set_allocator(no_memory, realloc, free);
    params = params_new();
    quosync_set_allocator(NULL, NULL, NULL);
    ck_assert(!params_made(params));
    params_array(params, PARAMS_TEXT, 1);
    params_item_text(params, "one");
    must_fail(pg, "select $1::text[]", params, QUOSYNC_NO_MEMORY, "");
    params_reset(params);
    params_bigint(params, 1);
    must_fail(pg, "select $1::bigint", params, QUOSYNC_NO_MEMORY, "");
    params_free(&params);
    ck_assert(pg_usable(pg));
    ck_assert(pg_run(pg, &(struct statement){ "s", "select 1" }, NULL, NULL, &err));
    pg_close(&pg);
}
END_TEST

START_TEST(an_array_of_another_length_than_announced_is_our_bug)
{
    struct pg *pg = open_pg(0);
    struct params *params = params_new();

    params_array(params, PARAMS_TEXT, 2);
    params_item_text(params, "one");
    must_fail(pg, "select $1::text[]", params, QUOSYNC_BUG, "");
    params_reset(params);
    params_array(params, PARAMS_TEXT, 1);
    params_item_text(params, "one");
    params_item_text(params, "two");
    ck_assert(!pg_run(pg, &(struct statement){ "s", "select $1::text[]" }, params, NULL, &err));
    ck_assert_int_eq(err.kind, QUOSYNC_BUG);
    ck_assert(pg_usable(pg));
    params_free(&params);
    pg_close(&pg);
}
END_TEST

START_TEST(a_failure_gets_the_kind_that_its_sqlstate_stands_for)
{
    static const struct {
        const char *sqlstate;
        enum quosync_error_kind kind;
    } cases[] = {
        { "40001", QUOSYNC_TRY_LATER },   { "40P01", QUOSYNC_TRY_LATER },
        { "55P03", QUOSYNC_TRY_LATER },   { "57014", QUOSYNC_TRY_LATER },
        { "53100", QUOSYNC_UNAVAILABLE }, { "53200", QUOSYNC_UNAVAILABLE },
        { "57P01", QUOSYNC_UNAVAILABLE }, { "58030", QUOSYNC_UNAVAILABLE },
        { "08006", QUOSYNC_UNAVAILABLE }, { "25006", QUOSYNC_UNAVAILABLE },
        { "22021", QUOSYNC_BAD_INPUT },   { "23505", QUOSYNC_BAD_INPUT },
        { "54000", QUOSYNC_BAD_INPUT },   { "28000", QUOSYNC_CONFIG },
        { "42501", QUOSYNC_CONFIG },      { "3F000", QUOSYNC_CONFIG },
        { "42P01", QUOSYNC_CONFIG },      { "42601", QUOSYNC_BUG },
        { "XX000", QUOSYNC_BUG },         { "P0001", QUOSYNC_BUG },
    };
    struct pg *pg = open_pg(0);

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[120];

        (void)snprintf(text, sizeof text, "do $$ begin raise sqlstate '%s'; end $$",
                       cases[i].sqlstate);
        must_fail(pg, text, NULL, cases[i].kind, cases[i].sqlstate);
        ck_assert_int_eq(pg_data_error(pg), cases[i].kind == QUOSYNC_BAD_INPUT);
        ck_assert_ptr_nonnull(strstr(err.text, cases[i].sqlstate));
    }
    must_fail(pg, "select 1 from quo.nowhere", NULL, QUOSYNC_CONFIG, "42P01");
    ck_assert_ptr_nonnull(strstr(err.hint, "migrate"));
    ck_assert(pg_usable(pg));
    pg_close(&pg);
}
END_TEST

START_TEST(a_data_error_names_the_column_and_quotes_no_value)
{
    static const struct statement create = {
        "create", "create table public.narrow (id int primary key, note text not null,"
                  " constraint short check (length(note) < 3))"
    };
    struct pg *pg = open_pg(0);

    ck_assert_msg(pg_run(pg, &create, NULL, NULL, &err), "%s", err.text);
    must_fail(pg, "insert into public.narrow values (1, 'secret')", NULL, QUOSYNC_BAD_INPUT,
              "23514");
    ck_assert_ptr_nonnull(strstr(err.text, "short"));
    ck_assert_ptr_null(strstr(err.text, "secret"));
    must_fail(pg, "insert into public.narrow values (1, null)", NULL, QUOSYNC_BAD_INPUT, "23502");
    ck_assert_ptr_nonnull(strstr(err.text, "column note"));
    must_fail(pg, "select 'secret'::numeric", NULL, QUOSYNC_BAD_INPUT, "22P02");
    ck_assert_ptr_null(strstr(err.text, "secret"));
    pg_close(&pg);
}
END_TEST

static double
seconds(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

START_TEST(a_statement_that_is_overdue_is_cancelled_and_the_connection_given_up)
{
    static const struct statement others = {
        "others", "select count(*) from pg_stat_activity where query like '%pg_sleep(61)%'"
                  " and pid <> pg_backend_pid()"
    };
    struct pg *pg = open_pg(300);
    struct pg *other = open_pg(0);
    struct result result = { 0 };
    double start = seconds();
    int64_t left = 1;

    must_fail(pg, "select pg_sleep(61)", NULL, QUOSYNC_UNAVAILABLE, "");
    ck_assert(seconds() - start < 5);
    ck_assert(!pg_usable(pg));
    ck_assert(!pg_run(pg, &others, NULL, NULL, &err));
    ck_assert_int_eq(err.kind, QUOSYNC_UNAVAILABLE);
    pg_close(&pg);
    for (int tries = 0; tries < 100 && left > 0; tries++) {
        ck_assert_msg(pg_run(other, &others, NULL, &result, &err), "%s", err.text);
        left = result_bigint(&result, 0, 0);
        result_done(&result);
        (void)nanosleep(&(struct timespec){ .tv_nsec = 20000000 }, NULL);
    }
    ck_assert_int_eq(left, 0);
    pg_close(&other);
}
END_TEST

START_TEST(a_connection_that_is_lost_says_so_and_repeats_nothing)
{
    static const struct statement kill_me = { "kill_me",
                                              "select pg_terminate_backend(pg_backend_pid())" };
    struct pg *pg = open_pg(0);

    ck_assert(!pg_run(pg, &kill_me, NULL, NULL, &err));
    ck_assert_int_eq(err.kind, QUOSYNC_UNAVAILABLE);
    ck_assert_str_eq(pg_sqlstate(pg), "57P01");
    ck_assert(!pg_run(pg, &kill_me, NULL, NULL, &err));
    ck_assert_int_eq(err.kind, QUOSYNC_UNAVAILABLE);
    ck_assert(!pg_usable(pg));
    pg_close(&pg);
}
END_TEST

START_TEST(statements_that_share_a_round_trip_answer_in_order)
{
    static const struct statement one = { "one", "select 1::bigint" };
    static const struct statement rows = { "rows", "select g::bigint from generate_series(1, $1) g" };
    struct pg *pg = open_pg(0);
    struct result a = { 0 }, b = { 0 };
    struct params *params = params_new();

    params_bigint(params, 5);
    ck_assert(pg_send(pg, &one, NULL, &a, &err));
    ck_assert(pg_send(pg, &rows, params, &b, &err));
    ck_assert(pg_send(pg, &one, NULL, NULL, &err));
    ck_assert_msg(pg_wait(pg, &err), "%s", err.text);
    ck_assert_int_eq(result_bigint(&a, 0, 0), 1);
    ck_assert_uint_eq(b.rows, 5);
    ck_assert_int_eq(result_bigint(&b, 4, 0), 5);
    ck_assert(pg_wait(pg, &err));
    result_done(&a);
    result_done(&b);
    params_free(&params);
    pg_close(&pg);
}
END_TEST

START_TEST(the_first_of_several_failures_is_reported_and_the_rest_does_not_run)
{
    static const struct statement good = { "good", "select 1" };
    static const struct statement bad = { "bad", "select 1 / 0" };
    static const struct statement create = { "create", "create table public.unwanted ()" };
    static const struct statement look = { "look", "select to_regclass('public.unwanted')::text" };
    struct pg *pg = open_pg(0);
    struct result result = { 0 };

    ck_assert(pg_send(pg, &good, NULL, NULL, &err) && pg_send(pg, &bad, NULL, NULL, &err) &&
              pg_send(pg, &create, NULL, NULL, &err));
    ck_assert(!pg_wait(pg, &err));
    ck_assert_str_eq(pg_sqlstate(pg), "22012");
    ck_assert_ptr_nonnull(strstr(err.text, "\"bad\""));
    ck_assert_msg(pg_run(pg, &look, NULL, &result, &err), "%s", err.text);
    ck_assert(result_null(&result, 0, 0));
    result_done(&result);
    pg_close(&pg);
}
END_TEST

static int64_t
prepared_in(struct pg *pg)
{
    static const struct statement names = {
        "names", "select count(*) from pg_prepared_statements where name = 'tx_begin'"
    };
    AUTO(result_done) struct result result = { 0 };

    ck_assert_msg(pg_run(pg, &names, NULL, &result, &err), "%s", err.text);
    return result_bigint(&result, 0, 0);
}

START_TEST(statements_of_a_batch_are_prepared_once_and_again_where_that_failed)
{
    static const struct statement wrong = { "wrong", "select 1 / 0" };
    struct pg *pg = open_pg(0);

    ck_assert(pg_run(pg, &sql_tx_begin, NULL, NULL, &err));
    ck_assert_int_eq(prepared_in(pg), 0);
    ck_assert(pg_keep_plans(pg, &err));
    ck_assert(pg_send(pg, &wrong, NULL, NULL, &err));
    ck_assert(pg_send(pg, &sql_tx_begin, NULL, NULL, &err));
    ck_assert(!pg_wait(pg, &err));
    ck_assert_str_eq(pg_sqlstate(pg), "22012");
    ck_assert_int_eq(prepared_in(pg), 0);
    for (int i = 0; i < 3; i++)
        ck_assert_msg(pg_run(pg, &sql_tx_begin, NULL, NULL, &err), "%s", err.text);
    ck_assert_int_eq(prepared_in(pg), 1);
    pg_close(&pg);
}
END_TEST

/* As behind a pooler that looks like the server. */
START_TEST(a_session_that_forgot_what_was_prepared_is_left_and_nothing_is_prepared_any_more)
{
    static const struct statement forget = { "forget", "deallocate all" };
    struct pg *pg = open_pg(0);

    ck_assert(pg_keep_plans(pg, &err));
    ck_assert(pg_run(pg, &sql_tx_begin, NULL, NULL, &err));
    ck_assert(pg_run(pg, &forget, NULL, NULL, &err));
    ck_assert(!pg_run(pg, &sql_tx_begin, NULL, NULL, &err));
    ck_assert_int_eq(err.kind, QUOSYNC_UNAVAILABLE);
    ck_assert(!pg_usable(pg));
    pg_close(&pg);
    pg = open_pg(0);
    ck_assert(pg_keep_plans(pg, &err));
    ck_assert(pg_run(pg, &sql_tx_begin, NULL, NULL, &err));
    ck_assert_int_eq(prepared_in(pg), 0);
    pg_close(&pg);
}
END_TEST

START_TEST(a_transaction_that_is_not_committed_leaves_nothing)
{
    static const struct statement create = { "create", "create table public.kept ()" };
    static const struct statement look = { "look", "select to_regclass('public.kept')::text" };
    static const struct statement setting = { "setting",
                                              "select current_setting('enable_seqscan')" };
    struct pg *pg = open_pg(0);
    struct tx tx = { 0 };
    struct result result = { 0 };

    ck_assert(tx_begin(pg, &tx, &err));
    ck_assert_msg(pg_run(pg, &create, NULL, NULL, &err), "%s", err.text);
    ck_assert(!pg_run(pg, &(struct statement){ "bad", "select 1 / 0" }, NULL, NULL, &err));
    tx_end(&tx);
    tx_end(&tx);
    ck_assert_str_eq(pg_sqlstate(pg), "22012");

    ck_assert(tx_begin(pg, &tx, &err));
    ck_assert_msg(pg_run(pg, &look, NULL, &result, &err), "%s", err.text);
    ck_assert(result_null(&result, 0, 0));
    result_done(&result);
    ck_assert(pg_run(pg, &setting, NULL, &result, &err));
    ck_assert_str_eq(result_text(&result, 0, 0), "off");
    result_done(&result);
    ck_assert(pg_run(pg, &create, NULL, NULL, &err));
    ck_assert_msg(tx_commit(&tx, &err), "%s", err.text);
    tx_end(&tx);
    ck_assert(pg_run(pg, &look, NULL, &result, &err));
    ck_assert_str_eq(result_text(&result, 0, 0), "kept");
    result_done(&result);
    ck_assert(pg_run(pg, &setting, NULL, &result, &err));
    ck_assert_str_eq(result_text(&result, 0, 0), "on");
    result_done(&result);
    pg_close(&pg);
}
END_TEST

START_TEST(what_cannot_be_connected_to_says_whether_a_person_must_act)
{
    struct pg_options options = { .conninfo = "host=/nowhere password=marker" };
    struct pg *pg;

    ck_assert(!pg_open(&options, &pg, &err));
    ck_assert_int_eq(err.kind, QUOSYNC_UNAVAILABLE);
    ck_assert_ptr_null(strstr(err.text, "marker"));
    options.conninfo = "dbname=absent password=marker";
    ck_assert(!pg_open(&options, &pg, &err));
    ck_assert_int_eq(err.kind, QUOSYNC_CONFIG);
    options.conninfo = "password marker";
    ck_assert(!pg_open(&options, &pg, &err));
    ck_assert_int_eq(err.kind, QUOSYNC_CONFIG);
    ck_assert_ptr_null(strstr(err.text, "marker"));
    ck_assert_ptr_null(pg);
}
END_TEST

START_TEST(a_body_of_four_megabytes_travels_both_ways)
{
    static const struct statement echo = { "echo", "select $1::bytea, $2::bytea[]" };
    const size_t n = (size_t)4 << 20;
    struct pg *pg = open_pg(0);
    struct params *params = params_new();
    struct result result = { 0 };
    char *body = malloc(n);
    size_t got;

    memset(body, 'x', n);
    params_bytes(params, body, n);
    params_array(params, PARAMS_BYTEA, 2);
    params_item_bytes(params, body, n);
    params_item_bytes(params, body, n);
    ck_assert_msg(pg_run(pg, &echo, params, &result, &err), "%s", err.text);
    ck_assert(memcmp(result_bytes(&result, 0, 0, &got), body, n) == 0);
    ck_assert_uint_eq(got, n);
    result_done(&result);
    params_free(&params);
    pg_close(&pg);
    free(body);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("pg");
    TCase *tc = tcase_create("pg");

    tcase_set_timeout(tc, 30);
    tcase_add_test(tc, every_scalar_comes_back_as_it_went);
    tcase_add_test(tc, every_array_comes_back_as_it_went);
    tcase_add_test(tc, an_empty_array_has_no_elements);
    tcase_add_test(tc, parameters_that_got_no_memory_are_missed);
    tcase_add_test(tc, an_array_of_another_length_than_announced_is_our_bug);
    tcase_add_test(tc, a_failure_gets_the_kind_that_its_sqlstate_stands_for);
    tcase_add_test(tc, a_data_error_names_the_column_and_quotes_no_value);
    tcase_add_test(tc, a_statement_that_is_overdue_is_cancelled_and_the_connection_given_up);
    tcase_add_test(tc, a_connection_that_is_lost_says_so_and_repeats_nothing);
    tcase_add_test(tc, statements_that_share_a_round_trip_answer_in_order);
    tcase_add_test(tc, the_first_of_several_failures_is_reported_and_the_rest_does_not_run);
    tcase_add_test(tc, a_transaction_that_is_not_committed_leaves_nothing);
    tcase_add_test(tc, statements_of_a_batch_are_prepared_once_and_again_where_that_failed);
    tcase_add_test(
        tc, a_session_that_forgot_what_was_prepared_is_left_and_nothing_is_prepared_any_more);
    tcase_add_test(tc, what_cannot_be_connected_to_says_whether_a_person_must_act);
    tcase_add_test(tc, a_body_of_four_megabytes_travels_both_ways);
    suite_add_tcase(suite, tc);
    return suite_run(suite);
}
