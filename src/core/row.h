/*
 * row.h - one row as its registers: merging, packing its merge state, and what
 * has to be written once it met the row that is stored.
 */
#ifndef QUOSYNC_CORE_ROW_H
#define QUOSYNC_CORE_ROW_H

#include "core/memory.h"
#include "core/table.h"
#include "core/version.h"

/* One item of a list: a value for each of the list's columns. */
struct list_item {
    struct quosync_value *values;
};

struct list {
    struct list_item *items;
    size_t n;
};

#define DIGEST_BYTES 16

/* A short list has a digest of each item, too, so that only those that differ are written. */
#define ITEM_DIGEST_BYTES 8
#define DIGESTED_ITEMS_MAX 32

struct item_digests {
    bool known; /* false: the table may hold anything */
    size_t n;
    const uint8_t *bytes; /* ITEM_DIGEST_BYTES of each */
};

struct reg {
    const uint8_t *version; /* NULL: no observation */
    size_t version_bytes;
    bool stored;     /* came from a merge state that does not hold its values */
    size_t n_values; /* (column, value) pairs */
    const uint8_t *columns;
    const struct quosync_value *values;
};

/* What became of a row beside its observations; kept in the merge state, never taken away. */
enum row_mark {
    ROW_ERASED = 1, /* for privacy: only ids, instants, direction, status and counts stay */
    ROW_PRUNED = 2  /* its content was older than keep_content */
};

struct quosync_row {
    const struct table *table;
    enum quosync_table number;
    const char *id;
    uint8_t marks;                                       /* of enum row_mark */
    uint32_t supplied;                                   /* bit l: row_list_supply gave list l */
    struct reg regs[TABLE_MAX_REGISTERS];
    struct list lists[TABLE_MAX_LISTS];                  /* of registers that are not stored */
    uint8_t digests[TABLE_MAX_REGISTERS][DIGEST_BYTES];  /* of the values of registers not KEPT */
    uint8_t list_digests[TABLE_MAX_LISTS][DIGEST_BYTES]; /* all 0: an empty list */
    struct item_digests items[TABLE_MAX_LISTS];          /* of the same */
};

/* An empty row in the arena, borrowing id; NULL when there is no memory. */
struct quosync_row *row_new(enum quosync_table table, const char *id, struct arena *arena);

/* Every register of `from` that is greater replaces the one of `into`; borrows its memory. */
void row_merge(struct quosync_row *into, const struct quosync_row *from);

/* False while a register is missing without which the table cannot hold the row. */
bool row_exists(const struct quosync_row *row);

/*
 * row_strip - take from a row what its marks forbid it to hold.
 *
 * Versions stay. Digests of what only the table holds become unknown: any
 * winning observation writes it again.
 * Errors   QUOSYNC_NO_MEMORY.
 */
bool row_strip(struct quosync_row *row, uint8_t marks, struct arena *arena,
               struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* The digest of what a strip left in the table. */
extern const uint8_t row_unknown_digest[DIGEST_BYTES];

/* True when a list's items are in memory: its register is not stored, or they were supplied. */
bool row_list_known(const struct quosync_row *row, size_t list);

/*
 * row_state_unpack - a row from the merge state that row_state_pack made.
 *
 * Strings and versions borrow from `bytes`. Registers that are not KEPT come
 * back as `stored`.
 * Errors   QUOSYNC_BUG when the bytes are not of this form (or of a later
 *          version of the form), QUOSYNC_NO_MEMORY.
 */
bool row_state_unpack(enum quosync_table table, const char *id, const uint8_t *bytes, size_t n,
                      struct arena *arena, struct quosync_row **row,
                      struct quosync_error *err) QUOSYNC_MUST_CHECK;

/*
 * row_state_add_rest - merge contact_rest's merge state into the contact that
 * row_state_unpack gave. The contact's digests stand: they describe what its
 * table and children hold, and contact_rest alone is written only where that
 * stays true. Errors: as row_state_unpack.
 */
bool row_state_add_rest(struct quosync_row *row, const uint8_t *bytes, size_t n,
                        struct arena *arena, struct quosync_error *err) QUOSYNC_MUST_CHECK;

/*
 * row_state_pack - the merge state of a row after row_plan_make, in the arena.
 * A contact's leaves out what row_state_pack_rest holds: the registers that
 * only REST knows, and the core's version where REST gave it.
 * Errors: QUOSYNC_NO_MEMORY.
 */
bool row_state_pack(const struct quosync_row *row, struct arena *arena, const uint8_t **bytes,
                    size_t *n, struct quosync_error *err) QUOSYNC_MUST_CHECK;
bool row_state_pack_rest(const struct quosync_row *row, struct arena *arena, const uint8_t **bytes,
                         size_t *n, struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* What must be written after a row met the one that is stored. */
struct row_plan {
    bool write;         /* anything at all: columns or versions */
    bool insert;        /* there is no stored row */
    bool visible;       /* a column or list that people see changes: synced_at moves */
    bool rest;          /* contacts: contact_rest's merge state moves */
    bool rest_only;     /* contacts: only contact_rest's merge state moves */
    uint32_t registers; /* bit r: write the columns of register r, which is not KEPT */
    uint32_t lists;     /* bit l: write list l */
    uint32_t trims;     /* bit l: list l may hold items beyond the new end */
    uint32_t items[TABLE_MAX_LISTS]; /* of list l: bit i: write item i; all those from 32 on */
    uint8_t strip;      /* marks that the table's row does not have yet: take what they forbid */
    uint32_t need_lists; /* bit l: call again with list l of `stored` supplied; see below */
};

/*
 * row_plan_make - merge `stored` into `row` and say what has to be written.
 *
 *   stored   NULL when there is no row yet
 *   rewrite  an equal version writes again (replay)
 *
 * Marks of either side hold for both: what they forbid is taken from `row`, and
 * where they are new to the stored row, from that too (plan->strip). A row with
 * a mark and nothing else is written only where there is a stored one.
 *
 * Columns of KEPT registers are always known afterwards, those of `stored`
 * registers are not and keep what the table holds. A row without a register
 * that its table requires is not written (a contact's: its contact_rest alone).
 *
 * When REST renames the labels of lists that are only stored, need_lists says
 * which, and nothing else of the plan counts: read the child rows, give them to
 * row_list_supply(stored, ...) and call again. May be called any number of
 * times for one row, as when an insert lost to another worker's.
 *
 * Errors   QUOSYNC_NO_MEMORY.
 */
bool row_plan_make(struct quosync_row *row, const struct quosync_row *stored, bool rewrite,
                   struct arena *arena, struct row_plan *plan,
                   struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* Gives a stored row the items of one of its lists, in order of position; borrows them. */
void row_list_supply(struct quosync_row *row, size_t list, struct list_item *items, size_t n);

/* Fills the label of every phone number and email that is in memory. Errors: NO_MEMORY. */
bool row_label(struct quosync_row *row, struct arena *arena,
               struct quosync_error *err) QUOSYNC_MUST_CHECK;

#endif
