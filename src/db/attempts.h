/*
 * attempts.h - finds the delivery that kills the process: a batch is noted, and
 * committed, before anything is done with it, so notes that stay behind tell of
 * workers that died.
 */
#ifndef QUOSYNC_DB_ATTEMPTS_H
#define QUOSYNC_DB_ATTEMPTS_H

#include "db/inbox.h"
#include "db/pg.h"

/* From so many dead workers on, deliveries are tried one by one. */
#define ATTEMPTS_MAX 3

struct attempt {
    int64_t id;
    size_t abandoned;       /* dead workers' batches that hold any of these deliveries */
    size_t abandoned_alone; /* of those, the ones that held the first delivery alone */
};

/*
 * attempts_begin - note that a batch is begun.
 *
 *   side     another connection than the batch's, with no transaction open
 *   claimed  at least one delivery
 *
 * Errors   pg_run's.
 */
bool attempts_begin(struct pg *side, struct params *params, const char *org_id,
                    const char *worker, const struct deliveries *claimed,
                    struct attempt *attempt, struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* In the batch's transaction, sent: the note is held as long as it lives, gone with its commit. */
bool attempts_hold(struct pg *pg, struct params *params, const char *org_id,
                   const struct attempt *attempt, struct quosync_error *err) QUOSYNC_MUST_CHECK;
/* In the batch's transaction, sent after its deliveries left the inbox. */
bool attempts_clear(struct pg *pg, struct params *params, const char *org_id,
                    struct quosync_error *err) QUOSYNC_MUST_CHECK;
/* On the side connection: the batch was rolled back by a worker that lives. */
bool attempts_drop(struct pg *side, struct params *params, const char *org_id,
                   const struct attempt *attempt, struct quosync_error *err) QUOSYNC_MUST_CHECK;

#endif
