/*
 * metrics.c - the names and help texts of all metrics (text format 0.0.4).
 */
#include <config.h>

#include "app/metrics.h"

#include <inttypes.h>

#include "base/clock.h"
#include "base/log.h"
#include "core/memory.h"

#define WEEK_S (7 * 24 * 3600u)

static void
head(FILE *out, const char *name, const char *type, const char *help)
{
    fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void
counter(FILE *out, const char *name, uint64_t value, const char *help)
{
    head(out, name, "counter", help);
    fprintf(out, "%s %" PRIu64 "\n", name, value);
}

static void
gauge(FILE *out, const char *name, uint64_t value, const char *help)
{
    head(out, name, "gauge", help);
    fprintf(out, "%s %" PRIu64 "\n", name, value);
}

/* Times are kept in microseconds and shown in seconds. */
static void
seconds(FILE *out, const char *name, int64_t us)
{
    fprintf(out, "%s %" PRId64 ".%06" PRId64 "\n", name, us / CLOCK_US_PER_S,
            us % CLOCK_US_PER_S);
}

static void
counter_seconds(FILE *out, const char *name, uint64_t us, const char *help)
{
    head(out, name, "counter", help);
    seconds(out, name, (int64_t)us);
}

static void
gauge_seconds(FILE *out, const char *name, int64_t us, const char *help)
{
    head(out, name, "gauge", help);
    seconds(out, name, us < 0 ? 0 : us);
}

/* One line of a counter with a label. */
static void
labelled(FILE *out, const char *name, const char *label, const char *word, uint64_t value)
{
    fprintf(out, "%s{%s=\"%s\"} %" PRIu64 "\n", name, label, word, value);
}

static void
write_httpd(FILE *out, struct httpd *httpd)
{
    static const char answers[] = "quosync_http_answers_total";
    struct httpd_stats stats;

    httpd_stats(httpd, &stats);
    head(out, answers, "counter", "Answers to requests, by status code.");
    labelled(out, answers, "code", "200", stats.answered_200);
    labelled(out, answers, "code", "400", stats.answered_400);
    labelled(out, answers, "code", "401", stats.answered_401);
    labelled(out, answers, "code", "404", stats.answered_404);
    labelled(out, answers, "code", "405", stats.answered_405);
    labelled(out, answers, "code", "413", stats.answered_413);
    labelled(out, answers, "code", "500", stats.answered_500);
    labelled(out, answers, "code", "503", stats.answered_503);
    gauge(out, "quosync_http_connections", stats.connections, "Open connections.");
    counter(out, "quosync_http_connections_total", stats.connections_total,
            "Connections that were accepted.");
    counter(out, "quosync_http_connections_refused_total", stats.connections_refused,
            "Connections that were closed at once, above max_connections.");
    counter(out, "quosync_http_deadline_cuts_total", stats.deadline_cuts,
            "Connections that were cut: too slow, or idle for too long.");
    counter(out, "quosync_http_broken_off_total", stats.broken_off,
            "Requests whose client left before the request or the answer was whole.");
    gauge(out, "quosync_http_body_bytes", stats.body_bytes,
          "Bytes that are held for bodies in flight, at most intake_bytes.");
}

static void
write_refusals(FILE *out, struct httpd *httpd, const struct receive *receive)
{
    static const char name[] = "quosync_requests_refused_total";
    struct httpd_stats http;
    struct receive_stats stats;

    httpd_stats(httpd, &http);
    receive_stats(receive, &stats);
    head(out, name, "counter", "Refused requests, by reason; the answers do not tell it.");
    labelled(out, name, "reason", "framing", http.bad_framing);
    labelled(out, name, "reason", "headers", stats.malformed);
    labelled(out, name, "reason", "no_match", stats.no_match);
    labelled(out, name, "reason", "saturated", http.saturated);
    labelled(out, name, "reason", "stale", stats.stale);
    labelled(out, name, "reason", "too_large", http.answered_413);
    counter(out, "quosync_deliveries_verified_total", stats.verified,
            "Deliveries whose signature is good.");
}

/*
 * A histogram: counts[i] are at most bounds[i], and not at most the bound before; the
 * last of n + 1 counts is above all bounds.
 */
static void
histogram(FILE *out, const char *name, const char *help, const double *bounds,
          const uint64_t *counts, size_t n, double sum)
{
    uint64_t count = 0;

    head(out, name, "histogram", help);
    for (size_t i = 0; i < n; i++) {
        count += counts[i];
        fprintf(out, "%s_bucket{le=\"%g\"} %" PRIu64 "\n", name, bounds[i], count);
    }
    count += counts[n];
    fprintf(out, "%s_bucket{le=\"+Inf\"} %" PRIu64 "\n%s_sum %.6f\n%s_count %" PRIu64 "\n", name,
            count, name, sum, name, count);
}

static void
write_groups(FILE *out, const struct intake_stats *stats)
{
    double sizes[INTAKE_SIZES - 1];

    for (size_t i = 0; i < INTAKE_SIZES - 1; i++)
        sizes[i] = (double)((size_t)1 << i);
    histogram(out, "quosync_intake_group_size", "Deliveries that were committed together.", sizes,
              stats->group_sizes, INTAKE_SIZES - 1, (double)stats->group_sizes_sum);
    histogram(out, "quosync_intake_commit_seconds",
              "How long it took to store and commit a group.", intake_seconds_bounds,
              stats->group_seconds, INTAKE_SECONDS - 1, stats->group_seconds_sum);
}

static void
write_intake(FILE *out, struct intake *intake)
{
    static const char deliveries[] = "quosync_intake_deliveries_total";
    struct intake_stats stats;

    intake_stats(intake, &stats);
    gauge(out, "quosync_intake_ready", stats.ready,
          "1 while deliveries can be stored: connected, migrated, not read-only.");
    head(out, deliveries, "counter", "Verified deliveries, by what became of them.");
    labelled(out, deliveries, "outcome", "stored", stats.stored);
    labelled(out, deliveries, "outcome", "duplicate", stats.duplicates);
    labelled(out, deliveries, "outcome", "conflict", stats.conflicts);
    labelled(out, deliveries, "outcome", "failed", stats.failed);
    counter(out, "quosync_intake_overdue_total", stats.overdue,
            "Of the failed: the database took too long.");
    gauge(out, "quosync_intake_waiting", stats.waiting,
          "Deliveries that wait for the next commit.");
    counter(out, "quosync_intake_connects_total", stats.connects,
            "Connections that were made to the database.");
    counter(out, "quosync_intake_connect_failures_total", stats.connect_failures,
            "Connections to the database that could not be made or used.");
    write_groups(out, &stats);
}

static uint64_t
read_counter(const _Atomic uint64_t *value)
{
    return atomic_load_explicit(value, memory_order_relaxed);
}

static void
write_events(FILE *out, const struct worker_stats *stats)
{
    static const char name[] = "quosync_events_applied_total";

    head(out, name, "counter", "Events that were applied to people's tables, by type.");
    for (size_t kind = 0; kind < BATCH_KINDS; kind++) {
        const char *type = worker_kind_name((enum quosync_event_kind)kind);

        if (type != NULL)
            labelled(out, name, "type", type, read_counter(&stats->applied[kind]));
    }
    counter(out, "quosync_events_archived_total", read_counter(&stats->archived),
            "Events that change no table: tests and unknown types.");
    counter(out, "quosync_events_dead_total", read_counter(&stats->dead),
            "Deliveries that became dead letters.");
}

static void
write_workers(FILE *out, const struct worker_stats *stats)
{
    static const char rows[] = "quosync_rows_total";
    int64_t applied_us = atomic_load(&stats->applied_at_us);

    write_events(out, stats);
    counter(out, "quosync_batches_total", read_counter(&stats->batches), "Batches committed.");
    counter(out, "quosync_batch_body_bytes_total", read_counter(&stats->batch_bytes),
            "Bytes of the bodies in them.");
    counter(out, "quosync_batch_retries_total", read_counter(&stats->retries),
            "Batches that were rolled back and repeated.");
    counter(out, "quosync_batch_splits_total", read_counter(&stats->splits),
            "Batches that were halved in search of a delivery that the database refuses.");
    head(out, rows, "counter", "Rows that batches met, by what they did to them.");
    labelled(out, rows, "change", "inserted", read_counter(&stats->rows_inserted));
    labelled(out, rows, "change", "updated", read_counter(&stats->rows_updated));
    labelled(out, rows, "change", "none", read_counter(&stats->rows_unchanged));
    counter_seconds(out, "quosync_batch_seconds_total", read_counter(&stats->apply_us),
                    "Time spent on batches, all threads together.");
    gauge_seconds(out, "quosync_apply_lag_seconds", atomic_load(&stats->lag_us),
                  "From receipt to commit, of the last batch.");
    gauge_seconds(out, "quosync_last_applied_timestamp_seconds", applied_us,
                  "When the last batch was committed, seconds since 1970; 0: not yet.");
    gauge(out, "quosync_workers_failing", atomic_load(&stats->failing),
          "Worker threads that cannot reach the database.");
}

/* ---- what the tables say, by workspace ------------------------------------------------- */

enum figure { WAITING, OLDEST_WAITING, DEAD, NEWEST_DELIVERY, RECONCILED, REPAIRED, FIGURES };

static const struct {
    const char *name, *help;
    bool us; /* microseconds, shown as seconds */
} figures[FIGURES] = {
    [WAITING] = { "quosync_inbox_deliveries", "Deliveries that wait to be applied.", false },
    [OLDEST_WAITING] = { "quosync_inbox_oldest_seconds", "How long the oldest of them has waited.",
                         true },
    [DEAD] = { "quosync_dead_letters", "Dead letters that nobody has discarded.", false },
    [NEWEST_DELIVERY] = { "quosync_last_delivery_timestamp_seconds",
                          "When the newest delivery was received, seconds since 1970; 0: none.",
                          true },
    [RECONCILED] = { "quosync_reconcile_last_success_timestamp_seconds",
                     "When the last reconciliation went through, seconds since 1970; 0: none.",
                     true },
    [REPAIRED] = { "quosync_reconcile_last_repaired_rows", "What it had to repair.", false },
};

/* STATUS_NEVER is smaller than every instant, and shown as 0. */
static int64_t
figure(const struct status_facts *facts, enum figure which)
{
    int64_t newest = facts->newest_waiting_us;

    switch (which) {
    case WAITING:
        return facts->waiting;
    case OLDEST_WAITING:
        return facts->waiting == 0 ? 0 : facts->now_us - facts->oldest_waiting_us;
    case DEAD:
        return facts->dead;
    case NEWEST_DELIVERY:
        newest = facts->newest_applied_us > newest ? facts->newest_applied_us : newest;
        return facts->newest_dead_us > newest ? facts->newest_dead_us : newest;
    case RECONCILED:
        return facts->reconciled_us;
    case REPAIRED:
        return facts->reconcile_repaired;
    case FIGURES:
        break;
    }
    return 0;
}

static void
write_depth(FILE *out, struct depth *depth)
{
    const size_t n = depth_workspaces(depth);
    struct status_facts *facts = memory_get(n * sizeof *facts);

    if (facts != NULL && depth_read(depth, facts)) {
        for (enum figure f = 0; f < FIGURES; f++) {
            head(out, figures[f].name, "gauge", figures[f].help);
            for (size_t i = 0; i < n; i++) {
                int64_t value = figure(&facts[i], f);

                value = value < 0 ? 0 : value;
                fprintf(out, "%s{workspace=\"%s\"} %" PRId64, figures[f].name,
                        depth_workspace(depth, i), figures[f].us ? value / CLOCK_US_PER_S : value);
                if (figures[f].us)
                    fprintf(out, ".%06" PRId64, value % CLOCK_US_PER_S);
                fputc('\n', out);
            }
        }
        gauge(out, "quosync_archive_ahead_seconds", (uint64_t)facts[0].weeks_ahead * WEEK_S,
              "For how long after the present week the archive has partitions.");
    }
    memory_free(facts);
}

void
metrics_write(FILE *out, const struct metrics_sources *sources)
{
    head(out, "quosync_build_info", "gauge", "1, with the version as a label.");
    fprintf(out, "quosync_build_info{version=\"%s\"} 1\n", quosync_version());
    counter(out, "quosync_log_lines_dropped_total", log_dropped(),
            "Log lines that could not be written.");
    if (sources->httpd != NULL)
        write_httpd(out, sources->httpd);
    if (sources->httpd != NULL && sources->receive != NULL)
        write_refusals(out, sources->httpd, sources->receive);
    if (sources->intake != NULL)
        write_intake(out, sources->intake);
    if (sources->workers != NULL)
        write_workers(out, sources->workers);
    if (sources->depth != NULL)
        write_depth(out, sources->depth);
}
