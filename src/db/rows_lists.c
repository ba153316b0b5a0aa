/*
 * rows_lists.c - what hangs on rows: lists with positions (phone numbers,
 * recordings, ...) as inserts for new rows, for others as upserts of the items
 * that differ and a trim of what is beyond the end; links as a set; and
 * what REST said of contacts. All of it is written under the lock of the row
 * that it hangs on.
 */
#include "db/rows_internal.h"

#include "base/points.h"
#include "core/error.h"

#include <string.h>

/* ---- reading -------------------------------------------------------------- */

static bool
needs_lists(const struct table_work *of, size_t i)
{
    return of->plans[i].need_lists != 0;
}

/* Text columns of a child row as the values of a list's item; labels are made anew. */
static bool
read_item(struct rows_work *work, const struct list_def *def, const struct result *answer,
          size_t row, struct list_item *item)
{
    item->values = arena_get_zeroed(work->arena, def->n_columns, sizeof *item->values);
    if (item->values == NULL)
        return false;
    for (size_t c = 0; c + 1 < def->n_columns; c++) {
        if (result_null(answer, row, (int)c + 1))
            continue;
        item->values[c].type = QUOSYNC_TEXT;
        item->values[c].of.text = result_text(answer, row, (int)c + 1);
    }
    return true;
}

/* Hands the children of each row to it; both are sorted by the parent's id. */
static bool
supply(struct rows_work *work, struct table_work *of, size_t l, struct quosync_error *err)
{
    const struct result *answer = &of->lists[l];
    struct list_item *items = arena_get_zeroed(work->arena, answer->rows, sizeof *items);
    size_t k = 0;

    if (items == NULL)
        return error_no_memory(err);
    for (size_t i = 0; i < of->n; i++) {
        size_t first = k;

        if ((of->plans[i].need_lists & BIT(l)) == 0)
            continue;
        while (k < answer->rows && strcmp(result_text(answer, k, 0), of->rows[i]->id) < 0)
            first = ++k;
        for (; k < answer->rows && strcmp(result_text(answer, k, 0), of->rows[i]->id) == 0; k++)
            if (!read_item(work, &of->table->lists[l], answer, k, &items[k]))
                return error_no_memory(err);
        row_list_supply(of->stored[i], l, items + first, k - first);
    }
    return true;
}

bool
lists_supply(struct rows_work *work, struct table_work *of, struct quosync_error *err)
{
    uint32_t needed = 0;

    for (size_t i = 0; i < of->n; i++)
        needed |= of->plans[i].need_lists;
    if (needed == 0)
        return true;
    for (size_t l = 0; l < of->table->n_lists; l++) {
        const struct list_sql *sql = list_sql_find(&of->table->lists[l]);

        if ((needed & BIT(l)) == 0)
            continue;
        if (sql == NULL || sql->read == NULL)
            return error_set(err, QUOSYNC_BUG, "%s: list %zu cannot be read", of->table->name, l);
        rows_put_ids(work, of, needs_lists);
        result_done(&of->lists[l]);
        if (!pg_send(work->pg, sql->read, work->params, &of->lists[l], err))
            return false;
    }
    if (!pg_wait(work->pg, err))
        return false;
    for (size_t l = 0; l < of->table->n_lists; l++)
        if (needed & BIT(l) && !supply(work, of, l, err))
            return false;
    return rows_plan(work, of, needs_lists, err);
}

/* ---- lists with positions --------------------------------------------------- */

static bool
writes_list(const struct table_work *of, size_t i, size_t l)
{
    return (of->plans[i].lists & BIT(l)) != 0;
}

/* The lists of rows that were just inserted, or of those that were there. */
struct choice {
    const struct table_work *of;
    size_t l;
    bool fresh;
};

/* How many items of the row's list there are to choose from. */
static size_t
items_of(const struct choice *choice, size_t i)
{
    const struct table_work *of = choice->of;

    if (!writes_list(of, i, choice->l) || (of->stored[i] == NULL) != choice->fresh)
        return 0;
    return of->rows[i]->lists[choice->l].n;
}

/* Those of an inserted row, all; of others those that differ from what is there. */
static bool
is_chosen(const struct choice *choice, size_t i, size_t item)
{
    return choice->fresh || item >= DIGESTED_ITEMS_MAX ||
           (choice->of->plans[i].items[choice->l] & BIT(item)) != 0;
}

static bool
send_items(struct rows_work *work, const struct choice *choice, const struct statement *statement,
           struct quosync_error *err)
{
    const struct table_work *of = choice->of;
    const struct list_def *def = &of->table->lists[choice->l];
    size_t n = 0;

