/*
 * check_worker.c - what the threads of the worker tell of themselves.
 */
#include "db/deliver.h"

#define MINUTES INT64_C(60000000)

START_TEST(threads_that_do_not_come_round_are_noticed_and_ended_ones_are_not_missed)
{
    struct pg *pg = open_migrated();
    struct config_workspace workspace = { .name = "w", .org_id = "OR1", .timezone = "UTC" };
    const struct config config = { .database = "", .workers = 2, .batch = 10,
                                   .batch_bytes = 1 << 20, .workspaces = &workspace,
                                   .n_workspaces = 1 };
    const struct worker_options options = { .config = &config };
    struct workers *workers;

    ck_assert_msg(workers_open(&options, &workers, &err), "%s", err.text);
    ck_assert(workers_move(workers, clock_steady_us()));
    ck_assert(!workers_move(workers, clock_steady_us() + 60 * MINUTES));
    stop_request();
    workers_wait(workers);
    ck_assert(workers_move(workers, clock_steady_us() + 60 * MINUTES));
    ck_assert_msg(workers_close(&workers, &err), "%s", err.text);
    pg_close(&pg);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("worker");
    TCase *tc = tcase_create("worker");

    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, threads_that_do_not_come_round_are_noticed_and_ended_ones_are_not_missed);
    suite_add_tcase(suite, tc);
    return suite_run(suite);
}
