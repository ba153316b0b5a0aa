/*
 * steps.h - two workers, stepped from point to point in any order: what happens
 * between them is then no accident. Needs a build with named points.
 */
#ifndef QUOSYNC_TESTS_STEPS_H
#define QUOSYNC_TESTS_STEPS_H

#include <stdbool.h>
#include <stddef.h>

#define STEPS_OF_ONE 6
#define STEPS (2 * STEPS_OF_ONE)
#define STEPS_ORDERS 924 /* STEPS choose STEPS_OF_ONE */

/* The order with this number, from 0: which worker makes each step. */
void steps_order(size_t number, int order[STEPS]);

/*
 * Runs two workers in this order until both have ended. *waits: how often a worker could
 * not make its step because the other held what it needed. False when one died or hung.
 */
bool steps_run(const char *const *words, const int order[STEPS], size_t *waits);

#endif
