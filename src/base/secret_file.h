/*
 * secret_file.h - reads files that hold secrets, and refuses those that
 * somebody else could read or that are no plain files.
 */
#ifndef QUOSYNC_BASE_SECRET_FILE_H
#define QUOSYNC_BASE_SECRET_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "quosync.h"

#define SECRET_FILE_MAX_BYTES ((size_t)64 * 1024)

/* The text of a file; wiped and freed by secret_file_done. All-zero: none. */
struct secret_file {
    char *text; /* ends with a NUL and holds none */
    size_t bytes;
    struct stat stat;     /* of what was read */
    bool group_readable;  /* worth a warning */
};

/*
 * secret_file_read - read all of path.
 *
 *   trusted  the folder is private to us (systemd's credentials): the mode is
 *            not looked at
 *
 * Errors   QUOSYNC_CONFIG: not there, not a regular file, readable or writable
 *          by the world, empty, larger than SECRET_FILE_MAX_BYTES, or with a
 *          NUL; the text names the file and never what it holds. NO_MEMORY.
 */
bool secret_file_read(const char *path, bool trusted, struct secret_file *file,
                      struct quosync_error *err) QUOSYNC_MUST_CHECK;
void secret_file_done(struct secret_file *file);

/*
 * secret_file_prepend - put a secret on a line of its own before what path
 * holds, or make the file, mode 0600.
 *
 * The file is replaced whole: written beside it, fsynced, renamed, and the folder
 * fsynced, so that after any crash there is the old one or the new one. An
 * existing file keeps its owner and, but for what others might do, its mode.
 * Errors   QUOSYNC_CONFIG: names the file and what failed, never the secret;
 *          the old file is as it was.
 */
bool secret_file_prepend(const char *path, const char *secret,
                         struct quosync_error *err) QUOSYNC_MUST_CHECK;

/*
 * secret_file_try - whether secret_file_prepend would go through, for whoever is
 * about to ask for a secret that is shown once. Changes nothing.
 *
 * Errors   as secret_file_prepend
 */
bool secret_file_try(const char *path, struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* True when what lies at path is not what was read (or cannot be looked at). */
bool secret_file_changed(const char *path, const struct stat *read);

#endif
