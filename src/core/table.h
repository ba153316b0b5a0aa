/*
 * table.h - the merge as data: for each table its columns, the registers that
 * know them, and the lists (child tables) that hang on a row. Everything that
 * folds, stores and writes rows walks these tables, so a rule stands here once.
 *
 * A register holds the values that one observation gave for some columns, and
 * that observation's version; the greater version wins, whole. A column that
 * several registers know shows the value of the greatest version (first
 * element, id, digest; then the earlier register of the table), nulls last. A
 * FALLBACK register (REST's facts of a call) speaks only where no other
 * register of the column has a value.
 *
 * What a register said is needed again only where several know a column: those
 * are KEPT in the row's merge state. Of the others only version and a digest of
 * the values are kept, and their columns are left alone unless they win.
 */
#ifndef QUOSYNC_CORE_TABLE_H
#define QUOSYNC_CORE_TABLE_H

#include "quosync.h"

#define TABLE_MAX_COLUMNS 40
#define TABLE_MAX_REGISTERS 16
#define TABLE_MAX_LISTS 5
#define LIST_MAX_COLUMNS 10

struct column {
    const char *name; /* as in the schema */
    enum quosync_value_type type;
};

enum register_flags {
    REGISTER_KEPT = 1,     /* its values travel in the merge state */
    REGISTER_FALLBACK = 2, /* speaks only where no other register does; kept, too */
    REGISTER_REST = 4      /* of contacts: moves contact_rest where people's columns stay */
};

struct register_def {
    const char *name;
    unsigned flags;
};

struct list_def {
    const char *name;      /* the child table; NULL for one that lives in the merge state alone */
    size_t reg;            /* the register that it belongs to */
    bool set;              /* a set of ids (links), not a list with positions */
    size_t n_columns;
    struct column columns[LIST_MAX_COLUMNS];
};

struct table {
    const char *name;
    size_t n_columns; /* those after (org_id, id), without synced_at */
    struct column columns[TABLE_MAX_COLUMNS];
    size_t n_registers;
    struct register_def registers[TABLE_MAX_REGISTERS];
    size_t n_lists;
    struct list_def lists[TABLE_MAX_LISTS];
};

extern const struct table tables[QUOSYNC_TABLES];

#endif
