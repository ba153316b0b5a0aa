/*
 * dead.c - retries and discards dead letters, a few hundred to a transaction.
 */
#include "app/dead.h"

#include "db/inbox.h"

#define AT_ONCE 500

/* Chooses between the two things that can be done to some ids. */
struct action {
    bool retry;
    int64_t now_us;
};

static bool
act(struct pg *pg, struct params *params, const char *org_id, const struct action *action,
    const int64_t *ids, size_t n, size_t *done, struct quosync_error *err)
{
    AUTO(tx_end) struct tx tx = { 0 };
    AUTO(result_done) struct result locked = { 0 };
    AUTO(result_done) struct result answer = { 0 };

    if (!tx_begin(pg, &tx, err) || !workspace_lock(pg, params, org_id, &locked, err) ||
        !pg_wait(pg, err) || !workspace_locked(&locked, org_id, err))
        return false;
    if (!(action->retry
              ? dead_letters_retry(pg, params, org_id, ids, n, &answer, err)
              : dead_letters_discard(pg, params, org_id, ids, n, action->now_us, &answer, err)))
        return false;
    /* A letter may be older than the archive's oldest week: it must find one to go to. */
    if (action->retry && !pg_run(pg, &sql_events_ensure_partitions, NULL, NULL, err))
        return false;
    if (!tx_commit(&tx, err))
        return false;
    *done += answer.rows;
    return true;
}

static bool
act_on_all(struct pg *pg, struct params *params, const char *org_id, const struct action *action,
           size_t *done, struct quosync_error *err)
{
    int64_t last = 0;

    for (;;) {
        AUTO(result_done) struct result answer = { 0 };
        int64_t ids[AT_ONCE];

        if (!dead_letters_ids(pg, org_id, last, AT_ONCE, &answer, err))
            return false;
        if (answer.rows == 0)
            return true;
        for (size_t i = 0; i < answer.rows; i++)
            ids[i] = last = result_bigint(&answer, i, 0);
        if (!act(pg, params, org_id, action, ids, answer.rows, done, err))
            return false;
    }
}

static bool
act_on_choice(struct pg *pg, const struct dead_choice *choice, const struct action *action,
              size_t *done, struct quosync_error *err)
{
    AUTO(params_free) struct params *params = params_new();

    *done = 0;
    if (choice->all)
        return act_on_all(pg, params, choice->org_id, action, done, err);
    for (size_t i = 0; i < choice->n; i += AT_ONCE) {
        size_t n = choice->n - i < AT_ONCE ? choice->n - i : AT_ONCE;

        if (!act(pg, params, choice->org_id, action, choice->ids + i, n, done, err))
            return false;
    }
    return true;
}

bool
dead_retry(struct pg *pg, const struct dead_choice *choice, size_t *done,
           struct quosync_error *err)
{
    const struct action action = { .retry = true };

    return act_on_choice(pg, choice, &action, done, err);
}

bool
dead_discard(struct pg *pg, const struct dead_choice *choice, int64_t now_us, size_t *done,
             struct quosync_error *err)
{
    const struct action action = { .retry = false, .now_us = now_us };

    return act_on_choice(pg, choice, &action, done, err);
}
