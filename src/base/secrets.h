/*
 * secrets.h - the webhook signing keys of one workspace, replaceable while
 * requests are being verified: a reader takes the set that holds now and keeps
 * it as long as it likes; a reload puts another set in place, whole or not at all.
 */
#ifndef QUOSYNC_BASE_SECRETS_H
#define QUOSYNC_BASE_SECRETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "quosync.h"

/* The keys at one moment. Never changes; give it to quosync_verify. */
struct secret_set {
    struct quosync_secret *items;
    size_t n; /* 0: none is configured, nothing verifies */
    struct secret_set_owner *owner;
};

/* Holds the current set. Made by config_load, one for each workspace. */
struct secrets;

/* The current set, never NULL; released with secret_set_release. Any thread. */
const struct secret_set *secrets_take(struct secrets *secrets);
void secret_set_release(const struct secret_set **set); /* for AUTO; wipes the last one */

/*
 * secrets_refresh - read the keys again where their file has changed since it
 * was last read, at most once a second: for the request that no secret
 * matched. Returns true when other keys are in place, so that verifying again
 * is worth it. A file that is bad leaves the old keys, and one log line.
 *
 *   steady_us  clock_steady_us()
 *
 * Threads  any.
 */
bool secrets_refresh(struct secrets *secrets, int64_t steady_us);

/*
 * secrets_reload - read the keys again, for SIGHUP. Keys that came from the
 * environment stay.
 *
 * Errors   QUOSYNC_CONFIG, QUOSYNC_NO_MEMORY: the old keys stay.
 */
bool secrets_reload(struct secrets *secrets, struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* ---- for config.c ---------------------------------------------------------------- */

/* Where the keys of a workspace come from, and so whether they can be read again. */
struct secrets_source {
    enum { SECRETS_FIXED, SECRETS_FILE, SECRETS_CONFIG } kind;
    const char *path;      /* of the file; borrowed, lives longer than the holder */
    bool trusted;          /* its mode is not looked at */
    const char *workspace; /* SECRETS_CONFIG: the section; NULL: before the first */
};

/*
 * secrets_new - a holder with an empty set. name is the workspace's, for log
 * lines. Holders of one process are linked: two workspaces may not share a key,
 * at any time.
 */
struct secrets *secrets_new(const char *name, const struct secrets_source *source,
                            struct secrets *others); /* NULL when there is no memory */
void secrets_free(struct secrets **secrets);

/*
 * secrets_put - replace the set by the keys in text, separated by blanks,
 * commas or newlines.
 *
 * Errors   QUOSYNC_CONFIG: names the place of the bad one in the list, or the
 *          workspace that has the same key. QUOSYNC_NO_MEMORY.
 */
bool secrets_put(struct secrets *secrets, const char *text,
                 struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* Remembers the file as it was when read, so that secrets_refresh sees a change. */
struct stat;
void secrets_seen(struct secrets *secrets, const struct stat *stat);

#endif
