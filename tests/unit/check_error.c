/*
 * check_error.c - how a failure is written down: kind, cut text, hint, and the
 * words that a caller puts in front.
 */
#include "core/error.h"

#include <string.h>

#include "support/suite.h"

START_TEST(a_failure_holds_its_kind_and_a_text_and_no_old_hint)
{
    struct quosync_error err = { QUOSYNC_OK, "old", "Old." };

    ck_assert(!error_set(&err, QUOSYNC_TRY_LATER, "could not lock %d rows", 3));
    ck_assert_int_eq(err.kind, QUOSYNC_TRY_LATER);
    ck_assert_str_eq(err.text, "could not lock 3 rows");
    ck_assert_str_eq(err.hint, "");
}
END_TEST

START_TEST(nobody_has_to_take_the_error)
{
    ck_assert(!error_set(NULL, QUOSYNC_BUG, "unheard"));
    ck_assert(!error_no_memory(NULL));
    error_hint(NULL, "Unheard.");
    error_prefix(NULL, "unheard");
}
END_TEST

START_TEST(a_text_that_is_too_long_is_cut_and_stays_a_string)
{
    struct quosync_error err;
    char longer[2 * sizeof err.text];

    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    ck_assert(!error_set(&err, QUOSYNC_BAD_INPUT, "%s", longer));
    ck_assert_uint_eq(strlen(err.text), sizeof err.text - 1);
    error_prefix(&err, "delivery %s", "msg_1");
    ck_assert_uint_eq(strlen(err.text), sizeof err.text - 1);
    ck_assert_int_eq(strncmp(err.text, "delivery msg_1: xxx", 19), 0);
    error_prefix(&err, "%s", longer);
    ck_assert_uint_eq(strlen(err.text), sizeof err.text - 1);
}
END_TEST

START_TEST(words_in_front_keep_kind_and_hint)
{
    struct quosync_error err;

    ck_assert(!error_no_memory(&err));
    error_hint(&err, "Buy some.");
    error_prefix(&err, "delivery %s", "msg_1");
    ck_assert_int_eq(err.kind, QUOSYNC_NO_MEMORY);
    ck_assert_str_eq(err.text, "delivery msg_1: out of memory");
    ck_assert_str_eq(err.hint, "Buy some.");
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("error");
    TCase *tc = tcase_create("error");

    tcase_add_test(tc, a_failure_holds_its_kind_and_a_text_and_no_old_hint);
    tcase_add_test(tc, nobody_has_to_take_the_error);
    tcase_add_test(tc, a_text_that_is_too_long_is_cut_and_stays_a_string);
    tcase_add_test(tc, words_in_front_keep_kind_and_hint);
    suite_add_tcase(suite, tc);
    return suite_run(suite);
}
