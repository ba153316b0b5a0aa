/*
 * doctor.h - looks at everything that can be wrong around the program, from its
 * configuration to the subscription at Quo, and says of each what was found and
 * what to do. It changes nothing, and goes on where a part cannot be judged.
 */
#ifndef QUOSYNC_APP_DOCTOR_H
#define QUOSYNC_APP_DOCTOR_H

#include "base/config.h"
#include "quosync.h"

enum doctor_state {
    DOCTOR_OK,
    DOCTOR_WARNING, /* it works, but not as well or as safely as it could */
    DOCTOR_FAILED,  /* it does not work, or a promise does not hold */
    DOCTOR_SKIPPED, /* it could not be judged, or there is nothing to judge */
    DOCTOR_STATES
};

/* "ok", "warning", "failed", "skipped". */
const char *doctor_state_name(enum doctor_state state);

/* One check of one thing. Texts are one line each and hold no secret. */
struct doctor_finding {
    enum doctor_state state;
    enum quosync_error_kind kind; /* of what failed; QUOSYNC_OK: found wrong, nothing refused */
    const char *check;            /* a fixed word: "durability" */
    const char *workspace;        /* NULL: of all of them */
    char found[512];
    char remedy[512]; /* a sentence; "": nothing is to be done */
};

struct doctor_options {
    const struct config *config;        /* filled as far as it goes */
    const struct config_report *report; /* what is wrong with it */
    const struct config_workspace *only; /* NULL: all workspaces */
    bool rest;                          /* ask Quo */
    /* Called with each finding, as soon as it is known. */
    void (*tell)(void *state, const struct doctor_finding *finding);
    void *tell_state;
};

/*
 * doctor_run - make every check.
 *
 * Cannot fail: what goes wrong is what it finds.
 */
void doctor_run(const struct doctor_options *options);

#endif
