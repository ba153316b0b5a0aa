/*
 * progress.h - a line on a terminal that says how far a long command is. Draws
 * nothing where stderr is no terminal, so logs and pipes stay clean.
 */
#ifndef QUOSYNC_BASE_PROGRESS_H
#define QUOSYNC_BASE_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

/* All-zero is the valid empty state: it draws nothing. One thread. */
struct progress {
    bool drawn;
    bool active;
    const char *what; /* borrowed: "ingest" */
    int64_t started_us, next_us;
    uint64_t total;
};

/* total: what done counts up to, in any unit; 0: not known. */
void progress_start(struct progress *progress, const char *what, uint64_t total);

/* Draws at most ten times a second. note: a few words, "1200 stored". */
void progress_show(struct progress *progress, uint64_t done, const char *note);

/* Wipes the line; for AUTO, may run twice. */
void progress_done(struct progress *progress);

#endif
