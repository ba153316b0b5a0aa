/* shelf.c - see shelf.h. */
#include "shelf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "row_text.h"

struct shelf_row {
    enum quosync_table table;
    const char *id;
    bool visible; /* false: a contact_rest without its contact */
    struct quosync_value columns[TABLE_MAX_COLUMNS];
    struct list lists[TABLE_MAX_LISTS];
    const uint8_t *state, *rest; /* NULL: none */
    size_t state_bytes, rest_bytes;
};

static void
need(bool done)
{
    if (!done)
        abort();
}

void
shelf_done(struct shelf *shelf)
{
    arena_done(&shelf->arena);
    free(shelf->rows);
    *shelf = (struct shelf){ .n = 0 };
}

/* ---- copies --------------------------------------------------------------------- */

static const char *
copy_text(struct arena *arena, const char *text)
{
    char *copy = arena_text(arena, text, strlen(text));

    need(copy != NULL);
    return copy;
}

static const uint8_t *
copy_bytes(struct arena *arena, const uint8_t *bytes, size_t n)
{
    uint8_t *copy = arena_get(arena, n);

    need(copy != NULL);
    memcpy(copy, bytes, n);
    return copy;
}

static struct quosync_value
copy_value(struct arena *arena, struct quosync_value value)
{
    const char **items;

    switch (value.type) {
    case QUOSYNC_TEXT:
    case QUOSYNC_NUMBER:
    case QUOSYNC_JSON:
        value.of.text = copy_text(arena, value.of.text);
        break;
    case QUOSYNC_TEXTS:
        items = arena_get(arena, value.of.texts.n * sizeof *items);
        need(items != NULL);
        for (size_t i = 0; i < value.of.texts.n; i++)
            items[i] = copy_text(arena, value.of.texts.items[i]);
        value.of.texts.items = items;
        break;
    case QUOSYNC_NULL:
    case QUOSYNC_INSTANT:
    case QUOSYNC_BOOLEAN:
        break;
    }
    return value;
}

static struct list
copy_list(struct arena *arena, const struct list *list, size_t n_columns)
{
    struct list copy = { .n = list->n };

    copy.items = arena_get_zeroed(arena, list->n, sizeof *copy.items);
    need(copy.items != NULL);
    for (size_t i = 0; i < list->n; i++) {
        copy.items[i].values = arena_get_zeroed(arena, n_columns, sizeof(struct quosync_value));
        need(copy.items[i].values != NULL);
        for (size_t c = 0; c < n_columns; c++)
            copy.items[i].values[c] = copy_value(arena, list->items[i].values[c]);
    }
    return copy;
}

/* ---- writing ------------------------------------------------------------------------ */

static struct shelf_row *
find_row(const struct shelf *shelf, enum quosync_table table, const char *id)
{
    for (size_t i = 0; i < shelf->n; i++)
        if (shelf->rows[i].table == table && strcmp(shelf->rows[i].id, id) == 0)
            return &shelf->rows[i];
    return NULL;
}

static struct shelf_row *
add_row(struct shelf *shelf, enum quosync_table table, const char *id)
{
    struct shelf_row *row;

    if (shelf->n == shelf->room) {
        shelf->room = shelf->room * 2 + 16;
        shelf->rows = realloc(shelf->rows, shelf->room * sizeof *shelf->rows);
        need(shelf->rows != NULL);
    }
    row = &shelf->rows[shelf->n++];
    *row = (struct shelf_row){ .table = table, .id = copy_text(&shelf->arena, id) };
    return row;
}

/* The row as its merge states give it; NULL where there is none. */
static struct quosync_row *
stored_row(const struct shelf_row *row, struct arena *arena)
{
    struct quosync_row *stored;

    if (row->state != NULL)
        need(row_state_unpack(row->table, row->id, row->state, row->state_bytes, arena, &stored,
                              NULL));
    else
        need((stored = row_new(row->table, row->id, arena)) != NULL);
    if (row->rest != NULL)
        need(row_state_add_rest(stored, row->rest, row->rest_bytes, arena, NULL));
    return stored;
}

static void
write_columns(struct shelf *shelf, struct shelf_row *to, const struct quosync_row *row,
              const struct row_plan *plan)
{
    const struct table *table = &tables[to->table];

    for (size_t c = 0; c < table->n_columns; c++) {
        int r = table_column_register(table, c);

        if (r < 0 || plan->registers & BIT(r))
            to->columns[c] = copy_value(&shelf->arena, quosync_row_value(row, c));
    }
    for (size_t l = 0; l < table->n_lists; l++)
        if (plan->lists & BIT(l))
            to->lists[l] = copy_list(&shelf->arena, &row->lists[l], table->lists[l].n_columns);
}

