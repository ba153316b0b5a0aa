/*
 * reconcile_internal.h - what the steps of a reconciliation share: the run, walks
 * over Quo's lists, and the one way in which what Quo said is written.
 *
 * A step is asynchronous: its start function submits first requests, handlers
 * submit more, and the step is over when none of its requests is left. api_run
 * drives all steps at once; a handler that fails ends its own step alone
 * (run_step_failed), so that the others go on.
 */
#ifndef QUOSYNC_APP_RECONCILE_INTERNAL_H
#define QUOSYNC_APP_RECONCILE_INTERNAL_H

#include <jansson.h>

#include "app/reconcile.h"
#include "net/api.h"

struct run;

/* One step of one run. */
struct step {
    struct run *run;
    enum reconcile_step number;
    struct reconcile_counts *counts; /* in the result */
    int64_t lease_token;             /* fences every write of the step */
    bool failed;                     /* its error is in the result */
    void *state;                     /* the step's own, freed by its done function */
    json_t *progress;                /* to be stored; NULL: unchanged */
};

struct run {
    struct pg *pg;
    struct params *params;
    const struct config *config;
    const struct config_workspace *workspace;
    const struct reconcile_options *options;
    struct reconcile_result *result;
    struct api *api;
    int64_t id; /* quo.reconcile_runs.id; 0: dry run */
    struct step steps[RECONCILE_STEPS];
    /*
     * What the directory and the contacts step need of the same run: the
     * answers of GET /v1/contact-custom-fields and GET /phone-numbers.
     */
    json_t *definitions; /* NULL: not read yet */
    json_t *numbers;     /* NULL: not read yet */
};

/* A module for each step. `start` submits the first requests; `done` frees. */
struct step_module {
    bool (*start)(struct step *step, struct quosync_error *err);
    /* All requests of the step were answered; may submit more (and is then called again). */
    bool (*finish)(struct step *step, struct quosync_error *err);
    void (*done)(struct step *step);
};
extern const struct step_module reconcile_directory, reconcile_contacts, reconcile_calls,
    reconcile_messages, reconcile_deliveries;

/* Notes the step's error; its later answers are ignored. Always true, for handlers. */
bool run_step_failed(struct step *step, const struct quosync_error *why);

/*
 * run_time - T of an answer: its Date, Quo's clock.
 * Errors   QUOSYNC_UNAVAILABLE when there is none, or it is more than a day from our clock.
 */
bool run_time(const struct api_answer *answer, int64_t *t_us, struct quosync_error *err);

/*
 * run_submit - a request whose handler is called with the step and answers of
 * status 2xx and 404 alone; everything else becomes the step's error.
 */
typedef bool (*step_handler)(struct step *step, void *owner, const struct api_answer *answer,
                             int64_t t_us, struct quosync_error *err);
bool run_submit(struct step *step, const char *path, step_handler handler, void *owner,
                struct quosync_error *err) QUOSYNC_MUST_CHECK;

/*
 * run_write - write what a fold of REST observations changes: one transaction
 * that locks the workspace, checks the step's lease and merges (rows_write).
 * With dry_run it only looks. Adds to counts->repaired the rows whose columns
 * or lists people see had to change.
 *
 * Errors   pg_run's; QUOSYNC_TRY_LATER when the lease was taken by another run.
 */
bool run_write(struct step *step, struct quosync_fold *fold, struct quosync_error *err);

/* ---- walks: a list of Quo's, page by page -------------------------------------- */

/*
 * A walk asks for page after page of `path` and gives each item to `page`. It
 * ends at a null token; a token that comes twice, a missing token member, a
 * missing `data`, or more than WALK_PAGES_MOST pages are errors (nothing may be
 * concluded from such a listing).
 */
#define WALK_PAGES_MOST 2000000

struct walk {
    struct step *step;
    const char *path;   /* with the query but the page's own parameters; owned by the walk */
    const char *token;  /* where to begin; NULL: at the start. Owned by the walk */
    bool v1;            /* maxResults/pageToken/nextPageToken, else limit/after/nextCursor */
    /* A page: data is a JSON array. May set *stop to end the walk early, well. */
    bool (*page)(struct walk *walk, json_t *data, int64_t t_us, bool *stop,
                 struct quosync_error *err);
    /* The end: complete is false when a page stopped it. */
    bool (*end)(struct walk *walk, bool complete, struct quosync_error *err);
    /* A stored token that Quo no longer takes (400 to the first request). NULL: an error. */
    bool (*expired)(struct walk *walk, struct quosync_error *err);
    void *owner;
    size_t pages;
    const char *next_token; /* during page(): what would go on after this page; NULL at the end */
    void *seen;             /* digests of tokens, to find loops */
};

/* Copies path and token. The walk is freed by walk_free, after `end` or a failure. */
bool walk_start(const struct walk *like, struct walk **walk,
                struct quosync_error *err) QUOSYNC_MUST_CHECK;
void walk_free(struct walk **walk);

/* ---- what a step remembers between runs (quo.reconcile_progress) ----------------- */

/*
 * One JSON object for each workspace and step: what was walked to the end, and
 * where a run that was cut can go on. Written in run_write's transaction where
 * step->progress is set (run_progress_set), so that it never runs ahead of rows.
 */
bool run_progress_get(struct step *step, json_t **progress,
                      struct quosync_error *err) QUOSYNC_MUST_CHECK; /* {} when there is none */
/* Takes the reference; stored with the next run_write, or by run_progress_flush. */
void run_progress_set(struct step *step, json_t *progress);
bool run_progress_flush(struct step *step, struct quosync_error *err) QUOSYNC_MUST_CHECK;

#endif
