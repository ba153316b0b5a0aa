/*
 * report_chart_data.c - gathers a chart's numbers from the rows of its report:
 * places, series, days in order and, where they are many, weeks.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/report_chart.h"
#include "core/error.h"

#define DAY_US (INT64_C(86400) * 1000000)

/* A column of days stays legible up to so many places; beyond, weeks are added up. */
#define PLACES_MAX 100

/* No chart shows more places; with more of them, data->crowded is set. */
#define PLACES_LIMIT 4000

/* Nor a heat map more squares in a row. */
#define SQUARES_LIMIT 64

static bool
is_date(const char *text)
{
    static const char shape[] = "dddd-dd-dd";
    size_t i;

    for (i = 0; shape[i] != '\0'; i++) {
        const bool digit = text[i] >= '0' && text[i] <= '9';

        if (shape[i] == 'd' ? !digit : text[i] != shape[i])
            return false;
    }
    return text[i] == '\0';
}

/* The number of label in list, which grows by it when it is new; or PLACES_LIMIT. */
static size_t
place_of(const char **list, size_t *n, const char *label)
{
    /* Most reports come with equal labels together. */
    if (*n > 0 && strcmp(list[*n - 1], label) == 0)
        return *n - 1;
    for (size_t i = 0; i < *n; i++)
        if (strcmp(list[i], label) == 0)
            return i;
    if (*n == PLACES_LIMIT)
        return PLACES_LIMIT;
    list[*n] = label;
    return (*n)++;
}

static const char *
cell_of(const struct page_report *report, size_t row, size_t column)
{
    return report->cells[row * report->n_columns + column];
}

static double
number_of(const struct page_report *report, size_t row, size_t column)
{
    return chart_number(&report->columns[column], cell_of(report, row, column));
}

static const char *
label_of(const struct page_report *report, size_t row, size_t column)
{
    const char *cell = cell_of(report, row, column);

    return cell == NULL ? "–" : cell;
}

static bool
all_dates(const struct chart_data *data)
{
    for (size_t i = 0; i < data->n_labels; i++)
        if (!is_date(data->labels[i]))
            return false;
    return data->n_labels > 0;
}

/* The first day first: reports may well begin with the last. */
static void
put_in_order(struct chart_data *data, size_t width)
{
    const size_t n = data->n_labels;

    if (strcmp(data->labels[0], data->labels[n - 1]) <= 0)
        return;
    for (size_t i = 0; i < n / 2; i++) {
        const char *label = data->labels[i];

        data->labels[i] = data->labels[n - 1 - i];
        data->labels[n - 1 - i] = label;
        for (size_t s = 0; s < width; s++) {
            const double value = data->values[i * width + s];

            data->values[i * width + s] = data->values[(n - 1 - i) * width + s];
            data->values[(n - 1 - i) * width + s] = value;
        }
    }
}

static void
add(double *to, double value)
{
    if (!isnan(value))
        *to = isnan(*to) ? value : *to + value;
}

/* Days from one label to the next, where they are equally far apart; else 0. */
static size_t
step_of(const struct chart_data *data)
{
    int64_t step = 0, before = 0;

    for (size_t i = 0; i < data->n_labels; i++) {
        struct quosync_error ignored;
        char midnight[24];
        int64_t us;

        (void)snprintf(midnight, sizeof midnight, "%.10sT00:00:00Z", data->labels[i]);
        if (!quosync_instant_parse(midnight, strlen(midnight), &us, &ignored))
            return 0;
        if (i > 1 && us - before != step)
            return 0;
        step = us - before;
        before = us;
    }
    return data->n_labels < 2 ? 0 : (size_t)(step / DAY_US);
}

/* Days become weeks (what is not daily: pairs) until they are few; the last may be a part. */
static void
merge_days(struct chart_data *data)
{
    const size_t width = data->n_series;
    size_t n = 0;

    data->daily = step_of(data) == 1;
    data->merged = data->daily ? 7 : 2;
    while (data->n_labels / data->merged >= PLACES_MAX)
        data->merged *= 2;
    for (size_t i = 0; i < data->n_labels; i += data->merged, n++) {
        data->labels[n] = data->labels[i];
        for (size_t s = 0; s < width; s++) {
            double sum = NAN;

            for (size_t k = i; k < data->n_labels && k < i + data->merged; k++)
                add(&sum, data->values[k * width + s]);
            data->values[n * width + s] = sum;
        }
    }
    data->n_labels = n;
}

