/*
 * fold.c - rows of a batch by table and id, and the public face of a fold.
 * What events and REST answers say is in observe_*.c.
 */
#define HASH_NONFATAL_OOM 1
#define uthash_malloc(bytes) memory_get(bytes)
#define uthash_free(block, bytes) memory_free(block)

#include "core/fold.h"

#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "core/error.h"
#include "core/observe.h"

struct fold_entry {
    struct quosync_row row;
    UT_hash_handle hh;
};

bool
quosync_fold_new(int country_code, struct quosync_fold **fold, struct quosync_error *err)
{
    struct quosync_fold *made = memory_get(sizeof *made);

    if (made == NULL)
        return error_no_memory(err);
    *made = (struct quosync_fold){ .country_code = country_code };
    for (size_t t = 0; t < QUOSYNC_TABLES; t++)
        for (size_t c = 0; c < tables[t].n_columns; c++)
            for (size_t r = 0; r < tables[t].n_registers; r++)
                made->owned[t][r] =
                    (uint8_t)(made->owned[t][r] + ((tables[t].columns[c].owners & BIT(r)) != 0));
    *fold = made;
    return true;
}

void
quosync_fold_free(struct quosync_fold *fold)
{
    if (fold == NULL)
        return;
    for (size_t t = 0; t < QUOSYNC_TABLES; t++)
        HASH_CLEAR(hh, fold->tables[t]);
    arena_done(&fold->arena);
    memory_free(fold);
}

bool
fold_failed(const struct quosync_fold *fold, struct quosync_error *err)
{
    if (fold->failed)
        error_no_memory(err);
    return fold->failed;
}

struct quosync_row *
fold_row(struct quosync_fold *fold, enum quosync_table table, const char *id)
{
    size_t n = strlen(id);
    struct fold_entry *entry;

    if (fold->failed)
        return NULL;
    HASH_FIND(hh, fold->tables[table], id, n, entry);
    if (entry != NULL)
        return &entry->row;
    entry = arena_get_zeroed(&fold->arena, 1, sizeof *entry);
    if (entry != NULL)
        entry->row.id = arena_text(&fold->arena, id, n);
    if (entry == NULL || entry->row.id == NULL) {
        fold->failed = true;
        return NULL;
    }
    entry->row.table = &tables[table];
    entry->row.number = table;
    HASH_ADD_KEYPTR(hh, fold->tables[table], entry->row.id, n, entry);
    if (entry->hh.tbl == NULL) {
        fold->failed = true;
        return NULL;
    }
    return &entry->row;
}

void
fold_mark(struct quosync_fold *fold, enum quosync_table table, const char *id, uint8_t marks,
          bool make)
{
    struct fold_entry *entry;
    struct quosync_row *row;

    HASH_FIND(hh, fold->tables[table], id, strlen(id), entry);
    row = entry == NULL && make ? fold_row(fold, table, id) : NULL;
    if (entry != NULL)
        row = &entry->row;
    if (row != NULL)
        row->marks |= marks;
}

/* ---- observing ------------------------------------------------------------------ */

/* Where version wins, an empty register and the room for all its columns. */
static bool
start_register(struct put *put, const uint8_t *version, size_t bytes)
{
    struct quosync_fold *fold = put->fold;
    const struct table *table = put->row->table;
    size_t room = fold->owned[put->row->number][put->r];

    put->columns = arena_get(&fold->arena, room);
    put->values = arena_get(&fold->arena, room * sizeof *put->values);
    if (version == NULL || put->columns == NULL || put->values == NULL) {
        fold->failed = true;
        return false;
    }
    put->room = room;
    put->row->regs[put->r] = (struct reg){
        .version = version,
        .version_bytes = bytes,
        .columns = put->columns,
        .values = put->values,
    };
    for (size_t l = 0; l < table->n_lists; l++)
        if (table->lists[l].reg == put->r)
            put->row->lists[l] = (struct list){ .n = 0 };
    return true;
}

static bool
wins(const struct quosync_row *row, size_t r, const uint8_t *version, size_t bytes)
{
    return quosync_version_compare(version, bytes, row->regs[r].version,
                                   row->regs[r].version_bytes) > 0;
}

bool
fold_observe_packed(struct quosync_fold *fold, struct quosync_row *row, size_t r,
                    const uint8_t *version, size_t bytes, struct put *put)
{
    uint8_t *copy;

    *put = (struct put){ .fold = fold, .row = row, .r = r };
    if (fold->failed || !wins(row, r, version, bytes))
        return false;
    copy = arena_get(&fold->arena, bytes);
    if (copy != NULL)
        memcpy(copy, version, bytes);
    return start_register(put, copy, bytes);
}

