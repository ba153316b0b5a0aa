/*
 * rows_internal.h - what rows.c and rows_lists.c share: one batch's rows on
 * their way. Nobody else includes it.
 */
#ifndef QUOSYNC_DB_ROWS_INTERNAL_H
#define QUOSYNC_DB_ROWS_INTERNAL_H

#include "db/rows.h"
#include "db/rows_sql.h"

/* The rows of one table. Arrays have n elements and lie in the arena. */
struct table_work {
    enum quosync_table number;
    const struct table *table;
    size_t n;
    struct quosync_row **rows;   /* the fold's, sorted by id */
    struct quosync_row **stored; /* what the table holds; NULL: no such row */
    struct row_plan *plans;
    bool *lost; /* another worker inserted it first */
    uint32_t winners; /* of the update that is being sent; see rows.c */
    struct result locked, rest, inserted, locked_now;
    struct result lists[TABLE_MAX_LISTS];
};

struct rows_work {
    struct pg *pg;
    struct params *params;
    const struct rows_options *options;
    struct quosync_fold *fold;
    struct arena *arena;
    struct rows_counts *counts;
    struct table_work tables[QUOSYNC_TABLES];
};

/* Chooses rows of a table by their place. */
typedef bool rows_filter(const struct table_work *of, size_t i);

/* $1 and $2: the workspace, and the ids of the chosen rows (NULL: all). */
void rows_put_ids(struct rows_work *work, const struct table_work *of, rows_filter *wanted);

/* Plans the chosen rows (NULL: all) against the stored ones. */
bool rows_plan(struct rows_work *work, struct table_work *of, rows_filter *wanted,
               struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* Reads the child rows that plans need, and plans these rows again. */
bool lists_supply(struct rows_work *work, struct table_work *of,
                  struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* Sends the lists that the plans name, of all tables. */
bool lists_send(struct rows_work *work, struct quosync_error *err) QUOSYNC_MUST_CHECK;

#endif
