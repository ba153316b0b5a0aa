/*
 * report_text.c - a report's answer as a table for people, as CSV and as JSON,
 * and the list of reports as JSON.
 */
#include "app/report.h"

#include <inttypes.h>
#include <string.h>

#include "app/output.h"
#include "core/error.h"
#include "core/memory.h"

/* ---- a cell of a table --------------------------------------------------------------- */

/* One character of UTF-8 at text, which ends with a NUL; *bytes is 1 for what is none. */
static uint32_t
character(const unsigned char *text, size_t *bytes)
{
    const size_t n = text[0] >= 0xF0 ? 4 : text[0] >= 0xE0 ? 3 : text[0] >= 0xC2 ? 2 : 1;
    uint32_t c = n == 1 ? text[0] : text[0] & (0x7Fu >> n);

    *bytes = 1;
    for (size_t i = 1; i < n; i++) {
        if ((text[i] & 0xC0) != 0x80)
            return UINT32_MAX;
        c = c << 6 | (text[i] & 0x3F);
    }
    *bytes = n;
    return n == 1 && c >= 0x80 ? UINT32_MAX : c;
}

struct range {
    uint32_t first, last;
};

static bool
within(uint32_t c, const struct range *ranges, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (c >= ranges[i].first && c <= ranges[i].last)
            return true;
    return false;
}

/* Controls, and what turns or hides text: shown as escapes. */
static bool
unshown(uint32_t c)
{
    static const struct range ranges[] = {
        { 0, 0x1F },          { 0x7F, 0x9F },       { 0x061C, 0x061C },   { 0x200B, 0x200F },
        { 0x2028, 0x202E },   { 0x2060, 0x206F },   { 0xFEFF, 0xFEFF },   { 0xFFF9, 0xFFFB },
        { 0xE0000, 0xE007F }, { UINT32_MAX, UINT32_MAX },
    };

    return within(c, ranges, sizeof ranges / sizeof ranges[0]);
}

/* How many places a terminal gives a character: none to marks, two to wide ones. */
static size_t
places(uint32_t c)
{
    static const struct range marks[] = { { 0x0300, 0x036F }, { 0xFE00, 0xFE0F },
                                          { 0x20D0, 0x20FF } };
    static const struct range wide[] = {
        { 0x1100, 0x115F }, { 0x2E80, 0xA4CF }, { 0xAC00, 0xD7A3 },   { 0xF900, 0xFAFF },
        { 0xFE30, 0xFE6F }, { 0xFF00, 0xFF60 }, { 0x1F300, 0x1FAFF }, { 0x20000, 0x3FFFD },
    };

    if (within(c, marks, sizeof marks / sizeof marks[0]))
        return 0;
    return within(c, wide, sizeof wide / sizeof wide[0]) ? 2 : 1;
}

/* Prints a text, where there is a file, and returns its width. NULL is empty. */
static size_t
put_text(FILE *file, const char *text)
{
    const unsigned char *at = (const unsigned char *)(text == NULL ? "" : text);
    size_t width = 0, bytes;

    for (; *at != '\0'; at += bytes) {
        const uint32_t c = character(at, &bytes);
        char escape[16];

        if (!unshown(c)) {
            width += places(c);
            if (file != NULL)
                (void)fwrite(at, 1, bytes, file);
            continue;
        }
        if (c == '\n' || c == '\t')
            (void)snprintf(escape, sizeof escape, "\\%c", c == '\n' ? 'n' : 't');
        else if (c == UINT32_MAX || c < 0x80)
            (void)snprintf(escape, sizeof escape, "\\x%02x", *at);
        else
            (void)snprintf(escape, sizeof escape, "\\u%04" PRIx32, c);
        width += strlen(escape);
        if (file != NULL)
            (void)fputs(escape, file);
    }
    return width;
}

/* What a table shows of a value: yes and no for booleans. */
static const char *
shown(const struct report_result *result, size_t row, size_t column)
{
    const char *cell = report_cell(result, row, column);

    if (cell != NULL && report_column_kind(result, column) == REPORT_BOOLEAN)
        return cell[0] == 't' ? "yes" : "no";
    return cell;
}

static size_t
column_width(const struct report_result *result, size_t column)
{
    size_t width = put_text(NULL, report_column_name(result, column));

    for (size_t row = 0; row < report_rows(result); row++) {
        const size_t cell = put_text(NULL, shown(result, row, column));

        width = cell > width ? cell : width;
    }
    return width;
}

