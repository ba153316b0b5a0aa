/*
 * report_html.c - reports as one self-contained HTML page: a heading and a
 * table for each, every value escaped.
 */
#include "app/report.h"

#include <errno.h>
#include <string.h>

#include "core/error.h"

static void
put_escaped(FILE *file, const char *text)
{
    for (; *text != '\0'; text++)
        switch (*text) {
        case '&':
            (void)fputs("&amp;", file);
            break;
        case '<':
            (void)fputs("&lt;", file);
            break;
        case '>':
            (void)fputs("&gt;", file);
            break;
        case '"':
            (void)fputs("&quot;", file);
            break;
        case '\'':
            (void)fputs("&#39;", file);
            break;
        default:
            (void)fputc(*text, file);
        }
}

static void
put_table(FILE *file, const struct report_result *result)
{
    const size_t columns = report_columns(result);

    (void)fputs("<h2>", file);
    put_escaped(file, result->report->title);
    (void)fputs("</h2>\n<table>\n<thead><tr>", file);
    for (size_t column = 0; column < columns; column++) {
        (void)fputs("<th scope=\"col\">", file);
        put_escaped(file, report_column_name(result, column));
        (void)fputs("</th>", file);
    }
    (void)fputs("</tr></thead>\n<tbody>\n", file);
    for (size_t row = 0; row < report_rows(result); row++) {
        (void)fputs("<tr>", file);
        for (size_t column = 0; column < columns; column++) {
            const char *cell = report_cell(result, row, column);

            (void)fputs("<td>", file);
            if (cell != NULL)
                put_escaped(file, cell);
            (void)fputs("</td>", file);
        }
        (void)fputs("</tr>\n", file);
    }
    (void)fputs("</tbody>\n</table>\n", file);
}

bool
report_html_write(FILE *file, const struct report_result *results, size_t n,
                  struct quosync_error *err)
{
    (void)fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\">"
                "<title>Quo reports</title></head>\n<body>\n<h1>Quo reports</h1>\n", file);
    for (size_t i = 0; i < n; i++)
        put_table(file, &results[i]);
    (void)fputs("</body>\n</html>\n", file);
    if (fflush(file) == 0 && ferror(file) == 0)
        return true;
    return error_set(err, QUOSYNC_UNAVAILABLE, "could not write the page: %s", strerror(errno));
}
