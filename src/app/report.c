/*
 * report.c - see report.h: finding a report, settling the period, running it.
 */
#include "app/report.h"

#include <stdlib.h>
#include <string.h>

#include "base/config_parse.h"
#include "core/error.h"

const struct report *
report_find(const char *name)
{
    for (const struct report *report = reports; report->name != NULL; report++)
        if (strcmp(report->name, name) == 0)
            return report;
    return NULL;
}

const char *
report_guess(const char *name)
{
    const char *best = NULL;
    size_t least = 5;

    for (const struct report *report = reports; report->name != NULL; report++)
        if (config_distance(name, report->name) < least) {
            least = config_distance(name, report->name);
            best = report->name;
        }
    return best;
}

/* ---- the period ----------------------------------------------------------------- */

/* Two parameters: the date, or null; the instant, or null. */
static void
add_instant(struct params *params, const struct report_instant *instant)
{
    const bool by_date = instant->given && instant->date != NULL;

    params_text(params, by_date ? instant->date : NULL);
    params_boolean(params, instant->given && !by_date);
    params_instant(params, instant->us);
}

bool
report_frame_make(struct pg *pg, const char *workspace, const char *org_id, const char *tz,
                  const struct report_instant *since, const struct report_instant *until,
                  struct report_frame *frame, struct quosync_error *err)
{
    AUTO(params_free) struct params *params = params_new();
    AUTO(result_done) struct result result = { 0 };

    *frame = (struct report_frame){ .workspace = workspace, .org_id = org_id, .tz = tz };
    params_text(params, tz);
    add_instant(params, since);
    add_instant(params, until);
    if (!pg_run(pg, &sql_report_period, params, &result, err)) {
        if (strcmp(pg_sqlstate(pg), "22023") == 0) {
            (void)error_set(err, QUOSYNC_BAD_INPUT, "cannot use the time zone \"%.64s\": the "
                            "database does not know it", tz);
            error_hint(err, "Give an IANA name, such as America/New_York.");
        }
        return false;
    }
    frame->since_us = result_instant(&result, 0, 0);
    frame->until_us = result_instant(&result, 0, 1);
    frame->now_us = result_instant(&result, 0, 2);
    (void)snprintf(frame->since, sizeof frame->since, "%s", result_text(&result, 0, 3));
    (void)snprintf(frame->until, sizeof frame->until, "%s", result_text(&result, 0, 4));
    (void)snprintf(frame->now, sizeof frame->now, "%s", result_text(&result, 0, 5));
    if (frame->since_us < frame->until_us)
        return true;
    (void)error_set(err, QUOSYNC_BAD_INPUT, "the period ends at %s, which is not after its "
                    "beginning, %s", frame->until, frame->since);
    error_hint(err, "Give --since an earlier instant than --until.");
    return false;
}

/* ---- running ---------------------------------------------------------------------- */

void
report_result_done(struct report_result *result)
{
    result_done(&result->rows);
    *result = (struct report_result){ 0 };
}

bool
report_run(struct pg *pg, const struct report *report, const struct report_frame *frame,
           const char *const *values, struct report_result *result, struct quosync_error *err)
{
    AUTO(tx_end) struct tx tx = { 0 };
    AUTO(params_free) struct params *params = params_new();

    *result = (struct report_result){ .report = report, .frame = frame, .values = values };
    params_text(params, frame->org_id);
    params_instant(params, frame->since_us);
    params_instant(params, frame->until_us);
    params_text(params, frame->tz);
    for (size_t i = 0; i < report->n_parameters; i++)
        params_text(params, values[i]);
    if (!tx_begin(pg, &tx, err) || !pg_send(pg, &sql_tx_report, NULL, NULL, err) ||
        !pg_send_for_text(pg, &report->statement, params, &result->rows, err) ||
        !tx_commit(&tx, err)) {
        result_done(&result->rows);
        return false;
    }
    return true;
}

/* ---- the answer ------------------------------------------------------------------- */

size_t
report_rows(const struct report_result *result)
{
    return result->rows.rows;
}

size_t
report_columns(const struct report_result *result)
{
    return result_columns(&result->rows);
}

const char *
report_column_name(const struct report_result *result, size_t column)
{
    return result_column_name(&result->rows, column);
}

const char *
report_column_type(const struct report_result *result, size_t column)
{
    return result_column_type(&result->rows, column);
}

const char *
report_column_meaning(const struct report_result *result, size_t column)
{
    const char *name = report_column_name(result, column);

    for (size_t i = 0; i < result->report->n_columns; i++)
        if (strcmp(result->report->columns[i].name, name) == 0)
            return result->report->columns[i].meaning;
    return "";
}

enum report_kind
report_column_kind(const struct report_result *result, size_t column)
{
    static const struct {
        const char *type;
        enum report_kind kind;
    } kinds[] = {
        { "bigint", REPORT_NUMBER },           { "integer", REPORT_NUMBER },
        { "smallint", REPORT_NUMBER },         { "numeric", REPORT_NUMBER },
        { "double precision", REPORT_NUMBER }, { "boolean", REPORT_BOOLEAN },
        { "date", REPORT_DATE },               { "timestamp", REPORT_TIME },
    };
    const char *type = report_column_type(result, column);

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i].type, type) == 0)
            return kinds[i].kind;
    return REPORT_TEXT;
}

const char *
report_cell(const struct report_result *result, size_t row, size_t column)
{
    if (result_null(&result->rows, row, (int)column))
        return NULL;
    return result_text(&result->rows, row, (int)column);
}

bool
report_cut(const struct report_result *result)
{
    for (size_t i = 0; i < result->report->n_parameters; i++)
        if (strcmp(result->report->parameters[i].name, "limit") == 0) {
            const unsigned long long limit = strtoull(result->values[i], NULL, 10);

            return limit > 0 && report_rows(result) >= limit;
        }
    return false;
}
