/*
 * attempts.c - runs the statements of quo.attempts.
 */
#include "db/attempts.h"

bool
attempts_begin(struct pg *side, struct params *params, const char *org_id, const char *worker,
               const struct deliveries *claimed, struct attempt *attempt,
               struct quosync_error *err)
{
    AUTO(result_done) struct result answer = { 0 };
    const struct delivery *first = &claimed->items[0];
    const struct delivery *last = &claimed->items[claimed->n - 1];

    if (!pg_send(side, &sql_attempts_relax, NULL, NULL, err))
        return false;
    params_reset(params);
    params_text(params, org_id);
    params_text(params, worker);
    params_instant(params, first->received_us);
    params_bigint(params, first->seq);
    params_instant(params, last->received_us);
    params_bigint(params, last->seq);
    params_bigint(params, (int64_t)claimed->n);
    if (!pg_run(side, &sql_attempts_begin, params, &answer, err))
        return false;
    attempt->id = result_bigint(&answer, 0, 0);
    attempt->abandoned = (size_t)result_bigint(&answer, 0, 1);
    attempt->abandoned_alone = (size_t)result_bigint(&answer, 0, 2);
    return true;
}

static void
put_id(struct params *params, const char *org_id, const struct attempt *attempt)
{
    params_reset(params);
    params_text(params, org_id);
    params_bigint(params, attempt->id);
}

bool
attempts_hold(struct pg *pg, struct params *params, const char *org_id,
              const struct attempt *attempt, struct quosync_error *err)
{
    put_id(params, org_id, attempt);
    return pg_send(pg, &sql_attempts_hold, params, NULL, err);
}

bool
attempts_clear(struct pg *pg, struct params *params, const char *org_id,
               struct quosync_error *err)
{
    params_reset(params);
    params_text(params, org_id);
    return pg_send(pg, &sql_attempts_clear, params, NULL, err);
}

bool
attempts_drop(struct pg *side, struct params *params, const char *org_id,
              const struct attempt *attempt, struct quosync_error *err)
{
    put_id(params, org_id, attempt);
    return pg_run(side, &sql_attempts_hold, params, NULL, err);
}
