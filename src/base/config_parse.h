/*
 * config_parse.h - how the text of a value becomes the value, by the key's
 * type. Strict: what is not wholly understood is refused.
 */
#ifndef QUOSYNC_BASE_CONFIG_PARSE_H
#define QUOSYNC_BASE_CONFIG_PARSE_H

#include "base/config.h"
#include "core/memory.h"

/* The offset of keys that are stored elsewhere. */
#define CONFIG_NOWHERE ((size_t)-1)

/* The number of rows of config_keys. */
extern const size_t config_n_keys;

/*
 * config_parse - check text and store it in base, at the key's offset.
 *
 *   base   the struct config or config_workspace; NULL: check only
 *
 * Errors   QUOSYNC_CONFIG, the reason without the key's name and, for secrets
 *          and connection strings, without the value; QUOSYNC_NO_MEMORY.
 * Memory   strings are copied into the arena.
 */
bool config_parse(const struct config_key *key, const char *text, void *base,
                  struct arena *arena, struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* True for connection strings that hold a password: no flag, masked. */
bool config_conninfo_has_password(const char *conninfo);

/* A name that may stand in [workspace NAME]. */
bool config_workspace_name_ok(const char *name);

/* In how many letters two words differ (inserted, left out, changed), 99 at most. */
size_t config_distance(const char *a, const char *b);

/* The longest name of a workspace, in bytes. */
#define CONFIG_WORKSPACE_NAME_MAX 32

#endif
