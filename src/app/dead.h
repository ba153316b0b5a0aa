/*
 * dead.h - what `quosync dead` does with dead letters, beyond listing and
 * showing them (db/dead_letters.h).
 */
#ifndef QUOSYNC_APP_DEAD_H
#define QUOSYNC_APP_DEAD_H

#include "db/dead_letters.h"

/* Which dead letters of a workspace. */
struct dead_choice {
    const char *org_id;
    bool all; /* every one that has a body */
    const int64_t *ids;
    size_t n;
};

/*
 * dead_retry - move dead letters back to the inbox, as the deliveries that they
 * were, so that workers try them again.
 *
 *   done  how many were moved; those without a body, and unknown ids, stay out
 *
 * Errors   pg_run's; *done counts what was committed before.
 */
bool dead_retry(struct pg *pg, const struct dead_choice *choice, size_t *done,
                struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* dead_discard - drop their bodies; the ids stay, so that they do not come back. */
bool dead_discard(struct pg *pg, const struct dead_choice *choice, int64_t now_us, size_t *done,
                  struct quosync_error *err) QUOSYNC_MUST_CHECK;

#endif