static void
put_blanks(FILE *file, size_t n, char what)
{
    for (; n > 0; n--)
        (void)fputc(what, file);
}

static void
put_aligned(FILE *file, const char *text, size_t width, bool right, bool last)
{
    const size_t blanks = width - put_text(NULL, text);

    if (right)
        put_blanks(file, blanks, ' ');
    (void)put_text(file, text);
    if (!right && !last)
        put_blanks(file, blanks, ' ');
    (void)fputs(last ? "\n" : "  ", file);
}

static void
put_heading(FILE *file, const struct report_result *result)
{
    const struct report_frame *frame = result->frame;

    (void)fprintf(file, "%s\n", result->report->title);
    if (result->report->period == NULL)
        (void)fprintf(file, "as of %s", frame->now);
    else if (frame->since[0] == '\0')
        (void)fprintf(file, "up to %s", frame->until);
    else
        (void)fprintf(file, "%s to %s", frame->since, frame->until);
    (void)fprintf(file, ", %s", frame->tz);
    for (size_t i = 0; i < result->report->n_parameters; i++)
        if (result->values[i][0] != '\0') {
            (void)fprintf(file, ", %s=", result->report->parameters[i].name);
            (void)put_text(file, result->values[i]);
        }
    (void)fputs("\n\n", file);
}

bool
report_table_write(FILE *file, const struct report_result *result, struct quosync_error *err)
{
    const size_t columns = report_columns(result), rows = report_rows(result);
    AUTO(arena_done) struct arena arena = { 0 };
    size_t *widths = arena_get_zeroed(&arena, columns, sizeof *widths);

    if (widths == NULL)
        return error_no_memory(err);
    put_heading(file, result);
    for (size_t column = 0; column < columns; column++)
        widths[column] = column_width(result, column);
    for (size_t column = 0; column < columns; column++)
        put_aligned(file, report_column_name(result, column), widths[column],
                    report_column_kind(result, column) == REPORT_NUMBER, column + 1 == columns);
    for (size_t column = 0; column < columns; column++) {
        put_blanks(file, widths[column], '-');
        (void)fputs(column + 1 == columns ? "\n" : "  ", file);
    }
    for (size_t row = 0; row < rows; row++)
        for (size_t column = 0; column < columns; column++)
            put_aligned(file, shown(result, row, column), widths[column],
                        report_column_kind(result, column) == REPORT_NUMBER,
                        column + 1 == columns);
    (void)fprintf(file, "(%zu row%s%s)\n", rows, rows == 1 ? "" : "s",
                  report_cut(result) ? ", cut there: limit=0 gives all" : "");
    return true;
}

/* ---- CSV ------------------------------------------------------------------------------ */

/* A spreadsheet takes a cell that begins so for a formula. */
static bool
like_a_formula(const char *text)
{
    return text[0] != '\0' && strchr("=+-@\t\r", text[0]) != NULL;
}

static void
put_csv(FILE *file, const char *text, bool prefixed)
{
    const size_t bytes = strlen(text);
    const bool quote = bytes == 0 || prefixed || strpbrk(text, "\",\r\n") != NULL ||
                       text[0] == ' ' || text[bytes - 1] == ' ';

    if (!quote) {
        (void)fputs(text, file);
        return;
    }
    (void)fputs(prefixed ? "\"'" : "\"", file);
    for (; *text != '\0'; text++) {
        if (*text == '"')
            (void)fputc('"', file);
        (void)fputc(*text, file);
    }
    (void)fputc('"', file);
}

void
report_csv_write(FILE *file, const struct report_result *result, bool spreadsheet)
{
    const size_t columns = report_columns(result);

    for (size_t column = 0; column < columns; column++) {
        put_csv(file, report_column_name(result, column), false);
        (void)fputs(column + 1 == columns ? "\r\n" : ",", file);
    }
    for (size_t row = 0; row < report_rows(result); row++)
        for (size_t column = 0; column < columns; column++) {
            const char *cell = report_cell(result, row, column);

            if (cell != NULL)
                put_csv(file, cell, spreadsheet && like_a_formula(cell) &&
                                        report_column_kind(result, column) == REPORT_TEXT);
            (void)fputs(column + 1 == columns ? "\r\n" : ",", file);
        }
}

