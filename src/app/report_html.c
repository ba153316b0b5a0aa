/*
 * report_html.c - results as a page: what report.h knows of a report, in the
 * words of report_page.h.
 */
#include <config.h>

#include "app/report.h"

#include <string.h>

#include "app/report_page.h"
#include "core/error.h"
#include "core/memory.h"

/* Names end in their unit, as everywhere. */
static bool
ends_in(const char *name, const char *unit)
{
    const size_t bytes = strlen(name), end = strlen(unit);

    return bytes >= end && strcmp(name + bytes - end, unit) == 0;
}

/* What a number counts. */
static void
set_unit(struct page_column *column)
{
    static const struct {
        const char *unit;
        unsigned seconds;
    } units[] = { { "_seconds", 1 }, { "_minutes", 60 }, { "_hours", 3600 }, { "_days", 86400 } };

    column->type = ends_in(column->name, "percent") ? PAGE_PERCENT : PAGE_NUMBER;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (ends_in(column->name, units[i].unit)) {
            column->type = PAGE_DURATION;
            column->unit_seconds = units[i].seconds;
        }
}

static void
set_type(const struct report_result *result, size_t i, struct page_column *column)
{
    switch (report_column_kind(result, i)) {
    case REPORT_NUMBER:
        set_unit(column);
        break;
    case REPORT_BOOLEAN:
        column->type = PAGE_BOOLEAN;
        break;
    case REPORT_DATE:
    case REPORT_TIME:
        column->type = PAGE_TIME;
        break;
    case REPORT_TEXT:
        column->type = PAGE_TEXT;
        break;
    }
}

static bool
add_columns(struct arena *arena, const struct report_result *result, struct page_report *report,
            struct quosync_error *err)
{
    const size_t n = report_columns(result);
    struct page_column *columns = arena_get_zeroed(arena, n + 1, sizeof *columns);

    if (columns == NULL)
        return error_no_memory(err);
    for (size_t i = 0; i < n; i++) {
        columns[i].name = report_column_name(result, i);
        columns[i].meaning = report_column_meaning(result, i);
        set_type(result, i, &columns[i]);
    }
    report->columns = columns;
    report->n_columns = n;
    return true;
}

static bool
add_cells(struct arena *arena, const struct report_result *result, struct page_report *report,
          struct quosync_error *err)
{
    const size_t rows = report_rows(result), columns = report_columns(result);
    const char **cells = arena_get_zeroed(arena, rows * columns + 1, sizeof *cells);

    if (cells == NULL)
        return error_no_memory(err);
    for (size_t row = 0; row < rows; row++)
        for (size_t i = 0; i < columns; i++)
            cells[row * columns + i] = report_cell(result, row, i);
    report->cells = cells;
    report->n_rows = rows;
    report->cut = report_cut(result);
    return true;
}

static bool
add_parameters(struct arena *arena, const struct report_result *result,
               struct page_report *report, struct quosync_error *err)
{
    const size_t n = result->report->n_parameters;
    struct page_parameter *parameters = arena_get_zeroed(arena, n + 1, sizeof *parameters);

    if (parameters == NULL)
        return error_no_memory(err);
    for (size_t i = 0; i < n; i++)
        parameters[i] = (struct page_parameter){
            .name = result->report->parameters[i].name,
            .value = result->values[i],
            .meaning = result->report->parameters[i].meaning,
        };
    report->parameters = parameters;
    report->n_parameters = n;
    return true;
}

static bool
add_report(struct arena *arena, const struct report_result *result, struct page_report *report,
           struct quosync_error *err)
{
    *report = (struct page_report){
        .name = result->report->name,
        .section = result->report->section,
        .title = result->report->title,
        .question = result->report->question,
        .period = result->report->period,
        .chart = result->report->chart,
        .traps = result->report->traps,
    };
    return add_columns(arena, result, report, err) && add_cells(arena, result, report, err) &&
           add_parameters(arena, result, report, err);
}

bool
report_html_write(FILE *file, const struct report_result *results, size_t n,
                  struct quosync_error *err)
{
    AUTO(arena_done) struct arena arena = { 0 };
    const struct report_frame *frame = results[0].frame;
    struct page_report *shown = arena_get_zeroed(&arena, n, sizeof *shown);
    char period[2 * REPORT_TIME_SIZE + 16], workspace[600];
    const struct page_fact facts[] = {
        { "Period", period },
        { "Time zone", frame->tz },
        { "Made", frame->now },
    };
    const struct page_head head = {
        .title = "Quo reports",
        .workspace = workspace,
        .facts = facts,
        .n_facts = sizeof facts / sizeof *facts,
        .program = "quosync " PACKAGE_VERSION,
    };

    if (shown == NULL)
        return error_no_memory(err);
    (void)snprintf(period, sizeof period, "%s%s%s",
                   frame->since[0] == '\0' ? "everything" : frame->since,
                   frame->since[0] == '\0' ? " until " : " to ", frame->until);
    (void)snprintf(workspace, sizeof workspace, "Workspace %.256s (%.256s)", frame->workspace,
                   frame->org_id);
    for (size_t i = 0; i < n; i++)
        if (!add_report(&arena, &results[i], &shown[i], err))
            return false;
    return page_write(file, &head, shown, n, err);
}
