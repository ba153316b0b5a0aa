/*
 * state.c - the packed form of a row's registers, `merge_state` (doc/merge.md,
 * "The merge state"). Only this file reads or writes it; SQL never looks inside.
 */
#include <string.h>

#include "core/error.h"
#include "core/pack.h"
#include "core/row.h"

/* The form of what is written. A reader refuses a later one. Form 1 had no LIST_ITEMS. */
#define FORM 2
#define FORM_FIRST 1

/* How a register's values follow its version. */
enum {
    VALUES_DIGEST = 0, /* DIGEST_BYTES; the table holds the values */
    VALUES_KEPT = 1,   /* a count, then column and value */
    VALUES_NONE = 2    /* nothing: contact_rest's copy of the core's version */
};

/* What is said of a list that the table holds. */
enum {
    LIST_EMPTY = 0,
    LIST_DIGEST = 1, /* DIGEST_BYTES of the whole */
    LIST_ITEMS = 2   /* the same, a count, and ITEM_DIGEST_BYTES of each item */
};

/* A tail of an earlier version that is worth naming instead of repeating. */
#define SHORTEST_TAIL 4
#define NO_TAIL 0xFF

/* Where a core's version holds the event id, which is empty where REST gave it. */
#define CORE_ID_AT 17

/* ---- writing -------------------------------------------------------------------- */

static size_t
common_tail(const struct reg *a, const struct reg *b)
{
    size_t most = a->version_bytes < b->version_bytes ? a->version_bytes : b->version_bytes;
    size_t n = 0;

    while (n < most &&
           a->version[a->version_bytes - 1 - n] == b->version[b->version_bytes - 1 - n])
        n++;
    return n;
}

/*
 * One event speaks for several registers, whose versions end alike (event id
 * and digest, often the instant too): such a tail is written once in a row.
 */
static void
pack_version(struct pack *pack, const struct quosync_row *row, size_t r, uint32_t written)
{
    const struct reg *reg = &row->regs[r];
    size_t tail = 0, from = NO_TAIL;

    for (size_t earlier = 0; earlier < r; earlier++) {
        size_t n;

        if ((written & BIT(earlier)) == 0)
            continue;
        n = common_tail(reg, &row->regs[earlier]);
        if (n >= SHORTEST_TAIL && n > tail) {
            tail = n;
            from = earlier;
        }
    }
    pack_count(pack, reg->version_bytes - tail);
    pack_bytes(pack, reg->version, reg->version_bytes - tail);
    pack_byte(pack, (uint8_t)from);
    if (from != NO_TAIL)
        pack_count(pack, tail);
}

static void
pack_kept(struct pack *pack, const struct reg *reg)
{
    size_t n = 0;

    /* A null says what absence says: the column's owners are all here. */
    for (size_t i = 0; i < reg->n_values; i++)
        n += reg->values[i].type != QUOSYNC_NULL;
    pack_byte(pack, VALUES_KEPT);
    pack_count(pack, n);
    for (size_t i = 0; i < reg->n_values; i++) {
        if (reg->values[i].type == QUOSYNC_NULL)
            continue;
        pack_byte(pack, reg->columns[i]);
        pack_value(pack, &reg->values[i]);
    }
}

static void
pack_digests(struct pack *pack, const struct quosync_row *row, size_t l)
{
    static const uint8_t empty[DIGEST_BYTES];
    const struct item_digests *items = &row->items[l];

    if (memcmp(row->list_digests[l], empty, DIGEST_BYTES) == 0) {
        pack_byte(pack, LIST_EMPTY);
        return;
    }
    pack_byte(pack, items->known ? LIST_ITEMS : LIST_DIGEST);
    pack_bytes(pack, row->list_digests[l], DIGEST_BYTES);
    if (!items->known)
        return;
    pack_count(pack, items->n);
    pack_bytes(pack, items->bytes, items->n * ITEM_DIGEST_BYTES);
}

static void
pack_list(struct pack *pack, const struct quosync_row *row, size_t l)
{
    const struct list *list = &row->lists[l];

    if (row->table->lists[l].name != NULL) {
        pack_digests(pack, row, l);
        return;
    }
    pack_count(pack, list->n);
    for (size_t i = 0; i < list->n; i++)
        for (size_t c = 0; c < row->table->lists[l].n_columns; c++)
            pack_value(pack, &list->items[i].values[c]);
}

