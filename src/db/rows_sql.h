/*
 * rows_sql.h - the statements of each table and list that rows.c writes, and
 * the parameters that they share: values in the order of core/table.c.
 */
#ifndef QUOSYNC_DB_ROWS_SQL_H
#define QUOSYNC_DB_ROWS_SQL_H

#include "core/row.h"
#include "core/table.h"
#include "db/pg.h"

struct table_sql {
    const struct statement *lock, *lock_now, *insert, *update;
    const struct statement *erase; /* what an erased row must not hold; NULL: nothing */
    const struct statement *prune; /* what a pruned row must not hold; NULL: nothing */
    const char *activity_kind; /* of its links in activity_contacts; NULL: it has none */
};

struct list_sql {
    const char *name; /* the child table */
    const struct statement *insert, *upsert, *trim;
    const struct statement *read; /* NULL: never read */
};

extern const struct table_sql table_sql[QUOSYNC_TABLES];

/* The statements of a list with positions; NULL for links and lists without a table. */
const struct list_sql *list_sql_find(const struct list_def *list);

/* Begins an array for n values of a column of this type. */
void values_begin(struct params *params, enum quosync_value_type type, size_t n);

/* One value; lists of text become array literals, made in the arena. */
void values_put(struct params *params, const struct quosync_value *value, struct arena *arena);

/* An array literal in the arena; NULL when there is no memory. */
const char *texts_literal(const struct quosync_strings *texts, struct arena *arena);

/* The registers that rows of a table must name in an update: those table_column_register gives. */
uint32_t table_guards(const struct table *table);

#endif
