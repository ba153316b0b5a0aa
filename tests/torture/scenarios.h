/*
 * scenarios.h - what is tortured: commands, each on a state of the database that
 * an earlier one left.
 */
#ifndef QUOSYNC_TESTS_SCENARIOS_H
#define QUOSYNC_TESTS_SCENARIOS_H

#include "torture/stage.h"

#define SCENARIO_WORDS 10

struct scenario {
    const char *name;
    const char *state;   /* put back before each run; NULL: no schema */
    const char *before;  /* SQL that each run begins with; NULL: none */
    const char *after;   /* SQL between a run that met trouble and the one that goes on */
    const char *without; /* columns that depend on the clock, as an array's text */
    const char *words[SCENARIO_WORDS]; /* "$NAME": what the environment says */
    void (*set_up)(void); /* what is outside of the database, before each run; or NULL */
    bool (*judge)(void);  /* and whether it is right in the end; or NULL */
    unsigned posts; /* bodies posted to it, a receiver; it is ended with SIGTERM then */
    bool drains;    /* a worker goes on afterwards */
    bool anew;      /* sends what others did, but bears its answers by itself */
    bool rest;      /* needs a fake Quo: QUOSYNC_API_URL */
    bool keys;      /* keeps its keys in the file that KEYS_FILE names */
    bool reads;     /* changes nothing that is compared: its end is all that counts */
    bool speaks;    /* its stdout says the same each time that it ends well */
    bool small;     /* of few bytes: for cuts, and for them alone */
    bool thorough;  /* tried only where TORTURE is set: it takes the time of its like once more */
    int clean;      /* its status when nothing goes wrong */
};

extern const struct scenario scenarios[];
extern const size_t n_scenarios;

/* Makes and keeps the states; 99 when they cannot be made. FIRST and SECOND: NDJSON files. */
void scenarios_prepare(void);

#endif
