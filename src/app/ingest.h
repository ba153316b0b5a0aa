/*
 * ingest.h - deliveries from NDJSON into the inbox, through the receiver's own
 * statement. A line is a bare Quo envelope, stored under the webhook-id
 * `ingest:` and the first 32 hex digits of its bytes' SHA-256, or
 * {"webhook-id": ..., "body": "<raw body>"}.
 */
#ifndef QUOSYNC_APP_INGEST_H
#define QUOSYNC_APP_INGEST_H

#include <stdint.h>

#include "db/pg.h"

struct ingest_counts {
    uint64_t lines; /* blank ones left out */
    uint64_t stored, duplicate, conflict, refused;
    uint64_t bytes; /* read so far */
};

struct ingest_options {
    const char *org_id;
    size_t max_body_bytes; /* a body's length at most */
    size_t batch;          /* deliveries of one transaction at most */
    size_t batch_bytes;    /* bytes of their bodies at most */
    /* Told of each line that is refused, numbered from 1, and why (without its content). */
    void (*refused)(void *data, const char *name, uint64_t line, const char *reason);
    /* Told after each transaction. */
    void (*stored)(void *data, const struct ingest_counts *counts);
    void *data; /* handed to both */
};

/*
 * ingest_file - store what a file holds.
 *
 *   fd      open for reading, stays open
 *   name    of the file, for messages
 *   counts  added to
 *
 * Memory is bounded by the longest line that can hold a body, whatever the file.
 * The last line may lack its newline. Blank lines count for nothing.
 * Errors   QUOSYNC_BAD_INPUT when fd cannot be read; else store_deliveries'. What
 *          was stored stays; running again is harmless.
 */
bool ingest_file(struct pg *pg, const struct ingest_options *options, int fd, const char *name,
                 struct ingest_counts *counts, struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* ---- one line, for tests ----------------------------------------------------- */

#define INGEST_ID_SIZE 256

struct ingest_line {
    char webhook_id[INGEST_ID_SIZE];
    const char *body; /* in the line, or in copy */
    size_t body_bytes;
    char *copy; /* NULL: body is in the line */
};

/*
 * ingest_line_read - take a line apart.
 *
 * Errors   QUOSYNC_BAD_INPUT: it is neither form; the text holds nothing of it.
 *          QUOSYNC_NO_MEMORY.
 * Memory   free copy with memory_free.
 */
bool ingest_line_read(const char *text, size_t bytes, size_t max_body_bytes,
                      struct ingest_line *line, struct quosync_error *err) QUOSYNC_MUST_CHECK;

#endif
