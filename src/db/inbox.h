/*
 * inbox.h - the deliveries that wait to be applied, as workers take them.
 * Storing them is intake's business.
 */
#ifndef QUOSYNC_DB_INBOX_H
#define QUOSYNC_DB_INBOX_H

#include "core/event.h"
#include "db/pg.h"

/* One delivery; webhook_id and body are borrowed from the claim. */
struct delivery {
    int64_t received_us;
    int64_t seq;
    const char *webhook_id;
    const void *body;
    size_t body_bytes;
};

/* What was claimed, oldest first. All-zero is the empty state. */
struct deliveries {
    struct delivery *items;
    size_t n;
    size_t bytes; /* of all bodies */
    bool erasures; /* something of the workspace was erased: ask quo.erasures */
    struct event_tests tests; /* the workspace's, borrowed from the claim */
    struct result answer, large, test_ids; /* what all of it is borrowed from */
};

void deliveries_done(struct deliveries *deliveries);

/*
 * inbox_claim - take the oldest deliveries of a workspace that nobody else
 * holds, until the end of the transaction.
 *
 *   rows, bytes  at most; one delivery comes whatever its size
 *
 *   alone        lock the workspace against all others, not shared with other workers
 *
 * Also locks the workspace against erasure: it is a transaction's first call.
 * Errors   pg_run's; QUOSYNC_CONFIG when the workspace has no row.
 */
bool inbox_claim(struct pg *pg, struct params *params, const char *org_id, size_t rows,
                 size_t bytes, bool alone, struct deliveries *claimed,
                 struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* Which claimed delivery: the inbox's key within a workspace. */
struct inbox_key {
    int64_t received_us;
    int64_t seq;
};

/*
 * inbox_put_keys - start a statement's parameters with the workspace ($1) and n
 * keys ($2 received_at, $3 seq), each the first member of a struct of `stride`
 * bytes in an array that begins with `first`.
 */
void inbox_put_keys(struct params *params, const char *org_id, const struct inbox_key *first,
                    size_t stride, size_t n);

/* Sends the removal of deliveries that were archived or buried. Errors: pg_send's. */
bool inbox_remove(struct pg *pg, struct params *params, const char *org_id,
                  const struct inbox_key *first, size_t stride, size_t n,
                  struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* Is anything left, claimed by others or not? Errors: pg_run's. */
bool inbox_waiting(struct pg *pg, struct params *params, const char *org_id, bool *waiting,
                   struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* Sends the lock that every transaction of a workspace begins with; *answer has a row if it is. */
bool workspace_lock(struct pg *pg, struct params *params, const char *org_id,
                    struct result *answer, struct quosync_error *err) QUOSYNC_MUST_CHECK;
/* After the wait: QUOSYNC_CONFIG when there is no such row. */
bool workspace_locked(const struct result *answer, const char *org_id,
                      struct quosync_error *err) QUOSYNC_MUST_CHECK;

#endif
