/*
 * replay.h - applies the archive again, through the worker's batch code, and
 * lets an equal version write again.
 */
#ifndef QUOSYNC_APP_REPLAY_H
#define QUOSYNC_APP_REPLAY_H

#include "app/batch.h"
#include "base/progress.h"
#include "db/rows.h"

#define REPLAY_NO_SINCE INT64_MIN
#define REPLAY_NO_UNTIL INT64_MAX

struct replay_options {
    struct batch_workspace workspace;
    int64_t since_us, until_us; /* by received_at; until is not included */
    const char *type;           /* NULL: all */
    bool dry_run;               /* roll back, and only count */
    bool rebuild;               /* first delete what the archive gives; one transaction */
    size_t rows, bytes;         /* of one batch at most */
    int64_t now_us;             /* for contacts.synced_at */
    struct progress *progress;  /* NULL: none */
};

struct replay_result {
    size_t read;             /* rows of the archive */
    size_t skipped;          /* without a body: pruned or erased */
    size_t refused;          /* no longer usable, or refused by the database */
    struct batch_counts counts; /* counts.dead is part of refused */
    struct rows_counts rows;
};

/*
 * replay_run - apply what the archive holds once more.
 *
 * Ends early, and well, when stop_requested(), but not within a rebuild.
 * result counts what was done, also when false is returned.
 * Errors   pg_run's. QUOSYNC_CONFIG for a rebuild where the archive does not
 *          reach back to the first delivery, or with since, until or type.
 */
bool replay_run(struct pg *pg, const struct replay_options *options, struct replay_result *result,
                struct quosync_error *err) QUOSYNC_MUST_CHECK;

#endif
