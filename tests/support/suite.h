/*
 * suite.h - the end of every Check program: run the suite, say each case's
 * result (tests/run counts them), and return main's status.
 *
 *     int
 *     main(void)
 *     {
 *         Suite *suite = suite_create("error");
 *         TCase *tc = tcase_create("error");
 *
 *         tcase_add_test(tc, a_text_that_is_too_long_is_cut);
 *         suite_add_tcase(suite, tc);
 *         return suite_run(suite);
 *     }
 */
#ifndef QUOSYNC_TESTS_SUITE_H
#define QUOSYNC_TESTS_SUITE_H

#include <check.h>
#include <stdlib.h>

static inline int
suite_run(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    int failed;

    srunner_run_all(runner, CK_VERBOSE);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
