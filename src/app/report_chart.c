/*
 * report_chart.c - reads a chart's hint, and says names and numbers in words.
 * The numbers are gathered by report_chart_data.c, drawn by report_svg.h.
 */
#include "app/report_chart.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/number.h"

#define DAY_S 86400.0

/* ---- the hint ---- */

/* The columns of a report, as a hint names them. */
struct names {
    const struct page_column *columns;
    size_t n;
};

static bool
word_is(const char *word, size_t bytes, const char *other)
{
    return strlen(other) == bytes && memcmp(word, other, bytes) == 0;
}

static enum chart_kind
kind_of(const char *word, size_t bytes)
{
    static const char *const kinds[] = { "none", "bars", "columns", "lines", "heatmap", "figures" };

    for (size_t i = CHART_BARS; i <= CHART_FIGURES; i++)
        if (word_is(word, bytes, kinds[i]))
            return (enum chart_kind)i;
    return CHART_NONE;
}

static bool
find_column(const struct names *names, const char *word, size_t bytes, size_t *found)
{
    for (size_t i = 0; i < names->n; i++)
        if (word_is(word, bytes, names->columns[i].name)) {
            *found = i;
            return true;
        }
    return false;
}

static bool
is_number(enum page_type type)
{
    return type == PAGE_NUMBER || type == PAGE_DURATION || type == PAGE_PERCENT;
}

/* y=a,b,c */
static bool
read_y(const struct names *names, const char *word, size_t bytes, struct chart_hint *hint)
{
    while (bytes > 0) {
        const char *comma = memchr(word, ',', bytes);
        const size_t one = comma == NULL ? bytes : (size_t)(comma - word);

        if (hint->n_y == CHART_SERIES_MAX ||
            !find_column(names, word, one, &hint->y[hint->n_y]))
            return false;
        hint->n_y++;
        word += one + (comma != NULL);
        bytes -= one + (comma != NULL);
    }
    return true;
}

/* Which words were given. */
struct given {
    bool x, value;
};

/* x=day */
static bool
read_word(const struct names *names, const char *word, size_t bytes, struct chart_hint *hint,
          struct given *given)
{
    const char *equals = memchr(word, '=', bytes);
    const size_t key = equals == NULL ? bytes : (size_t)(equals - word);
    const char *value = equals == NULL ? NULL : equals + 1;
    const size_t rest = equals == NULL ? 0 : bytes - key - 1;

    if (value == NULL)
        return false;
    if (word_is(word, key, "y"))
        return read_y(names, value, rest, hint);
    if (word_is(word, key, "x"))
        return given->x = find_column(names, value, rest, &hint->x);
    if (word_is(word, key, "value"))
        return given->value = find_column(names, value, rest, &hint->value);
    if (word_is(word, key, "by"))
        return hint->has_by = find_column(names, value, rest, &hint->by);
    if (word_is(word, key, "only"))
        return hint->has_only = find_column(names, value, rest, &hint->only);
    return false;
}

/* Does the chart have what it needs, and no more? */
static bool
is_whole(const struct names *names, const struct chart_hint *hint, const struct given *given)
{
    if (given->x != (hint->kind != CHART_FIGURES) || hint->n_y == 0)
        return false;
    if (hint->kind == CHART_HEATMAP)
        return given->value && hint->n_y == 1 && !hint->has_by &&
               is_number(names->columns[hint->value].type);
    for (size_t i = 0; i < hint->n_y; i++)
        if (!is_number(names->columns[hint->y[i]].type))
            return false;
    return !given->value && (!hint->has_by || (hint->n_y == 1 && hint->kind != CHART_FIGURES));
}

bool
chart_hint_read(const char *text, const struct page_column *columns, size_t n_columns,
                struct chart_hint *hint)
{
    const struct names names = { columns, n_columns };
    static const char title[] = "title=";
    struct given given = { 0 };
    size_t bytes;

    *hint = (struct chart_hint){ 0 };
    if (text == NULL || strcmp(text, "none") == 0)
        return true;
    bytes = strcspn(text, " ");
    hint->kind = kind_of(text, bytes);
    for (text += bytes; *(text += strspn(text, " ")) != '\0'; text += bytes) {
        if (strncmp(text, title, strlen(title)) == 0) {
            hint->title = text + strlen(title);
            break;
        }
        bytes = strcspn(text, " ");
        if (!read_word(&names, text, bytes, hint, &given))
            return false;
    }
    if (hint->kind == CHART_NONE || !is_whole(&names, hint, &given))
        return false;
    if (hint->kind == CHART_BARS && (columns[hint->x].type == PAGE_TIME ||
                                     is_number(columns[hint->x].type)))
        hint->kind = CHART_COLUMNS;
    return true;
}

/* ---- numbers ---- */

/* The name's bytes without its unit, where it has one; identifiers have 63 at most. */
static int
without_unit(const struct page_column *column)
{
    static const char *const units[] = { "_seconds", "_minutes", "_hours", "_days", "_percent" };
    const size_t bytes = strlen(column->name);

    if (column->type != PAGE_DURATION && column->type != PAGE_PERCENT)
        return (int)bytes;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        const size_t end = strlen(units[i]);

        if (bytes > end && strcmp(column->name + bytes - end, units[i]) == 0)
            return (int)(bytes - end);
    }
    return (int)bytes;
}

