/*
 * apply.c - the worker's transaction. A delivery leaves the inbox in the
 * transaction that applies, archives or buries it, so a crash at any point
 * repeats the batch, and repeating it changes nothing.
 *
 * A batch that fails on data is rolled back and tried again carefully: behind
 * savepoints, in halves, until the culprit is alone. One that kills the process
 * is found by its notes in attempts.
 */
#include "app/apply.h"

#include "base/log.h"
#include "base/points.h"
#include "base/stop.h"
#include "core/error.h"

#include <pthread.h>
#include <string.h>

/* A batch whose new rows were locked by others is repeated at once, this often. */
#define AGAIN_MAX 5

/*
 * Batches above this are large: decoded, one takes some ten times its bytes of
 * memory, so one thread at a time works on such a batch, without overlap.
 */
#define LARGE_BYTES ((size_t)2 << 20)

/* ---- the side connection --------------------------------------------------- */

struct apply_side {
    pthread_mutex_t mutex; /* of the connection */
    pthread_mutex_t large; /* held by the thread that works on a large batch */
    struct pg_options options;
    struct pg *pg; /* NULL: not connected */
    struct params *params;
};

bool
apply_side_new(const struct pg_options *options, struct apply_side **side,
               struct quosync_error *err)
{
    struct apply_side *made = memory_get(sizeof *made);

    *side = NULL;
    if (made == NULL)
        return error_no_memory(err);
    *made = (struct apply_side){ .options = *options, .params = params_new() };
    if (!params_made(made->params)) {
        memory_free(made);
        return error_no_memory(err);
    }
    /* With default attributes, glibc's mutexes cannot fail to be made. */
    (void)pthread_mutex_init(&made->mutex, NULL);
    (void)pthread_mutex_init(&made->large, NULL);
    *side = made;
    return true;
}

void
apply_side_free(struct apply_side **side)
{
    if (*side == NULL)
        return;
    pg_close(&(*side)->pg);
    params_free(&(*side)->params);
    (void)pthread_mutex_destroy(&(*side)->mutex);
    (void)pthread_mutex_destroy(&(*side)->large);
    memory_free(*side);
    *side = NULL;
}

static bool
side_open(struct apply_side *side, struct quosync_error *err)
{
    if (side->pg != NULL && pg_usable(side->pg))
        return true;
    pg_close(&side->pg);
    return pg_open(&side->options, &side->pg, err);
}

static bool
note_begin(struct apply_side *side, const char *org_id, const char *worker,
           const struct deliveries *claimed, struct attempt *attempt, struct quosync_error *err)
{
    bool ok;

    (void)pthread_mutex_lock(&side->mutex);
    ok = side_open(side, err) &&
         attempts_begin(side->pg, side->params, org_id, worker, claimed, attempt, err);
    (void)pthread_mutex_unlock(&side->mutex);
    return ok;
}

/* This process lives, so the batch that it rolled back was not abandoned. */
static void
note_drop(struct apply_side *side, const char *org_id, const struct attempt *attempt)
{
    struct quosync_error why;

    /* At the end of the process there is no time to wait for a server that hangs. */
    if (attempt->id == 0 || stop_requested())
        return;
    (void)pthread_mutex_lock(&side->mutex);
    /* A note that stays counts as one of the three that it takes to doubt a delivery. */
    if (!side_open(side, &why) || !attempts_drop(side->pg, side->params, org_id, attempt, &why))
        log_failure(LOG_LEVEL_DEBUG, "attempt.kept", &why);
    (void)pthread_mutex_unlock(&side->mutex);
}

