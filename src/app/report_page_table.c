/*
 * report_page_table.c - rows as a table that report.js can sort: what a cell
 * shows for people, and beside it, where that differs, what it is sorted by.
 */
#include "app/report_page_table.h"

#include <math.h>
#include <string.h>

#include "app/html.h"
#include "app/report_chart.h"

/* A text of more characters may be broken into lines, anywhere if need be. */
#define SHORT_TEXT 26

/* A table of more columns must save room. */
#define COLUMNS_EASY 7

/* Up to so many rows the table needs no scrolling of its own. */
#define ROWS_WHOLE 12

static bool
is_right_aligned(enum page_type type)
{
    return type == PAGE_NUMBER || type == PAGE_DURATION || type == PAGE_PERCENT;
}

static const char *
class_of(enum page_type type)
{
    return is_right_aligned(type) ? "number" : type == PAGE_TIME ? "time" : NULL;
}

/* "+14155550101" */
static bool
is_phone_number(const char *text)
{
    size_t digits;

    if (text[0] != '+' || text[1] == '0')
        return false;
    digits = strspn(text + 1, "0123456789");
    return digits >= 8 && digits <= 15 && text[1 + digits] == '\0';
}

/* The bytes of a local time up to its minutes; of anything else, all. */
static size_t
up_to_minutes(const char *text)
{
    static const char shape[] = "dddd-dd-dd dd:dd:";

    for (size_t i = 0; shape[i] != '\0'; i++)
        if (shape[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != shape[i])
            return strlen(text);
    return sizeof shape - 2;
}

/* Where there is no room it breaks behind the date, not at a hyphen. */
static void
put_time(FILE *file, const char *cell)
{
    const size_t bytes = up_to_minutes(cell), date = strcspn(cell, " ");

    (void)fputs("<span>", file);
    html_bytes(file, cell, date < bytes ? date : bytes);
    (void)fputs("</span>", file);
    if (date < bytes)
        html_bytes(file, cell + date, bytes - date);
}

void
page_cell_write(FILE *file, const struct page_column *column, const char *cell)
{
    const enum page_type type = column->type;
    const double number = chart_number(column, cell);
    char label[CHART_LABEL_SIZE];

    if (cell == NULL)
        return;
    if (type == PAGE_DURATION && !isnan(number))
        html_text(file, chart_label(number, type, label));
    else if (type == PAGE_BOOLEAN)
        html_text(file, strcmp(cell, "t") == 0 ? "yes" : "no");
    else if (type == PAGE_TIME)
        put_time(file, cell);
    else if (type == PAGE_TEXT && is_phone_number(cell))
        (void)fprintf(file, "<a class=\"tel\" href=\"tel:%s\">%s</a>", cell, cell);
    else
        html_text(file, cell);
}

/* Does page_cell_write show less than there is? */
static bool
is_shortened(const struct page_column *column, const char *cell)
{
    return (column->type == PAGE_DURATION && !isnan(chart_number(column, cell))) ||
           (column->type == PAGE_TIME && cell[up_to_minutes(cell)] != '\0');
}

static void
put_head(FILE *file, const struct page_report *report)
{
    (void)fputs("<thead><tr>", file);
    for (size_t i = 0; i < report->n_columns; i++) {
        const struct page_column *column = &report->columns[i];
        const char *class = class_of(column->type);
        char name[CHART_NAME_SIZE];

        (void)fputs("<th scope=\"col\"", file);
        if (class != NULL)
            (void)fprintf(file, " class=\"%s\"", class);
        if (is_right_aligned(column->type))
            (void)fputs(" data-type=\"number\"", file);
        if (column->meaning != NULL) {
            (void)fputs(" title=\"", file);
            html_text(file, column->meaning);
            (void)fputc('"', file);
        }
        (void)fputc('>', file);
        html_text(file, chart_name(column, name));
        (void)fputs("</th>", file);
    }
    (void)fputs("</tr></thead>\n<tbody>\n", file);
}

static void
put_cell(FILE *file, const struct page_column *column, const char *cell, bool heads_row)
{
    const char *element = heads_row ? "th" : "td";
    const char *class = class_of(column->type);

    if (class == NULL && cell != NULL &&
        (html_characters(cell) > SHORT_TEXT || strchr(cell, '\n') != NULL))
        class = "long";
    (void)fprintf(file, "<%s%s", element, heads_row ? " scope=\"row\"" : "");
    if (cell == NULL)
        (void)fprintf(file, " class=\"none%s%s\"", class == NULL ? "" : " ",
                      class == NULL ? "" : class);
    else if (class != NULL)
        (void)fprintf(file, " class=\"%s\"", class);
    if (cell != NULL && is_shortened(column, cell)) {
        (void)fputs(" data-key=\"", file);
        html_text(file, cell);
        (void)fputc('"', file);
    }
    (void)fputc('>', file);
    page_cell_write(file, column, cell);
    (void)fprintf(file, "</%s>", element);
}

/* What the reader must know before counting: how many rows, and whether all are here. */
static void
put_caption(FILE *file, const struct page_report *report)
{
    (void)fputs("<caption>", file);
    if (report->n_rows > PAGE_ROWS_MAX)
        (void)fprintf(file, "The first %d of %s%zu rows", PAGE_ROWS_MAX,
                      report->cut ? "more than " : "", report->n_rows);
    else if (report->cut)
        (void)fprintf(file, "The first %zu rows; there are more", report->n_rows);
    else
        (void)fprintf(file, "%zu row%s", report->n_rows, report->n_rows == 1 ? "" : "s");
    (void)fputs("</caption>\n", file);
}

void
page_table_write(FILE *file, const struct page_report *report, const char *id)
{
    static const char *const classes[2][2] = {
        { "", " class=\"wide\"" },
        { " class=\"sortable\"", " class=\"sortable wide\"" },
    };
    const size_t shown = report->n_rows < PAGE_ROWS_MAX ? report->n_rows : PAGE_ROWS_MAX;
    bool has_null = false;

    if (report->n_rows == 0) {
        (void)fprintf(file, "<p class=\"empty\">Nothing to show%s.</p>\n",
                      report->period == NULL ? "" : " for this period");
        return;
    }
    (void)fprintf(file, "<div class=\"scroll%s\" role=\"region\" tabindex=\"0\" "
                  "aria-labelledby=\"%s-h\">\n<table%s>\n",
                  shown <= ROWS_WHOLE ? " whole" : "", id,
                  classes[shown > 1][report->n_columns > COLUMNS_EASY]);
    put_caption(file, report);
    put_head(file, report);
    for (size_t row = 0; row < shown; row++) {
        (void)fputs("<tr>", file);
        for (size_t i = 0; i < report->n_columns; i++) {
            const char *cell = report->cells[row * report->n_columns + i];

            /* The first column says whose row it is, unless it is a number. */
            put_cell(file, &report->columns[i], cell,
                     i == 0 && !is_right_aligned(report->columns[0].type));
            has_null = has_null || cell == NULL;
        }
        (void)fputs("</tr>\n", file);
    }
    (void)fputs("</tbody>\n</table>\n</div>\n", file);
    if (has_null)
        (void)fputs("<p class=\"note\">– stands for no value.</p>\n", file);
    if (report->n_rows > PAGE_ROWS_MAX) {
        (void)fputs("<p class=\"note\">All rows: <code>quosync report ", file);
        html_text(file, report->name);
        (void)fputs(" --format csv</code></p>\n", file);
    }
}
