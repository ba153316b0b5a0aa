/*
 * dead_letters.c - runs the statements of quo.dead_letters. Which delivery is
 * dead, and why, is decided by the worker.
 */
#include "db/dead_letters.h"

bool
dead_letters_bury(struct pg *pg, struct params *params, const char *org_id,
                  const struct dead_letter_entry *entries, size_t n, int64_t now_us,
                  struct quosync_error *err)
{
    if (n == 0)
        return true;
    inbox_put_keys(params, org_id, &entries->key, sizeof *entries, n);
    params_array(params, PARAMS_TEXT, n);
    for (size_t i = 0; i < n; i++)
        params_item_text(params, entries[i].event_type);
    params_array(params, PARAMS_TEXT, n);
    for (size_t i = 0; i < n; i++)
        params_item_text(params, entries[i].reason);
    params_array(params, PARAMS_TEXT, n);
    for (size_t i = 0; i < n; i++)
        params_item_text(params, entries[i].detail);
    params_array(params, PARAMS_BIGINT, n);
    for (size_t i = 0; i < n; i++)
        params_item_bigint(params, (int64_t)entries[i].attempts);
    params_instant(params, now_us);
    return pg_send(pg, &sql_dead_letters_bury, params, NULL, err) &&
           inbox_remove(pg, params, org_id, &entries->key, sizeof *entries, n, err);
}

bool
dead_letters_list(struct pg *pg, const char *org_id, size_t rows, bool discarded_too,
                  struct result *answer, struct quosync_error *err)
{
    AUTO(params_free) struct params *params = params_new();

    params_text(params, org_id);
    params_bigint(params, (int64_t)rows);
    params_boolean(params, discarded_too);
    return pg_run(pg, &sql_dead_letters_list, params, answer, err);
}

bool
dead_letters_show(struct pg *pg, const char *org_id, int64_t id, struct result *answer,
                  struct quosync_error *err)
{
    AUTO(params_free) struct params *params = params_new();

    params_text(params, org_id);
    params_bigint(params, id);
    return pg_run(pg, &sql_dead_letters_show, params, answer, err);
}

static const char *
text_or_null(const struct result *answer, size_t row, int column)
{
    return result_null(answer, row, column) ? NULL : result_text(answer, row, column);
}

void
dead_letter_at(const struct result *answer, size_t row, bool with_body,
               struct dead_letter *letter)
{
    *letter = (struct dead_letter){ 0 };
    letter->id = result_bigint(answer, row, 0);
    letter->webhook_id = result_text(answer, row, 1);
    letter->event_type = text_or_null(answer, row, 2);
    letter->received_us = result_instant(answer, row, 3);
    letter->failed_us = result_instant(answer, row, 4);
    letter->attempts = result_bigint(answer, row, 5);
    letter->reason = result_text(answer, row, 6);
    letter->detail = text_or_null(answer, row, 7);
    letter->has_body = !result_null(answer, row, 8);
    if (letter->has_body && with_body)
        letter->body = result_bytes(answer, row, 8, &letter->body_bytes);
    else if (letter->has_body)
        letter->body_bytes = (size_t)result_bigint(answer, row, 8);
    letter->discarded_us =
        result_null(answer, row, 9) ? DEAD_LETTER_NO_INSTANT : result_instant(answer, row, 9);
}

bool
dead_letters_ids(struct pg *pg, const char *org_id, int64_t after, size_t rows,
                 struct result *answer, struct quosync_error *err)
{
    AUTO(params_free) struct params *params = params_new();

    params_text(params, org_id);
    params_bigint(params, after);
    params_bigint(params, (int64_t)rows);
    return pg_run(pg, &sql_dead_letters_ids, params, answer, err);
}

static void
put_ids(struct params *params, const char *org_id, const int64_t *ids, size_t n)
{
    params_reset(params);
    params_text(params, org_id);
    params_array(params, PARAMS_BIGINT, n);
    for (size_t i = 0; i < n; i++)
        params_item_bigint(params, ids[i]);
}

bool
dead_letters_retry(struct pg *pg, struct params *params, const char *org_id, const int64_t *ids,
                   size_t n, struct result *answer, struct quosync_error *err)
{
    put_ids(params, org_id, ids, n);
    return pg_run(pg, &sql_dead_letters_retry, params, answer, err);
}

bool
dead_letters_discard(struct pg *pg, struct params *params, const char *org_id,
                     const int64_t *ids, size_t n, int64_t now_us, struct result *answer,
                     struct quosync_error *err)
{
    put_ids(params, org_id, ids, n);
    params_instant(params, now_us);
    return pg_run(pg, &sql_dead_letters_discard, params, answer, err);
}
