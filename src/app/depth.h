/*
 * depth.h - how much waits in the inbox, asked of the database now and then in
 * the background, so that metrics can tell without waiting for it.
 */
#ifndef QUOSYNC_APP_DEPTH_H
#define QUOSYNC_APP_DEPTH_H

#include "base/config.h"
#include "quosync.h"

struct depth;

/* config is borrowed until depth_close. Errors: QUOSYNC_NO_MEMORY. */
bool depth_open(const struct config *config, struct depth **depth,
                struct quosync_error *err) QUOSYNC_MUST_CHECK;
void depth_close(struct depth **depth); /* NULL is fine; sets NULL */

/* Asks when the last answer is old enough; may take seconds. One thread, many times. */
void depth_sample(struct depth *depth);

/*
 * The last answer, of all workspaces together: deliveries that wait, and how
 * long the oldest of them has. False when there is none that is still good.
 */
bool depth_read(struct depth *depth, uint64_t *deliveries, double *oldest_seconds);

#endif