    for (size_t i = 0; i < of->n; i++)
        for (size_t k = 0; k < items_of(choice, i); k++)
            n += is_chosen(choice, i, k);
    if (n == 0)
        return true;
    params_reset(work->params);
    params_text(work->params, work->options->org_id);
    params_array(work->params, PARAMS_TEXT, n);
    for (size_t i = 0; i < of->n; i++)
        for (size_t k = 0; k < items_of(choice, i); k++)
            if (is_chosen(choice, i, k))
                params_item_text(work->params, of->rows[i]->id);
    params_array(work->params, PARAMS_BIGINT, n);
    for (size_t i = 0; i < of->n; i++)
        for (size_t k = 0; k < items_of(choice, i); k++)
            if (is_chosen(choice, i, k))
                params_item_bigint(work->params, (int64_t)k + 1);
    for (size_t c = 0; c < def->n_columns; c++) {
        values_begin(work->params, def->columns[c].type, n);
        for (size_t i = 0; i < of->n; i++)
            for (size_t k = 0; k < items_of(choice, i); k++)
                if (is_chosen(choice, i, k))
                    values_put(work->params, &of->rows[i]->lists[choice->l].items[k].values[c],
                               work->arena);
    }
    return pg_send(work->pg, statement, work->params, NULL, err);
}

/* A row that was just inserted has no children to trim. */
static bool
trims_list(const struct table_work *of, size_t i, size_t l)
{
    return (of->plans[i].trims & BIT(l)) != 0 && of->stored[i] != NULL;
}

static bool
send_trim(struct rows_work *work, const struct table_work *of, size_t l,
          const struct list_sql *sql, size_t n, struct quosync_error *err)
{
    params_reset(work->params);
    params_text(work->params, work->options->org_id);
    params_array(work->params, PARAMS_TEXT, n);
    for (size_t i = 0; i < of->n; i++)
        if (trims_list(of, i, l))
            params_item_text(work->params, of->rows[i]->id);
    params_array(work->params, PARAMS_BIGINT, n);
    for (size_t i = 0; i < of->n; i++)
        if (trims_list(of, i, l))
            params_item_bigint(work->params, (int64_t)of->rows[i]->lists[l].n);
    return pg_send(work->pg, sql->trim, work->params, NULL, err);
}

static bool
send_lists(struct rows_work *work, const struct table_work *of, struct quosync_error *err)
{
    for (size_t l = 0; of->n > 0 && l < of->table->n_lists; l++) {
        const struct list_sql *sql = list_sql_find(&of->table->lists[l]);
        const struct choice fresh = { of, l, true }, others = { of, l, false };
        size_t n_trimmed = 0;

        if (sql == NULL)
            continue;
        for (size_t i = 0; i < of->n; i++)
            n_trimmed += trims_list(of, i, l);
        if (!send_items(work, &fresh, sql->insert, err) ||
            !send_items(work, &others, sql->upsert, err))
            return false;
        if (n_trimmed > 0 && !send_trim(work, of, l, sql, n_trimmed, err))
            return false;
    }
    return true;
}

/* ---- links -------------------------------------------------------------------- */

/* Runs over the rows of all tables whose links are written. */
struct link_cursor {
    struct rows_work *work;
    size_t t, l, i;
    const struct table_work *of;
    const struct list *links;
};

static bool
next_links(struct link_cursor *at)
{
    for (; at->t < QUOSYNC_TABLES; at->t++, at->l = 0, at->i = 0) {
        at->of = &at->work->tables[at->t];
        for (; at->of->n > 0 && at->l < at->of->table->n_lists; at->l++, at->i = 0) {
            if (!at->of->table->lists[at->l].set)
                continue;
            while (at->i < at->of->n) {
                size_t i = at->i++;

                if (!writes_list(at->of, i, at->l))
                    continue;
                at->links = &at->of->rows[i]->lists[at->l];
                return true;
            }
        }
    }
    return false;
}

static const char *
link_activity(const struct link_cursor *at)
{
    return at->of->rows[at->i - 1]->id;
}

/* Does the table perhaps hold links that are no more? */
static bool
links_may_go(const struct link_cursor *at)
{
    const struct quosync_row *stored = at->of->stored[at->i - 1];

    return stored != NULL && !(stored->items[at->l].known && stored->items[at->l].n == 0);
}

