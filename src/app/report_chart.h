/*
 * report_chart.h - which chart shows a report: the hint in its SQL head, read
 * against its columns, and the numbers that are to be drawn.
 *
 *     bars x=user y=calls,messages      a bar for each x: upright over days and
 *                                       numbers, else lying, the first rows
 *     lines x=day y=median,p90          over time, what cannot be added up
 *     heatmap x=hour y=weekday value=n  a square for each pair
 *     figures y=median,p90              the numbers of the one row, in large
 *
 *     ... only=field                     the rows that have the first row's field
 *     ... title=Calls of each line       its heading, to the end of the hint
 *
 * Several y are a series each; with by=COLUMN each value of that column is one.
 * Bars stack their series. There are four at most.
 */
#ifndef QUOSYNC_APP_REPORT_CHART_H
#define QUOSYNC_APP_REPORT_CHART_H

#include "app/report_page.h"
#include "core/memory.h"

#define CHART_SERIES_MAX 4

enum chart_kind {
    CHART_NONE,
    CHART_BARS,
    CHART_COLUMNS,
    CHART_LINES,
    CHART_HEATMAP,
    CHART_FIGURES
};

/* Columns of the report, by number. */
struct chart_hint {
    enum chart_kind kind;
    size_t x;
    size_t y[CHART_SERIES_MAX]; /* of a heat map one: its rows */
    size_t n_y;
    size_t value;               /* of a heat map */
    bool has_by;
    size_t by;
    bool has_only;
    size_t only;
    const char *title;          /* NULL: chart_title makes one */
};

/*
 * chart_hint_read - the hint of a report. False where it is no hint, or names
 * a column that the report has not; a hint of NULL or "none" is CHART_NONE.
 */
bool chart_hint_read(const char *text, const struct page_column *columns, size_t n_columns,
                     struct chart_hint *hint);

/*
 * The numbers: a label for each place, and n_series numbers for it, NAN where
 * there is none. Rows of one place are added up. Everything lies in the arena.
 */
struct chart_data {
    const char **labels; /* of a heat map: its rows */
    size_t n_labels;
    const char **across; /* of a heat map: its columns */
    size_t n_across;
    double *values;      /* label by label, series by series (or across by across) */
    const char *names[CHART_SERIES_MAX]; /* in words */
    size_t n_series;
    enum page_type unit; /* of the numbers */
    bool dates;          /* labels are days, in order */
    size_t merged;       /* so many labels make a place; 1: each its own */
    bool daily;          /* a label is a day, none is left out */
    bool crowded;        /* there are more places than can be shown */
    bool others;         /* the last series is all that found no room */
    const char *only;    /* the value that all rows have; NULL: any */
    size_t left_out;     /* series of lines that found none, and cannot be added up */
};

/* Errors: QUOSYNC_NO_MEMORY. */
bool chart_data_read(const struct page_report *report, const struct chart_hint *hint,
                     struct arena *arena, struct chart_data *data, struct quosync_error *err)
    QUOSYNC_MUST_CHECK;

/* "Not delivered", "Median", "Answered, %": a column's heading; its unit is in its numbers. */
#define CHART_NAME_SIZE 80
const char *chart_name(const struct page_column *column, char text[CHART_NAME_SIZE]);

/* The hint's, or "Received and sent by contact". */
#define CHART_TITLE_SIZE 400
const char *chart_title(const struct page_column *columns, const struct chart_hint *hint,
                        char text[CHART_TITLE_SIZE]);

/* The number in a column's cell, durations in seconds; NAN for null and for what is none. */
double chart_number(const struct page_column *column, const char *cell);

/* "1250", "37 %", "2 h 5 min": a number as a label says it. */
#define CHART_LABEL_SIZE 40
const char *chart_label(double value, enum page_type unit, char text[CHART_LABEL_SIZE]);

#endif
