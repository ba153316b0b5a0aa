/*
 * report_page.h - reports as one page of HTML that needs nothing beside itself:
 * style, script and charts are in it, and its policy allows nothing else.
 */
#ifndef QUOSYNC_APP_REPORT_PAGE_H
#define QUOSYNC_APP_REPORT_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "quosync.h"

/* A table shows so many rows at most, and says how many there are. */
#define PAGE_ROWS_MAX 500

/* Of a column: how it is written, aligned, sorted and drawn. */
enum page_type {
    PAGE_TEXT,
    PAGE_NUMBER,
    PAGE_DURATION, /* a number of the column's unit, shown as "2 h 5 min" */
    PAGE_PERCENT,  /* a number from 0 to 100 */
    PAGE_TIME,     /* a date, or a local date and time */
    PAGE_BOOLEAN   /* t or f */
};

struct page_column {
    const char *name;      /* ends in its unit: "wait_minutes", "answered_percent" */
    const char *meaning;   /* NULL: none is told */
    enum page_type type;
    unsigned unit_seconds; /* of a duration: 1, 60, 3600 or 86400; else 0 */
};

struct page_parameter {
    const char *name, *value, *meaning;
};

/* The rows of a report, with all that the page says of it. Texts may hold anything. */
struct page_report {
    const char *name;      /* "calls_missed" */
    const char *section;   /* "calls": the contents are grouped by it */
    const char *title;
    const char *question;
    const char *period;    /* "when a message was sent"; NULL: the period means nothing to it */
    const char *chart;     /* NULL: none (report_chart.h) */
    const char *const *traps; /* what people get wrong about it; ends with NULL */
    const struct page_parameter *parameters;
    size_t n_parameters;
    const struct page_column *columns;
    size_t n_columns;
    const char *const *cells; /* n_rows times n_columns, a row after the other; NULL is null */
    size_t n_rows;
    bool cut;              /* the report itself left rows out, by a parameter of its own */
};

/* A fact of the page's head. */
struct page_fact {
    const char *name, *value;
};

/* What stands over the reports. */
struct page_head {
    const char *title;             /* of the document, and the heading where there are several */
    const char *workspace;         /* over the title; NULL: nothing */
    const struct page_fact *facts; /* period, zone, when it was made */
    size_t n_facts;
    const char *program;           /* "quosync 0.1.0" */
};

/*
 * page_write - the whole page. A single report is the page; of several, the
 * contents stand in front. A chart that does not fit its report's columns is
 * left out.
 *
 * Errors   QUOSYNC_NO_MEMORY; QUOSYNC_UNAVAILABLE when file cannot be written.
 */
bool page_write(FILE *file, const struct page_head *head, const struct page_report *reports,
                size_t n_reports, struct quosync_error *err) QUOSYNC_MUST_CHECK;

#endif
