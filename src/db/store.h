/*
 * store.h - deliveries that came in: into the inbox, each webhook-id once. The
 * one way in, for the receiver, ingest and reconciliation alike.
 */
#ifndef QUOSYNC_DB_STORE_H
#define QUOSYNC_DB_STORE_H

#include "db/pg.h"

/* A delivery on its way in. Borrowed for the call. */
struct store_delivery {
    const char *webhook_id; /* 1 to 255 bytes */
    const void *body;
    size_t body_bytes;
    uint64_t digest; /* of the body: digest_64() */
};

/* Their sum is the number of deliveries. */
struct store_counts {
    size_t stored;
    size_t duplicate; /* the webhook-id is known, with the same body */
    size_t conflict;  /* the webhook-id is known, with another body: the first one stays */
};

/*
 * store_deliveries - store deliveries of one workspace, in one transaction and
 * one round trip.
 *
 *   deliveries  n of them, in the order of arrival; reordered in place
 *   n           at least 1
 *   wait        for the workspace where an erasure or the like holds it; false:
 *               QUOSYNC_TRY_LATER at once
 *
 * When true is returned they are durable. The split into duplicates and
 * conflicts is for counting: it is asked for afterwards, and what cannot be told
 * counts as duplicate.
 * Errors   as pg_run; QUOSYNC_CONFIG where the workspace has no row. UNAVAILABLE
 *          also when the outcome is not known: repeating is harmless.
 */
bool store_deliveries(struct pg *pg, const char *org_id, struct store_delivery *deliveries,
                      size_t n, bool wait, struct store_counts *counts,
                      struct quosync_error *err) QUOSYNC_MUST_CHECK;

#endif