/* With blanks for underscores and a capital letter; "ai" is an abbreviation. */
static void
make_words(char *text)
{
    char *const begin = text;

    for (; *text != '\0'; text++) {
        const bool starts = text == begin || text[-1] == ' ';

        if (*text == '_')
            *text = ' ';
        if (starts && strncmp(text, "ai", 2) == 0 && strchr("_ ,", text[2]) != NULL)
            memcpy(text, "AI", 2);
    }
    if (begin[0] >= 'a' && begin[0] <= 'z')
        begin[0] = (char)(begin[0] - 'a' + 'A');
}

const char *
chart_name(const struct page_column *column, char text[CHART_NAME_SIZE])
{
    const int bytes = without_unit(column);
    const bool percent = column->type == PAGE_PERCENT && column->name[bytes] != '\0';

    (void)snprintf(text, CHART_NAME_SIZE, "%.*s%s", bytes, column->name, percent ? ", %" : "");
    make_words(text);
    return text;
}

/* Puts a column's name behind text, which has used so many of size. */
static void
append(char *text, size_t size, size_t *used, const char *before, const struct page_column *column)
{
    const int added = snprintf(text + *used, size - *used, "%s%.*s", before,
                               without_unit(column), column->name);

    if (added > 0)
        *used += (size_t)added < size - *used ? (size_t)added : size - *used - 1;
}

const char *
chart_title(const struct page_column *columns, const struct chart_hint *hint,
            char text[CHART_TITLE_SIZE])
{
    size_t used = 0;

    if (hint->title != NULL) {
        (void)snprintf(text, CHART_TITLE_SIZE, "%s", hint->title);
        return text;
    }
    text[0] = '\0';
    if (hint->kind == CHART_HEATMAP) {
        append(text, CHART_TITLE_SIZE, &used, "", &columns[hint->value]);
        append(text, CHART_TITLE_SIZE, &used, " by ", &columns[hint->y[0]]);
        append(text, CHART_TITLE_SIZE, &used, " and ", &columns[hint->x]);
    } else {
        for (size_t i = 0; i < hint->n_y; i++)
            append(text, CHART_TITLE_SIZE, &used,
                   i == 0 ? "" : i + 1 == hint->n_y ? " and " : ", ", &columns[hint->y[i]]);
        append(text, CHART_TITLE_SIZE, &used, " by ", &columns[hint->x]);
        if (hint->has_by)
            append(text, CHART_TITLE_SIZE, &used, " and ", &columns[hint->by]);
    }
    make_words(text);
    return text;
}

double
chart_number(const struct page_column *column, const char *cell)
{
    const size_t bytes = cell == NULL ? 0 : strlen(cell);
    bool whole;
    double number;

    if (bytes == 0 || number_span(cell, bytes, &whole) != bytes ||
        !number_parse(cell, bytes, &number))
        return NAN;
    return column->type == PAGE_DURATION ? number * column->unit_seconds : number;
}

/* A number with a decimal where it has one, but no trailing zero. */
static void
plain(double value, char *text, size_t size)
{
    const long long tenths = llround(fabs(value) * 10);
    const char *sign = value < 0 && tenths > 0 ? "−" : "";

    if (tenths % 10 == 0 || tenths >= 10000)
        (void)snprintf(text, size, "%s%lld", sign, (tenths + (tenths % 10 >= 5 ? 5 : 0)) / 10);
    else
        (void)snprintf(text, size, "%s%lld.%lld", sign, tenths / 10, tenths % 10);
}

static void
duration(double value, char *text, size_t size)
{
    static const struct {
        double seconds;
        const char *name;
    } units[] = { { DAY_S, "d" }, { 3600, "h" }, { 60, "min" }, { 1, "s" } };
    const double whole = round(fabs(value));
    const char *sign = value < 0 ? "−" : "";

    for (size_t i = 0; i + 1 < sizeof units / sizeof *units; i++) {
        long long first, second;

        if (whole < units[i].seconds)
            continue;
        first = (long long)(whole / units[i].seconds);
        second = (long long)((whole - (double)first * units[i].seconds) / units[i + 1].seconds);
        if (second == 0 || first >= 20)
            (void)snprintf(text, size, "%s%lld %s", sign, first, units[i].name);
        else
            (void)snprintf(text, size, "%s%lld %s %lld %s", sign, first, units[i].name, second,
                           units[i + 1].name);
        return;
    }
    (void)snprintf(text, size, "%s%lld s", whole == 0 ? "" : sign, (long long)whole);
}

const char *
chart_label(double value, enum page_type unit, char text[CHART_LABEL_SIZE])
{
    if (isnan(value)) {
        (void)snprintf(text, CHART_LABEL_SIZE, "–");
    } else if (unit == PAGE_DURATION) {
        duration(value, text, CHART_LABEL_SIZE);
    } else {
        char number[CHART_LABEL_SIZE - 8];

        plain(value, number, sizeof number);
        (void)snprintf(text, CHART_LABEL_SIZE, "%s%s", number,
                       unit == PAGE_PERCENT ? " %" : "");
    }
    return text;
}
