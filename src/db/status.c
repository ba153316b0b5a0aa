/*
 * status.c - see status.h.
 */
#include "db/status.h"

#include <string.h>

static int64_t
instant_or_never(const struct result *result, int column)
{
    return result->rows == 0 || result_null(result, 0, column) ? STATUS_NEVER
                                                               : result_instant(result, 0, column);
}

bool
status_facts_read(struct pg *pg, const char *org_id, struct status_facts *facts,
                  struct quosync_error *err)
{
    AUTO(params_free) struct params *params = params_new();
    AUTO(result_done) struct result inbox = { 0 };
    AUTO(result_done) struct result dead = { 0 };
    AUTO(result_done) struct result events = { 0 };
    AUTO(result_done) struct result partitions = { 0 };
    AUTO(result_done) struct result runs = { 0 };

    memset(facts, 0, sizeof *facts);
    params_text(params, org_id);
    if (!pg_send(pg, &sql_inbox_status, params, &inbox, err) ||
        !pg_send(pg, &sql_dead_letters_status, params, &dead, err) ||
        !pg_send(pg, &sql_events_status, params, &events, err) ||
        !pg_send(pg, &sql_events_partitions_ahead, NULL, &partitions, err) ||
        !pg_send(pg, &sql_reconcile_runs_status, params, &runs, err) || !pg_wait(pg, err))
        return false;
    facts->waiting = result_bigint(&inbox, 0, 0);
    facts->oldest_waiting_us = instant_or_never(&inbox, 1);
    facts->newest_waiting_us = instant_or_never(&inbox, 2);
    facts->now_us = result_instant(&inbox, 0, 3);
    facts->dead = result_bigint(&dead, 0, 0);
    facts->newest_dead_us = instant_or_never(&dead, 1);
    facts->newest_applied_us = instant_or_never(&events, 0);
    facts->weeks_ahead = result_bigint(&partitions, 0, 0);
    facts->reconciled_us = instant_or_never(&runs, 0);
    if (runs.rows > 0) {
        facts->reconcile_checked = result_bigint(&runs, 0, 1);
        facts->reconcile_repaired = result_bigint(&runs, 0, 2);
    }
    return true;
}

bool
status_rows_read(struct pg *pg, const char *org_id, struct status_rows *rows,
                 struct quosync_error *err)
{
    AUTO(params_free) struct params *params = params_new();
    AUTO(result_done) struct result result = { 0 };

    params_text(params, org_id);
    if (!pg_run(pg, &sql_workspaces_counts, params, &result, err))
        return false;
    rows->contacts = result_bigint(&result, 0, 0);
    rows->deleted_contacts = result_bigint(&result, 0, 1);
    rows->messages = result_bigint(&result, 0, 2);
    rows->calls = result_bigint(&result, 0, 3);
    rows->voicemails = result_bigint(&result, 0, 4);
    rows->users = result_bigint(&result, 0, 5);
    rows->phone_numbers = result_bigint(&result, 0, 6);
    return true;
}
