/*
 * prune.c - retention: whole weeks of the archive, and rows in small bites of
 * each workspace (scale.md: one workspace per statement).
 */
#include "app/prune.h"

#include "app/prune_content.h"
#include "base/points.h"
#include "base/stop.h"
#include "core/error.h"
#include "db/migrate.h"

#include <string.h>

/* Dropping a week waits for the archive's lock for a second only (it stops all who come after). */
#define TRIES 20
#define TRY_AGAIN_MS 500

static int64_t
cutoff_us(const struct prune_options *options, int64_t keep_s)
{
    return options->now_us - keep_s * INT64_C(1000000);
}

/* Drops the oldest week that is old enough; *found says whether there was one. */
static bool
drop_partition(struct pg *pg, int64_t before_us, bool *found, struct quosync_error *err)
{
    for (int try = 1;; try++) {
        AUTO(params_free) struct params *params = params_new();
        AUTO(result_done) struct result answer = { 0 };

        params_instant(params, before_us);
        if (pg_run(pg, &sql_events_drop_partition, params, &answer, err)) {
            *found = answer.rows == 1 && !result_null(&answer, 0, 0);
            return true;
        }
        if (err->kind != QUOSYNC_TRY_LATER || try == TRIES || stop_wait(TRY_AGAIN_MS))
            return false;
    }
}

static bool
prune_events(struct pg *pg, int64_t before_us, size_t *partitions, struct quosync_error *err)
{
    bool found = true;

    while (!stop_requested()) {
        QUOSYNC_POINT("prune-between");
        if (!drop_partition(pg, before_us, &found, err))
            return false;
        if (!found)
            break;
        ++*partitions;
    }
    /* A short retention may have dropped a week that a late delivery could still need. */
    return *partitions == 0 || pg_run(pg, &sql_events_ensure_partitions, NULL, NULL, err);
}

/* Repeats a statement that deletes a bite until there is nothing left for it. */
static bool
prune_rows(struct pg *pg, const struct statement *statement, const char *org_id,
           int64_t before_us, size_t *rows, struct quosync_error *err)
{
    while (!stop_requested()) {
        AUTO(params_free) struct params *params = params_new();
        AUTO(result_done) struct result answer = { 0 };

        params_text(params, org_id);
        params_instant(params, before_us);
        if (!pg_run(pg, statement, params, &answer, err))
            return false;
        if (answer.affected == 0)
            break;
        *rows += answer.affected;
        QUOSYNC_POINT("prune-bite");
    }
    return true;
}

bool
prune_run(struct pg *pg, const struct prune_options *options, struct prune_result *result,
          struct quosync_error *err)
{
    *result = (struct prune_result){ 0 };
    if (!schema_check(pg, err))
        return false;
    if (options->keep_events_s > 0 &&
        !prune_events(pg, cutoff_us(options, options->keep_events_s), &result->partitions, err))
        return false;
    for (size_t i = 0; i < options->n_org_ids; i++) {
        const char *org_id = options->org_ids[i];

        if (options->keep_delivery_ids_s > 0 &&
            !prune_rows(pg, &sql_delivery_ids_prune, org_id,
                        cutoff_us(options, options->keep_delivery_ids_s),
                        &result->delivery_ids, err))
            return false;
        if (options->keep_dead_letters_s > 0 &&
            !prune_rows(pg, &sql_dead_letters_prune, org_id,
                        cutoff_us(options, options->keep_dead_letters_s),
                        &result->dead_letters, err))
            return false;
        if (options->keep_content_s > 0 &&
            !prune_content(pg, org_id, options->now_us,
                           cutoff_us(options, options->keep_content_s), &result->content,
                           &result->bodies, err))
            return false;
    }
    return true;
}
