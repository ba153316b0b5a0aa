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

static bool
read_claimed(struct deliveries *claimed, struct quosync_error *err)
{
    const struct result *answer = &claimed->answer;

    claimed->items = memory_get(answer->rows * sizeof *claimed->items);
    if (claimed->items == NULL)
        return error_no_memory(err);
    for (size_t i = 0; i < answer->rows; i++) {
        struct delivery *delivery = &claimed->items[i];

        delivery->received_us = result_instant(answer, i, 0);
        delivery->seq = result_bigint(answer, i, 1);
        delivery->webhook_id = result_text(answer, i, 2);
        delivery->body = result_bytes(answer, i, 3, &delivery->body_bytes);
        claimed->bytes += delivery->body_bytes;
    }
    claimed->n = answer->rows;
    if (answer->rows > 0) {
        claimed->erasures = result_boolean(answer, 0, 4);
        claimed->tests.ids = result_bytes(answer, 0, 5, &claimed->tests.bytes);
    }
    return true;
}

bool
inbox_claim(struct pg *pg, struct params *params, const char *org_id, size_t rows, size_t bytes,
            bool alone, struct deliveries *claimed, struct quosync_error *err)
{
    AUTO(result_done) struct result workspace = { 0 };

    params_reset(params);
    params_text(params, org_id);
    if (!pg_send(pg, alone ? &sql_workspaces_lock_alone : &sql_workspaces_lock, params, &workspace,
                 err))
        return false;
    params_reset(params);
    params_text(params, org_id);
    params_bigint(params, (int64_t)rows);
    params_bigint(params, (int64_t)bytes);
    return pg_run(pg, &sql_inbox_claim, params, &claimed->answer, err) &&
           workspace_locked(&workspace, org_id, err) && read_claimed(claimed, err);
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
