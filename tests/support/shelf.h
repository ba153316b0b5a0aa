/*
 * shelf.h - a store of rows in memory that does what the database layer does
 * with plans: columns of registers that won, lists whose digest changed, merge
 * states as bytes. So the stored side of the merge is tested without a server.
 */
#ifndef QUOSYNC_TESTS_SHELF_H
#define QUOSYNC_TESTS_SHELF_H

#include "core/fold.h"

struct shelf_row;

/* All-zero is the empty state. Everything aborts without memory. */
struct shelf {
    struct arena arena; /* never reused: shelves are small and short-lived */
    struct shelf_row *rows;
    size_t n, room;
    size_t written;      /* rows of tables written so far */
    size_t rest_written; /* rows of contact_rest alone */
    size_t lists_read;   /* lists supplied because only their labels changed */
};

void shelf_done(struct shelf *shelf);

/* Writes the rows of a fold, as one batch. `rewrite`: as a replay does. */
void shelf_write(struct shelf *shelf, struct quosync_fold *fold, bool rewrite);

/* What people see, as row_text_fold writes it; the caller frees it. */
char *shelf_text(const struct shelf *shelf);

/*
 * The merge states of all rows, as hexadecimal text: of contacts the effective
 * one, of both tables. shelf_states_of does the same of a fold, never stored.
 */
char *shelf_states(const struct shelf *shelf);
char *shelf_states_of(struct quosync_fold *fold);

#endif
