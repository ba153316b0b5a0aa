/*
 * config_file.h - reads the configuration file into lines; knows sections and
 * keys as words only. What they mean is config.c's.
 */
#ifndef QUOSYNC_BASE_CONFIG_FILE_H
#define QUOSYNC_BASE_CONFIG_FILE_H

#include <sys/stat.h>

#include "base/config.h"

/* A heading or a key with its value. Owned by the entries. */
struct config_entry {
    char *workspace; /* of the section it stands in; NULL: before the first */
    char *name;      /* NULL: the heading itself */
    char *value;
    unsigned line;
};

/* All-zero is the empty state. */
struct config_entries {
    struct config_entry *items;
    size_t n, room;
    struct stat stat; /* of the file that was read */
};

#define CONFIG_FILE_MAX_BYTES ((size_t)1024 * 1024)

/*
 * config_file_read - read path.
 *
 * A key's value goes on where the next lines are indented; only keys that may
 * be long take that (`database`, joined by a blank, and `webhook_secrets`, by
 * a newline). Comments begin with # or ; at the start of a line, or with a
 * blank and ; behind a value.
 *
 * Errors   QUOSYNC_CONFIG when the file cannot be read; *missing tells whether
 *          it is not there. QUOSYNC_NO_MEMORY. Lines that are wrong become
 *          mistakes in the report, and true is returned.
 * Memory   config_entries_done wipes and frees.
 */
bool config_file_read(const char *path, struct config_entries *entries, bool *missing,
                      struct config_report *report, struct quosync_error *err) QUOSYNC_MUST_CHECK;
void config_entries_done(struct config_entries *entries);

/* Adds to the report; without memory the text is lost and the report counts as bad. */
void config_mistake(struct config_report *report, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void config_warning(struct config_report *report, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