static bool settle(struct apply *apply, struct apply_result *result,
                   struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* ---- one transaction ---------------------------------------------------------- */

/* A batch's transaction on its way. */
struct step {
    struct apply *apply;
    const struct batch_workspace *workspace;
    int64_t now_us;
    struct apply_result *result;  /* of this batch */
    struct apply_result *settled; /* of the one before it */
    struct tx *tx;
    struct log_list *said; /* what the log says once it is committed */
    bool erasures; /* something of the workspace was erased */
    struct event_tests tests;
    bool alone;    /* no other worker holds the workspace */
    bool again;    /* see rows_write */
};

static void
log_dead(const struct step *step, const struct delivery *deliveries, size_t n,
         const struct batch *batch)
{
    for (size_t d = 0, i = 0; d < batch->n_dead; d++) {
        const struct dead_letter_entry *dead = &batch->dead[d];

        while (i < n && deliveries[i].seq != dead->key.seq)
            i++;
        log_list_add(step->said, LOG_LEVEL_WARN, "delivery.dead",
                     (const struct log_field[]){
                         LOG_TEXT("org_id", step->workspace->org_id),
                         LOG_TEXT("webhook_id", i < n ? deliveries[i].webhook_id : NULL),
                         LOG_TEXT("type", dead->event_type), LOG_TEXT("reason", dead->reason),
                         LOG_TEXT("detail", dead->detail), { 0 } });
    }
}

static void
log_applied(const struct step *step, const struct delivery *deliveries, size_t n,
            const struct batch *batch)
{
    if (!log_enabled(LOG_LEVEL_DEBUG))
        return;
    for (size_t a = 0, i = 0; a < batch->n_archived; a++) {
        const struct archive_entry *entry = &batch->archived[a];

        while (i < n && deliveries[i].seq != entry->key.seq)
            i++;
        log_list_add(step->said, LOG_LEVEL_DEBUG,
                     entry->applied ? "delivery.applied" : "delivery.archived",
                     (const struct log_field[]){
                         LOG_TEXT("org_id", step->workspace->org_id),
                         LOG_TEXT("webhook_id", i < n ? deliveries[i].webhook_id : NULL),
                         LOG_TEXT("type", entry->event_type),
                         LOG_TEXT("event_id", entry->event_id), { 0 } });
    }
}

/* Deliveries leave the inbox: into the archive, or to the dead letters. */
static bool
send_away(struct step *step, const struct batch *batch, struct quosync_error *err)
{
    struct apply *apply = step->apply;
    const char *org_id = step->workspace->org_id;

    if (!archive_move(apply->pg, apply->params, org_id, batch->archived, batch->n_archived, err))
        return false;
    QUOSYNC_POINT("apply-archived");
    if (!dead_letters_bury(apply->pg, apply->params, org_id, batch->dead, batch->n_dead,
                           step->now_us, err))
        return false;
    QUOSYNC_POINT("apply-buried");
    return true;
}

/*
 * Reads deliveries and writes what they say. With `wait`, its statements have
 * been answered when it returns, and nothing is left for the commit to refuse
 * (people may have added deferred constraints); else the commit waits for them.
 */
static bool
apply_deliveries(struct step *step, const struct delivery *deliveries, size_t n, bool wait,
                 struct quosync_error *err)
{
    AUTO(batch_done) struct batch batch = { 0 };
    AUTO(rows_done) struct rows rows = { 0 };
    AUTO(erasures_done) struct erasures erasures = { .arena = &batch.arena };
    struct apply *apply = step->apply;
    const char *org_id = step->workspace->org_id;
    struct rows_options options = { .org_id = org_id, .now_us = step->now_us };

    if (!batch_read(&batch, step->workspace, deliveries, n, &step->tests, step->erasures,
                    apply->pending.open ? apply->second : NULL, err))
        return false;
    QUOSYNC_POINT("apply-folded");
    /* The batch before may hold locks that this one needs, and only we can end it. */
    if (!settle(apply, step->settled, err))
        return false;
    if (step->erasures && !batch_erase(&batch, apply->pg, apply->params, org_id, step->alone,
                                       step->now_us, &erasures, &step->again, err))
        return false;
    if (step->again) {
        apply->alone = true;
        return true;
    }
    if (!rows_write(apply->pg, apply->params, &options, batch.fold, &batch.arena, &rows, err))
        return false;
    step->again = rows.again;
    if (rows.again)
        return true;
    QUOSYNC_POINT("apply-rows-sent");
    if (!batch_erased_rows(apply->pg, apply->params, org_id, &erasures, &rows.counts, err))
        return false;
    if (!send_away(step, &batch, err) ||
        (wait && (!tx_check(step->tx, err) || !pg_wait(apply->pg, err))))
        return false;
    batch_counts_add(&step->result->counts, &batch.counts);
    step->result->rows.inserted += rows.counts.inserted;
    step->result->rows.updated += rows.counts.updated;
    step->result->rows.unchanged += rows.counts.unchanged;
    log_dead(step, deliveries, n, &batch);
    log_applied(step, deliveries, n, &batch);
    return true;
}

/* Buries the only delivery of a batch. */
static bool
bury_one(struct step *step, const struct delivery *delivery, const char *reason,
         const char *detail, size_t attempts, struct quosync_error *err)
{
    AUTO(batch_done) struct batch batch = { 0 };

    if (!batch_bury_one(&batch, delivery, reason, detail, attempts, err) ||
        !send_away(step, &batch, err) || !pg_wait(step->apply->pg, err))
        return false;
    batch_counts_add(&step->result->counts, &batch.counts);
    log_dead(step, delivery, 1, &batch);
    return true;
}

/*
 * The careful way: halves, each behind a savepoint, until a delivery that the
 * database refuses is alone. A stack of ranges instead of recursion: at most
 * one open range for each halving.
 */
static bool
apply_in_halves(struct step *step, const struct delivery *deliveries, size_t n,
                struct quosync_error *err)
{
    struct { size_t from, n; } ranges[64];
    size_t depth = 0;

    ranges[depth].from = 0;
    ranges[depth++].n = n;
    while (depth > 0) {
        const struct delivery *first = &deliveries[ranges[depth - 1].from];
        size_t from = ranges[depth - 1].from, of_these = ranges[depth - 1].n;
        struct quosync_error why;

        depth--;
        if (!tx_savepoint(step->tx, err))
            return false;
        if (apply_deliveries(step, first, of_these, true, &why)) {
            if (step->again)
                return true;
            if (!tx_release(step->tx, err))
                return false;
            continue;
        }
        if (why.kind != QUOSYNC_BAD_INPUT) {
            *err = why;
            return false;
        }
        if (!tx_rollback_to(step->tx, err) || !tx_release(step->tx, err))
            return false;
        QUOSYNC_POINT("apply-split");
        if (of_these == 1) {
            if (!bury_one(step, first, "the database refuses what the delivery says", why.text, 2,
                          err))
                return false;
            continue;
        }
        step->result->splits++;
        /* The earlier half is taken from the top of the stack. */
        ranges[depth].from = from + of_these / 2;
        ranges[depth++].n = of_these - of_these / 2;
        ranges[depth].from = from;
        ranges[depth++].n = of_these / 2;
    }
    return true;
}

/* What three workers died over is tried alone; what is alone already is dead. */
static bool
apply_claimed(struct step *step, const struct deliveries *claimed, const struct attempt *attempt,
              struct quosync_error *err)
{
    struct apply *apply = step->apply;

    if (!attempts_hold(apply->pg, apply->params, step->workspace->org_id, attempt, err))
        return false;
    if (claimed->n == 1 && attempt->abandoned_alone >= ATTEMPTS_MAX)
        return bury_one(step, &claimed->items[0],
                        "the process died each time that it was at work on the delivery", NULL,
                        attempt->abandoned_alone, err);
    if (apply->careful)
        return apply_in_halves(step, claimed->items, claimed->n, err);
    return apply_deliveries(step, claimed->items, claimed->n, false, err);
}

/* Sends the commit, and leaves the wait to apply_settle. */
static bool
finish(struct step *step, const struct attempt *attempt, struct quosync_error *err)
{
    struct apply *apply = step->apply;

    if (!settle(apply, step->settled, err))
        return false;
    if (attempt->abandoned > 0 &&
        !attempts_clear(apply->pg, apply->params, step->workspace->org_id, err))
        return false;
    QUOSYNC_POINT("apply-before-commit");
    if (!tx_commit_send(step->tx, err))
        return false;
    pg_push(apply->pg);
    apply->pending = (struct apply_pending){ .open = true,
                                             .tx = *step->tx,
                                             .attempt = *attempt,
                                             .workspace = step->workspace,
                                             .said = *step->said,
                                             .result = *step->result };
    *step->tx = (struct tx){ 0 };
    *step->said = (struct log_list){ 0 };
    return true;
}

static void
add_result(struct apply_result *sum, const struct apply_result *result)
{
    sum->batches += result->batches;
    sum->deliveries += result->deliveries;
    sum->bytes += result->bytes;
    sum->received_us = result->received_us;
    batch_counts_add(&sum->counts, &result->counts);
    sum->rows.inserted += result->rows.inserted;
    sum->rows.updated += result->rows.updated;
    sum->rows.unchanged += result->rows.unchanged;
    sum->splits += result->splits;
}

/* What a failed batch means for the next one. */
static void
learn(struct apply *apply, struct quosync_error *err)
{
    if (err->kind != QUOSYNC_BAD_INPUT)
        return;
    /* The halves handle bad data themselves: what is left of it is our mistake. */
    err->kind = apply->careful ? QUOSYNC_BUG : QUOSYNC_TRY_LATER;
    apply->careful = true;
}

static bool
settle(struct apply *apply, struct apply_result *result, struct quosync_error *err)
{
    struct apply_pending *pending = &apply->pending;

    if (!pending->open)
        return true;
    pending->open = false;
    if (!tx_commit_wait(&pending->tx, err)) {
        tx_end(&pending->tx);
        log_list_done(&pending->said);
        note_drop(apply->side, pending->workspace->org_id, &pending->attempt);
        return false;
    }
    QUOSYNC_POINT("apply-after-commit");
    log_list_write(&pending->said);
    add_result(result, &pending->result);
    return true;
}

bool
apply_settle(struct apply *apply, struct apply_result *result, struct quosync_error *err)
{
    if (settle(apply, result, err))
        return true;
    learn(apply, err);
    return false;
}

/* The next batch goes over the other connection, while this one's is still at work. */
static bool
leave_or_settle(struct apply *apply, size_t bytes, struct apply_result *settled,
                struct quosync_error *err)
{
    struct pg *sent = apply->pg;

    if (apply->second == NULL || apply->careful || apply->alone || apply->one_by_one > 0 ||
        bytes > LARGE_BYTES)
        return settle(apply, settled, err);
    apply->pg = apply->second;
    apply->second = sent;
    return true;
}

static void
unlock(pthread_mutex_t **held)
{
    if (*held != NULL)
        (void)pthread_mutex_unlock(*held);
}

/*
 * Waits for its turn with a large batch. What is on its way is settled first:
 * the thread whose turn it is may need rows that only this one can release.
 */
static bool
wait_turn(struct apply *apply, size_t bytes, struct apply_result *settled,
          pthread_mutex_t **held, struct quosync_error *err)
{
    if (bytes <= LARGE_BYTES)
        return true;
    if (!settle(apply, settled, err))
        return false;
    (void)pthread_mutex_lock(&apply->side->large);
    *held = &apply->side->large;
    return true;
}

/* Sets *again when the same is to be done once more, at once. */
static bool
apply_once(struct apply *apply, const struct batch_workspace *workspace, int64_t now_us,
           struct apply_result *settled, bool *again, struct attempt *attempt,
           struct quosync_error *err)
{
    AUTO(unlock) pthread_mutex_t *held = NULL;
    AUTO(deliveries_done) struct deliveries claimed = { 0 };
    AUTO(tx_end) struct tx tx = { 0 };
    AUTO(log_list_done) struct log_list said = { 0 };
    struct apply_result result = { 0 };
    struct step step = { .apply = apply,
                         .workspace = workspace,
                         .now_us = now_us,
                         .result = &result,
                         .settled = settled,
                         .tx = &tx,
                         .said = &said,
                         .alone = apply->alone };
    size_t rows = apply->one_by_one > 0 ? 1 : apply->rows;

    /* Alone also means without the batch before, on the other connection. */
    if ((apply->alone && !settle(apply, settled, err)) || !tx_begin(apply->pg, &tx, err) ||
        !inbox_claim(apply->pg, apply->params, workspace->org_id, rows, apply->bytes, apply->alone,
                     &claimed, err))
        return false;
    step.erasures = claimed.erasures;
    step.tests = claimed.tests;
    if (claimed.n == 0)
        return settle(apply, settled, err);
    QUOSYNC_POINT("apply-claimed");
    if (!wait_turn(apply, claimed.bytes, settled, &held, err) ||
        !note_begin(apply->side, workspace->org_id, apply->worker, &claimed, attempt, err))
        return false;
    QUOSYNC_POINT("apply-noted");
    if (claimed.n > 1 && attempt->abandoned >= ATTEMPTS_MAX) {
        apply->one_by_one = claimed.n;
        *again = true;
        return true;
    }
    result.batches = 1;
    result.deliveries = claimed.n;
    result.bytes = claimed.bytes;
    result.received_us = claimed.items[claimed.n - 1].received_us;
    if (!apply_claimed(&step, &claimed, attempt, err))
        return false;
    if (step.again) {
        *again = true;
        return true;
    }
    if (!finish(&step, attempt, err))
        return false;
    attempt->id = 0;
    settled->claimed = claimed.n;
    return leave_or_settle(apply, claimed.bytes, settled, err);
}

/* The batch before is not touched by a failure of this one; it may have one of its own. */
static bool
fail(struct apply *apply, struct apply_result *result, struct quosync_error *err)
{
    struct quosync_error before;

    learn(apply, err);
    if (!settle(apply, result, &before)) {
        apply->careful = apply->careful || before.kind == QUOSYNC_BAD_INPUT;
        log_failure(LOG_LEVEL_INFO, "batch.repeated", &before);
    }
    result->claimed = 0;
    return false;
}

bool
apply_batch(struct apply *apply, const struct batch_workspace *workspace, int64_t now_us,
            struct apply_result *result, struct quosync_error *err)
{
    *result = (struct apply_result){ 0 };
    for (int tries = 0; tries < AGAIN_MAX; tries++) {
        struct attempt attempt = { 0 };
        bool again = false;
        bool ok = apply_once(apply, workspace, now_us, result, &again, &attempt, err);

        if (!ok || again)
            note_drop(apply->side, workspace->org_id, &attempt);
        if (!ok)
            return fail(apply, result, err);
        if (again)
            continue;
        if (apply->one_by_one > 0)
            apply->one_by_one -= result->claimed > 0 ? 1 : apply->one_by_one;
        apply->careful = apply->alone = false;
        return true;
    }
    (void)error_set(err, QUOSYNC_TRY_LATER, "other workers hold the rows of the batch");
    return fail(apply, result, err);
}
