/*
 * fold.h - the rows of one batch under construction, and how observations put
 * their values into them. Whoever observes (observe_*.c) names row, register
 * and version; values are asked for only where that version wins.
 *
 * Running out of memory is remembered (fold_failed) and makes every later call
 * do nothing, so observers need not ask after each.
 */
#ifndef QUOSYNC_CORE_FOLD_H
#define QUOSYNC_CORE_FOLD_H

#include "core/row.h"

struct fold_entry;

struct quosync_fold {
    struct arena arena;
    int country_code;
    bool failed;
    struct fold_entry *tables[QUOSYNC_TABLES]; /* by id */
    uint8_t owned[QUOSYNC_TABLES][TABLE_MAX_REGISTERS]; /* columns of each register */
};

/* The row of that id, made if there is none; NULL when the fold has failed. */
struct quosync_row *fold_row(struct quosync_fold *fold, enum quosync_table table, const char *id);

/*
 * fold_mark - marks (enum row_mark) for the row of that id.
 *
 *   make  the row is made where the fold has none: so that a stored one is marked
 */
void fold_mark(struct quosync_fold *fold, enum quosync_table table, const char *id, uint8_t marks,
               bool make);

bool fold_failed(const struct quosync_fold *fold, struct quosync_error *err);

/* A register whose new version won: its values, column by column. */
struct put {
    struct quosync_fold *fold;
    struct quosync_row *row;
    size_t r, n, room;
    uint8_t *columns;
    struct quosync_value *values;
};

/*
 * fold_observe - enter an observation of register r of a row.
 *
 * True when its version is greater than what the register holds (or there is
 * none): the register is empty then, and its lists are, until put_* fill them.
 */
bool fold_observe(struct quosync_fold *fold, struct quosync_row *row, size_t r,
                  const struct version *version, struct put *put);
/* The same for a packed version. */
bool fold_observe_packed(struct quosync_fold *fold, struct quosync_row *row, size_t r,
                         const uint8_t *version, size_t bytes, struct put *put);

/* Values are copied. NULL, and an instant that is not known, is null. */
void put_text(struct put *put, size_t column, const char *text); /* numbers and JSON, too */
void put_instant(struct put *put, size_t column, struct quosync_instant instant);
void put_flag(struct put *put, size_t column, enum quosync_flag flag);
void put_texts(struct put *put, size_t column, bool known, const struct quosync_strings *texts);

/* Makes list l n items long, all null; NULL when n is 0 or the fold has failed. */
struct list_item *put_list(struct put *put, size_t l, size_t n);

/* Values of items. */
void item_text(struct quosync_fold *fold, struct quosync_value *value,
               enum quosync_value_type type, const char *text);
void item_texts(struct quosync_fold *fold, struct quosync_value *value,
                const struct quosync_strings *texts);

#endif
