/*
 * doctor_mirror.c - one workspace's rows: what status judges, told with what to
 * do about it, and what dead processes and missing chores left behind.
 */
#include <config.h>

#include "app/doctor_internal.h"

#include <inttypes.h>

#include "app/status.h"
#include "base/clock.h"

/* A lease is for two minutes, and renewed: a wrong clock wrote one that runs for longer. */
#define LEASE_BAD_US (3600 * CLOCK_US_PER_S)

static const char *const checks[] = { "inbox",          "partitions", "dead-letters", "deliveries",
                                      "reconciliation", "time-zone",  "retention",    "left-over",
                                      NULL };

static enum doctor_state
state_of(const struct status *status, enum status_topic topic)
{
    for (size_t i = 0; i < status->n_problems; i++)
        if (status->problems[i].topic == topic)
            return status->problems[i].critical ? DOCTOR_FAILED : DOCTOR_WARNING;
    return DOCTOR_OK;
}

static void
judge_waiting(struct doctor *doctor, const struct config_workspace *workspace,
              const struct status *status)
{
    const struct status_facts *facts = &status->facts;
    enum doctor_state state = state_of(status, STATUS_INBOX);
    char age[STATUS_AGE_SIZE];

    if (facts->waiting == 0)
        found(doctor, state, "inbox", workspace, "nothing waits");
    else
        found(doctor, state, "inbox", workspace, "%" PRId64 " wait%s, the oldest for %s",
              facts->waiting, by_number(facts->waiting, "s", ""),
              status_age(status->oldest_age_us, age));
    if (state != DOCTOR_OK)
        remedy(doctor, "Start quosync run (or work); where one runs, its log says why a batch "
                       "fails.");

    state = state_of(status, STATUS_PARTITIONS);
    found(doctor, state, "partitions", workspace, "the archive has them for %" PRId64 " week%s "
          "ahead", facts->weeks_ahead, by_number(facts->weeks_ahead, "", "s"));
    if (state != DOCTOR_OK)
        remedy(doctor, "Run: quosync migrate (workers make them hourly: does one run?)");

    state = state_of(status, STATUS_DEAD_LETTERS);
    if (facts->dead == 0)
        found(doctor, state, "dead-letters", workspace, "none");
    else
        found(doctor, state, "dead-letters", workspace, "%" PRId64 " that nobody retried or "
              "discarded", facts->dead);
    if (state != DOCTOR_OK)
        remedy(doctor, "Run: quosync dead list (it names the reasons), then dead retry or dead "
                       "discard.");
}

static void
judge_arrival(struct doctor *doctor, const struct config_workspace *workspace,
              const struct status *status)
{
    const struct status_facts *facts = &status->facts;
    enum doctor_state state = state_of(status, STATUS_SILENCE);
    char age[STATUS_AGE_SIZE];

    if (status->last_delivery_us == STATUS_NEVER)
        found(doctor, state, "deliveries", workspace, "none has come yet");
    else
        found(doctor, state, "deliveries", workspace, "the last one came %s ago",
              status_age(facts->now_us - status->last_delivery_us, age));
    if (state != DOCTOR_OK)
        remedy(doctor, "Run: quosync webhook ensure URL, then quosync reconcile for what was "
                       "missed.");

    state = state_of(status, STATUS_RECONCILED);
    if (facts->reconciled_us == STATUS_NEVER)
        found(doctor, state, "reconciliation", workspace, "none has succeeded yet");
    else
        found(doctor, state, "reconciliation", workspace, "the last one succeeded %s ago",
              status_age(facts->now_us - facts->reconciled_us, age));
    if (state != DOCTOR_OK)
        remedy(doctor, "Run: quosync reconcile, and let cron or a timer do so daily.");
}

static void
judge_time_zone(struct doctor *doctor, const struct config_workspace *workspace)
{
    AUTO(params_free) struct params *params = params_new();
    AUTO(result_done) struct result now = { 0 };
    struct quosync_error err;

    params_text(params, workspace->timezone);
    if (pg_run(doctor->pg, &sql_doctor_timezone, params, &now, &err)) {
        found(doctor, DOCTOR_OK, "time-zone", workspace, "%s", workspace->timezone);
        return;
    }
    if (err.kind != QUOSYNC_BAD_INPUT) {
        failed_with(doctor, "time-zone", workspace, &err, "Run quosync doctor again.");
        return;
    }
    failed_as(doctor, QUOSYNC_CONFIG, "time-zone", workspace,
              "the server knows no time zone \"%s\": reports fail", workspace->timezone);
    remedy(doctor, "Correct timezone; psql lists them: select name from pg_timezone_names;");
}