/* Room for the values of n places, all NAN; NULL when there is no memory. */
static double *
places(struct arena *arena, size_t n, size_t width)
{
    double *values;

    n = n < PLACES_LIMIT ? n : PLACES_LIMIT;
    values = arena_get_zeroed(arena, n * width + 1, sizeof *values);

    for (size_t i = 0; values != NULL && i < n * width; i++)
        values[i] = NAN;
    return values;
}

static bool
read_heatmap(const struct page_report *report, const struct chart_hint *hint, struct arena *arena,
             struct chart_data *data, struct quosync_error *err)
{
    const size_t y = hint->y[0];

    data->across = arena_get_zeroed(arena, report->n_rows + 1, sizeof *data->across);
    if (data->across == NULL)
        return error_no_memory(err);
    for (size_t row = 0; row < report->n_rows; row++) {
        (void)place_of(data->labels, &data->n_labels, label_of(report, row, y));
        (void)place_of(data->across, &data->n_across, label_of(report, row, hint->x));
    }
    data->crowded = data->n_labels > SQUARES_LIMIT || data->n_across > SQUARES_LIMIT;
    if (data->crowded)
        return true;
    data->values = places(arena, data->n_labels, data->n_across);
    if (data->values == NULL)
        return error_no_memory(err);
    for (size_t row = 0; row < report->n_rows; row++) {
        const size_t down = place_of(data->labels, &data->n_labels,
                                     label_of(report, row, y));
        const size_t across = place_of(data->across, &data->n_across,
                                       label_of(report, row, hint->x));

        add(&data->values[down * data->n_across + across],
            number_of(report, row, hint->value));
    }
    return true;
}

/* ---- series ---- */

/* What a series is a value of: the greatest first, the rest as one. */
struct by {
    const char **names;
    double *totals;
    size_t n;
};

static bool
read_by(const struct page_report *report, const struct chart_hint *hint, struct arena *arena,
        struct by *by, struct quosync_error *err)
{
    *by = (struct by){ 0 };
    by->names = arena_get_zeroed(arena, report->n_rows + 1, sizeof *by->names);
    by->totals = arena_get_zeroed(arena, report->n_rows + 1, sizeof *by->totals);
    if (by->names == NULL || by->totals == NULL)
        return error_no_memory(err);
    for (size_t row = 0; row < report->n_rows; row++) {
        const double value = number_of(report, row, hint->y[0]);
        const size_t at = place_of(by->names, &by->n, label_of(report, row, hint->by));

        if (at < by->n && !isnan(value))
            by->totals[at] += value;
    }
    return true;
}

/* The greatest to the front, as many as there is room for; among equals the first. */
static void
choose_series(const struct by *by, enum chart_kind kind, struct chart_data *data)
{
    const bool others = by->n > CHART_SERIES_MAX && kind != CHART_LINES;
    const size_t room = others ? CHART_SERIES_MAX - 1 : CHART_SERIES_MAX;

    data->n_series = by->n < room ? by->n : room;
    for (size_t s = 0; s < data->n_series; s++) {
        size_t best = s;

        for (size_t i = s + 1; i < by->n; i++)
            if (by->totals[i] > by->totals[best])
                best = i;
        const char *name = by->names[best];
        const double total = by->totals[best];

        for (size_t i = best; i > s; i--) {
            by->names[i] = by->names[i - 1];
            by->totals[i] = by->totals[i - 1];
        }
        by->names[s] = data->names[s] = name;
        by->totals[s] = total;
    }
    if (others)
        data->names[data->n_series++] = "others";
    data->others = others;
    data->left_out = others ? 0 : by->n - data->n_series;
}

/* The series of a row, or n_series where it has none. */
static size_t
series_of(const struct page_report *report, const struct chart_hint *hint, size_t row,
          const struct chart_data *data)
{
    const size_t named = data->n_series - data->others;
    const char *name = label_of(report, row, hint->by);

    for (size_t s = 0; s < named; s++)
        if (strcmp(data->names[s], name) == 0)
            return s;
    return named;
}

