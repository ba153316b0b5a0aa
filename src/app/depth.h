/*
 * depth.h - what the tables say of each workspace (what waits, dead letters, the last
 * reconciliation), asked of the database now and then in the background, so that
 * metrics can tell without waiting for it.
 */
#ifndef QUOSYNC_APP_DEPTH_H
#define QUOSYNC_APP_DEPTH_H

#include "base/config.h"
#include "db/status.h"
#include "quosync.h"

struct depth;

/* config is borrowed until depth_close. Errors: QUOSYNC_NO_MEMORY. */
bool depth_open(const struct config *config, struct depth **depth,
                struct quosync_error *err) QUOSYNC_MUST_CHECK;
void depth_close(struct depth **depth); /* NULL is fine; sets NULL */

/* Asks when the last answer is old enough; may take seconds. One thread, many times. */
void depth_sample(struct depth *depth);

/* How many workspaces there are, and the names of them by which metrics are told apart. */
size_t depth_workspaces(const struct depth *depth);
const char *depth_workspace(const struct depth *depth, size_t i);

/* The last answers, one for each workspace. False when there is none that is still good. */
bool depth_read(struct depth *depth, struct status_facts *facts);

#endif
