/*
 * replay.c - reads the archive in the order of its key and hands it to the
 * batch code. Each batch is a transaction of its own, so that workers go on
 * beside it; a rebuild is a single one that keeps them out.
 */
#include "app/replay.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/points.h"
#include "base/stop.h"
#include "core/error.h"

#include "db/test_events.h"

#include <stdio.h>

/* Rows that others hold, deadlocks, lock timeouts: tried again this often. */
#define TRIES 10

struct replay {
    struct pg *pg;
    struct params *params;
    const struct replay_options *options;
    struct replay_result *result;
    int64_t after_us; /* the last row that was read */
    char after_id[256];
    bool alone; /* the next batch must have the workspace to itself */
};

static bool
read_piece(struct replay *replay, struct result *answer, struct quosync_error *err)
{
    const struct replay_options *options = replay->options;

    params_reset(replay->params);
    params_text(replay->params, options->workspace.org_id);
    params_instant(replay->params, replay->after_us);
    params_text(replay->params, replay->after_id);
    params_instant(replay->params, options->until_us);
    params_text(replay->params, options->type);
    params_bigint(replay->params, (int64_t)options->rows);
    params_bigint(replay->params, (int64_t)options->bytes);
    return pg_run(replay->pg, &sql_events_replay, replay->params, answer, err);
}

/* The deliveries of a piece that still have a body. */
static bool
take_deliveries(struct replay *replay, const struct result *answer, struct arena *arena,
                struct delivery **deliveries, size_t *n, struct quosync_error *err)
{
    *deliveries = arena_get(arena, answer->rows * sizeof **deliveries);
    *n = 0;
    if (*deliveries == NULL)
        return error_no_memory(err);
    for (size_t i = 0; i < answer->rows; i++) {
        struct delivery *delivery = &(*deliveries)[*n];

        replay->after_us = result_instant(answer, i, 0);
        (void)snprintf(replay->after_id, sizeof replay->after_id, "%s",
                       result_text(answer, i, 1));
        replay->result->read++;
        if (result_null(answer, i, 2)) {
            replay->result->skipped++;
            continue;
        }
        *delivery = (struct delivery){ .received_us = replay->after_us,
                                       .seq = (int64_t)i,
                                       .webhook_id = result_text(answer, i, 1) };
        delivery->body = result_bytes(answer, i, 2, &delivery->body_bytes);
        (*n)++;
    }
    return true;
}

/* Writes deliveries in an open transaction that holds the workspace. */
static bool
write_deliveries(struct replay *replay, const struct delivery *deliveries, size_t n,
                 struct batch_counts *counts, struct rows_counts *written, bool *again,
                 struct quosync_error *err)
{
    AUTO(batch_done) struct batch batch = { 0 };
    AUTO(rows_done) struct rows rows = { 0 };
    AUTO(result_done) struct result answer = { 0 };
    struct event_tests tests;
    AUTO(erasures_done) struct erasures erasures = { .arena = &batch.arena };
    const char *org_id = replay->options->workspace.org_id;
    struct rows_options options = { .org_id = org_id,
                                    .now_us = replay->options->now_us,
                                    .rewrite = true };

    if (!test_events_read(replay->pg, org_id, &answer, &tests, err) ||
        !batch_read(&batch, &replay->options->workspace, deliveries, n, &tests, true, NULL, err) ||
        !batch_erase(&batch, replay->pg, replay->params, org_id,
                     replay->alone || replay->options->rebuild, options.now_us, &erasures, again,
                     err))
        return false;
    if (*again) {
        replay->alone = true;
        return true;
    }
    if (!rows_write(replay->pg, replay->params, &options, batch.fold, &batch.arena, &rows, err) ||
        (!rows.again && !batch_erased_rows(replay->pg, replay->params, org_id, &erasures,
                                           &rows.counts, err)))
        return false;
    *again = rows.again;
    *counts = batch.counts;
    *written = rows.counts;
    for (size_t d = 0; !rows.again && d < batch.n_dead; d++)
        log_warn("replay.refused",
                 LOG_TEXT("webhook_id", deliveries[batch.dead[d].key.seq].webhook_id),
                 LOG_TEXT("reason", batch.dead[d].reason));
    return pg_wait(replay->pg, err);
}

static void
add(struct replay_result *result, const struct batch_counts *counts,
    const struct rows_counts *rows)
{
    batch_counts_add(&result->counts, counts);
    result->refused += counts->dead;
    result->rows.inserted += rows->inserted;
    result->rows.updated += rows->updated;
    result->rows.unchanged += rows->unchanged;
}

/* One transaction of its own. */
static bool
replay_once(struct replay *replay, const struct delivery *deliveries, size_t n, bool *again,
            struct quosync_error *err)
{
    AUTO(result_done) struct result locked = { 0 };
    AUTO(tx_end) struct tx tx = { 0 };
    const char *org_id = replay->options->workspace.org_id;
    struct batch_counts counts;
    struct rows_counts rows;

    params_reset(replay->params);
    params_text(replay->params, org_id);
    if (!tx_begin(replay->pg, &tx, err) ||
        !pg_send(replay->pg, replay->alone ? &sql_workspaces_lock_alone : &sql_workspaces_lock,
                 replay->params, &locked, err) ||
        !pg_wait(replay->pg, err) || !workspace_locked(&locked, org_id, err) ||
        !write_deliveries(replay, deliveries, n, &counts, &rows, again, err))
        return false;
    if (*again)
        return true;
    QUOSYNC_POINT("replay-before-commit");
    if (!replay->options->dry_run && !tx_commit(&tx, err))
        return false;
    add(replay->result, &counts, &rows);
    return true;
}

