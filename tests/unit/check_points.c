/*
 * check_points.c - what QUOSYNC_POINT asks for is done at that passage of that point
 * alone, and a test that asks for the wrong thing does not pass.
 */
#include "base/points.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/suite.h"

#ifdef ENABLE_POINTS

static void
pass_some(void)
{
    QUOSYNC_POINT("test-first");
    QUOSYNC_POINT("test-second");
    QUOSYNC_POINT("test-second");
}

/* A process that passes the points; how it fared by then. */
static int
passes(const char *wish, pid_t *child)
{
    int status;

    if (wish == NULL)
        ck_assert_int_eq(unsetenv("QUOSYNC_POINT"), 0);
    else
        ck_assert_int_eq(setenv("QUOSYNC_POINT", wish, 1), 0);
    *child = fork();
    ck_assert_int_ge(*child, 0);
    if (*child == 0) {
        pass_some();
        exit(0);
    }
    ck_assert_int_eq(waitpid(*child, &status, WUNTRACED), *child);
    return status;
}

static const struct {
    const char *wish;
    int signal; /* 0: none */
    int status;
} wishes[] = {
    { NULL, 0, 0 },
    { "", 0, 0 },
    { "test-third", 0, 0 },
    { "test-second:3:stop", 0, 0 },
    { "test-second:stop", SIGSTOP, 0 },
    { "test-second:2:stop", SIGSTOP, 0 },
    { "test-first", SIGKILL, 0 },
    { "test-second:2", SIGKILL, 0 },
    { "test-second:kill", SIGKILL, 0 },
    { "test-first:0", 0, 2 },
    { "test-first:x", 0, 2 },
    { "test-first:3:halt", 0, 2 },
    { "a-name-that-is-longer-than-any-point-could-ever-be-called-by-anybody-at-all", 0, 2 },
};

START_TEST(a_point_does_what_was_asked_for_and_when)
{
    pid_t child;
    int status = passes(wishes[_i].wish, &child);

    if (wishes[_i].signal == SIGSTOP) {
        ck_assert(WIFSTOPPED(status));
        ck_assert_int_eq(WSTOPSIG(status), SIGSTOP);
        ck_assert_int_eq(kill(child, SIGCONT), 0);
        ck_assert_int_eq(waitpid(child, &status, 0), child);
        ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0); /* once, no more */
    } else if (wishes[_i].signal != 0) {
        ck_assert(WIFSIGNALED(status));
        ck_assert_int_eq(WTERMSIG(status), wishes[_i].signal);
    } else {
        ck_assert(WIFEXITED(status));
        ck_assert_int_eq(WEXITSTATUS(status), wishes[_i].status);
    }
}
END_TEST

START_TEST(each_point_is_listed_once)
{
    size_t n;
    const char *const *names = points_list(&n);

    ck_assert_uint_ge(n, 2);
    for (size_t i = 1; i < n; i++)
        ck_assert_int_lt(strcmp(names[i - 1], names[i]), 0);
}
END_TEST

#endif

int
main(void)
{
    Suite *suite = suite_create("points");
    TCase *tc = tcase_create("points");

#ifdef ENABLE_POINTS
    tcase_add_loop_test(tc, a_point_does_what_was_asked_for_and_when, 0,
                        (int)(sizeof wishes / sizeof wishes[0]));
    tcase_add_test(tc, each_point_is_listed_once);
#endif
    suite_add_tcase(suite, tc);
    return suite_run(suite);
}
