/*
 * store.c - inbox and delivery_ids, from the side where deliveries come in.
 * Everything else about the inbox is the worker's.
 */
#include <config.h>

#include "db/store.h"

#include <stdlib.h>
#include <string.h>

#include "base/points.h"
#include "core/error.h"
#include "core/memory.h"

/* qsort is not stable: equal ids stay in the order of arrival by their place. */
struct entry {
    const struct store_delivery *delivery;
    size_t place;
};

static int
by_id_then_place(const void *a, const void *b)
{
    const struct entry *left = a, *right = b;
    int order = strcmp(left->delivery->webhook_id, right->delivery->webhook_id);

    if (order != 0)
        return order;
    return left->place < right->place ? -1 : left->place > right->place;
}

/* Sorts by id; the first of equal ids are moved to the front, *unique of them. */
static bool
sort_unique(struct store_delivery *deliveries, size_t n, size_t *unique,
            struct store_counts *counts, struct quosync_error *err)
{
    struct entry *entries = memory_get(n * sizeof(*entries));
    struct store_delivery *sorted = memory_get(n * sizeof(*sorted));
    size_t kept = 0;

    if (entries == NULL || sorted == NULL) {
        memory_free(entries);
        memory_free(sorted);
        return error_no_memory(err);
    }
    for (size_t i = 0; i < n; i++)
        entries[i] = (struct entry) { &deliveries[i], i };
    qsort(entries, n, sizeof(*entries), by_id_then_place);
    for (size_t i = 0; i < n; i++) {
        const struct store_delivery *next = entries[i].delivery;

        if (kept != 0 && strcmp(sorted[kept - 1].webhook_id, next->webhook_id) == 0) {
            if (sorted[kept - 1].digest == next->digest)
                counts->duplicate++;
            else
                counts->conflict++;
        } else {
            sorted[kept++] = *next;
        }
    }
    memcpy(deliveries, sorted, kept * sizeof(*sorted));
    memory_free(entries);
    memory_free(sorted);
    *unique = kept;
    return true;
}

static void
put_ids(struct params *params, const struct store_delivery *deliveries, size_t n)
{
    params_array(params, PARAMS_TEXT, n);
    for (size_t i = 0; i < n; i++)
        params_item_text(params, deliveries[i].webhook_id);
}

static void
put_digests(struct params *params, const struct store_delivery *deliveries, size_t n)
{
    params_array(params, PARAMS_BIGINT, n);
    for (size_t i = 0; i < n; i++)
        params_item_bigint(params, (int64_t)deliveries[i].digest);
}

static bool
insert(struct pg *pg, const char *org_id, const struct store_delivery *deliveries, size_t n,
       bool wait, size_t *stored, struct quosync_error *err)
{
    AUTO(params_free) struct params *params = params_new();
    AUTO(result_done) struct result result = { 0 };

    params_text(params, org_id);
    put_ids(params, deliveries, n);
    params_array(params, PARAMS_BYTEA, n);
    for (size_t i = 0; i < n; i++)
        params_item_bytes(params, deliveries[i].body, deliveries[i].body_bytes);
    put_digests(params, deliveries, n);
    params_boolean(params, wait);

    /* Alone up to pg_wait, the statement is a transaction: it returns committed. */
    QUOSYNC_POINT("before-insert");
    if (!pg_send(pg, &sql_inbox_store, params, &result, err))
        return false;
    QUOSYNC_POINT("after-insert-before-commit");
    if (!pg_wait(pg, err))
        return false;
    if (result.rows != 1 || result_null(&result, 0, 0)) {
        (void)error_set(err, QUOSYNC_CONFIG, "the workspace \"%s\" has no row in quo.workspaces",
                        org_id);
        error_hint(err, "Run quosync migrate with the configuration that names it.");
        return false;
    }
    *stored = (size_t)result_bigint(&result, 0, 0);
    return true;
}

/* In a transaction for the planner settings that it sets: the table is large, n is small. */
static size_t
conflicts(struct pg *pg, const char *org_id, const struct store_delivery *deliveries, size_t n)
{
    AUTO(tx_end) struct tx tx = { 0 };
    AUTO(params_free) struct params *params = params_new();
    AUTO(result_done) struct result result = { 0 };
    struct quosync_error ignored;

    params_text(params, org_id);
    put_ids(params, deliveries, n);
    put_digests(params, deliveries, n);
    if (!tx_begin(pg, &tx, &ignored) ||
        !pg_run(pg, &sql_delivery_ids_conflicts, params, &result, &ignored) || result.rows != 1)
        return 0;
    return (size_t)result_bigint(&result, 0, 0);
}

bool
store_deliveries(struct pg *pg, const char *org_id, struct store_delivery *deliveries, size_t n,
                 bool wait, struct store_counts *counts, struct quosync_error *err)
{
    size_t unique;

    *counts = (struct store_counts) { 0 };
    if (!sort_unique(deliveries, n, &unique, counts, err) ||
        !insert(pg, org_id, deliveries, unique, wait, &counts->stored, err))
        return false;
    if (counts->stored < unique) {
        size_t known = unique - counts->stored;
        size_t differ = conflicts(pg, org_id, deliveries, unique);

        if (differ > known)
            differ = known;
        counts->conflict += differ;
        counts->duplicate += known - differ;
    }
    return true;
}
