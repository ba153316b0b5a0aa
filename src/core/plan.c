/*
 * plan.c - what has to be written of a row once it met the one that is stored:
 * merges the two and compares what people see by values and by digests.
 */
#include <string.h>

#include "core/digest.h"
#include "core/error.h"
#include "core/pack.h"
#include "core/row.h"

#ifndef MERGE_MUTANT
#define MERGE_MUTANT 0 /* see version.c */
#endif

/* Registers of contact_rest alone. */
#define REST_REGISTERS (BIT(CONTACT_REST) | BIT(CONTACT_SIGHTING))

/* Where a core's version holds the event id, which is empty where REST gave it. */
#define CORE_ID_AT 17

/* So much of a list is packed before it is digested. */
#define PIECE_BYTES 65536

static const uint8_t empty_digest[DIGEST_BYTES];

/* ---- digests ------------------------------------------------------------------ */

static bool
digest_packed(struct pack *pack, uint8_t digest[DIGEST_BYTES], struct quosync_error *err)
{
    uint8_t whole[DIGEST_SHA256_BYTES];

    if (pack->failed)
        return error_no_memory(err);
    if (!digest_sha256(pack->bytes, pack->n, whole, err))
        return false;
    memcpy(digest, whole, DIGEST_BYTES);
    return true;
}

/* Of the register's columns in their order, so that it does not depend on who observed them. */
static bool
digest_register(const struct quosync_row *row, size_t r, struct pack *pack,
                uint8_t digest[DIGEST_BYTES], struct quosync_error *err)
{
    const struct table *table = row->table;

    pack->n = 0;
    for (size_t c = 0; c < table->n_columns; c++) {
        struct quosync_value value;

        if (table->columns[c].owners != BIT(r))
            continue;
        value = quosync_row_value(row, c);
        pack_value(pack, &value);
    }
    return digest_packed(pack, digest, err);
}

/* The items in pieces: those of a transcript may be megabytes. */
static bool
digest_items(const struct list *list, size_t n_columns, struct pack *pack,
             uint8_t whole[DIGEST_SHA256_BYTES], struct quosync_error *err)
{
    AUTO(digest_done) struct digest_run run = { 0 };

    for (size_t i = 0; i < list->n; i++) {
        for (size_t c = 0; c < n_columns; c++)
            pack_value(pack, &list->items[i].values[c]);
        if (pack->failed)
            return error_no_memory(err);
        if (pack->n < PIECE_BYTES || i + 1 == list->n)
            continue;
        if ((run.context == NULL && !digest_begin(&run, err)) ||
            !digest_add(&run, pack->bytes, pack->n, err))
            return false;
        pack->n = 0;
    }
    if (run.context == NULL)
        return digest_sha256(pack->bytes, pack->n, whole, err);
    return digest_add(&run, pack->bytes, pack->n, err) && digest_end(&run, whole, err);
}

static bool
digest_list(const struct quosync_row *row, size_t l, struct pack *pack,
            uint8_t digest[DIGEST_BYTES], struct quosync_error *err)
{
    const struct list *list = &row->lists[l];
    uint8_t whole[DIGEST_SHA256_BYTES];

    if (list->n == 0) {
        memcpy(digest, empty_digest, DIGEST_BYTES);
        return true;
    }
    pack->n = 0;
    if (!digest_items(list, row->table->lists[l].n_columns, pack, whole, err))
        return false;
    memcpy(digest, whole, DIGEST_BYTES);
    return true;
}

/* Of each item, in the arena; a long list's are not known. */
static bool
digest_each(const struct quosync_row *row, size_t l, struct pack *pack,
            struct item_digests *items, struct quosync_error *err)
{
    const struct list *list = &row->lists[l];
    uint8_t *bytes;

    *items = (struct item_digests){ .known = list->n <= DIGESTED_ITEMS_MAX };
    if (list->n == 0 || !items->known)
        return true;
    bytes = arena_get(pack->arena, list->n * ITEM_DIGEST_BYTES);
    if (bytes == NULL)
        return error_no_memory(err);
    for (size_t i = 0; i < list->n; i++) {
        uint8_t whole[DIGEST_BYTES];

        pack->n = 0;
        for (size_t c = 0; c < row->table->lists[l].n_columns; c++)
            pack_value(pack, &list->items[i].values[c]);
        if (!digest_packed(pack, whole, err))
            return false;
        memcpy(bytes + i * ITEM_DIGEST_BYTES, whole, ITEM_DIGEST_BYTES);
    }
    items->n = list->n;
    items->bytes = bytes;
    return true;
}

