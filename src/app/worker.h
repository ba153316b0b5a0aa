/*
 * worker.h - the threads that apply what the inbox holds: workspaces in turn,
 * a batch each, and a pause when there is nothing.
 */
#ifndef QUOSYNC_APP_WORKER_H
#define QUOSYNC_APP_WORKER_H

#include <stdatomic.h>

#include "app/batch.h"
#include "base/config.h"
#include "quosync.h"

/* What all worker threads have done since the start. Read it from any thread. */
struct worker_stats {
    _Atomic uint64_t applied[BATCH_KINDS]; /* by enum quosync_event_kind */
    _Atomic uint64_t archived;             /* tests and unknown types */
    _Atomic uint64_t dead;                 /* made dead letters */
    _Atomic uint64_t batches, batch_bytes;
    _Atomic uint64_t rows_inserted, rows_updated, rows_unchanged;
    _Atomic uint64_t retries; /* batches that were rolled back and repeated */
    _Atomic uint64_t splits;  /* halvings in search of a delivery that the database refuses */
    _Atomic uint64_t apply_us; /* time spent on batches, all threads together */
    _Atomic int64_t lag_us;    /* received to applied, of the last batch; 0 while there is none */
    _Atomic int64_t applied_at_us; /* when the last batch was committed; 0: not yet */
    _Atomic uint32_t failing;  /* threads that cannot reach the database */
};

/* The type's name of a kind ("message.received"); NULL for QUOSYNC_EVENT_OTHER. */
const char *worker_kind_name(enum quosync_event_kind kind);

struct worker_options {
    const struct config *config; /* borrowed until workers_close */
    bool drain;                  /* end when every inbox is empty; a lost server is an error */
};

struct workers;

/*
 * workers_open - make the workspaces' rows and start config->workers threads.
 *
 * A database that cannot be reached is an error with drain alone; otherwise
 * the threads try until it can. They end after stop_request (or a signal), with
 * the batch in hand done.
 * Errors   QUOSYNC_NO_MEMORY, QUOSYNC_UNAVAILABLE (no thread to be had).
 */
bool workers_open(const struct worker_options *options, struct workers **workers,
                  struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* Something was stored: end the pause. Any thread; cheap. */
void workers_wake(struct workers *workers);

/*
 * Whether every thread has begun a pass of its loop of late (20 minutes: a batch may
 * wait for the database, within its deadlines), or has ended.
 *
 *   now_us  steady clock
 */
bool workers_move(const struct workers *workers, int64_t now_us);

/*
 * Waits until all threads have ended: their numbers can then still be read. Meanwhile
 * systemd's watchdog hears of them as long as they move.
 */
void workers_wait(struct workers *workers);

const struct worker_stats *workers_stats(const struct workers *workers);

/*
 * workers_close - wait for the threads to end, and free. NULL is fine; sets NULL.
 *
 * Errors   the first that made a thread stop (which also calls stop_request,
 *          so that the rest of the process ends).
 */
bool workers_close(struct workers **workers, struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* The command `work`: workers until an end is asked for, or --drain is done. */
bool worker_run(const struct worker_options *options,
                struct quosync_error *err) QUOSYNC_MUST_CHECK;

#endif
