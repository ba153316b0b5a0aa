/*
 * check_report_chart.c - a hint is read against the columns that there are, and
 * a chart's numbers are those of the rows.
 */
#include "app/report_chart.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/report.h"
#include "support/suite.h"

static struct arena arena;

static void
tear_down(void)
{
    arena_done(&arena);
}

static const struct page_column columns[] = {
    { "day", NULL, PAGE_TIME, 0 },
    { "line", NULL, PAGE_TEXT, 0 },
    { "answered", NULL, PAGE_NUMBER, 0 },
    { "missed", NULL, PAGE_NUMBER, 0 },
    { "wait_seconds", NULL, PAGE_DURATION, 1 },
};
#define COLUMNS 5

/* ---- hints --------------------------------------------------------------------- */

static const struct {
    const char *text;
    bool fits;
    enum chart_kind kind;
} hints[] = {
    { NULL, true, CHART_NONE },
    { "none", true, CHART_NONE },
    { "bars x=line y=answered", true, CHART_BARS },
    { "bars x=line  y=answered,missed", true, CHART_BARS },
    { "bars x=day y=answered", true, CHART_COLUMNS }, /* days go from left to right */
    { "bars x=answered y=missed", true, CHART_COLUMNS },
    { "columns x=line y=answered", true, CHART_COLUMNS },
    { "lines x=day y=wait_seconds by=line", true, CHART_LINES },
    { "heatmap x=day y=line value=answered", true, CHART_HEATMAP },
    { "figures y=answered,missed,wait_seconds", true, CHART_FIGURES },
    { "bars x=line y=answered only=day title=Calls of x=9 lines", true, CHART_BARS },
    { "bars x=line y=answered only=week", false, CHART_NONE },
    { "bars x=line title=y=answered", false, CHART_NONE }, /* a title goes on to the end */
    { "", false, CHART_NONE },
    { "pie x=line y=answered", false, CHART_NONE },
    { "bars", false, CHART_NONE },
    { "bars x=line", false, CHART_NONE },
    { "bars y=answered", false, CHART_NONE },
    { "bars x=line y=", false, CHART_NONE },
    { "bars x=line y=day", false, CHART_NONE }, /* no number */
    { "bars x=line y=lost", false, CHART_NONE },
    { "bars x=line y=answered colour", false, CHART_NONE },
    { "bars x=line y=answered colour=day", false, CHART_NONE },
    { "bars x=line y=answered value=missed", false, CHART_NONE },
    { "bars x=line y=answered,missed by=day", false, CHART_NONE },
    { "bars x=line y=answered,answered,answered,answered,answered", false, CHART_NONE },
    { "heatmap x=day y=line", false, CHART_NONE },
    { "heatmap x=day y=line value=line", false, CHART_NONE },
    { "figures x=line y=answered", false, CHART_NONE },
};

START_TEST(a_hint_fits_the_columns_or_is_refused)
{
    struct chart_hint hint;
    const bool fits = chart_hint_read(hints[_i].text, columns, COLUMNS, &hint);

    ck_assert_msg(fits == hints[_i].fits, "\"%s\"", hints[_i].text);
    if (fits)
        ck_assert_int_eq(hint.kind, hints[_i].kind);
}
END_TEST

START_TEST(the_hint_of_every_shipped_report_names_columns_that_it_has)
{
    for (const struct report *report = reports; report->name != NULL; report++) {
        struct page_column *named = calloc(report->n_columns, sizeof *named);
        struct chart_hint hint;

        ck_assert_ptr_nonnull(named);
        for (size_t i = 0; i < report->n_columns; i++)
            named[i] = (struct page_column){ .name = report->columns[i].name,
                                             .type = PAGE_NUMBER };
        ck_assert_msg(chart_hint_read(report->chart, named, report->n_columns, &hint),
                      "%s: \"%s\"", report->name, report->chart);
        free(named);
    }
}
END_TEST

/* ---- words --------------------------------------------------------------------- */