static bool
name_series(const struct page_report *report, const struct chart_hint *hint, struct arena *arena,
            struct chart_data *data, struct quosync_error *err)
{
    struct by by;

    if (hint->has_by) {
        if (!read_by(report, hint, arena, &by, err))
            return false;
        choose_series(&by, hint->kind, data);
        return true;
    }
    data->n_series = hint->n_y;
    for (size_t s = 0; s < hint->n_y; s++) {
        char name[CHART_NAME_SIZE];

        (void)chart_name(&report->columns[hint->y[s]], name);
        data->names[s] = arena_text(arena, name, strlen(name));
        if (data->names[s] == NULL)
            return error_no_memory(err);
    }
    return true;
}

/* Two people of one name are two; two rows of a day are one day. */
static size_t
place_of_row(const struct page_report *report, const struct chart_hint *hint, size_t row,
             struct chart_data *data)
{
    const char *label = label_of(report, row, hint->x);

    if (hint->kind != CHART_BARS || hint->has_by)
        return place_of(data->labels, &data->n_labels, label);
    if (data->n_labels == PLACES_LIMIT)
        return PLACES_LIMIT;
    data->labels[data->n_labels] = label;
    return data->n_labels++;
}

static void
add_row(const struct page_report *report, const struct chart_hint *hint, size_t row,
        struct chart_data *data)
{
    const size_t place = place_of_row(report, hint, row, data);
    double *values = data->values + place * data->n_series;

    if (place == PLACES_LIMIT && data->n_labels == PLACES_LIMIT) {
        data->crowded = true;
        return;
    }
    if (hint->has_by) {
        const size_t s = series_of(report, hint, row, data);

        if (s < data->n_series)
            add(&values[s], number_of(report, row, hint->y[0]));
        return;
    }
    for (size_t s = 0; s < data->n_series; s++)
        add(&values[s], number_of(report, row, hint->y[s]));
}

/* The rows whose value in the hint's column is that of the first. */
static bool
keep_only(const struct page_report *report, const struct chart_hint *hint, struct arena *arena,
          struct page_report *kept, struct quosync_error *err)
{
    const size_t width = report->n_columns;
    const char **cells = arena_get_zeroed(arena, report->n_rows * width + 1, sizeof *cells);

    *kept = *report;
    if (cells == NULL)
        return error_no_memory(err);
    kept->cells = cells;
    kept->n_rows = 0;
    for (size_t row = 0; row < report->n_rows; row++) {
        if (strcmp(label_of(report, row, hint->only), label_of(report, 0, hint->only)) != 0)
            continue;
        memcpy(&cells[kept->n_rows * width], &report->cells[row * width], width * sizeof *cells);
        kept->n_rows++;
    }
    return true;
}

bool
chart_data_read(const struct page_report *report, const struct chart_hint *hint,
                struct arena *arena, struct chart_data *data, struct quosync_error *err)
{
    const bool heatmap = hint->kind == CHART_HEATMAP;
    struct page_report kept;

    *data = (struct chart_data){ .merged = 1 };
    if (hint->has_only && report->n_rows > 0) {
        if (!keep_only(report, hint, arena, &kept, err))
            return false;
        report = &kept;
        data->only = label_of(report, 0, hint->only);
    }
    data->unit = report->columns[heatmap ? hint->value : hint->y[0]].type;
    data->labels = arena_get_zeroed(arena, report->n_rows + 1, sizeof *data->labels);
    if (data->labels == NULL)
        return error_no_memory(err);
    if (heatmap)
        return read_heatmap(report, hint, arena, data, err);

    if (!name_series(report, hint, arena, data, err))
        return false;
    data->values = places(arena, report->n_rows, data->n_series);
    if (data->values == NULL)
        return error_no_memory(err);
    for (size_t row = 0; row < report->n_rows; row++)
        add_row(report, hint, row, data);
    data->dates = hint->kind != CHART_BARS && all_dates(data);
    if (data->dates)
        put_in_order(data, data->n_series);
    if (data->dates && hint->kind == CHART_COLUMNS && data->n_labels > PLACES_MAX)
        merge_days(data);
    return true;
}
