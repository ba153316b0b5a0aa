/*
 * reconcile.c - the statements of leases, rate_limits, reconcile_runs and
 * reconcile_progress.
 */
#include "db/reconcile.h"

#include <string.h>

#include "core/error.h"

/* ---- leases --------------------------------------------------------------- */

bool
lease_take(struct pg *pg, const char *org_id, const char *name, const char *holder,
           int64_t *token, struct quosync_error *err)
{
    AUTO(params_free) struct params *params = params_new();
    AUTO(result_done) struct result answer = { 0 };

    params_text(params, org_id);
    params_text(params, name);
    params_text(params, holder);
    params_bigint(params, LEASE_S);
    if (!pg_run(pg, &sql_leases_take, params, &answer, err))
        return false;
    if (answer.rows == 0) {
        (void)error_set(err, QUOSYNC_TRY_LATER, "%s: another run is at work", name);
        error_hint(err, "Wait until it ends; after a crash its lease runs out within %d s.",
                   LEASE_S);
        return false;
    }
    *token = result_bigint(&answer, 0, 0);
    return true;
}

static bool
lost(const char *name, struct quosync_error *err)
{
    return error_set(err, QUOSYNC_TRY_LATER, "%s: the lease was taken by another run", name);
}

static bool
extend(struct pg *pg, const char *org_id, const char *name, int64_t token, int64_t seconds,
       struct quosync_error *err)
{
    AUTO(params_free) struct params *params = params_new();
    AUTO(result_done) struct result answer = { 0 };

    params_text(params, org_id);
    params_text(params, name);
    params_bigint(params, token);
    params_bigint(params, seconds);
    return pg_run(pg, &sql_leases_renew, params, &answer, err) &&
           (answer.affected == 1 || lost(name, err));
}

bool
lease_renew(struct pg *pg, const char *org_id, const char *name, int64_t token,
            struct quosync_error *err)
{
    return extend(pg, org_id, name, token, LEASE_S, err);
}

void
lease_release(struct pg *pg, const char *org_id, const char *name, int64_t token)
{
    struct quosync_error ignored;

    (void)!extend(pg, org_id, name, token, 0, &ignored);
}

bool
lease_fence(struct pg *pg, const char *org_id, const char *name, int64_t token,
            struct quosync_error *err)
{
    AUTO(params_free) struct params *params = params_new();
    AUTO(result_done) struct result answer = { 0 };

    params_text(params, org_id);
    params_text(params, name);
    params_bigint(params, token);
    return pg_run(pg, &sql_leases_fence, params, &answer, err) &&
           (answer.rows == 1 || lost(name, err));
}

/* ---- the rate --------------------------------------------------------------- */

bool
rate_turn(struct pg *pg, const char *key, int64_t interval_us, int64_t *turn, int64_t *wait_us,
          struct quosync_error *err)
{
    AUTO(params_free) struct params *params = params_new();
    AUTO(result_done) struct result answer = { 0 };

    params_text(params, key);
    params_bigint(params, interval_us);
    params_bigint(params, *turn);
    if (!pg_run(pg, &sql_rate_limits_turn, params, &answer, err))
        return false;
    *turn = result_bigint(&answer, 0, 0);
    *wait_us = result_bigint(&answer, 0, 1);
    return true;
}

/* ---- runs ------------------------------------------------------------------- */

bool
runs_begin(struct pg *pg, const char *org_id, const char *parts, int64_t *id,
           struct quosync_error *err)
{
    AUTO(params_free) struct params *params = params_new();
    AUTO(result_done) struct result answer = { 0 };

    params_text(params, org_id);
    params_text(params, parts);
    if (!pg_run(pg, &sql_reconcile_runs_begin, params, &answer, err))
        return false;
    *id = result_bigint(&answer, 0, 0);
    return true;
}

bool
runs_end(struct pg *pg, const char *org_id, int64_t id, const struct runs_end *end,
         struct quosync_error *err)
{
    AUTO(params_free) struct params *params = params_new();

    params_text(params, org_id);
    params_bigint(params, id);
    params_text(params, end->outcome);
    params_bigint(params, end->checked);
    params_bigint(params, end->repaired);
    params_text(params, end->counts);
    params_text(params, end->error);
    return pg_run(pg, &sql_reconcile_runs_end, params, NULL, err);
}

/* ---- notes ------------------------------------------------------------------ */

bool
progress_read(struct pg *pg, const char *org_id, const char *step, char **json, int64_t *age_s,
              struct quosync_error *err)
{
    AUTO(params_free) struct params *params = params_new();
    AUTO(result_done) struct result answer = { 0 };
    const char *text;
    size_t bytes;

    *json = NULL;
    *age_s = 0;
    params_text(params, org_id);
    params_text(params, step);
    if (!pg_run(pg, &sql_reconcile_progress_read, params, &answer, err))
        return false;
    if (answer.rows == 0)
        return true;
    text = result_text(&answer, 0, 0);
    bytes = strlen(text) + 1;
    *json = memory_get(bytes);
    if (*json == NULL)
        return error_no_memory(err);
    memcpy(*json, text, bytes);
    *age_s = result_bigint(&answer, 0, 1);
    return true;
}

bool
progress_write(struct pg *pg, const char *org_id, const char *step, const char *json,
               struct quosync_error *err)
{
    AUTO(params_free) struct params *params = params_new();

    params_text(params, org_id);
    params_text(params, step);
    params_text(params, json);
    return pg_run(pg, &sql_reconcile_progress_write, params, NULL, err);
}