static const struct {
    double value;
    enum page_type unit;
    const char *text;
} labels[] = {
    { 0, PAGE_NUMBER, "0" },
    { 1250, PAGE_NUMBER, "1250" },
    { 12.34, PAGE_NUMBER, "12.3" },
    { 12.96, PAGE_NUMBER, "13" },
    { 1234.56, PAGE_NUMBER, "1235" },
    { -0.04, PAGE_NUMBER, "0" },
    { -3, PAGE_NUMBER, "−3" },
    { 37.5, PAGE_PERCENT, "37.5 %" },
    { 0, PAGE_DURATION, "0 s" },
    { 59.4, PAGE_DURATION, "59 s" },
    { 59.6, PAGE_DURATION, "1 min" },
    { 312, PAGE_DURATION, "5 min 12 s" },
    { 1325, PAGE_DURATION, "22 min" },
    { 7505, PAGE_DURATION, "2 h 5 min" },
    { 90000, PAGE_DURATION, "1 d 1 h" },
    { -60, PAGE_DURATION, "−1 min" },
    { NAN, PAGE_DURATION, "–" },
};

START_TEST(a_number_is_said_in_its_unit)
{
    char text[CHART_LABEL_SIZE];

    ck_assert_str_eq(chart_label(labels[_i].value, labels[_i].unit, text), labels[_i].text);
}
END_TEST

START_TEST(what_is_no_number_has_no_place_in_a_chart)
{
    const struct page_column *column = &columns[2];

    ck_assert_double_eq(chart_number(column, "-12.5"), -12.5);
    ck_assert(isnan(chart_number(column, NULL)));
    ck_assert(isnan(chart_number(column, "")));
    ck_assert(isnan(chart_number(column, "12 apples")));
    ck_assert(isnan(chart_number(column, "Infinity")));
    ck_assert(isnan(chart_number(column, "NaN")));
}
END_TEST

START_TEST(a_duration_is_counted_in_seconds_whatever_its_unit)
{
    const struct page_column minutes = { "wait_minutes", NULL, PAGE_DURATION, 60 };

    ck_assert_double_eq(chart_number(&columns[4], "90.5"), 90.5);
    ck_assert_double_eq(chart_number(&minutes, "90.5"), 5430);
}
END_TEST

static const struct {
    const char *name;
    enum page_type type;
    const char *text;
} names[] = {
    { "not_delivered", PAGE_NUMBER, "Not delivered" },
    { "median_business_minutes", PAGE_DURATION, "Median business" },
    { "waiting_hours", PAGE_DURATION, "Waiting" },
    { "quiet_days", PAGE_DURATION, "Quiet" },
    { "days", PAGE_NUMBER, "Days" },
    { "answered_percent", PAGE_PERCENT, "Answered, %" },
    { "percent", PAGE_PERCENT, "Percent" },
    { "ai", PAGE_NUMBER, "AI" },
    { "by_ai_alone", PAGE_NUMBER, "By AI alone" },
    { "aim", PAGE_NUMBER, "Aim" },
    { "émis_le", PAGE_TEXT, "émis le" },
};

START_TEST(a_heading_leaves_the_unit_to_the_numbers)
{
    const struct page_column column = { names[_i].name, NULL, names[_i].type, 60 };
    char text[CHART_NAME_SIZE];

    ck_assert_str_eq(chart_name(&column, text), names[_i].text);
}
END_TEST

START_TEST(a_title_names_what_is_shown)
{
    char text[CHART_TITLE_SIZE];
    struct chart_hint hint;

    ck_assert(chart_hint_read("bars x=line y=answered,missed,wait_seconds", columns, COLUMNS,
                              &hint));
    ck_assert_str_eq(chart_title(columns, &hint, text), "Answered, missed and wait by line");
    ck_assert(chart_hint_read("lines x=day y=missed by=line", columns, COLUMNS, &hint));
    ck_assert_str_eq(chart_title(columns, &hint, text), "Missed by day and line");
    ck_assert(chart_hint_read("heatmap x=day y=line value=missed", columns, COLUMNS, &hint));
    ck_assert_str_eq(chart_title(columns, &hint, text), "Missed by line and day");
    ck_assert(chart_hint_read("bars x=line y=missed title=Whom we missed", columns, COLUMNS, &hint));
    ck_assert_str_eq(chart_title(columns, &hint, text), "Whom we missed");
}
END_TEST

/* ---- numbers ------------------------------------------------------------------- */

static void
read_data(const char *chart, const char *const *cells, size_t n_rows, struct chart_data *data)
{
    const struct page_report report = {
        .name = "test", .columns = columns, .n_columns = COLUMNS, .cells = cells, .n_rows = n_rows,
    };
    struct chart_hint hint;
    struct quosync_error err;

    ck_assert(chart_hint_read(chart, columns, COLUMNS, &hint));
    ck_assert(chart_data_read(&report, &hint, &arena, data, &err));
}

