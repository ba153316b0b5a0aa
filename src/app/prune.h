/*
 * prune.h - what `quosync prune` does: deletes what is older than its retention.
 * Each piece is a small transaction of its own, so it may be stopped, killed or
 * run twice at any time, and the next run goes on.
 */
#ifndef QUOSYNC_APP_PRUNE_H
#define QUOSYNC_APP_PRUNE_H

#include "db/pg.h"

/* Retention in seconds; 0: for ever. */
struct prune_options {
    int64_t now_us; /* what retention is counted back from */
    int64_t keep_events_s;
    int64_t keep_delivery_ids_s;
    int64_t keep_dead_letters_s;
    int64_t keep_content_s; /* of activities, see prune_content.h */
    const char *const *org_ids; /* the configured workspaces */
    size_t n_org_ids;
};

struct prune_result {
    size_t partitions;   /* weeks of the archive that were dropped */
    size_t delivery_ids; /* rows */
    size_t dead_letters; /* rows */
    size_t content;      /* rows that lost their content */
    size_t bodies;       /* archived deliveries that lost theirs */
};

/*
 * prune_run - delete what is older than its retention.
 *
 * A week of the archive goes when all of it is old enough: it holds the events
 * of all workspaces. A delivery id goes only once its delivery has left the
 * inbox. Ends early, and well, when stop_requested().
 * result counts what was deleted, also when false is returned.
 * Errors   schema_check's; else as pg_run (QUOSYNC_TRY_LATER when the archive,
 *          or rows, were busy for too long).
 */
bool prune_run(struct pg *pg, const struct prune_options *options, struct prune_result *result,
               struct quosync_error *err) QUOSYNC_MUST_CHECK;

#endif