static void
pack_register(struct pack *pack, const struct quosync_row *row, size_t r, uint32_t written,
              bool version_alone)
{
    pack_byte(pack, (uint8_t)r);
    pack_version(pack, row, r, written);
    if (version_alone) {
        pack_byte(pack, VALUES_NONE);
        return;
    }
    if (row->table->registers[r].flags & REGISTER_KEPT) {
        pack_kept(pack, &row->regs[r]);
    } else {
        pack_byte(pack, VALUES_DIGEST);
        pack_bytes(pack, row->digests[r], DIGEST_BYTES);
    }
    for (size_t l = 0; l < row->table->n_lists; l++)
        if (row->table->lists[l].reg == r)
            pack_list(pack, row, l);
}

static bool
pack_state(const struct quosync_row *row, uint32_t registers, uint32_t versions_alone,
           struct arena *arena, const uint8_t **bytes, size_t *n, struct quosync_error *err)
{
    struct pack pack = { .arena = arena };
    uint32_t written = 0;

    pack_byte(&pack, FORM);
    pack_byte(&pack, row->marks);
    for (size_t r = 0; r < row->table->n_registers; r++) {
        if ((registers & BIT(r)) == 0 || row->regs[r].version == NULL)
            continue;
        pack_register(&pack, row, r, written, (versions_alone & BIT(r)) != 0);
        written |= BIT(r);
    }
    if (pack.failed)
        return error_no_memory(err);
    *bytes = pack.bytes;
    *n = pack.n;
    return true;
}

static uint32_t
rest_registers(const struct table *table)
{
    uint32_t registers = 0;

    for (size_t r = 0; r < table->n_registers; r++)
        if (table->registers[r].flags & REGISTER_REST)
            registers |= BIT(r);
    return registers;
}

bool
row_state_pack(const struct quosync_row *row, struct arena *arena, const uint8_t **bytes,
               size_t *n, struct quosync_error *err)
{
    return pack_state(row, ~rest_registers(row->table), 0, arena, bytes, n, err);
}

bool
row_state_pack_rest(const struct quosync_row *row, struct arena *arena, const uint8_t **bytes,
                    size_t *n, struct quosync_error *err)
{
    const struct reg *core = &row->regs[CONTACT_CORE];
    uint32_t registers = rest_registers(row->table), alone = 0;

    if (core->version != NULL && core->version[CORE_ID_AT] == '\0')
        alone = BIT(CONTACT_CORE);
    return pack_state(row, registers | alone, alone, arena, bytes, n, err);
}

/* ---- reading -------------------------------------------------------------------- */

static void
unpack_version(struct unpack *in, struct quosync_row *row, size_t r, uint32_t seen)
{
    struct reg *reg = &row->regs[r];
    size_t n = unpack_count(in), tail;
    const uint8_t *head = unpack_bytes(in, n);
    uint8_t from = unpack_byte(in);
    const struct reg *earlier;
    uint8_t *version;

    if (in->failed)
        return;
    reg->version = head;
    reg->version_bytes = n;
    if (from == NO_TAIL)
        return;
    tail = unpack_count(in);
    if (in->failed || from >= r || (seen & BIT(from)) == 0 ||
        row->regs[from].version_bytes < tail) {
        in->failed = true;
        return;
    }
    earlier = &row->regs[from];
    version = arena_get(in->arena, n + tail);
    if (version == NULL) {
        in->failed = in->no_memory = true;
        return;
    }
    if (n > 0)
        memcpy(version, head, n);
    memcpy(version + n, earlier->version + earlier->version_bytes - tail, tail);
    reg->version = version;
    reg->version_bytes = n + tail;
}

static void
unpack_kept(struct unpack *in, struct quosync_row *row, size_t r)
{
    struct reg *reg = &row->regs[r];
    size_t n = unpack_count(in);
    uint8_t *columns = unpack_room(in, n, 1);
    struct quosync_value *values = unpack_room(in, n, sizeof *values);

    if (columns == NULL || values == NULL)
        return;
    for (size_t i = 0; i < n; i++) {
        columns[i] = unpack_byte(in);
        unpack_value(in, &values[i]);
        if (columns[i] >= row->table->n_columns)
            in->failed = true;
    }
    reg->columns = columns;
    reg->values = values;
    reg->n_values = n;
}

