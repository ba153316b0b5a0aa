/*
 * reconcile.h - makes the mirror of one workspace equal to Quo again, from the
 * REST API, and says what it had to repair. Steps share one API client, so
 * that they overlap; each holds a lease of its own.
 */
#ifndef QUOSYNC_APP_RECONCILE_H
#define QUOSYNC_APP_RECONCILE_H

#include "base/config.h"
#include "db/pg.h"
#include "quosync.h"

enum reconcile_step {
    RECONCILE_DIRECTORY, /* users, phone numbers, custom field definitions */
    RECONCILE_CONTACTS,
    RECONCILE_CALLS,
    RECONCILE_MESSAGES,
    RECONCILE_DELIVERIES,
    RECONCILE_STEPS
};

/* "directory" ...; NULL past the last. */
const char *reconcile_step_name(enum reconcile_step step);

/* What one step did, or with dry_run would have done. */
struct reconcile_counts {
    size_t read;      /* items that Quo showed */
    size_t repaired;  /* of them, those whose row people see was missing or different */
    size_t gone;      /* found gone at Quo, confirmed by a 404 of their own */
    size_t bad;       /* items that cannot be read: reported, the rest was applied */
    size_t details;   /* recordings and transcripts that were asked for */
    size_t lost;      /* deliveries that the mirror never stored */
    size_t fetched;   /* of them, stored from the log; the rest Quo was asked to retry */
    size_t expected;  /* for the progress bar: how many items there may be; 0: unknown */
    bool resumed;     /* went on where a run that was cut had come to */
};

struct reconcile_options {
    unsigned steps;          /* bit s: step s; 0: all */
    int64_t since_us;        /* calls and messages from here on; INT64_MIN: as the watermark says */
    bool details_all;        /* recordings and transcripts of calls of any age */
    bool allow_mass_delete;
    bool dry_run;            /* writes nothing */
    /* Called now and then, on the caller's thread; NULL: never. */
    void (*progress)(void *state, const struct reconcile_counts counts[RECONCILE_STEPS]);
    void *progress_state;
};

struct reconcile_result {
    struct reconcile_counts counts[RECONCILE_STEPS];
    bool ran[RECONCILE_STEPS];
    struct quosync_error errors[RECONCILE_STEPS]; /* kind QUOSYNC_OK where the step is done */
    bool refused_mass_delete; /* more seem gone than may be deleted unasked */
    size_t seem_gone, live;   /* the two numbers of that decision */
    uint64_t requests, retries, limited;
    int64_t waited_us, took_us;
};

/*
 * reconcile_run - the steps for one workspace.
 *
 *   pg  one connection, used for all of it
 *
 * A step that fails does not end the others (but a refused key does). Every
 * run leaves a row in quo.reconcile_runs, a dry one excepted.
 * Errors   the gravest of the steps' errors (in the order of exit codes in the
 *          contract); result tells of each. QUOSYNC_TRY_LATER when every lease
 *          is held by another run.
 */
bool reconcile_run(struct pg *pg, const struct config *config,
                   const struct config_workspace *workspace,
                   const struct reconcile_options *options, struct reconcile_result *result,
                   struct quosync_error *err) QUOSYNC_MUST_CHECK;

#endif
