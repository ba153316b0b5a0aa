/*
 * attempt.h - a scenario under trouble, step by step: its state is put back, it runs and
 * meets the trouble, runs once more without, and what came of it is judged: nothing may be
 * lost, doubled or half done, the tables are those of the run without trouble.
 */
#ifndef QUOSYNC_TESTS_ATTEMPT_H
#define QUOSYNC_TESTS_ATTEMPT_H

#include "torture/scenarios.h"

/* Of the scenario that is tortured, and of all that were. */
struct counts {
    size_t sites, places, points, fired, buried, failures, names;
    size_t untouched; /* ended without success, and without a write to the database */
};
extern struct counts counts, total;

void attempt_prepare(void); /* reads the bodies that are posted (POSTS) */

void put_back(const struct scenario *scenario);
/* False when a delivery was never acknowledged. */
bool run_it(const struct scenario *scenario, const struct trouble *trouble,
            struct outcome *outcome);
bool drained(void);

/* Notes a failure, prints the first ones; false. */
bool wrong(const struct scenario *scenario, const char *what, const char *where,
           const char *detail);
bool ended_well(const struct scenario *scenario, const struct outcome *outcome,
                const char *where);

/* Once without trouble: what everything is compared with. False, and noted, when it fails. */
bool run_clean(const struct scenario *scenario, const struct trouble *counting,
               struct outcome *outcome);
/* What is there now is what everything will be compared with. */
void expect_this(const struct scenario *scenario);
/* The tables are as expected; an answer of the data's may have cost one delivery. */
bool is_as_expected(const struct scenario *scenario, enum shim_answer answer, const char *where);
/* The tables are what the archive says, and at most one delivery is dead for its data. */
bool is_right_but_for_one(void);

/* Runs into trouble, then goes on without, and looks at what came of it. */
void try_it(const struct scenario *scenario, const struct trouble *trouble, const char *where);

/* Prints the scenario's case and its counts, and adds them to the total. */
void tell(const struct scenario *scenario, const char *what);

#endif
