/*
 * check_stop.c - how a process is asked to end: once in order, twice at once;
 * and SIGHUP, which asks for something else.
 */
#include "base/stop.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "support/suite.h"

static void
set_up(void)
{
    struct quosync_error err;

    ck_assert(stop_install(&err));
}

START_TEST(the_first_signal_asks_and_wakes_everybody)
{
    const int number = _i == 0 ? SIGTERM : SIGINT;
    struct pollfd fd = { .fd = stop_fd(), .events = POLLIN };

    ck_assert(!stop_requested());
    ck_assert(!stop_wait(1));
    ck_assert_int_eq(raise(number), 0);
    ck_assert(stop_requested());
    ck_assert(stop_wait(-1));
    ck_assert_int_eq(poll(&fd, 1, 0), 1);
    ck_assert_int_eq(poll(&fd, 1, 0), 1); /* and stays readable */
}
END_TEST

START_TEST(the_signals_may_be_taken_over_again)
{
    struct quosync_error err;
    const int before = stop_fd();

    ck_assert(stop_install(&err));
    ck_assert_int_eq(stop_fd(), before);
    ck_assert_int_eq(raise(SIGTERM), 0);
    ck_assert(stop_requested());
}
END_TEST

START_TEST(the_second_signal_ends_at_once)
{
    const pid_t child = fork();
    int status;

    ck_assert_int_ge(child, 0);
    if (child == 0) {
        (void)raise(SIGINT);
        (void)raise(SIGTERM);
        _exit(0);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFSIGNALED(status));
    ck_assert_int_eq(WTERMSIG(status), SIGTERM);
}
END_TEST

START_TEST(the_first_signal_after_an_end_from_inside_does_not_kill)
{
    stop_request();
    ck_assert_int_eq(raise(SIGTERM), 0);
    ck_assert(stop_requested());
}
END_TEST

START_TEST(a_hangup_is_told_once_and_ends_nothing)
{
    bool hangup;

    ck_assert_int_eq(raise(SIGHUP), 0);
    ck_assert_int_eq(raise(SIGHUP), 0);
    ck_assert(!stop_wait_hangup(-1, &hangup));
    ck_assert(hangup);
    ck_assert(!stop_wait_hangup(1, &hangup));
    ck_assert(!hangup);
}
END_TEST

static void *
ask_later(void *unused)
{
    (void)unused;
    clock_sleep_ms(20);
    stop_request();
    return NULL;
}

START_TEST(a_thread_may_ask_for_the_end)
{
    const int64_t begin_us = clock_steady_us();
    pthread_t thread;

    ck_assert_int_eq(pthread_create(&thread, NULL, ask_later, NULL), 0);
    ck_assert(stop_wait(_i == 0 ? 5000 : 100000));
    ck_assert_int_lt(clock_steady_us() - begin_us, 2 * CLOCK_US_PER_S);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
}
END_TEST

START_TEST(a_broken_pipe_is_no_end)
{
    int ends[2];

    ck_assert_int_eq(pipe(ends), 0);
    (void)close(ends[0]);
    ck_assert_int_eq(write(ends[1], "x", 1), -1);
}
END_TEST

START_TEST(pauses_grow_and_are_bounded)
{
    for (unsigned try = 0; try < 70; try++) {
        const int64_t ms = clock_backoff_ms(try, 100, 5000);

        ck_assert_int_le(ms, 5000);
        ck_assert_int_ge(ms, try == 0 ? 75 : 150);
    }
}
END_TEST

/* A process that never asked for signals. */
START_TEST(an_end_may_be_asked_for_without_any_signal)
{
    stop_request();
    ck_assert(stop_requested());
    ck_assert(stop_wait(-1));
    ck_assert_int_lt(stop_fd(), 0);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("stop");
    TCase *tc = tcase_create("stop");

    tcase_add_checked_fixture(tc, set_up, NULL);
    tcase_add_loop_test(tc, the_first_signal_asks_and_wakes_everybody, 0, 2);
    tcase_add_test(tc, the_second_signal_ends_at_once);
    tcase_add_test(tc, the_first_signal_after_an_end_from_inside_does_not_kill);
    tcase_add_test(tc, a_hangup_is_told_once_and_ends_nothing);
    tcase_add_test(tc, the_signals_may_be_taken_over_again);
    tcase_add_loop_test(tc, a_thread_may_ask_for_the_end, 0, 2);
    tcase_add_test(tc, a_broken_pipe_is_no_end);
    tcase_add_test(tc, pauses_grow_and_are_bounded);
    suite_add_tcase(suite, tc);
    tc = tcase_create("without signals");
    tcase_add_test(tc, an_end_may_be_asked_for_without_any_signal);
    suite_add_tcase(suite, tc);
    return suite_run(suite);
}