/* ---- comparing ------------------------------------------------------------------ */

static bool
texts_equal(const struct quosync_strings *a, const struct quosync_strings *b)
{
    if (a->n != b->n)
        return false;
    for (size_t i = 0; i < a->n; i++)
        if (strcmp(a->items[i], b->items[i]) != 0)
            return false;
    return true;
}

static bool
values_equal(const struct quosync_value *a, const struct quosync_value *b)
{
    if (a->type != b->type)
        return false;
    switch (a->type) {
    case QUOSYNC_NULL:
        return true;
    case QUOSYNC_TEXT:
    case QUOSYNC_NUMBER:
    case QUOSYNC_JSON:
        return strcmp(a->of.text, b->of.text) == 0;
    case QUOSYNC_INSTANT:
        return a->of.instant_us == b->of.instant_us;
    case QUOSYNC_BOOLEAN:
        return a->of.boolean == b->of.boolean;
    case QUOSYNC_TEXTS:
        return texts_equal(&a->of.texts, &b->of.texts);
    }
    return false;
}

static bool
lists_equal(const struct list *a, const struct list *b, size_t n_columns)
{
    if (a->n != b->n)
        return false;
    for (size_t i = 0; i < a->n; i++)
        for (size_t c = 0; c < n_columns; c++)
            if (!values_equal(&a->items[i].values[c], &b->items[i].values[c]))
                return false;
    return true;
}

/* ---- planning ------------------------------------------------------------------- */

/* A plan in the making. */
struct planning {
    struct quosync_row *row;
    const struct quosync_row *stored; /* NULL: none */
    struct row_plan *plan;
    struct pack pack;
    uint32_t won;   /* registers whose version is greater than the stored one */
    uint32_t again; /* registers whose equal version writes again */
};

static void
take_register(struct quosync_row *row, const struct quosync_row *stored, size_t r)
{
    const struct table *table = row->table;

    row->regs[r] = stored->regs[r];
    for (size_t l = 0; l < table->n_lists; l++) {
        if (table->lists[l].reg != r)
            continue;
        row->lists[l] = stored->lists[l];
        row->supplied = (row->supplied & ~BIT(l)) | (stored->supplied & BIT(l));
    }
}

/* Registers that did not win become the stored ones; digests begin as what the table holds. */
static void
merge_stored(struct planning *p, bool rewrite)
{
    struct quosync_row *row = p->row;

    for (size_t r = 0; r < row->table->n_registers; r++) {
        const struct reg *ours = &row->regs[r], *theirs = &p->stored->regs[r];
        int order = quosync_version_compare(ours->version, ours->version_bytes, theirs->version,
                                            theirs->version_bytes);

        if (order > 0)
            p->won |= BIT(r);
        else if (order == 0 && rewrite && ours->version != NULL && !ours->stored)
            p->again |= BIT(r);
        else
            take_register(row, p->stored, r);
    }
    memcpy(row->digests, p->stored->digests, sizeof row->digests);
    memcpy(row->list_digests, p->stored->list_digests, sizeof row->list_digests);
    memcpy(row->items, p->stored->items, sizeof row->items);
    row->marks |= p->stored->marks;
}

static bool
plan_registers(struct planning *p, struct quosync_error *err)
{
    struct quosync_row *row = p->row;

    for (size_t r = 0; r < row->table->n_registers; r++) {
        uint8_t digest[DIGEST_BYTES] = { 0 };

        if (((p->won | p->again) & BIT(r)) == 0 || row->regs[r].stored ||
            row->table->registers[r].flags & REGISTER_KEPT)
            continue;
        if (!digest_register(row, r, &p->pack, digest, err))
            return false;
        if (p->again & BIT(r) || p->stored == NULL || p->stored->regs[r].version == NULL ||
            memcmp(digest, row->digests[r], DIGEST_BYTES) != 0)
            p->plan->registers |= BIT(r);
        if (memcmp(digest, row->digests[r], DIGEST_BYTES) != 0 &&
            memcmp(row->digests[r], row_unknown_digest, DIGEST_BYTES) != 0)
            p->plan->visible = true;
        memcpy(row->digests[r], digest, DIGEST_BYTES);
    }
    return true;
}

