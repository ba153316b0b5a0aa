/*
 * check_report_svg.c - scales, names of days, and what a drawing says of them.
 */
#include "app/report_svg.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/suite.h"

static char *drawn;
static size_t drawn_bytes;

static void
tear_down(void)
{
    free(drawn);
    drawn = NULL;
}

static const struct {
    double greatest;
    enum page_type unit;
    size_t steps;
    double step, top;
} scales[] = {
    { 0, PAGE_NUMBER, 5, 0.2, 1 },
    { 1, PAGE_NUMBER, 5, 0.2, 1 },
    { 3, PAGE_NUMBER, 5, 1, 3 }, /* whole things have no halves */
    { 10, PAGE_NUMBER, 5, 2, 10 },
    { 21, PAGE_NUMBER, 5, 5, 25 },
    { 37, PAGE_NUMBER, 5, 10, 40 },
    { 99, PAGE_PERCENT, 5, 20, 100 },
    { 4, PAGE_DURATION, 5, 1, 4 },
    { 70, PAGE_DURATION, 5, 15, 75 },
    { 1000, PAGE_DURATION, 4, 300, 1200 },
    { 90000, PAGE_DURATION, 5, 21600, 108000 },
    { 2000000, PAGE_DURATION, 5, 432000, 2160000 }, /* five days */
};

START_TEST(a_scale_ends_at_a_round_number)
{
    struct svg_scale scale;

    svg_scale_make(scales[_i].greatest, scales[_i].unit, scales[_i].steps, &scale);
    ck_assert_double_eq_tol(scale.step, scales[_i].step, 1e-9);
    ck_assert_double_eq_tol(scale.top, scales[_i].top, 1e-9);
}
END_TEST

static const struct {
    const char *label;
    bool dates;
    size_t merged;
    const char *name;
} places[] = {
    { "Sales", false, 1, "Sales" },
    { "2026-11-03", true, 1, "3 Nov" },
    { "2026-01-01", true, 1, "1 Jan 2026" },
    { "2026-01-02", true, 1, "2 Jan" },
    { "2026-01-05", true, 7, "5 Jan 2026" },
    { "2026-02-01", true, 7, "1 Feb" },
    { "2026-13-01", true, 1, "2026-13-01" },
    { "2026-00-01", true, 1, "2026-00-01" },
};

START_TEST(a_day_is_told_in_words_and_its_year_where_it_changes)
{
    const char *labels[] = { places[_i].label };
    const struct chart_data data = { .labels = labels, .n_labels = 1, .dates = places[_i].dates,
                                     .merged = places[_i].merged };
    char text[32];

    ck_assert_str_eq(svg_place_name(&data, 0, text), places[_i].name);
}
END_TEST

START_TEST(pixels_are_tenths_and_never_minus_nothing)
{
    FILE *file = open_memstream(&drawn, &drawn_bytes);

    ck_assert_ptr_nonnull(file);
    svg_px(file, 12);
    (void)fputc(' ', file);
    svg_px(file, -0.01);
    (void)fputc(' ', file);
    svg_px(file, -1.25);
    ck_assert_int_eq(fclose(file), 0);
    ck_assert_str_eq(drawn, "12 0 -1.3");
}
END_TEST

/* Draws it; the text that came of it. */
static const char *
draw(void (*how)(const struct svg *svg), const struct chart_data *data, bool narrow)
{
    struct svg svg = { .data = data, .id = "r", .title = "Title", .narrow = narrow,
                       .width = narrow ? SVG_NARROW : SVG_WIDE };

    tear_down();
    svg.file = open_memstream(&drawn, &drawn_bytes);
    ck_assert_ptr_nonnull(svg.file);
    how(&svg);
    ck_assert_int_eq(fclose(svg.file), 0);
    return drawn;
}

START_TEST(columns_of_weeks_say_how_many_days_and_in_which_unit)
{
    const char *labels[] = { "2026-01-01", "2026-01-08", "2026-01-15" };
    double values[] = { 30, 45.5, 70 };
    struct chart_data data = { .labels = labels, .n_labels = 3, .values = values, .n_series = 1,
                               .names = { "wait" }, .dates = true, .daily = true, .merged = 7,
                               .unit = PAGE_DURATION };

    for (int narrow = 0; narrow < 2; narrow++) {
        const char *text = draw(svg_columns, &data, narrow == 1);

        ck_assert_ptr_nonnull(strstr(text, "2026-01-08 and the next 6"));
        ck_assert_ptr_nonnull(strstr(text, "1 Jan 2026"));
    }
    data.unit = PAGE_PERCENT;
    data.merged = 1;
    values[2] = 120; /* more than all is still shown */
    ck_assert_ptr_nonnull(strstr(draw(svg_columns, &data, false), "120 %"));
    ck_assert_ptr_null(strstr(drawn, "and the next"));
    ck_assert_ptr_nonnull(strstr(draw(svg_lines, &data, false), "120 %"));
}
END_TEST

START_TEST(many_columns_of_a_heat_map_are_named_by_threes_or_sixes)
{
    static char numbers[48][8];
    const char *labels[] = { "Mon" }, *across[48];
    double values[48];
    struct chart_data data = { .labels = labels, .n_labels = 1, .across = across, .n_across = 24,
                               .values = values, .n_series = 1, .names = { "calls" },
                               .unit = PAGE_NUMBER };

    for (int i = 0; i < 48; i++) {
        (void)snprintf(numbers[i], sizeof numbers[i], "%dh", i);
        across[i] = numbers[i];
        values[i] = i;
    }
    ck_assert_ptr_nonnull(strstr(draw(svg_heatmap, &data, false), ">1h<"));
    ck_assert_ptr_null(strstr(draw(svg_heatmap, &data, true), ">1h<"));
    ck_assert_ptr_nonnull(strstr(drawn, ">3h<"));
    data.n_across = 48;
    ck_assert_ptr_null(strstr(draw(svg_heatmap, &data, true), ">3h<"));
    ck_assert_ptr_nonnull(strstr(drawn, ">6h<"));
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("report_svg");
    TCase *tc = tcase_create("svg");

    tcase_add_checked_fixture(tc, NULL, tear_down);
    tcase_add_loop_test(tc, a_scale_ends_at_a_round_number, 0, sizeof scales / sizeof *scales);
    tcase_add_loop_test(tc, a_day_is_told_in_words_and_its_year_where_it_changes, 0,
                        sizeof places / sizeof *places);
    tcase_add_test(tc, pixels_are_tenths_and_never_minus_nothing);
    tcase_add_test(tc, columns_of_weeks_say_how_many_days_and_in_which_unit);
    tcase_add_test(tc, many_columns_of_a_heat_map_are_named_by_threes_or_sixes);
    suite_add_tcase(suite, tc);
    return suite_run(suite);
}