/* Repeats what other workers were in the way of. */
static bool
replay_some(struct replay *replay, const struct delivery *deliveries, size_t n,
            struct quosync_error *err)
{
    for (unsigned tries = 0; tries < TRIES; tries++) {
        bool again = false;

        if (replay_once(replay, deliveries, n, &again, err)) {
            if (!again) {
                replay->alone = false;
                return true;
            }
        } else if (err->kind != QUOSYNC_TRY_LATER) {
            return false;
        }
        clock_sleep_ms(clock_backoff_ms(tries, 5, 500));
    }
    return error_set(err, QUOSYNC_TRY_LATER, "other workers hold the rows of the batch");
}

/* Halves what the database refuses, until the culprit is alone and counted. */
static bool
replay_deliveries(struct replay *replay, const struct delivery *deliveries, size_t n,
                  struct quosync_error *err)
{
    if (n == 0 || replay_some(replay, deliveries, n, err))
        return true;
    if (err->kind != QUOSYNC_BAD_INPUT)
        return false;
    if (n == 1) {
        replay->result->refused++;
        log_warn("replay.refused", LOG_TEXT("webhook_id", deliveries->webhook_id),
                 LOG_TEXT("reason", err->text));
        return true;
    }
    return replay_deliveries(replay, deliveries, n / 2, err) &&
           replay_deliveries(replay, deliveries + n / 2, n - n / 2, err);
}

/* In the rebuild's one transaction. */
static bool
rebuild_deliveries(struct replay *replay, const struct delivery *deliveries, size_t n,
                   struct quosync_error *err)
{
    struct batch_counts counts;
    struct rows_counts rows;
    bool again = false;

    if (!write_deliveries(replay, deliveries, n, &counts, &rows, &again, err))
        return false;
    if (again)
        return error_set(err, QUOSYNC_BUG, "another worker wrote rows during the rebuild");
    add(replay->result, &counts, &rows);
    return true;
}

static bool
replay_all(struct replay *replay, struct quosync_error *err)
{
    const struct replay_options *options = replay->options;

    while (options->rebuild || !stop_requested()) {
        AUTO(arena_done) struct arena arena = { 0 };
        AUTO(result_done) struct result answer = { 0 };
        struct delivery *deliveries;
        size_t n;

        if (!read_piece(replay, &answer, err) ||
            !take_deliveries(replay, &answer, &arena, &deliveries, &n, err))
            return false;
        if (answer.rows == 0)
            return true;
        if (!(options->rebuild ? rebuild_deliveries(replay, deliveries, n, err)
                               : replay_deliveries(replay, deliveries, n, err)))
            return false;
        if (options->progress != NULL)
            progress_show(options->progress, replay->result->read, "");
    }
    return true;
}

/* ---- rebuild --------------------------------------------------------------------- */

static bool
may_rebuild(struct replay *replay, struct quosync_error *err)
{
    AUTO(result_done) struct result answer = { 0 };
    const struct replay_options *options = replay->options;

    if (options->since_us != REPLAY_NO_SINCE || options->until_us != REPLAY_NO_UNTIL ||
        options->type != NULL) {
        (void)error_set(err, QUOSYNC_CONFIG,
                        "cannot rebuild from a part of the archive (since, until, type)");
        error_hint(err, "Leave --since, --until and --type out, or --rebuild.");
        return false;
    }
    if (!pg_run(replay->pg, &sql_events_reach, NULL, &answer, err))
        return false;
    if (result_boolean(&answer, 0, 0))
        return true;
    (void)error_set(err, QUOSYNC_CONFIG,
                    "cannot rebuild: the archive does not reach back to the first delivery");
    error_hint(err, "Run quosync replay without --rebuild, and quosync reconcile.");
    return false;
}

static bool
rebuild(struct replay *replay, struct quosync_error *err)
{
    AUTO(result_done) struct result locked = { 0 };
    AUTO(tx_end) struct tx tx = { 0 };
    const char *org_id = replay->options->workspace.org_id;

    if (!tx_begin(replay->pg, &tx, err))
        return false;
    params_reset(replay->params);
    params_text(replay->params, org_id);
    if (!pg_run(replay->pg, &sql_workspaces_lock_alone, replay->params, &locked, err) ||
        !workspace_locked(&locked, org_id, err) || !may_rebuild(replay, err))
        return false;
    params_reset(replay->params);
    params_text(replay->params, org_id);
    if (!pg_run(replay->pg, &sql_workspaces_empty, replay->params, NULL, err) ||
        !replay_all(replay, err))
        return false;
    QUOSYNC_POINT("replay-before-commit");
    return replay->options->dry_run || tx_commit(&tx, err);
}

bool
replay_run(struct pg *pg, const struct replay_options *options, struct replay_result *result,
           struct quosync_error *err)
{
    AUTO(params_free) struct params *params = params_new();
    struct replay replay = { .pg = pg,
                             .params = params,
                             .options = options,
                             .result = result,
                             .after_us = options->since_us };

    *result = (struct replay_result){ 0 };
    return options->rebuild ? rebuild(&replay, err) : replay_all(&replay, err);
}