static bool
send_link_inserts(struct rows_work *work, size_t n, struct quosync_error *err)
{
    struct params *params = work->params;

    params_reset(params);
    params_text(params, work->options->org_id);
    params_array(params, PARAMS_TEXT, n);
    for (struct link_cursor at = { .work = work }; next_links(&at);)
        for (size_t k = 0; k < at.links->n; k++)
            params_item_text(params, table_sql[at.t].activity_kind);
    params_array(params, PARAMS_TEXT, n);
    for (struct link_cursor at = { .work = work }; next_links(&at);)
        for (size_t k = 0; k < at.links->n; k++)
            params_item_text(params, link_activity(&at));
    params_array(params, PARAMS_TEXT, n);
    for (struct link_cursor at = { .work = work }; next_links(&at);)
        for (size_t k = 0; k < at.links->n; k++)
            params_item_text(params, at.links->items[k].values[0].of.text);
    return pg_send(work->pg, &sql_activity_contacts_insert, params, NULL, err);
}

static const char *
links_literal(struct rows_work *work, const struct list *links)
{
    struct quosync_strings ids = { .n = links->n };

    ids.items = arena_get(work->arena, links->n * sizeof *ids.items);
    if (ids.items == NULL)
        return NULL;
    for (size_t k = 0; k < links->n; k++)
        ids.items[k] = links->items[k].values[0].of.text;
    return texts_literal(&ids, work->arena);
}

static bool
send_link_trims(struct rows_work *work, size_t n, struct quosync_error *err)
{
    struct params *params = work->params;

    params_reset(params);
    params_text(params, work->options->org_id);
    params_array(params, PARAMS_TEXT, n);
    for (struct link_cursor at = { .work = work }; next_links(&at);)
        if (links_may_go(&at))
            params_item_text(params, table_sql[at.t].activity_kind);
    params_array(params, PARAMS_TEXT, n);
    for (struct link_cursor at = { .work = work }; next_links(&at);)
        if (links_may_go(&at))
            params_item_text(params, link_activity(&at));
    params_array(params, PARAMS_TEXT, n);
    for (struct link_cursor at = { .work = work }; next_links(&at);) {
        const char *literal;

        if (!links_may_go(&at))
            continue;
        literal = links_literal(work, at.links);
        if (literal == NULL)
            return error_no_memory(err);
        params_item_text(params, literal);
    }
    return pg_send(work->pg, &sql_activity_contacts_trim, params, NULL, err);
}

static bool
send_links(struct rows_work *work, struct quosync_error *err)
{
    size_t n_links = 0, n_trimmed = 0;

    for (struct link_cursor at = { .work = work }; next_links(&at);) {
        n_links += at.links->n;
        n_trimmed += links_may_go(&at);
    }
    return (n_links == 0 || send_link_inserts(work, n_links, err)) &&
           (n_trimmed == 0 || send_link_trims(work, n_trimmed, err));
}

/* ---- contact_rest ---------------------------------------------------------------- */

/* seen_at or gone_at: the instant of the sighting, which its version begins with. */
static void
put_sighting(struct rows_work *work, const struct quosync_row *row, bool gone)
{
    const struct reg *sighting = &row->regs[CONTACT_SIGHTING];
    const size_t gone_at = 8;

    if (sighting->version == NULL || (sighting->version[gone_at] != 0) != gone)
        params_item_null(work->params);
    else
        params_item_instant(work->params, version_instant_at(sighting->version, 0));
}

static bool
writes_rest(const struct table_work *of, size_t i)
{
    return of->plans[i].rest;
}

static bool
send_rest(struct rows_work *work, struct quosync_error *err)
{
    const struct table_work *of = &work->tables[QUOSYNC_CONTACTS];
    size_t n = 0;

    for (size_t i = 0; i < of->n; i++)
        n += of->plans[i].rest;
    if (n == 0)
        return true;
    rows_put_ids(work, of, writes_rest);
    for (int gone = 0; gone <= 1; gone++) {
        params_array(work->params, PARAMS_INSTANT, n);
        for (size_t i = 0; i < of->n; i++)
            if (of->plans[i].rest)
                put_sighting(work, of->rows[i], gone != 0);
    }
    params_array(work->params, PARAMS_BYTEA, n);
    for (size_t i = 0; i < of->n; i++) {
        const uint8_t *state;
        size_t bytes;

        if (!of->plans[i].rest)
            continue;
        if (!row_state_pack_rest(of->rows[i], work->arena, &state, &bytes, err))
            return false;
        params_item_bytes(work->params, state, bytes);
    }
    return pg_send(work->pg, &sql_contact_rest_upsert, work->params, NULL, err);
}

bool
lists_send(struct rows_work *work, struct quosync_error *err)
{
    if (!send_rest(work, err))
        return false;
    for (size_t t = 0; t < QUOSYNC_TABLES; t++)
        if (!send_lists(work, &work->tables[t], err))
            return false;
    QUOSYNC_POINT("rows-lists-sent");
    return send_links(work, err);
}