static const char *const days[] = {
    "2026-11-03", "Sales", "3", "1", NULL,     /* the last day first, as tables have it */
    "2026-11-03", "Support", "4", NULL, "60",
    "2026-11-02", "Sales", "5", NULL, NULL,
    "2026-11-01", "Support", "7", "2", "30",
};

START_TEST(rows_of_a_day_are_added_up_and_days_put_in_order)
{
    struct chart_data data;

    read_data("bars x=day y=answered,missed", days, 4, &data);
    ck_assert_uint_eq(data.n_labels, 3);
    ck_assert_uint_eq(data.n_series, 2);
    ck_assert(data.dates);
    ck_assert_str_eq(data.labels[0], "2026-11-01");
    ck_assert_double_eq(data.values[0], 7);
    ck_assert_double_eq(data.values[1], 2);
    ck_assert_double_eq(data.values[2], 5);
    ck_assert(isnan(data.values[3]));
    ck_assert_str_eq(data.labels[2], "2026-11-03");
    ck_assert_double_eq(data.values[4], 7);
    ck_assert_double_eq(data.values[5], 1);
    ck_assert_str_eq(data.names[0], "Answered");
}
END_TEST

START_TEST(only_rows_of_the_first_value_are_drawn)
{
    struct chart_data data;

    read_data("bars x=line y=answered only=day", days, 4, &data);
    ck_assert_str_eq(data.only, "2026-11-03");
    ck_assert_uint_eq(data.n_labels, 2);
    ck_assert_str_eq(data.labels[0], "Sales");
    ck_assert_double_eq(data.values[0], 3); /* without the five of another day */
    ck_assert_double_eq(data.values[1], 4);
}
END_TEST

START_TEST(each_value_of_by_is_a_series_the_greatest_first)
{
    struct chart_data data;

    read_data("bars x=day y=answered by=line", days, 4, &data);
    ck_assert_uint_eq(data.n_series, 2);
    ck_assert_str_eq(data.names[0], "Support"); /* 11 against 8 */
    ck_assert_str_eq(data.names[1], "Sales");
    ck_assert_double_eq(data.values[0], 7);
    ck_assert(isnan(data.values[1]));
    ck_assert_double_eq(data.values[4], 4);
    ck_assert_double_eq(data.values[5], 3);
}
END_TEST

START_TEST(series_without_room_become_others)
{
    static const char *const rows[] = {
        "2026-11-01", "a", "1", NULL, NULL, "2026-11-01", "b", "2", NULL, NULL,
        "2026-11-01", "c", "3", NULL, NULL, "2026-11-01", "d", "4", NULL, NULL,
        "2026-11-01", "e", "5", NULL, NULL,
    };
    struct chart_data data;

    read_data("bars x=day y=answered by=line", rows, 5, &data);
    ck_assert_uint_eq(data.n_series, 4);
    ck_assert_str_eq(data.names[0], "e");
    ck_assert_str_eq(data.names[2], "c");
    ck_assert_str_eq(data.names[3], "others");
    ck_assert_double_eq(data.values[3], 3);
    /* A median of medians would be none: lines leave them out. */
    read_data("lines x=day y=answered by=line", rows, 5, &data);
    ck_assert_uint_eq(data.n_series, 4);
    ck_assert_str_eq(data.names[3], "b");
    ck_assert_uint_eq(data.left_out, 1);
}
END_TEST

START_TEST(two_of_one_name_are_two_bars)
{
    static const char *const rows[] = {
        NULL, "Ada", "3", NULL, NULL, NULL, "Ada", "2", NULL, NULL, NULL, NULL, "1", NULL, NULL,
    };
    struct chart_data data;

    read_data("bars x=line y=answered", rows, 3, &data);
    ck_assert_uint_eq(data.n_labels, 3);
    ck_assert_double_eq(data.values[1], 2);
    ck_assert_str_eq(data.labels[2], "–");
}
END_TEST

