/*
 * check_phone.c - which typed phone numbers have an E.164, with and without the
 * country code 1. A line of the table: value, e164 without, e164 with it.
 */
#include "core/phone.h"

#include <string.h>

#include "support/suite.h"
#include "unit/vectors.h"

static struct vectors cases;

static const char *
derived(const char *value, int country_code, char e164[PHONE_E164_SIZE])
{
    return phone_e164(value, country_code, e164) ? e164 : "-";
}

START_TEST(a_number_has_the_e164_of_the_table)
{
    const struct vector *v = &cases.items[_i];
    char e164[PHONE_E164_SIZE];

    ck_assert_msg(strcmp(derived(v->fields[0], 0, e164), v->fields[1]) == 0, "\"%s\": %s",
                  v->fields[0], derived(v->fields[0], 0, e164));
}
END_TEST

START_TEST(with_country_code_1_a_number_has_the_e164_of_the_table)
{
    const struct vector *v = &cases.items[_i];
    char e164[PHONE_E164_SIZE];

    ck_assert_msg(strcmp(derived(v->fields[0], 1, e164), v->fields[2]) == 0, "\"%s\": %s",
                  v->fields[0], derived(v->fields[0], 1, e164));
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("phone");
    TCase *tc = tcase_create("phone");

    cases = vectors_load("phone/cases.tsv");
    tcase_add_loop_test(tc, a_number_has_the_e164_of_the_table, 0, (int)cases.n);
    tcase_add_loop_test(tc, with_country_code_1_a_number_has_the_e164_of_the_table, 0,
                        (int)cases.n);
    suite_add_tcase(suite, tc);
    return suite_run(suite);
}
