/*
 * apply.h - one batch of one workspace: claim, read, write, archive, in one
 * transaction. Repeating it after any failure is harmless.
 */
#ifndef QUOSYNC_APP_APPLY_H
#define QUOSYNC_APP_APPLY_H

#include "app/batch.h"
#include "db/pg.h"
#include "db/rows.h"

/* The connection on which batches are noted before they begin, one for a process. */
struct apply_side;
bool apply_side_new(const struct pg_options *options, struct apply_side **side,
                    struct quosync_error *err) QUOSYNC_MUST_CHECK;
void apply_side_free(struct apply_side **side);

/* What one worker thread applies with. */
struct apply {
    struct pg *pg;            /* borrowed */
    struct apply_side *side;  /* borrowed, shared by threads */
    struct params *params;    /* borrowed; scratch */
    const char *worker;       /* host, process and thread, for attempts */
    size_t rows, bytes;       /* of one batch at most */
    size_t one_by_one;        /* so many deliveries are still to be tried alone */
    bool careful;             /* the last batch failed on data: find the culprit */
};

struct apply_result {
    size_t claimed;      /* 0: there was nothing, or others hold it */
    size_t bytes;        /* of the claimed bodies */
    int64_t received_us; /* of the last delivery */
    struct batch_counts counts;
    struct rows_counts rows;
    size_t splits;       /* how often a batch was halved to find a culprit */
};

/*
 * apply_batch - apply the oldest deliveries of a workspace.
 *
 * Errors   those of the server (QUOSYNC_UNAVAILABLE, TRY_LATER, CONFIG, BUG) and
 *          NO_MEMORY; the batch was rolled back and waits in the inbox, *result
 *          is empty. QUOSYNC_TRY_LATER also where the same should be called again
 *          at once: after a failure on data, apply->careful is then set. Bad
 *          deliveries are no error.
 */
bool apply_batch(struct apply *apply, const struct batch_workspace *workspace, int64_t now_us,
                 struct apply_result *result, struct quosync_error *err) QUOSYNC_MUST_CHECK;

#endif