static void
write_row(struct shelf *shelf, struct quosync_row *row, bool rewrite)
{
    struct arena arena = { .total = 0 };
    struct shelf_row *to = find_row(shelf, row->number, row->id);
    struct quosync_row *stored = to == NULL ? NULL : stored_row(to, &arena);
    struct row_plan plan;
    const uint8_t *bytes;
    size_t n;

    need(row_plan_make(row, stored, rewrite, &arena, &plan, NULL));
    if (plan.need_lists != 0) {
        for (size_t l = 0; l < row->table->n_lists; l++)
            if (plan.need_lists & BIT(l)) {
                row_list_supply(stored, l, to->lists[l].items, to->lists[l].n);
                shelf->lists_read++;
            }
        need(row_plan_make(row, stored, rewrite, &arena, &plan, NULL));
        need(plan.need_lists == 0);
    }
    if (plan.write) {
        if (to == NULL)
            to = add_row(shelf, row->number, row->id);
        if (!plan.rest_only) {
            write_columns(shelf, to, row, &plan);
            need(row_state_pack(row, &arena, &bytes, &n, NULL));
            to->state = copy_bytes(&shelf->arena, bytes, n);
            to->state_bytes = n;
            to->visible = true;
            shelf->written++;
        }
        if (plan.rest) {
            need(row_state_pack_rest(row, &arena, &bytes, &n, NULL));
            to->rest = copy_bytes(&shelf->arena, bytes, n);
            to->rest_bytes = n;
            shelf->rest_written += plan.rest_only;
        }
    }
    arena_done(&arena);
}

void
shelf_write(struct shelf *shelf, struct quosync_fold *fold, bool rewrite)
{
    for (int t = 0; t < QUOSYNC_TABLES; t++) {
        struct quosync_row **rows;
        size_t n;

        need(quosync_fold_rows(fold, (enum quosync_table)t, &rows, &n, NULL));
        for (size_t i = 0; i < n; i++)
            write_row(shelf, rows[i], rewrite);
    }
}

/* ---- reading ------------------------------------------------------------------------- */

static int
by_table_and_id(const void *a, const void *b)
{
    const struct shelf_row *left = a, *right = b;

    if (left->table != right->table)
        return left->table < right->table ? -1 : 1;
    return strcmp(left->id, right->id);
}

char *
shelf_text(const struct shelf *shelf)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);

    need(out != NULL);
    if (shelf->n > 0)
        qsort(shelf->rows, shelf->n, sizeof *shelf->rows, by_table_and_id);
    for (size_t i = 0; i < shelf->n; i++) {
        const struct shelf_row *row = &shelf->rows[i];
        const struct table *table = &tables[row->table];

        if (!row->visible)
            continue;
        fprintf(out, "%s %s\n", table->name, row->id);
        for (size_t c = 0; c < table->n_columns; c++) {
            fprintf(out, "  %s=", table->columns[c].name);
            row_text_value(out, &row->columns[c]);
            fputc('\n', out);
        }
        for (size_t l = 0; l < table->n_lists && table->lists[l].name != NULL; l++)
            for (size_t k = 0; k < row->lists[l].n; k++) {
                fprintf(out, "  %s %zu:", table->lists[l].name, k + 1);
                for (size_t c = 0; c < table->lists[l].n_columns; c++) {
                    fprintf(out, " %s=", table->lists[l].columns[c].name);
                    row_text_value(out, &row->lists[l].items[k].values[c]);
                }
                fputc('\n', out);
            }
    }
    need(fclose(out) == 0);
    return text;
}

static void
print_bytes(FILE *out, const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        fprintf(out, "%02x", bytes[i]);
}

static void
print_states(FILE *out, const struct quosync_row *row, struct arena *arena)
{
    const uint8_t *bytes;
    size_t n;

    fprintf(out, "%s %s ", row->table->name, row->id);
    need(row_state_pack(row, arena, &bytes, &n, NULL));
    print_bytes(out, bytes, n);
    if (row->number == QUOSYNC_CONTACTS) {
        need(row_state_pack_rest(row, arena, &bytes, &n, NULL));
        fputc('+', out);
        print_bytes(out, bytes, n);
    }
    fputc('\n', out);
}

char *
shelf_states(const struct shelf *shelf)
{
    struct arena arena = { .total = 0 };
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);

    need(out != NULL);
    if (shelf->n > 0)
        qsort(shelf->rows, shelf->n, sizeof *shelf->rows, by_table_and_id);
    for (size_t i = 0; i < shelf->n; i++)
        print_states(out, stored_row(&shelf->rows[i], &arena), &arena);
    arena_done(&arena);
    need(fclose(out) == 0);
    return text;
}

char *
shelf_states_of(struct quosync_fold *fold)
{
    struct arena arena = { .total = 0 };
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);

    need(out != NULL);
    for (int t = 0; t < QUOSYNC_TABLES; t++) {
        struct quosync_row **rows;
        struct row_plan plan;
        size_t n;

        need(quosync_fold_rows(fold, (enum quosync_table)t, &rows, &n, NULL));
        for (size_t i = 0; i < n; i++) {
            need(row_plan_make(rows[i], NULL, false, &arena, &plan, NULL));
            if (plan.write)
                print_states(out, rows[i], &arena);
        }
    }
    arena_done(&arena);
    need(fclose(out) == 0);
    return text;
}
