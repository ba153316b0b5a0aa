/*
 * reconcile.h - what reconciliation keeps in the database beside rows: leases,
 * the shared rate of requests, the log of runs, and its own notes.
 */
#ifndef QUOSYNC_DB_RECONCILE_H
#define QUOSYNC_DB_RECONCILE_H

#include "db/pg.h"

/* A lease runs out this many seconds after it was taken or renewed. */
#define LEASE_S 120

/*
 * lease_take - become the one process that does what `name` stands for.
 *
 *   holder  host and process, for people to read
 *   token   fences every write: see lease_fence
 *
 * Errors   pg_run's; QUOSYNC_TRY_LATER when another holds it.
 */
bool lease_take(struct pg *pg, const char *org_id, const char *name, const char *holder,
                int64_t *token, struct quosync_error *err) QUOSYNC_MUST_CHECK;
/* Errors: as lease_take, when it was lost. */
bool lease_renew(struct pg *pg, const char *org_id, const char *name, int64_t token,
                 struct quosync_error *err) QUOSYNC_MUST_CHECK;
/* Gives it back. Errors are of no matter: it runs out by itself. */
void lease_release(struct pg *pg, const char *org_id, const char *name, int64_t token);
/* In a transaction: nobody can take the lease before its end. Errors: as lease_renew. */
bool lease_fence(struct pg *pg, const char *org_id, const char *name, int64_t token,
                 struct quosync_error *err) QUOSYNC_MUST_CHECK;

/*
 * rate_turn - reserve a request's turn, spaced interval_us after the last one of
 * all processes that share `key`.
 *
 *   turn     in: 0, or a turn that passed unused and is given back; out: the new one
 *   wait_us  how long from now it may be used; 0 or less: at once
 *
 * Errors   pg_run's.
 */
bool rate_turn(struct pg *pg, const char *key, int64_t interval_us, int64_t *turn,
               int64_t *wait_us, struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* Errors: pg_run's. */
bool runs_begin(struct pg *pg, const char *org_id, const char *parts, int64_t *id,
                struct quosync_error *err) QUOSYNC_MUST_CHECK; /* parts: "{contacts,calls}" */

struct runs_end {
    const char *outcome; /* done, incomplete, failed */
    int64_t checked, repaired;
    const char *counts; /* JSON */
    const char *error;  /* NULL: none */
};
bool runs_end(struct pg *pg, const char *org_id, int64_t id, const struct runs_end *end,
              struct quosync_error *err) QUOSYNC_MUST_CHECK;

/*
 * progress_read - a step's notes as JSON text, NULL where there are none, owned
 * by the caller (memory_free), and their age. Errors: pg_run's, NO_MEMORY.
 */
bool progress_read(struct pg *pg, const char *org_id, const char *step, char **json,
                   int64_t *age_s, struct quosync_error *err) QUOSYNC_MUST_CHECK;
bool progress_write(struct pg *pg, const char *org_id, const char *step, const char *json,
                    struct quosync_error *err) QUOSYNC_MUST_CHECK;

#endif
