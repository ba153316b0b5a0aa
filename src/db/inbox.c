/*
 * inbox.c - claims deliveries. They leave the inbox through archive.c or
 * dead_letters.c, in the transaction that claimed them.
 */
#include "db/inbox.h"

#include "core/error.h"

#include <string.h>

void
deliveries_done(struct deliveries *deliveries)
{
    memory_free(deliveries->items);
    result_done(&deliveries->answer);
    result_done(&deliveries->large);
    result_done(&deliveries->test_ids);
    *deliveries = (struct deliveries){ 0 };
}

bool
workspace_lock(struct pg *pg, struct params *params, const char *org_id, struct result *answer,
               struct quosync_error *err)
{
    params_reset(params);
    params_text(params, org_id);
    return pg_send(pg, &sql_workspaces_lock, params, answer, err);
}

bool
workspace_locked(const struct result *answer, const char *org_id, struct quosync_error *err)
{
    if (answer->rows > 0)
        return true;
    (void)error_set(err, QUOSYNC_CONFIG, "workspace \"%s\" is not in the database", org_id);
    error_hint(err, "Run quosync migrate.");
    return false;
}

/* Those that fit within `bytes`, the first in any case; *n_large: those whose body is missing. */
static bool
read_claimed(struct deliveries *claimed, size_t bytes, size_t *n_large, struct quosync_error *err)
{
    const struct result *answer = &claimed->answer;

    claimed->items = memory_get(answer->rows * sizeof *claimed->items);
    if (claimed->items == NULL)
        return error_no_memory(err);
    for (size_t i = 0; i < answer->rows; i++) {
        struct delivery *delivery = &claimed->items[i];
        size_t of_this = (size_t)result_bigint(answer, i, 4), sent;

        if (i > 0 && claimed->bytes + of_this > bytes)
            break;
        delivery->received_us = result_instant(answer, i, 0);
        delivery->seq = result_bigint(answer, i, 1);
        delivery->webhook_id = result_text(answer, i, 2);
        delivery->body = result_null(answer, i, 3) ? NULL : result_bytes(answer, i, 3, &sent);
        delivery->body_bytes = of_this;
        *n_large += delivery->body == NULL;
        claimed->bytes += of_this;
        claimed->n++;
    }
    claimed->erasures = answer->rows > 0 && result_boolean(answer, 0, 5);
    if (claimed->test_ids.rows == 1)
        claimed->tests.ids = result_bytes(&claimed->test_ids, 0, 0, &claimed->tests.bytes);
    return true;
}

/* The bodies that the claim left out. */
static bool
read_large(struct pg *pg, struct params *params, const char *org_id, struct deliveries *claimed,
           size_t n, struct quosync_error *err)
{
    size_t k = 0, sent;

    params_reset(params);
    params_text(params, org_id);
    params_array(params, PARAMS_INSTANT, n);
    for (size_t i = 0; i < claimed->n; i++)
        if (claimed->items[i].body == NULL)
            params_item_instant(params, claimed->items[i].received_us);
    params_array(params, PARAMS_BIGINT, n);
    for (size_t i = 0; i < claimed->n; i++)
        if (claimed->items[i].body == NULL)
            params_item_bigint(params, claimed->items[i].seq);
    if (!pg_run(pg, &sql_inbox_bodies, params, &claimed->large, err))
        return false;
    if (claimed->large.rows != n)
        return error_set(err, QUOSYNC_BUG, "claimed deliveries are not in the inbox");
    for (size_t i = 0; i < claimed->n; i++)
        if (claimed->items[i].body == NULL)
            claimed->items[i].body = result_bytes(&claimed->large, k++, 0, &sent);
    return true;
}

bool
inbox_claim(struct pg *pg, struct params *params, const char *org_id, size_t rows, size_t bytes,
            bool alone, struct deliveries *claimed, struct quosync_error *err)
{
    AUTO(result_done) struct result workspace = { 0 };
    size_t n_large = 0;

    params_reset(params);
    params_text(params, org_id);
    if (!pg_send(pg, alone ? &sql_workspaces_lock_alone : &sql_workspaces_lock, params, &workspace,
                 err) ||
        !pg_send(pg, &sql_test_events_read, params, &claimed->test_ids, err))
        return false;
    params_reset(params);
    params_text(params, org_id);
    params_bigint(params, (int64_t)rows);
    /* So that no answer is larger than the batch may be. */
    params_bigint(params, (int64_t)(bytes / rows));
    return pg_run(pg, &sql_inbox_claim, params, &claimed->answer, err) &&
           workspace_locked(&workspace, org_id, err) &&
           read_claimed(claimed, bytes, &n_large, err) &&
           (n_large == 0 || read_large(pg, params, org_id, claimed, n_large, err));
}

static const struct inbox_key *
key_at(const struct inbox_key *first, size_t stride, size_t i)
{
    return (const struct inbox_key *)(const void *)((const char *)first + i * stride);
}

void
inbox_put_keys(struct params *params, const char *org_id, const struct inbox_key *first,
               size_t stride, size_t n)
{
    params_reset(params);
    params_text(params, org_id);
    params_array(params, PARAMS_INSTANT, n);
    for (size_t i = 0; i < n; i++)
        params_item_instant(params, key_at(first, stride, i)->received_us);
    params_array(params, PARAMS_BIGINT, n);
    for (size_t i = 0; i < n; i++)
        params_item_bigint(params, key_at(first, stride, i)->seq);
}

bool
inbox_remove(struct pg *pg, struct params *params, const char *org_id,
             const struct inbox_key *first, size_t stride, size_t n, struct quosync_error *err)
{
    inbox_put_keys(params, org_id, first, stride, n);
    return pg_send(pg, &sql_inbox_remove, params, NULL, err);
}

bool
inbox_waiting(struct pg *pg, struct params *params, const char *org_id, bool *waiting,
              struct quosync_error *err)
{
    AUTO(result_done) struct result answer = { 0 };

    params_reset(params);
    params_text(params, org_id);
    if (!pg_run(pg, &sql_inbox_waiting, params, &answer, err))
        return false;
    *waiting = result_boolean(&answer, 0, 0);
    return true;
}
