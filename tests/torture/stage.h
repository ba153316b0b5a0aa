/*
 * stage.h - where torture takes place: a database whose states are kept and put
 * back, the program run in processes of its own without exec, and a sender for
 * its receiver. Everything aborts (99) when the stage itself does not stand.
 */
#ifndef QUOSYNC_TESTS_STAGE_H
#define QUOSYNC_TESTS_STAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "torture/relay.h"
#include "torture/shim.h"
#include "torture/starve.h"

void stage_open(void); /* connects (PG*), loads torture.sql and the oracle */
void stage_close(void);

void stage_sql(const char *text);
char *stage_ask(const char *text); /* one value, "" for null; the caller frees it */
/* The same of a statement that may fail: NULL. */
char *stage_try(const char *text);

/* What goes wrong in a run; all-zero: nothing. */
struct trouble {
    struct shim_plan shim;
    struct starve_plan starve;
    bool starves; /* allocations are counted, also where none fails */
    enum { NOT_RELAYED, RELAYED_DATABASE, RELAYED_API } relayed;
    struct relay_plan relay; /* where to is filled in */
};

#define STAGE_MAX_POST 64

/* What came of it. */
struct outcome {
    int status;       /* of exit; -1: it was killed by a signal or at the deadline */
    int signal;       /* which; SIGKILL at the deadline */
    unsigned ms;      /* how long it took */
    struct shim_seen shim;
    size_t allocations, allocations_failed;
    size_t n_sites; /* of allocations, where none failed */
    struct starve_site sites[STARVE_MAX_SITES];
    struct relay_seen relay;
    long leaked; /* blocks of the library's allocator */
    bool acknowledged[STAGE_MAX_POST]; /* which bodies, by their number */
};

/* What SIGTERM ends, since it never ends by itself; deadline_ms of the whole run. */
struct stage_run {
    const char *const *words; /* the command and its arguments, NULL at the end */
    unsigned deadline_ms;
    unsigned term_after_ms; /* 0: it ends by itself */
    const char *const *post;   /* bodies that are posted to it, as posted_0, posted_1, ..., */
    size_t n_post;           /* until each is acknowledged */
};

/* Runs the program; its stderr goes to the log. False when a delivery was never acknowledged. */
bool stage_run(const struct stage_run *run, const struct trouble *trouble,
               struct outcome *outcome);

/* The two halves of it, for several at a time; `first` (or NULL) runs in the new process. */
pid_t stage_start(const struct stage_run *run, const struct trouble *trouble,
                  void (*first)(void *), void *argument);
void stage_wait(const struct stage_run *run, pid_t pid, struct outcome *outcome);

/* What the last run of the program wrote to stdout; the caller frees it. */
char *stage_said(void);

/* A request to the fake Quo (FAKE_PORT); the answer's body, which the caller frees. */
char *stage_fake(const char *method, const char *path, const char *body);

void stage_log_tail(void); /* prints the end of the last run's log */

#endif