/* A row for each of n days from 2026-01-01 on (months of 28 days would leave gaps). */
static void
make_days(const char **cells, char (*text)[16], size_t n)
{
    static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    int month = 0, day = 1;

    for (size_t i = 0; i < n; i++) {
        (void)snprintf(text[i], sizeof text[i], "2026-%02d-%02d", month + 1, day);
        cells[i * COLUMNS] = text[i];
        cells[i * COLUMNS + 1] = "Sales";
        cells[i * COLUMNS + 2] = "1";
        if (++day > lengths[month]) {
            day = 1;
            month++;
        }
    }
}

START_TEST(many_days_become_weeks)
{
    static const char *cells[200 * COLUMNS];
    static char text[200][16];
    struct chart_data data;

    make_days(cells, text, 200);
    read_data("bars x=day y=answered", cells, 100, &data);
    ck_assert_uint_eq(data.merged, 1);
    ck_assert_uint_eq(data.n_labels, 100);
    read_data("bars x=day y=answered", cells, 200, &data);
    ck_assert(data.daily);
    ck_assert_uint_eq(data.merged, 7);
    ck_assert_uint_eq(data.n_labels, 29);
    ck_assert_double_eq(data.values[0], 7);
    ck_assert_double_eq(data.values[28], 4); /* the last week is a part of one */
    ck_assert_str_eq(data.labels[1], "2026-01-08");
    read_data("lines x=day y=answered", cells, 200, &data);
    ck_assert_uint_eq(data.n_labels, 200);
}
END_TEST

START_TEST(a_heat_map_has_a_square_for_each_pair)
{
    struct chart_data data;

    read_data("heatmap x=day y=line value=answered", days, 4, &data);
    ck_assert_uint_eq(data.n_labels, 2);
    ck_assert_uint_eq(data.n_across, 3);
    ck_assert_str_eq(data.labels[0], "Sales");
    ck_assert_str_eq(data.across[2], "2026-11-01");
    ck_assert_double_eq(data.values[0], 3);
    ck_assert_double_eq(data.values[1], 5);
    ck_assert(isnan(data.values[2]));
    ck_assert_double_eq(data.values[5], 7);
}
END_TEST

START_TEST(too_many_places_are_no_chart)
{
    static const char *cells[4100 * COLUMNS];
    static char text[4100][16];
    struct chart_data data;

    for (size_t i = 0; i < 4100; i++) {
        (void)snprintf(text[i], sizeof text[i], "%zu", i);
        cells[i * COLUMNS] = cells[i * COLUMNS + 1] = text[i];
        cells[i * COLUMNS + 2] = "1";
    }
    read_data("columns x=line y=answered", cells, 4000, &data);
    ck_assert(!data.crowded);
    read_data("columns x=line y=answered", cells, 4100, &data);
    ck_assert(data.crowded);
    read_data("heatmap x=line y=line value=answered", cells, 4100, &data);
    ck_assert(data.crowded);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("report_chart");
    TCase *tc = tcase_create("chart");

    tcase_add_checked_fixture(tc, NULL, tear_down);
    tcase_add_loop_test(tc, a_hint_fits_the_columns_or_is_refused, 0,
                        sizeof hints / sizeof *hints);
    tcase_add_test(tc, the_hint_of_every_shipped_report_names_columns_that_it_has);
    tcase_add_loop_test(tc, a_number_is_said_in_its_unit, 0, sizeof labels / sizeof *labels);
    tcase_add_loop_test(tc, a_heading_leaves_the_unit_to_the_numbers, 0,
                        sizeof names / sizeof *names);
    tcase_add_test(tc, a_duration_is_counted_in_seconds_whatever_its_unit);
    tcase_add_test(tc, what_is_no_number_has_no_place_in_a_chart);
    tcase_add_test(tc, a_title_names_what_is_shown);
    tcase_add_test(tc, rows_of_a_day_are_added_up_and_days_put_in_order);
    tcase_add_test(tc, only_rows_of_the_first_value_are_drawn);
    tcase_add_test(tc, each_value_of_by_is_a_series_the_greatest_first);
    tcase_add_test(tc, series_without_room_become_others);
    tcase_add_test(tc, two_of_one_name_are_two_bars);
    tcase_add_test(tc, many_days_become_weeks);
    tcase_add_test(tc, a_heat_map_has_a_square_for_each_pair);
    tcase_add_test(tc, too_many_places_are_no_chart);
    suite_add_tcase(suite, tc);
    return suite_run(suite);
}
