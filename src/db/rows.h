/*
 * rows.h - writes a fold's rows: locks and reads what is stored, lets core
 * merge, and writes what changed, a few statements for each table.
 */
#ifndef QUOSYNC_DB_ROWS_H
#define QUOSYNC_DB_ROWS_H

#include "core/memory.h"
#include "db/pg.h"
#include "quosync.h"

struct rows_options {
    const char *org_id;
    int64_t now_us; /* for contacts.synced_at */
    bool rewrite;   /* an equal version writes again (replay) */
    bool look;      /* lock, merge and count, but write nothing */
};

struct rows_counts {
    size_t inserted, updated; /* rows of the main tables */
    size_t unchanged;         /* rows for which nothing had to be written */
    size_t stripped;          /* stored rows that lost what a new mark forbids */
    size_t visible;           /* rows of which a column or list that people see changes */
};

/* A write on its way. All-zero is the empty state; rows_done may run twice. */
struct rows_work;
struct rows {
    struct rows_work *work;
    struct rows_counts counts;
    bool again; /* another worker was faster; see rows_write */
};
void rows_done(struct rows *rows);

/*
 * rows_write - merge the fold's rows with what is stored, and write.
 *
 *   pg      in a transaction that locked the workspace
 *   params  scratch
 *   fold    its rows are merged with the stored ones in place
 *   arena   holds what is made on the way; outlives *rows
 *   rows    empty
 *
 * On success the last statements were sent and not awaited: their errors show
 * at the commit. When it returns true with rows->again set, nothing is wrong,
 * but a row that another worker has just inserted could not be locked at once:
 * roll back and do the whole batch again (waiting here would be out of the
 * order of locks).
 * Errors   pg_run's; QUOSYNC_NO_MEMORY; QUOSYNC_BUG for a merge state that
 *          cannot be read.
 */
bool rows_write(struct pg *pg, struct params *params, const struct rows_options *options,
                struct quosync_fold *fold, struct arena *arena, struct rows *rows,
                struct quosync_error *err) QUOSYNC_MUST_CHECK;

#endif
