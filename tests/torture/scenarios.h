/*
 * scenarios.h - what is tortured: commands, each on a state of the database that
 * an earlier one left.
 */
#ifndef QUOSYNC_TESTS_SCENARIOS_H
#define QUOSYNC_TESTS_SCENARIOS_H

#include "torture/stage.h"

struct scenario {
    const char *name;
    const char *state;   /* put back before each run; NULL: no schema */
    const char *before;  /* SQL that each run begins with; NULL: none */
    const char *after;   /* SQL between a run that met trouble and the one that goes on */
    const char *without; /* columns that depend on the clock, as an array's text */
    const char *words[8];
    unsigned posts; /* bodies posted to it, a receiver; it is ended with SIGTERM then */
    bool drains;    /* a worker goes on afterwards */
    bool rest;      /* needs a fake Quo: QUOSYNC_API_URL */
    bool reads;     /* changes nothing that is compared: its end is all that counts */
    bool small;     /* of few bytes: for cuts, and for them alone */
    int clean;      /* its status when nothing goes wrong */
};

extern const struct scenario scenarios[];
extern const size_t n_scenarios;

/* Makes and keeps the states; 99 when they cannot be made. FIRST and SECOND: NDJSON files. */
void scenarios_prepare(void);

#endif
