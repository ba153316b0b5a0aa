/*
 * row.c - the registers of one row: which wins, what its columns show. What is
 * written of it is plan.c's, its packed form state.c's.
 */
#include "core/row.h"

#include <stdlib.h>
#include <string.h>

#include "core/error.h"

/*
 * How far Quo's clocks may be apart before REST contradicts an event: a
 * contact that is seen at REST more than this after its deletion is not
 * deleted, one that is missing there more than this after its core is.
 */
#define SIGHTING_MARGIN_US (INT64_C(2) * 1000000)

/* Where a contact's versions hold what deleted_at is derived from. */
#define CORE_UPDATED_AT 0
#define CORE_CREATED_AT 8
#define CORE_DELETED_AT 16
#define SIGHTING_AT 0
#define SIGHTING_GONE_AT 8

struct quosync_row *
row_new(enum quosync_table table, const char *id, struct arena *arena)
{
    struct quosync_row *row = arena_get_zeroed(arena, 1, sizeof *row);

    if (row == NULL)
        return NULL;
    row->table = &tables[table];
    row->number = table;
    row->id = id;
    return row;
}

void
row_merge(struct quosync_row *into, const struct quosync_row *from)
{
    const struct table *table = into->table;

    for (size_t r = 0; r < table->n_registers; r++) {
        const struct reg *theirs = &from->regs[r];

        if (quosync_version_compare(theirs->version, theirs->version_bytes, into->regs[r].version,
                                    into->regs[r].version_bytes) <= 0)
            continue;
        into->regs[r] = *theirs;
        memcpy(into->digests[r], from->digests[r], DIGEST_BYTES);
        for (size_t l = 0; l < table->n_lists; l++) {
            if (table->lists[l].reg != r)
                continue;
            into->lists[l] = from->lists[l];
            memcpy(into->list_digests[l], from->list_digests[l], DIGEST_BYTES);
            into->items[l] = from->items[l];
            into->supplied = (into->supplied & ~BIT(l)) | (from->supplied & BIT(l));
        }
    }
    into->marks |= from->marks;
}

bool
row_exists(const struct quosync_row *row)
{
    for (size_t r = 0; r < row->table->n_registers; r++)
        if (row->table->required & BIT(r) && row->regs[r].version == NULL)
            return false;
    return true;
}

bool
row_list_known(const struct quosync_row *row, size_t list)
{
    const struct reg *reg = &row->regs[row->table->lists[list].reg];

    return reg->version != NULL && (!reg->stored || row->supplied & BIT(list));
}

void
row_list_supply(struct quosync_row *row, size_t list, struct list_item *items, size_t n)
{
    row->lists[list] = (struct list){ .items = items, .n = n };
    row->supplied |= BIT(list);
}

const char *
quosync_row_id(const struct quosync_row *row)
{
    return row->id;
}

/*
 * A contact is deleted if its core says so and REST did not see it well after
 * that; or if REST missed it well after everything that the core tells of.
 */
static struct quosync_value
contact_deleted_at(const struct quosync_row *row)
{
    const uint8_t *core = row->regs[CONTACT_CORE].version;
    const uint8_t *sighting = row->regs[CONTACT_SIGHTING].version;
    struct quosync_value null = { .type = QUOSYNC_NULL }, at = { .type = QUOSYNC_INSTANT };
    int64_t updated_us, created_us, sighted_us = 0;
    bool gone = sighting != NULL && sighting[SIGHTING_GONE_AT] != 0;

    if (core == NULL)
        return null;
    updated_us = version_instant_at(core, CORE_UPDATED_AT);
    created_us = version_instant_at(core, CORE_CREATED_AT);
    if (sighting != NULL)
        sighted_us = version_instant_at(sighting, SIGHTING_AT);
    if (core[CORE_DELETED_AT]) {
        at.of.instant_us = created_us;
        if (sighting == NULL || gone || sighted_us - created_us <= SIGHTING_MARGIN_US)
            return at;
        return null;
    }
    at.of.instant_us = sighted_us;
    if (gone && sighted_us - created_us > SIGHTING_MARGIN_US &&
        sighted_us - updated_us > SIGHTING_MARGIN_US)
        return at;
    return null;
}

