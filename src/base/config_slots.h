/*
 * config_slots.h - what config.c, config_check.c and config_show.c share: for
 * each key of each scope, the text that won and where it came from.
 */
#ifndef QUOSYNC_BASE_CONFIG_SLOTS_H
#define QUOSYNC_BASE_CONFIG_SLOTS_H

#include "base/config.h"
#include "base/config_file.h"
#include "base/config_parse.h"
#include "core/memory.h"

struct config_slot {
    char *text; /* NULL: nobody set it */
    enum config_origin origin;
    unsigned line; /* in the file */
};

/* Owns everything that struct config points to. */
struct config_memory {
    struct arena arena;
    const char *file;              /* as named in messages */
    const char *credentials;       /* $CREDENTIALS_DIRECTORY; NULL: none */
    struct stat file_stat;
    unsigned first_section;        /* its line; 0: none */
    struct config_slot *global;    /* n_keys */
    struct config_slot **sections; /* n_workspaces times n_keys */
};

/* The slot of a key: global keys in the first, workspace keys in their workspace's. */
struct config_slot *config_slot(const struct config *config, const struct config_key *key,
                                size_t workspace);

/* The same, by name, which must be a key of a workspace. */
struct config_slot *config_workspace_slot(const struct config *config, size_t workspace,
                                          const char *name);

/* "quosync.conf:12: rate", "QUOSYNC_RATE", "--rate", for messages about a slot. */
#define CONFIG_WHERE_SIZE 512
void config_where(const struct config *config, const struct config_key *key,
                  const struct config_slot *slot, char where[CONFIG_WHERE_SIZE]);

/* "QUOSYNC_" and the key in capitals. */
#define CONFIG_VARIABLE_SIZE 64
void config_variable(const struct config_key *key, char variable[CONFIG_VARIABLE_SIZE]);

/*
 * config_resolve - turn the slots into the values of *config and check them
 * one by one and against each other.
 *
 * Errors   QUOSYNC_NO_MEMORY; mistakes go into the report.
 */
bool config_resolve(struct config *config, const struct config_sources *sources,
                    struct config_report *report, struct quosync_error *err) QUOSYNC_MUST_CHECK;

#endif