/* ---- JSON ----------------------------------------------------------------------------- */

static void
put_value(struct output *output, const char *name, enum report_kind kind, const char *cell)
{
    if (cell == NULL)
        output_null(output, name);
    else if (kind == REPORT_BOOLEAN)
        output_boolean(output, name, cell[0] == 't');
    /* NaN and Infinity are numbers to PostgreSQL, and none to JSON. */
    else if (kind == REPORT_NUMBER && cell[strspn(cell, "+-.0123456789eE")] == '\0')
        output_literal(output, name, cell);
    else
        output_text(output, name, cell);
}

static void
put_result(struct output *output, const struct report_result *result)
{
    const struct report *report = result->report;
    const size_t columns = report_columns(result);

    output_begin(output, NULL, '{');
    output_text(output, "name", report->name);
    output_text(output, "title", report->title);
    output_text(output, "question", report->question);
    output_begin(output, "parameters", '{');
    for (size_t i = 0; i < report->n_parameters; i++)
        output_text(output, report->parameters[i].name, result->values[i]);
    output_end(output, '}');
    output_begin(output, "columns", '[');
    for (size_t column = 0; column < columns; column++) {
        output_begin(output, NULL, '{');
        output_text(output, "name", report_column_name(result, column));
        output_text(output, "type", report_column_type(result, column));
        output_text(output, "meaning", report_column_meaning(result, column));
        output_end(output, '}');
    }
    output_end(output, ']');
    output_boolean(output, "cut", report_cut(result));
    output_begin(output, "rows", '[');
    for (size_t row = 0; row < report_rows(result); row++) {
        output_begin(output, NULL, '{');
        for (size_t column = 0; column < columns; column++)
            put_value(output, report_column_name(result, column),
                      report_column_kind(result, column), report_cell(result, row, column));
        output_end(output, '}');
    }
    output_end(output, ']');
    output_end(output, '}');
}

void
report_json_write(FILE *file, const struct report_result *results, size_t n)
{
    struct output output = { .file = file };

    output_begin(&output, NULL, '{');
    if (n > 0) {
        const struct report_frame *frame = results[0].frame;

        output_text(&output, "workspace", frame->workspace);
        output_text(&output, "org_id", frame->org_id);
        output_text(&output, "time_zone", frame->tz);
        if (frame->since_us == INT64_MIN)
            output_null(&output, "since");
        else
            output_instant(&output, "since", frame->since_us);
        output_instant(&output, "until", frame->until_us);
        output_instant(&output, "generated_at", frame->now_us);
    }
    output_begin(&output, "reports", '[');
    for (size_t i = 0; i < n; i++)
        put_result(&output, &results[i]);
    output_end(&output, ']');
    output_end(&output, '}');
}

void
report_json_list(FILE *file)
{
    struct output output = { .file = file };

    output_begin(&output, NULL, '{');
    output_begin(&output, "reports", '[');
    for (const struct report *report = reports; report->name != NULL; report++) {
        output_begin(&output, NULL, '{');
        output_text(&output, "name", report->name);
        output_text(&output, "section", report->section);
        output_text(&output, "title", report->title);
        output_text(&output, "question", report->question);
        output_text(&output, "period", report->period);
        output_text(&output, "role", report->role);
        output_begin(&output, "parameters", '[');
        for (size_t i = 0; i < report->n_parameters; i++) {
            output_begin(&output, NULL, '{');
            output_text(&output, "name", report->parameters[i].name);
            output_text(&output, "default", report->parameters[i].value);
            output_text(&output, "meaning", report->parameters[i].meaning);
            output_end(&output, '}');
        }
        output_end(&output, ']');
        output_begin(&output, "columns", '[');
        for (size_t i = 0; i < report->n_columns; i++) {
            output_begin(&output, NULL, '{');
            output_text(&output, "name", report->columns[i].name);
            output_text(&output, "meaning", report->columns[i].meaning);
            output_end(&output, '}');
        }
        output_end(&output, ']');
        output_begin(&output, "traps", '[');
        for (const char *const *trap = report->traps; *trap != NULL; trap++)
            output_text(&output, NULL, *trap);
        output_end(&output, ']');
        output_end(&output, '}');
    }
    output_end(&output, ']');
    output_end(&output, '}');
}