/*
 * Which items of a list are written: those that differ from what the table holds,
 * and all where that is not known, or not to be believed (`again`).
 */
static bool
plan_items(struct planning *p, size_t l, bool again, struct quosync_error *err)
{
    struct item_digests before = p->row->items[l], *after = &p->row->items[l];
    uint32_t differ = 0;

    if (!digest_each(p->row, l, &p->pack, after, err))
        return false;
    for (size_t i = 0; after->known && i < after->n; i++)
        if (i >= before.n || memcmp(before.bytes + i * ITEM_DIGEST_BYTES,
                                    after->bytes + i * ITEM_DIGEST_BYTES, ITEM_DIGEST_BYTES) != 0)
            differ |= BIT(i);
    p->plan->lists |= BIT(l);
    if (again || !before.known || !after->known)
        differ = UINT32_MAX;
    p->plan->items[l] = differ;
    if (again || !before.known || before.n > p->row->lists[l].n)
        p->plan->trims |= BIT(l);
    return true;
}

/* Lists whose register won, or whose labels may have changed, and that are in memory. */
static bool
plan_lists(struct planning *p, uint32_t relabelled, struct quosync_error *err)
{
    struct quosync_row *row = p->row;

    for (size_t l = 0; l < row->table->n_lists; l++) {
        const struct list_def *def = &row->table->lists[l];
        bool again = (p->again & BIT(def->reg)) != 0;
        uint8_t digest[DIGEST_BYTES] = { 0 };

        if (def->name == NULL || !row_list_known(row, l))
            continue;
        if (!again && (p->won & BIT(def->reg)) == 0 && (relabelled & BIT(l)) == 0)
            continue;
        if (!digest_list(row, l, &p->pack, digest, err))
            return false;
        if (memcmp(digest, row->list_digests[l], DIGEST_BYTES) != 0) {
            if (memcmp(row->list_digests[l], row_unknown_digest, DIGEST_BYTES) != 0)
                p->plan->visible = true;
            memcpy(row->list_digests[l], digest, DIGEST_BYTES);
        } else if (!again) {
            continue;
        }
        if (!plan_items(p, l, again, err))
            return false;
    }
    return true;
}

/* The columns whose values are in memory on both sides. */
static void
plan_columns(struct planning *p)
{
    const struct table *table = p->row->table;

    for (size_t c = 0; c < table->n_columns && !p->plan->visible; c++) {
        struct quosync_value before, after;

        if ((table->columns[c].owners & p->won) == 0 || table_column_register(table, c) >= 0)
            continue;
        before = quosync_row_value(p->stored, c);
        after = quosync_row_value(p->row, c);
        p->plan->visible = !values_equal(&before, &after);
    }
}

/* The lists whose labels a newer answer of REST changes. */
static uint32_t
relabelled_lists(const struct planning *p)
{
    static const size_t labels[] = { [CONTACT_NUMBERS] = CONTACT_NUMBER_LABELS,
                                     [CONTACT_EMAILS] = CONTACT_EMAIL_LABELS };
    uint32_t lists = 0;

    if (p->row->number != QUOSYNC_CONTACTS || p->stored == NULL ||
        (p->won & BIT(CONTACT_REST)) == 0)
        return 0;
    for (size_t l = CONTACT_NUMBERS; l <= CONTACT_EMAILS; l++)
        if (!lists_equal(&p->row->lists[labels[l]], &p->stored->lists[labels[l]], LABEL_COLUMNS))
            lists |= BIT(l);
    return lists;
}

/* Those of them that are only stored; an empty list has no labels. */
static uint32_t
lists_to_read(const struct planning *p, uint32_t relabelled)
{
    uint32_t lists = 0;

    for (size_t l = 0; l < p->row->table->n_lists; l++)
        if (relabelled & BIT(l) && !row_list_known(p->row, l) &&
            memcmp(p->row->list_digests[l], empty_digest, DIGEST_BYTES) != 0)
            lists |= BIT(l);
    return lists;
}