static const struct quosync_value *
register_value(const struct reg *reg, size_t column)
{
    for (size_t i = 0; i < reg->n_values; i++)
        if (reg->columns[i] == column && reg->values[i].type != QUOSYNC_NULL)
            return &reg->values[i];
    return NULL;
}

/* Versions of registers that share a column begin (instant, id, digest): bytes compare as that. */
struct quosync_value
quosync_row_value(const struct quosync_row *row, size_t column)
{
    const struct column *of = &row->table->columns[column];
    const struct quosync_value *best = NULL, *fallback = NULL;
    const struct reg *winner = NULL;

    if (of->flags & COLUMN_DERIVED)
        return contact_deleted_at(row);
    for (size_t r = 0; r < row->table->n_registers; r++) {
        const struct reg *reg = &row->regs[r];
        const struct quosync_value *value;

        if ((of->owners & BIT(r)) == 0 || reg->version == NULL)
            continue;
        value = register_value(reg, column);
        if (value == NULL)
            continue;
        if (row->table->registers[r].flags & REGISTER_FALLBACK) {
            fallback = value;
        } else if (best == NULL ||
                   quosync_version_compare(reg->version, reg->version_bytes, winner->version,
                                           winner->version_bytes) > 0) {
            best = value;
            winner = reg;
        }
    }
    if (best == NULL)
        best = fallback;
    if (best != NULL)
        return *best;
    return (struct quosync_value){
        .type = of->flags & COLUMN_FALSE ? QUOSYNC_BOOLEAN : QUOSYNC_NULL,
    };
}

size_t
quosync_row_list_length(const struct quosync_row *row, size_t list)
{
    return row->lists[list].n;
}

struct quosync_value
quosync_row_list_value(const struct quosync_row *row, size_t list, size_t item, size_t column)
{
    return row->lists[list].items[item].values[column];
}

/* ---- labels ----------------------------------------------------------------- */

/* An item of a list, for sorting by value and then by place. */
struct placed {
    const char *value;
    size_t place;
};

static int
by_value_and_place(const void *a, const void *b)
{
    const struct placed *left = a, *right = b;
    int order = strcmp(left->value, right->value);

    return order != 0 ? order : (left->place > right->place) - (left->place < right->place);
}

static struct placed *
sorted(const struct list *list, struct arena *arena)
{
    struct placed *items = arena_get(arena, list->n * sizeof *items);

    if (items == NULL)
        return NULL;
    for (size_t i = 0; i < list->n; i++)
        items[i] = (struct placed){ list->items[i].values[0].of.text, i };
    if (list->n > 1)
        qsort(items, list->n, sizeof *items, by_value_and_place);
    return items;
}

/* The k-th of equal values takes the label of the k-th of the same values at REST. */
static bool
label_list(struct list *list, size_t column, const struct list *labels, struct arena *arena)
{
    struct placed *items, *names;
    size_t k = 0;

    for (size_t i = 0; i < list->n; i++)
        list->items[i].values[column].type = QUOSYNC_NULL;
    if (list->n == 0 || labels->n == 0)
        return true;
    items = sorted(list, arena);
    names = sorted(labels, arena);
    if (items == NULL || names == NULL)
        return false;
    for (size_t i = 0; i < list->n && k < labels->n;) {
        int order = strcmp(items[i].value, names[k].value);

        if (order == 0)
            list->items[items[i].place].values[column] =
                labels->items[names[k].place].values[LABEL_NAME];
        i += order <= 0;
        k += order >= 0;
    }
    return true;
}

bool
row_label(struct quosync_row *row, struct arena *arena, struct quosync_error *err)
{
    if (row->number != QUOSYNC_CONTACTS)
        return true;
    if (row_list_known(row, CONTACT_NUMBERS) &&
        !label_list(&row->lists[CONTACT_NUMBERS], NUMBER_LABEL,
                    &row->lists[CONTACT_NUMBER_LABELS], arena))
        return error_no_memory(err);
    if (row_list_known(row, CONTACT_EMAILS) &&
        !label_list(&row->lists[CONTACT_EMAILS], EMAIL_LABEL, &row->lists[CONTACT_EMAIL_LABELS],
                    arena))
        return error_no_memory(err);
    return true;
}
