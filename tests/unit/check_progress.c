/*
 * check_progress.c - the line that says how far a command is: on a terminal alone, never
 * wider than it, and with a guess of the time that is left once there is one.
 */
#include <config.h> /* posix_openpt */

#include "base/progress.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "support/suite.h"

static int terminal = -1; /* its side of the screen */
static char text[4096];

static void
widen(unsigned short columns)
{
    const struct winsize size = { .ws_row = 24, .ws_col = columns };

    ck_assert_int_eq(ioctl(terminal, TIOCSWINSZ, &size), 0);
}

static void
set_up(void)
{
    int side;

    terminal = posix_openpt(O_RDWR | O_NOCTTY);
    ck_assert_int_ge(terminal, 0);
    ck_assert(grantpt(terminal) == 0 && unlockpt(terminal) == 0);
    side = open(ptsname(terminal), O_RDWR | O_NOCTTY);
    ck_assert_int_ge(side, 0);
    ck_assert_int_eq(dup2(side, STDERR_FILENO), STDERR_FILENO);
    ck_assert_int_eq(fcntl(terminal, F_SETFL, O_NONBLOCK), 0);
    widen(200);
}

static const char *
drawn(void)
{
    ssize_t n = read(terminal, text, sizeof text - 1);

    text[n < 0 ? 0 : n] = '\0';
    return text;
}

/* `done` of 1000 after so many seconds. */
static const char *
after(int64_t seconds, uint64_t done)
{
    struct progress progress;

    progress_start(&progress, "ingest", 1000);
    progress.started_us -= seconds * CLOCK_US_PER_S;
    progress_show(&progress, done, "so far");
    return drawn();
}

START_TEST(a_terminal_is_told_how_far_it_is)
{
    ck_assert_str_eq(after(0, 500),
                     "\ringest [############------------]  50 % so far\033[K");
    ck_assert_str_eq(after(0, 2000),
                     "\ringest [########################] 100 % so far\033[K");
}
END_TEST

static const struct {
    int64_t seconds;
    uint64_t done;
    const char *left; /* NULL: nothing is said */
} guesses[] = {
    { 0, 500, NULL },   { 10, 0, NULL },    { 10, 9, NULL },
    { 10, 1000, NULL }, { 10, 500, " %, 10 s left so far" },
    { 600, 500, " %, 10 min left so far" },
    { 36000, 500, " %, 10 h left so far" },
};

START_TEST(what_is_left_is_guessed_once_there_is_something_to_go_by)
{
    (void)after(guesses[_i].seconds, guesses[_i].done);
    if (guesses[_i].left == NULL) {
        ck_assert_ptr_nonnull(strstr(text, " % so far"));
        ck_assert_ptr_null(strstr(text, "left"));
    } else {
        ck_assert_msg(strstr(text, guesses[_i].left) != NULL, "%s", text);
    }
}
END_TEST

START_TEST(without_a_total_the_time_is_told)
{
    struct progress progress;

    progress_start(&progress, "reconcile", 0);
    progress.started_us -= 42 * CLOCK_US_PER_S;
    progress_show(&progress, 7, "7 pages");
    ck_assert_str_eq(drawn(), "\rreconcile 42 s 7 pages\033[K");
}
END_TEST

/* Of a terminal that does not know how wide it is: 80 columns. */
START_TEST(a_line_never_scrolls)
{
    static const struct {
        unsigned short columns;
        size_t shown;
    } widths[] = { { 20, 19 }, { 0, 79 }, { 1, sizeof "ingest 0 s " - 1 + 100 } };
    struct progress progress;
    char note[101];

    memset(note, 'x', sizeof note - 1);
    note[sizeof note - 1] = '\0';
    for (size_t i = 0; i < 3; i++) {
        widen(widths[i].columns);
        progress_start(&progress, "ingest", 0);
        progress_show(&progress, 1, note);
        ck_assert_uint_eq(strlen(drawn()) - strlen("\r\033[K"), widths[i].shown);
    }
}
END_TEST

START_TEST(it_is_drawn_ten_times_a_second_at_most_and_wiped)
{
    struct progress progress;

    progress_start(&progress, "ingest", 0);
    progress_show(&progress, 1, "first");
    progress.next_us = INT64_MAX; /* however long this test takes */
    progress_show(&progress, 2, "second");
    ck_assert_str_eq(drawn(), "\ringest 0 s first\033[K");
    progress_done(&progress);
    ck_assert_str_eq(drawn(), "\r\033[K");
    progress_done(&progress);
    progress_show(&progress, 3, "third");
    ck_assert_str_eq(drawn(), "");
}
END_TEST

START_TEST(what_is_no_terminal_stays_clean)
{
    struct progress progress;
    int ends[2];
    char byte;

    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
    ck_assert_int_eq(close(ends[1]), 0);
    progress_start(&progress, "ingest", 10);
    progress_show(&progress, 1, "first");
    progress_done(&progress);
    ck_assert_int_eq(close(STDERR_FILENO), 0);
    ck_assert_int_eq(read(ends[0], &byte, 1), 0);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("progress");
    TCase *tc = tcase_create("progress");

    tcase_add_checked_fixture(tc, set_up, NULL);
    tcase_add_test(tc, a_terminal_is_told_how_far_it_is);
    tcase_add_loop_test(tc, what_is_left_is_guessed_once_there_is_something_to_go_by, 0,
                        (int)(sizeof guesses / sizeof guesses[0]));
    tcase_add_test(tc, without_a_total_the_time_is_told);
    tcase_add_test(tc, a_line_never_scrolls);
    tcase_add_test(tc, it_is_drawn_ten_times_a_second_at_most_and_wiped);
    tcase_add_test(tc, what_is_no_terminal_stays_clean);
    suite_add_tcase(suite, tc);
    return suite_run(suite);
}