enum {
    NOW, ATTEMPTS, WORKER, FIRST, LEASE, HOLDER, EXPIRES, RUNNING, STARTED, OLD_EVENTS, OLD_IDS
};

/* What is left of processes that died is taken up by the next one: that is, if one runs. */
static void
judge_left_over(struct doctor *doctor, const struct config_workspace *workspace,
                const struct result *traces)
{
    const int64_t now_us = result_instant(traces, 0, NOW);
    char age[STATUS_AGE_SIZE];

    if (!result_null(traces, 0, LEASE) &&
        result_instant(traces, 0, EXPIRES) - now_us > LEASE_BAD_US) {
        found(doctor, DOCTOR_FAILED, "left-over", workspace,
              "\"%s\" holds the lease \"%s\" for another %s: a clock was wrong",
              result_text(traces, 0, HOLDER), result_text(traces, 0, LEASE),
              status_age(result_instant(traces, 0, EXPIRES) - now_us, age));
        remedy(doctor, "Where that process is gone, in psql: delete from quo.leases where org_id = "
                       "'%.128s' and name = '%.64s';", workspace->org_id,
               result_text(traces, 0, LEASE));
    } else if (result_bigint(traces, 0, ATTEMPTS) > 0) {
        found(doctor, DOCTOR_WARNING, "left-over", workspace,
              "%" PRId64 " batch%s begun and not ended, the first %s ago by \"%s\": its worker "
              "died", result_bigint(traces, 0, ATTEMPTS),
              by_number(result_bigint(traces, 0, ATTEMPTS), " was", "es were"),
              status_age(now_us - result_instant(traces, 0, FIRST), age),
              result_text(traces, 0, WORKER));
        remedy(doctor, "Start quosync work: it tries them again, one by one in the end; its log "
                       "and the kernel's (out of memory?) say why it died.");
    } else if (result_bigint(traces, 0, RUNNING) > 0) {
        found(doctor, DOCTOR_WARNING, "left-over", workspace,
              "a reconciliation that was begun %s ago did not end",
              status_age(now_us - result_instant(traces, 0, STARTED), age));
        remedy(doctor, "Run: quosync reconcile (it goes on where that one was)");
    } else if (!result_null(traces, 0, LEASE)) {
        found(doctor, DOCTOR_OK, "left-over", workspace, "nothing; \"%s\" is at work on \"%s\"",
              result_text(traces, 0, HOLDER), result_text(traces, 0, LEASE));
    } else {
        found(doctor, DOCTOR_OK, "left-over", workspace, "nothing");
    }
}

static void
judge_traces(struct doctor *doctor, const struct config_workspace *workspace)
{
    AUTO(params_free) struct params *params = params_new();
    AUTO(result_done) struct result traces = { 0 };

    params_text(params, workspace->org_id);
    params_bigint(params, doctor->config->keep_events_s);
    params_bigint(params, doctor->config->keep_delivery_ids_s);
    if (!doctor_ask(doctor, "retention", workspace, &sql_doctor_traces, params, &traces))
        return;
    if (result_boolean(&traces, 0, OLD_EVENTS) || result_boolean(&traces, 0, OLD_IDS)) {
        found(doctor, DOCTOR_WARNING, "retention", workspace,
              "%s are two weeks older than they are kept: prune does not run",
              result_boolean(&traces, 0, OLD_EVENTS) ? "weeks of the archive (keep_events)"
                                                     : "delivery ids (keep_delivery_ids)");
        remedy(doctor, "Run: quosync prune, and let cron or a timer do so daily.");
    } else {
        found(doctor, DOCTOR_OK, "retention", workspace, "nothing is much older than it is kept");
    }
    judge_left_over(doctor, workspace, &traces);
}

void
doctor_mirror(struct doctor *doctor, const struct config_workspace *workspace)
{
    struct quosync_error err;
    struct status status;
    const char *why = doctor_unreached(doctor);
    int64_t since_us;

    if (why == NULL && !doctor->schema)
        why = "the schema is not the one that this program knows";
    if (why != NULL) {
        doctor_skip(doctor, checks, "inbox", workspace, why);
        return;
    }
    if (status_since(doctor->pg, &since_us, &err) &&
        status_read(doctor->pg, doctor->config, workspace, since_us, false, &status, &err)) {
        judge_waiting(doctor, workspace, &status);
        judge_arrival(doctor, workspace, &status);
    } else {
        failed_with(doctor, "inbox", workspace, &err, "See privileges.");
    }
    if (pg_usable(doctor->pg))
        judge_time_zone(doctor, workspace);
    if (pg_usable(doctor->pg))
        judge_traces(doctor, workspace);
}
