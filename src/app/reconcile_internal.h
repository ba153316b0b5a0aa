/*
 * reconcile_internal.h - what the steps of a reconciliation share: the run, walks
 * over Quo's lists, and the one way in which what Quo said is written.
 *
 * A step is asynchronous: its start function submits first requests, handlers
 * submit more, and whenever none of its requests is left, its finish function
 * is called; the step is over when that submits nothing. One loop drives all
 * steps at once; an error ends its own step alone, and the others go on.
 */
#ifndef QUOSYNC_APP_RECONCILE_INTERNAL_H
#define QUOSYNC_APP_RECONCILE_INTERNAL_H

#include <jansson.h>

#include "app/client.h"
#include "app/reconcile.h"
#include "core/rest.h"

struct run;

/* One step of one run. */
struct step {
    struct run *run;
    enum reconcile_step number;
    const char *name;                /* as in quo.reconcile_progress */
    struct reconcile_counts *counts; /* in the result */
    char lease[32];                  /* its name in quo.leases */
    int64_t lease_token;             /* fences every write of the step */
    int64_t lease_renewed_us;        /* steady clock */
    bool active, failed;             /* a failed one's error is in the result */
    size_t pending;                  /* requests without an answer */
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
    struct client client;
    int64_t id; /* of quo.reconcile_runs; 0: dry run */
    struct step steps[RECONCILE_STEPS];
    /* GET /v1/contact-custom-fields, which directory and contacts both need. */
    struct rest_definitions *definitions;
    int64_t definitions_us; /* its Date */
    int64_t now_us;         /* by Quo's clock, when the run began */
    int64_t oldest_us;      /* when the workspace was made; nothing much is older */
    int64_t progress_us;    /* steady clock: when progress was last told */
};

/* A module for each step. */
struct step_module {
    bool (*start)(struct step *step, struct quosync_error *err);
    /* No request of the step is open; may submit more, and is then called again. NULL: none. */
    bool (*finish)(struct step *step, struct quosync_error *err);
    void (*done)(struct step *step); /* frees step->state; NULL: none */
};
extern const struct step_module reconcile_directory, reconcile_contacts, reconcile_calls,
    reconcile_messages, reconcile_deliveries;

/* ---- requests ------------------------------------------------------------------ */

/*
 * A handler is called once for each request: with an answer of status 2xx, 400
 * or 404 and its Date, or with answer NULL where the step has failed and all
 * there is to do is to free `owner`. Returning false fails the step.
 */
typedef bool (*step_handler)(struct step *step, void *owner, const struct api_answer *answer,
                             int64_t t_us, struct quosync_error *err);

struct step_request {
    enum api_method method;
    const char *path; /* copied */
    const char *body; /* copied; NULL: none */
    bool urgent;
    step_handler handler;
    void *owner;
};
/* Where false is returned, the handler is not called. Errors: QUOSYNC_NO_MEMORY. */
bool run_submit(struct step *step, const struct step_request *request,
                struct quosync_error *err) QUOSYNC_MUST_CHECK;
/*
 * run_ask_for - GET `list`, the id, and `query` ("" or "?..."): one of them. The handler's
 * owner is a copy of the id, for it to free (AUTO(run_id_free)).
 *
 * Errors   QUOSYNC_NO_MEMORY. QUOSYNC_BUG: the id has no room in a path.
 */
bool run_ask_for(struct step *step, const char *list, const char *id, const char *query,
                 step_handler handler, struct quosync_error *err) QUOSYNC_MUST_CHECK;
void run_id_free(char **id);

/*
 * run_time - T of an answer: its Date, which is Quo's clock.
 * Errors   QUOSYNC_UNAVAILABLE when there is none, or it is more than a day from our clock.
 */
bool run_time(const struct api_answer *answer, int64_t *t_us,
              struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* ---- writing -------------------------------------------------------------------- */

/* An empty fold of the workspace. Errors: QUOSYNC_NO_MEMORY. */
bool run_fold(struct run *run, struct quosync_fold **fold,
              struct quosync_error *err) QUOSYNC_MUST_CHECK;
void run_fold_free(struct quosync_fold **fold); /* for AUTO */

/*
 * run_write - write what a fold of REST observations changes, and the step's
 * notes: one transaction that locks the workspace and checks the step's lease.
 * With dry_run it only looks. Adds the rows that people see changed to
 * counts->repaired. fold may be NULL: notes alone.
 *
 * Errors   pg_run's; QUOSYNC_TRY_LATER when the lease was taken by another run.
 */
bool run_write(struct step *step, struct quosync_fold *fold,
               struct quosync_error *err) QUOSYNC_MUST_CHECK;
/* The same for what cannot be anything that people see: nothing is counted. */
bool run_write_unseen(struct step *step, struct quosync_fold *fold,
                      struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* An item that cannot be read: counted and logged, without its content. */
void run_bad_item(struct step *step, const json_t *item, const struct quosync_error *why);
/*
 * Whether Quo takes the id for none of its own (400): then there is nothing to read of it,
 * now or ever, and the step goes on. Logged.
 */
bool run_is_no_id(struct step *step, const struct api_answer *answer, const char *id);

/*
 * One JSON object for each workspace and step: what was walked to the end, and
 * where a run that was cut can go on. Stored with the next run_write, so that
 * it never runs ahead of the rows.
 */
bool run_progress_get(struct step *step, json_t **progress, int64_t *age_s,
                      struct quosync_error *err) QUOSYNC_MUST_CHECK; /* {} when there is none */
void run_progress_set(struct step *step, json_t *progress); /* takes the reference */

/* ---- walks: a list of Quo's, page by page ------------------------------------------ */

/*
 * A walk asks for page after page. It ends at a null token; a token that comes
 * twice, a missing token member, a missing `data` or an endless list are errors:
 * nothing may be concluded from such a listing.
 */
struct walk {
    struct step *step;
    const char *path;  /* with the query, but for the page's own parameters */
    const char *token; /* where to begin; NULL: at the start */
    bool urgent;       /* each page before whatever else waits */
    bool v1;           /* maxResults, pageToken, nextPageToken; else limit, after, nextCursor */
    /* A page. May set *stop to end the walk early, well. */
    bool (*page)(struct walk *walk, json_t *data, int64_t t_us, bool *stop,
                 struct quosync_error *err);
    /* The end: complete is false when a page stopped it. NULL: none. */
    bool (*end)(struct walk *walk, bool complete, struct quosync_error *err);
    /* The token that the walk began with is no longer taken. NULL: that is an error. */
    bool (*expired)(struct walk *walk, struct quosync_error *err);
    void *owner;
    size_t pages;
    const char *next_token; /* during page(): what goes on after it; NULL at the end */
};

/* Starts a copy of `like`, which frees itself at its end. Errors: QUOSYNC_NO_MEMORY. */
bool walk_start(const struct walk *like, struct quosync_error *err) QUOSYNC_MUST_CHECK;

#endif
