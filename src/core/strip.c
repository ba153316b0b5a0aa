/*
 * strip.c - what the marks of a row take from it: an erased row keeps ids,
 * instants, direction, status and counts, a pruned one loses its content alone.
 * Which columns those are stands in table.c.
 *
 * Versions stay. So a marked row still merges as every other does, and since
 * each observation is stripped before it is written, the order in which
 * observations and the mark arrive changes nothing.
 */
#include "core/row.h"

#include <string.h>

#include "core/error.h"

/* What a table holds after a statement took something from it: no digest of what it was. */
const uint8_t row_unknown_digest[DIGEST_BYTES] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                                   0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
static const uint8_t empty_digest[DIGEST_BYTES];

static uint64_t
stripped_columns(const struct table *table, uint8_t marks)
{
    return (marks & ROW_ERASED ? table->personal : 0) | (marks & ROW_PRUNED ? table->content : 0);
}

static uint32_t
stripped_items(const struct list_def *list, uint8_t marks)
{
    return (marks & ROW_ERASED ? list->personal : 0) | (marks & ROW_PRUNED ? list->content : 0);
}

static bool
has_any(const struct reg *reg, uint64_t columns)
{
    for (size_t i = 0; i < reg->n_values; i++)
        if (columns >> reg->columns[i] & 1)
            return true;
    return false;
}

/* A copy without the columns: what is not there is null. */
static bool
strip_values(struct reg *reg, uint64_t columns, struct arena *arena)
{
    uint8_t *kept_columns;
    struct quosync_value *kept;
    size_t n = 0;

    if (!has_any(reg, columns))
        return true;
    kept_columns = arena_get(arena, reg->n_values);
    kept = arena_get(arena, reg->n_values * sizeof *kept);
    if (kept_columns == NULL || kept == NULL)
        return false;
    for (size_t i = 0; i < reg->n_values; i++) {
        if (columns >> reg->columns[i] & 1)
            continue;
        kept_columns[n] = reg->columns[i];
        kept[n++] = reg->values[i];
    }
    reg->columns = kept_columns;
    reg->values = kept;
    reg->n_values = n;
    return true;
}

/* The register's values are in the table alone: they are another set from now on. */
static void
forget_digest(struct quosync_row *row, size_t r, uint64_t columns)
{
    for (size_t c = 0; c < row->table->n_columns; c++)
        if (columns >> c & 1 && row->table->columns[c].owners & BIT(r))
            memcpy(row->digests[r], row_unknown_digest, DIGEST_BYTES);
}

static bool
strip_items(struct list *list, size_t n_columns, uint32_t columns, struct arena *arena)
{
    struct list_item *items = arena_get(arena, list->n * sizeof *items);

    if (items == NULL)
        return false;
    for (size_t i = 0; i < list->n; i++) {
        items[i].values = arena_get(arena, n_columns * sizeof *items[i].values);
        if (items[i].values == NULL)
            return false;
        for (size_t c = 0; c < n_columns; c++) {
            items[i].values[c] = list->items[i].values[c];
            if (columns & BIT(c))
                items[i].values[c].type = QUOSYNC_NULL;
        }
    }
    list->items = items;
    return true;
}

static bool
strip_list(struct quosync_row *row, size_t l, uint32_t columns, struct arena *arena)
{
    if (columns == LIST_GONE) {
        row->lists[l] = (struct list){ .n = 0 };
        memcpy(row->list_digests[l], empty_digest, DIGEST_BYTES);
        row->items[l] = (struct item_digests){ .known = false };
        return true;
    }
    if (memcmp(row->list_digests[l], empty_digest, DIGEST_BYTES) != 0)
        memcpy(row->list_digests[l], row_unknown_digest, DIGEST_BYTES);
    row->items[l] = (struct item_digests){ .known = false };
    return row->lists[l].n == 0 ||
           strip_items(&row->lists[l], row->table->lists[l].n_columns, columns, arena);
}

bool
row_strip(struct quosync_row *row, uint8_t marks, struct arena *arena, struct quosync_error *err)
{
    uint64_t columns = stripped_columns(row->table, marks);

    for (size_t r = 0; r < row->table->n_registers; r++) {
        if (row->regs[r].stored)
            forget_digest(row, r, columns);
        else if (!strip_values(&row->regs[r], columns, arena))
            return error_no_memory(err);
    }
    for (size_t l = 0; l < row->table->n_lists; l++) {
        uint32_t of_list = stripped_items(&row->table->lists[l], marks);

        if (of_list != 0 && !strip_list(row, l, of_list, arena))
            return error_no_memory(err);
    }
    return true;
}