bool
fold_observe(struct quosync_fold *fold, struct quosync_row *row, size_t r,
             const struct version *version, struct put *put)
{
    return fold_observe_packed(fold, row, r, version->bytes, version->n, put);
}

static struct quosync_value *
next_value(struct put *put, size_t column)
{
    struct reg *reg = &put->row->regs[put->r];
    struct quosync_value *value;

    if (put->n == put->room || (put->row->table->columns[column].owners & BIT(put->r)) == 0)
        abort(); /* an observer and table.c disagree on what a register knows */
    value = &put->values[put->n];
    put->columns[put->n] = (uint8_t)column;
    *value = (struct quosync_value){ .type = QUOSYNC_NULL };
    reg->n_values = ++put->n;
    return value;
}

void
item_text(struct quosync_fold *fold, struct quosync_value *value, enum quosync_value_type type,
          const char *text)
{
    value->type = QUOSYNC_NULL;
    if (text == NULL)
        return;
    value->of.text = arena_text(&fold->arena, text, strlen(text));
    if (value->of.text == NULL)
        fold->failed = true;
    else
        value->type = type;
}

void
item_texts(struct quosync_fold *fold, struct quosync_value *value,
           const struct quosync_strings *texts)
{
    const char **items = arena_get(&fold->arena, texts->n * sizeof *items);

    value->type = QUOSYNC_NULL;
    for (size_t i = 0; items != NULL && i < texts->n; i++) {
        items[i] = arena_text(&fold->arena, texts->items[i], strlen(texts->items[i]));
        if (items[i] == NULL)
            items = NULL;
    }
    if (items == NULL) {
        fold->failed = true;
        return;
    }
    value->type = QUOSYNC_TEXTS;
    value->of.texts = (struct quosync_strings){ .items = items, .n = texts->n };
}

void
put_text(struct put *put, size_t column, const char *text)
{
    item_text(put->fold, next_value(put, column), put->row->table->columns[column].type, text);
}

void
put_instant(struct put *put, size_t column, struct quosync_instant instant)
{
    struct quosync_value *value = next_value(put, column);

    if (instant.known)
        *value = (struct quosync_value){ .type = QUOSYNC_INSTANT, .of.instant_us = instant.us };
}

void
put_flag(struct put *put, size_t column, enum quosync_flag flag)
{
    struct quosync_value *value = next_value(put, column);

    if (flag != QUOSYNC_UNKNOWN)
        *value = (struct quosync_value){
            .type = QUOSYNC_BOOLEAN,
            .of.boolean = flag == QUOSYNC_TRUE,
        };
}

void
put_texts(struct put *put, size_t column, bool known, const struct quosync_strings *texts)
{
    struct quosync_value *value = next_value(put, column);

    if (known)
        item_texts(put->fold, value, texts);
}

struct list_item *
put_list(struct put *put, size_t l, size_t n)
{
    const struct list_def *def = &put->row->table->lists[l];
    struct list_item *items;
    struct quosync_value *values;

    put->row->lists[l] = (struct list){ .n = 0 };
    if (n == 0 || put->fold->failed)
        return NULL;
    items = arena_get_zeroed(&put->fold->arena, n, sizeof *items);
    values = arena_get_zeroed(&put->fold->arena, n, def->n_columns * sizeof *values);
    if (items == NULL || values == NULL) {
        put->fold->failed = true;
        return NULL;
    }
    for (size_t i = 0; i < n; i++)
        items[i].values = values + i * def->n_columns;
    put->row->lists[l] = (struct list){ .items = items, .n = n };
    return items;
}

/* ---- the public face -------------------------------------------------------------- */

bool
quosync_fold_event(struct quosync_fold *fold, const struct quosync_event *event,
                   struct quosync_error *err)
{
    if (!event->test)
        observe_event(fold, event);
    return !fold_failed(fold, err);
}

static int
by_id(const void *a, const void *b)
{
    const struct quosync_row *const *left = a, *const *right = b;

    return strcmp((*left)->id, (*right)->id);
}

bool
quosync_fold_rows(struct quosync_fold *fold, enum quosync_table table, struct quosync_row ***rows,
                  size_t *n, struct quosync_error *err)
{
    struct fold_entry *entry, *next;
    struct quosync_row **sorted;
    size_t i = 0;

    if (fold_failed(fold, err))
        return false;
    *n = HASH_COUNT(fold->tables[table]);
    sorted = arena_get(&fold->arena, *n * sizeof(struct quosync_row *));
    if (sorted == NULL)
        return error_no_memory(err);
    HASH_ITER(hh, fold->tables[table], entry, next)
    {
        if (!row_label(&entry->row, &fold->arena, err))
            return false;
        sorted[i++] = &entry->row;
    }
    if (*n > 1)
        qsort(sorted, *n, sizeof(struct quosync_row *), by_id);
    *rows = sorted;
    return true;
}
