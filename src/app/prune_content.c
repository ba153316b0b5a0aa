/*
 * prune_content.c - finds old activities bite by bite, in the order of their ids
 * (one walk over a table's key), and lets the worker's own code take their
 * content: a pruned row is a row with a mark.
 */
#include "app/prune_content.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/points.h"
#include "base/stop.h"
#include "core/error.h"
#include "core/fold.h"
#include "db/inbox.h"
#include "db/rows.h"

#define ROWS_AT_ONCE 500

/* Rows that others hold, deadlocks, lock timeouts: tried again this often. */
#define TRIES 10

/* What is walked: a table of the merge, and the statement that finds its old rows. */
struct walk {
    struct pg *pg;
    struct params *params;
    const char *org_id;
    int64_t now_us, before_us;
    enum quosync_table table;
    const struct statement *find;
    char after[256]; /* the last id of the bite before */
};

static void
fold_freed(struct quosync_fold **fold)
{
    quosync_fold_free(*fold);
}

/* One transaction, which locks the workspace as a worker does. */
static bool
mark_once(struct walk *walk, const struct result *ids, bool *again, struct quosync_error *err)
{
    AUTO(arena_done) struct arena arena = { 0 };
    AUTO(fold_freed) struct quosync_fold *fold = NULL;
    AUTO(rows_done) struct rows rows = { 0 };
    AUTO(result_done) struct result locked = { 0 };
    AUTO(tx_end) struct tx tx = { 0 };
    struct rows_options options = { .org_id = walk->org_id, .now_us = walk->now_us };

    if (!quosync_fold_new(0, &fold, err))
        return false;
    for (size_t i = 0; i < ids->rows; i++)
        fold_mark(fold, walk->table, result_text(ids, i, 0), ROW_PRUNED, true);
    if (fold_failed(fold, err) || !tx_begin(walk->pg, &tx, err) ||
        !workspace_lock(walk->pg, walk->params, walk->org_id, &locked, err) ||
        !pg_wait(walk->pg, err) || !workspace_locked(&locked, walk->org_id, err) ||
        !rows_write(walk->pg, walk->params, &options, fold, &arena, &rows, err))
        return false;
    *again = rows.again;
    return rows.again || tx_commit(&tx, err);
}

static bool
mark(struct walk *walk, const struct result *ids, struct quosync_error *err)
{
    for (unsigned tries = 0; tries < TRIES; tries++) {
        bool again = false;

        if (mark_once(walk, ids, &again, err)) {
            if (!again)
                return true;
        } else if (err->kind != QUOSYNC_TRY_LATER) {
            return false;
        }
        clock_sleep_ms(clock_backoff_ms(tries, 5, 500));
    }
    return error_set(err, QUOSYNC_TRY_LATER, "workers hold the rows of the bite");
}

static bool
walk_table(struct walk *walk, size_t *rows, struct quosync_error *err)
{
    walk->after[0] = '\0';
    while (!stop_requested()) {
        AUTO(result_done) struct result ids = { 0 };

        params_reset(walk->params);
        params_text(walk->params, walk->org_id);
        params_instant(walk->params, walk->before_us);
        params_text(walk->params, walk->after);
        params_bigint(walk->params, ROWS_AT_ONCE);
        if (!pg_run(walk->pg, walk->find, walk->params, &ids, err))
            return false;
        if (ids.rows == 0)
            break;
        if (!mark(walk, &ids, err))
            return false;
        *rows += ids.rows;
        (void)snprintf(walk->after, sizeof walk->after, "%s", result_text(&ids, ids.rows - 1, 0));
        QUOSYNC_POINT("prune-content-bite");
    }
    return true;
}

/* ---- the archive ----------------------------------------------------------------- */

static bool
take_bodies(struct walk *walk, const struct result *keys, size_t *bodies,
            struct quosync_error *err)
{
    AUTO(result_done) struct result answer = { 0 };

    params_reset(walk->params);
    params_text(walk->params, walk->org_id);
    params_array(walk->params, PARAMS_INSTANT, keys->rows);
    for (size_t i = 0; i < keys->rows; i++)
        params_item_instant(walk->params, result_instant(keys, i, 0));
    params_array(walk->params, PARAMS_TEXT, keys->rows);
    for (size_t i = 0; i < keys->rows; i++)
        params_item_text(walk->params, result_text(keys, i, 1));
    if (!pg_run(walk->pg, &sql_events_prune_bodies, walk->params, &answer, err))
        return false;
    *bodies += answer.affected;
    return true;
}

static bool
walk_archive(struct walk *walk, size_t *bodies, struct quosync_error *err)
{
    int64_t after_us = INT64_MIN;

    walk->after[0] = '\0';
    while (!stop_requested()) {
        AUTO(result_done) struct result keys = { 0 };

        params_reset(walk->params);
        params_text(walk->params, walk->org_id);
        params_instant(walk->params, after_us);
        params_text(walk->params, walk->after);
        params_instant(walk->params, walk->before_us);
        if (!pg_run(walk->pg, &sql_events_old_bodies, walk->params, &keys, err))
            return false;
        if (keys.rows == 0)
            break;
        if (!take_bodies(walk, &keys, bodies, err))
            return false;
        after_us = result_instant(&keys, keys.rows - 1, 0);
        (void)snprintf(walk->after, sizeof walk->after, "%s",
                       result_text(&keys, keys.rows - 1, 1));
    }
    return true;
}

bool
prune_content(struct pg *pg, const char *org_id, int64_t now_us, int64_t before_us, size_t *rows,
              size_t *bodies, struct quosync_error *err)
{
    const struct {
        enum quosync_table table;
        const struct statement *find;
    } of[] = {
        { QUOSYNC_MESSAGES, &sql_messages_old },
        { QUOSYNC_CALLS, &sql_calls_old },
        { QUOSYNC_CALL_SUMMARIES, &sql_call_summaries_old },
        { QUOSYNC_CALL_TRANSCRIPTS, &sql_call_transcripts_old },
        { QUOSYNC_VOICEMAILS, &sql_voicemails_old },
    };
    AUTO(params_free) struct params *params = params_new();
    struct walk walk = { .pg = pg, .params = params, .org_id = org_id, .now_us = now_us,
                         .before_us = before_us };

    for (size_t t = 0; t < sizeof of / sizeof of[0]; t++) {
        walk.table = of[t].table;
        walk.find = of[t].find;
        if (!walk_table(&walk, rows, err))
            return false;
    }
    return walk_archive(&walk, bodies, err);
}
