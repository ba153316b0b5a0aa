/*
 * check_instant.c - which instants and dates are read, which are refused, and
 * how they are printed. The table was checked against another library.
 */
#include "core/instant.h"

#include <stdio.h>
#include <string.h>

#include "support/suite.h"
#include "unit/vectors.h"

static struct vectors cases;

/* What the parser made of it, as the table says it: "-" where it was refused. */
static void
expect(const struct vector *v, bool read, int64_t us, const char *expected)
{
    char text[QUOSYNC_INSTANT_SIZE] = "-";

    if (read)
        quosync_instant_format(us, text);
    ck_assert_msg(strcmp(text, expected) == 0, "\"%s\": %s, not %s", v->fields[0], text,
                  expected);
}

START_TEST(an_instant_is_read_or_refused_as_the_table_says)
{
    const struct vector *v = &cases.items[_i];
    struct quosync_error err = { 0 };
    int64_t us = 42;
    bool read = quosync_instant_parse(v->fields[0], v->bytes[0], &us, &err);

    expect(v, read, us, v->fields[1]);
    if (!read) {
        ck_assert_int_eq(err.kind, QUOSYNC_BAD_INPUT);
        ck_assert(us == 42);
        /* The text must not quote what may be anything. */
        ck_assert(v->bytes[0] < 5 || strstr(err.text, v->fields[0]) == NULL);
    }
}
END_TEST

START_TEST(a_date_of_a_custom_field_is_read_or_refused_as_the_table_says)
{
    const struct vector *v = &cases.items[_i];
    int64_t us = 42;
    bool read = instant_parse_date(v->fields[0], v->bytes[0], &us);

    expect(v, read, us, v->fields[2]);
    ck_assert(read || us == 42);
}
END_TEST

START_TEST(a_printed_instant_reads_back_on_every_day_of_four_centuries)
{
    /* With a time of day that no two days in a row share. */
    for (int64_t day = 0; day < 146097; day++) {
        int64_t us = day * INSTANT_DAY_US + day * 591358691 % INSTANT_DAY_US, back;
        char text[QUOSYNC_INSTANT_SIZE];

        quosync_instant_format(us, text);
        /* An assertion notes its place for each pass; these are many. */
        if (!quosync_instant_parse(text, strlen(text), &back, NULL) || back != us)
            ck_abort_msg("%s", text);
    }
}
END_TEST

START_TEST(every_month_has_its_days_and_no_more)
{
    for (int year = 1996; year <= 2000; year++)
        for (int month = 1; month <= 12; month++) {
            int days = month == 2 ? 28 + (year % 4 == 0) : 30 + ((month + month / 8) % 2);

            for (int day = 0; day <= 33; day++) {
                char text[80];
                int64_t us;
                int n = snprintf(text, sizeof text, "%04d-%02d-%02dT00:00:00Z", year, month, day);

                ck_assert_msg(quosync_instant_parse(text, (size_t)n, &us, NULL) ==
                                  (day >= 1 && day <= days), "%s", text);
                ck_assert(instant_parse_date(text, 10, &us) == (day >= 1 && day <= days));
            }
        }
}
END_TEST

START_TEST(every_day_from_year_1_to_9999_is_the_day_after_the_one_before)
{
    char before[QUOSYNC_INSTANT_SIZE] = "", text[QUOSYNC_INSTANT_SIZE];
    const int64_t first = -719162, last = 2932896;
    int64_t back;

    for (int64_t day = first; day <= last; day++) {
        quosync_instant_format(day * INSTANT_DAY_US, text);
        if (strcmp(before, text) >= 0 || !instant_parse_date(text, 10, &back) ||
            back != day * INSTANT_DAY_US)
            ck_abort_msg("%s", text);
        memcpy(before, text, sizeof text);
    }
    ck_assert_str_eq(text, "9999-12-31T00:00:00Z");
}
END_TEST

START_TEST(an_instant_beyond_the_calendar_is_printed_as_its_end)
{
    char text[QUOSYNC_INSTANT_SIZE];

    quosync_instant_format(INT64_MIN, text);
    ck_assert_str_eq(text, "0001-01-01T00:00:00Z");
    quosync_instant_format(INT64_MAX, text);
    ck_assert_str_eq(text, "9999-12-31T23:59:59.999999Z");
    quosync_instant_format(-1, text);
    ck_assert_str_eq(text, "1969-12-31T23:59:59.999999Z");
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("instant");
    TCase *tc = tcase_create("instant");

    cases = vectors_load("instant/cases.tsv");
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, an_instant_is_read_or_refused_as_the_table_says, 0, (int)cases.n);
    tcase_add_loop_test(tc, a_date_of_a_custom_field_is_read_or_refused_as_the_table_says, 0,
                        (int)cases.n);
    tcase_add_test(tc, a_printed_instant_reads_back_on_every_day_of_four_centuries);
    tcase_add_test(tc, every_day_from_year_1_to_9999_is_the_day_after_the_one_before);
    tcase_add_test(tc, every_month_has_its_days_and_no_more);
    tcase_add_test(tc, an_instant_beyond_the_calendar_is_printed_as_its_end);
    suite_add_tcase(suite, tc);
    return suite_run(suite);
}