static void
unpack_items(struct unpack *in, struct list *list, size_t n_columns)
{
    size_t n = unpack_count(in);

    list->items = unpack_room(in, n, sizeof *list->items);
    for (size_t i = 0; i < n && !in->failed; i++) {
        list->items[i].values = unpack_room(in, n_columns, sizeof *list->items[i].values);
        for (size_t c = 0; c < n_columns && !in->failed; c++) {
            unpack_value(in, &list->items[i].values[c]);
            /* Values of lists are compared as text without a look at their type. */
            if (c == LABEL_VALUE && list->items[i].values[c].type != QUOSYNC_TEXT)
                in->failed = true;
        }
    }
    list->n = in->failed ? 0 : n;
}

static void
unpack_digests(struct unpack *in, struct quosync_row *row, size_t l)
{
    struct item_digests *items = &row->items[l];
    uint8_t what = unpack_byte(in);
    const uint8_t *digest;

    items->known = what != LIST_DIGEST && !in->failed;
    if (what == LIST_EMPTY)
        return;
    digest = unpack_bytes(in, DIGEST_BYTES);
    if (digest != NULL)
        memcpy(row->list_digests[l], digest, DIGEST_BYTES);
    if (what == LIST_DIGEST)
        return;
    items->n = unpack_count(in);
    if (what != LIST_ITEMS || items->n > DIGESTED_ITEMS_MAX)
        in->failed = true;
    else
        items->bytes = unpack_bytes(in, items->n * ITEM_DIGEST_BYTES);
}

static void
unpack_list(struct unpack *in, struct quosync_row *row, size_t l)
{
    const struct list_def *def = &row->table->lists[l];
    if (def->name == NULL)
        unpack_items(in, &row->lists[l], def->n_columns);
    else
        unpack_digests(in, row, l);
}

static void
unpack_register(struct unpack *in, struct quosync_row *row, uint32_t *seen)
{
    size_t r = unpack_byte(in);
    const uint8_t *digest;
    uint8_t kind;

    if (in->failed || r >= row->table->n_registers || *seen >> r != 0) {
        in->failed = true; /* they come in ascending order, each once */
        return;
    }
    unpack_version(in, row, r, *seen);
    *seen |= BIT(r);
    row->regs[r].stored = (row->table->registers[r].flags & REGISTER_KEPT) == 0;
    kind = unpack_byte(in);
    if (in->failed || kind == VALUES_NONE)
        return;
    if (kind == VALUES_KEPT) {
        unpack_kept(in, row, r);
    } else {
        digest = unpack_bytes(in, DIGEST_BYTES);
        if (digest != NULL)
            memcpy(row->digests[r], digest, DIGEST_BYTES);
    }
    for (size_t l = 0; l < row->table->n_lists && !in->failed; l++)
        if (row->table->lists[l].reg == r)
            unpack_list(in, row, l);
}

static bool
unpack_state(struct quosync_row *row, const uint8_t *bytes, size_t n, struct arena *arena,
             struct quosync_error *err)
{
    struct unpack in = { .arena = arena, .at = bytes, .end = bytes + n };
    uint32_t seen = 0;
    uint8_t form;

    form = unpack_byte(&in);
    if (form < FORM_FIRST || form > FORM)
        in.failed = true;
    row->marks = unpack_byte(&in);
    while (!in.failed && in.at < in.end)
        unpack_register(&in, row, &seen);
    if (in.no_memory)
        return error_no_memory(err);
    if (in.failed)
        return error_set(err, QUOSYNC_BUG, "the merge state of a row of \"%s\" cannot be read",
                         row->table->name);
    return true;
}

bool
row_state_unpack(enum quosync_table table, const char *id, const uint8_t *bytes, size_t n,
                 struct arena *arena, struct quosync_row **row, struct quosync_error *err)
{
    struct quosync_row *made = row_new(table, id, arena);

    if (made == NULL)
        return error_no_memory(err);
    if (!unpack_state(made, bytes, n, arena, err))
        return false;
    *row = made;
    return true;
}

bool
row_state_add_rest(struct quosync_row *row, const uint8_t *bytes, size_t n, struct arena *arena,
                   struct quosync_error *err)
{
    struct quosync_row *rest = row_new(row->number, row->id, arena);

    if (rest == NULL)
        return error_no_memory(err);
    if (!unpack_state(rest, bytes, n, arena, err))
        return false;
    /* What the contact's table and children hold is known by its own digests alone. */
    memcpy(rest->digests, row->digests, sizeof rest->digests);
    memcpy(rest->list_digests, row->list_digests, sizeof rest->list_digests);
    memcpy(rest->items, row->items, sizeof rest->items);
    row_merge(row, rest);
    return true;
}