static bool
knows_rest(const struct quosync_row *row)
{
    return row->regs[CONTACT_REST].version != NULL || row->regs[CONTACT_SIGHTING].version != NULL;
}

/* Which of contacts and contact_rest is written. */
static void
plan_contact(struct planning *p, bool has_row)
{
    struct row_plan *plan = p->plan;
    const uint8_t *core = p->row->regs[CONTACT_CORE].version;
    bool core_of_rest = p->won & BIT(CONTACT_CORE) && core[CORE_ID_AT] == '\0';
    uint32_t main_won = (p->won | p->again) & ~REST_REGISTERS;
    bool main_row;

    /* A core of REST that shows nothing new is kept as a version in contact_rest. */
    if (core_of_rest && !(p->again & BIT(CONTACT_CORE)))
        main_won &= ~BIT(CONTACT_CORE);
    main_row = has_row && (plan->visible || plan->insert || main_won != 0);
    plan->rest = ((p->won | p->again) & REST_REGISTERS) != 0 || (core_of_rest && !main_row) ||
                 (plan->strip != 0 && knows_rest(p->row));
    plan->write = main_row || plan->rest;
    plan->rest_only = plan->rest && !main_row;
}

static void
plan_writes(struct planning *p)
{
    bool has_row = row_exists(p->row);

    if (p->row->number == QUOSYNC_CONTACTS)
        plan_contact(p, has_row);
    else
        p->plan->write = has_row && ((p->won | p->again) != 0 ||
                                     (p->plan->strip != 0 && p->stored != NULL));
    if (!has_row)
        p->plan->visible = false;
    /* A row that is not in the table has nothing to lose there. */
    if (!has_row || !p->plan->write || p->plan->rest_only)
        p->plan->strip = 0;
#if MERGE_MUTANT == 4
    /* What shows nothing new is not written, and its version lost. */
    if (!p->plan->visible)
        p->plan->write = false;
#endif
}

/*
 * Takes from both what their marks forbid; plan->strip: the marks that are new
 * to the table, whose stored row is then *without.
 */
static bool
strip_marked(struct planning *p, struct quosync_row *without, struct arena *arena,
             struct quosync_error *err)
{
    uint8_t before = p->stored != NULL ? p->stored->marks : 0;

    p->row->marks |= before;
    p->plan->strip = (uint8_t)(p->row->marks & ~before);
    if (p->plan->strip != 0 && p->stored != NULL) {
        /* A copy: the row may be planned again. */
        *without = *p->stored;
        p->stored = without;
        p->plan->visible = true;
        if (!row_strip(without, p->plan->strip, arena, err))
            return false;
    }
    return p->row->marks == 0 || row_strip(p->row, p->row->marks, arena, err);
}

bool
row_plan_make(struct quosync_row *row, const struct quosync_row *stored, bool rewrite,
              struct arena *arena, struct row_plan *plan, struct quosync_error *err)
{
    struct planning p = { .row = row, .stored = stored, .plan = plan, .pack = { .arena = arena } };
    struct quosync_row without;
    uint32_t relabelled;

    *plan = (struct row_plan){ .insert = stored == NULL, .visible = stored == NULL };
    if (!strip_marked(&p, &without, arena, err))
        return false;
    if (stored != NULL) {
        merge_stored(&p, rewrite);
        if ((p.won | p.again) == 0 && plan->strip == 0)
            return true;
    } else {
        for (size_t r = 0; r < row->table->n_registers; r++)
            if (row->regs[r].version != NULL)
                p.won |= BIT(r);
        memset(row->list_digests, 0, sizeof row->list_digests);
        memset(row->items, 0, sizeof row->items);
    }
    if (!row_label(row, arena, err))
        return false;
    relabelled = relabelled_lists(&p);
    plan->need_lists = lists_to_read(&p, relabelled);
    if (plan->need_lists != 0)
        return true;
    if (!plan_registers(&p, err) || !plan_lists(&p, relabelled, err))
        return false;
    if (stored != NULL)
        plan_columns(&p);
    plan_writes(&p);
    return true;
}
