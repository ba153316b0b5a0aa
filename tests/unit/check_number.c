/*
 * check_number.c - numbers as the columns hold them, in the C locale and in
 * those with another decimal point.
 */
#include "core/number.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "support/suite.h"
#include "unit/locales.h"
#include "unit/vectors.h"

static struct vectors cases;

static void
check_case(const struct vector *v)
{
    char text[NUMBER_SIZE] = "-";

    if (!number_canonical(v->fields[0], v->bytes[0], text))
        memcpy(text, "-", 2);
    ck_assert_msg(strcmp(text, v->fields[1]) == 0, "%.60s: %s, not %s", v->fields[0], text,
                  v->fields[1]);
}

START_TEST(a_number_is_written_as_the_table_says)
{
    check_case(&cases.items[_i]);
}
END_TEST

START_TEST(the_locale_changes_nothing)
{
    for (enum test_locale locale = 0; locale < LOCALES; locale++) {
        locales_enter(locale);
        check_case(&cases.items[_i]);
        locales_leave();
    }
}
END_TEST

START_TEST(a_double_reads_back_as_itself_and_is_as_short_as_that_allows)
{
    uint64_t state = UINT64_C(0x9E3779B97F4A7C15) * (uint64_t)(_i + 1);

    for (int i = 0; i < 20000; i++) {
        char text[NUMBER_SIZE], shorter[NUMBER_SIZE];
        double value, back;

        /* Any pattern of bits: all exponents alike, subnormal ones too. */
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        memcpy(&value, &state, sizeof value);
        if (!isfinite(value) || value == 0)
            continue;
        number_format(value, text);
        if (!number_parse(text, strlen(text), &back) || back != value)
            ck_abort_msg("%s", text);
        for (int digits = 1; digits < 17; digits++) {
            (void)snprintf(shorter, sizeof shorter, "%.*g", digits, value);
            if (strtod(shorter, NULL) == value) {
                ck_assert_str_eq(text, shorter);
                break;
            }
        }
    }
}
END_TEST

START_TEST(a_number_of_400000_digits_is_refused)
{
    static char text[400000];
    bool whole;
    double value;

    memset(text, '9', sizeof text);
    ck_assert_uint_eq(number_span(text, sizeof text, &whole), sizeof text);
    ck_assert(whole && !number_fits_int64(text, sizeof text));
    ck_assert(!number_parse(text, sizeof text, &value));
}
END_TEST

START_TEST(a_span_ends_where_the_number_does)
{
    static const struct {
        const char *text;
        size_t bytes;
        bool whole;
    } spans[] = { { "12,13", 2, true },  { "12]", 2, true },     { "-0}", 2, true },
                  { "1.5 ", 3, false },  { "1e5\n", 3, false },  { "1.5e-7x", 6, false },
                  { "0123", 0, true },   { "x1", 0, true },      { "1.x", 0, false },
                  { "1ex", 0, false },   { "-x", 0, true },      { "0.0.0", 3, false } };

    for (size_t i = 0; i < sizeof spans / sizeof spans[0]; i++) {
        bool whole;

        ck_assert_uint_eq(number_span(spans[i].text, strlen(spans[i].text), &whole),
                          spans[i].bytes);
        ck_assert_int_eq(whole, spans[i].whole);
    }
    /* It reads no further than it is told. */
    bool whole;
    ck_assert_uint_eq(number_span("123", 2, &whole), 2);
    ck_assert_uint_eq(number_span("1.5", 2, &whole), 0);
    ck_assert_uint_eq(number_span("1", 0, &whole), 0);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("number");
    TCase *tc = tcase_create("number");

    int status;

    cases = vectors_load("number/cases.tsv");
    if (!locales_make()) {
        locales_remove();
        return 99;
    }
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, a_number_is_written_as_the_table_says, 0, (int)cases.n);
    tcase_add_loop_test(tc, the_locale_changes_nothing, 0, (int)cases.n);
    tcase_add_loop_test(tc, a_double_reads_back_as_itself_and_is_as_short_as_that_allows, 0, 4);
    tcase_add_test(tc, a_number_of_400000_digits_is_refused);
    tcase_add_test(tc, a_span_ends_where_the_number_does);
    suite_add_tcase(suite, tc);
    status = suite_run(suite);
    locales_remove();
    return status;
}
