/*
 * apply.h - one batch of one workspace: claim, read, write, archive, in one
 * transaction. Repeating it after any failure is harmless. The wait for its
 * commit may be left to the next one.
 */
#ifndef QUOSYNC_APP_APPLY_H
#define QUOSYNC_APP_APPLY_H

#include "app/batch.h"
#include "base/log_list.h"
#include "db/attempts.h"
#include "db/pg.h"
#include "db/rows.h"

/* The connection on which batches are noted before they begin, one for a process. */
struct apply_side;
bool apply_side_new(const struct pg_options *options, struct apply_side **side,
                    struct quosync_error *err) QUOSYNC_MUST_CHECK;
void apply_side_free(struct apply_side **side);

struct apply_result {
    size_t claimed; /* by this call; 0: there was nothing, or others hold it */
    /* What was committed during this call: this batch, or the one before it, or both. */
    size_t batches, deliveries;
    size_t bytes;        /* of bodies */
    int64_t received_us; /* of the last delivery */
    struct batch_counts counts;
    struct rows_counts rows;
    size_t splits; /* how often a batch was halved to find a culprit */
};

/* A batch whose commit was sent and not awaited. */
struct apply_pending {
    bool open;
    struct tx tx;
    struct attempt attempt;
    const struct batch_workspace *workspace;
    struct log_list said; /* what the log says of it when it is committed */
    struct apply_result result;
};

/*
 * What one worker thread applies with. With a second connection, a batch is
 * claimed and decoded while the server works on the one before it.
 */
struct apply {
    struct pg *pg;            /* borrowed; of the next batch: the two change places */
    struct pg *second;        /* borrowed; NULL: one batch after the other */
    struct apply_side *side;  /* borrowed, shared by threads */
    struct params *params;    /* borrowed; scratch */
    const char *worker;       /* host, process and thread, for attempts */
    size_t rows, bytes;       /* of one batch at most */
    size_t one_by_one;        /* so many deliveries are still to be tried alone */
    bool alone;               /* the next batch must have the workspace to itself */
    bool careful;             /* the last batch failed on data: find the culprit */
    struct apply_pending pending;
};

/*
 * apply_batch - apply the oldest deliveries of a workspace.
 *
 *   workspace  lives until apply_settle
 *
 * Errors   those of the server (QUOSYNC_UNAVAILABLE, TRY_LATER, CONFIG, BUG) and
 *          NO_MEMORY; what was not committed was rolled back and waits in the
 *          inbox. QUOSYNC_TRY_LATER also where the same should be called again at
 *          once: after a failure on data, apply->careful is then set. Bad
 *          deliveries are no error.
 */
bool apply_batch(struct apply *apply, const struct batch_workspace *workspace, int64_t now_us,
                 struct apply_result *result, struct quosync_error *err) QUOSYNC_MUST_CHECK;

/*
 * apply_settle - wait for the batch that is still on its way, if there is one:
 * before a pause, before the end, and before the connections are closed.
 * Adds to *result. Errors: apply_batch's.
 */
bool apply_settle(struct apply *apply, struct apply_result *result,
                  struct quosync_error *err) QUOSYNC_MUST_CHECK;

#endif
