/*
 * depth.c - a connection of its own, with short deadlines, opened when needed.
 */
#include <config.h>

#include "app/depth.h"

#include <pthread.h>

#include "base/clock.h"
#include "core/error.h"
#include "core/memory.h"
#include "db/pg.h"

#define EVERY_US (5 * CLOCK_US_PER_S)
#define GOOD_FOR_US (30 * CLOCK_US_PER_S)
/* After a failure: whoever asks for metrics is not helped by a connection a second. */
#define AFTER_FAILURE_US (15 * CLOCK_US_PER_S)

#define CONNECT_TIMEOUT_S 2
#define STATEMENT_TIMEOUT_MS 2000

struct depth {
    const struct config *config;
    struct pg *pg;       /* the sampling thread's */
    int64_t next_us;     /* the sampling thread's; steady clock */
    pthread_mutex_t lock; /* of what follows */
    int64_t answered_us; /* steady clock; 0: never */
    uint64_t deliveries;
    double oldest_seconds;
};

bool
depth_open(const struct config *config, struct depth **depth, struct quosync_error *err)
{
    struct depth *new = memory_get(sizeof(*new));

    if (new == NULL)
        return error_no_memory(err);
    *new = (struct depth) { .config = config };
    pthread_mutex_init(&new->lock, NULL);
    *depth = new;
    return true;
}

void
depth_close(struct depth **depth)
{
    struct depth *old = *depth;

    if (old == NULL)
        return;
    pg_close(&old->pg);
    pthread_mutex_destroy(&old->lock);
    memory_free(old);
    *depth = NULL;
}

static bool
ask(struct depth *depth, uint64_t *deliveries, double *oldest_seconds, struct quosync_error *err)
{
    const struct config *config = depth->config;
    const struct pg_options options = { .conninfo = config->database,
                                        .application_name = "quosync metrics",
                                        .connect_timeout_s = CONNECT_TIMEOUT_S,
                                        .statement_timeout_ms = STATEMENT_TIMEOUT_MS };

    if (depth->pg == NULL && !pg_open(&options, &depth->pg, err))
        return false;
    for (size_t i = 0; i < config->n_workspaces; i++) {
        AUTO(params_free) struct params *params = params_new();
        AUTO(result_done) struct result result = { 0 };

        params_text(params, config->workspaces[i].org_id);
        if (!pg_run(depth->pg, &sql_inbox_status, params, &result, err))
            return false;
        *deliveries += (uint64_t)result_bigint(&result, 0, 0);
        if (result_null(&result, 0, 1))
            continue;
        double waits = (double)(result_instant(&result, 0, 3) - result_instant(&result, 0, 1)) /
                       CLOCK_US_PER_S;
        if (waits > *oldest_seconds)
            *oldest_seconds = waits;
    }
    return true;
}

void
depth_sample(struct depth *depth)
{
    uint64_t deliveries = 0;
    double oldest_seconds = 0;
    struct quosync_error ignored; /* the database's state is others' to report */

    if (clock_steady_us() < depth->next_us)
        return;
    if (!ask(depth, &deliveries, &oldest_seconds, &ignored)) {
        pg_close(&depth->pg);
        depth->next_us = clock_steady_us() + AFTER_FAILURE_US;
        return;
    }
    depth->next_us = clock_steady_us() + EVERY_US;
    pthread_mutex_lock(&depth->lock);
    depth->answered_us = clock_steady_us();
    depth->deliveries = deliveries;
    depth->oldest_seconds = oldest_seconds;
    pthread_mutex_unlock(&depth->lock);
}

bool
depth_read(struct depth *depth, uint64_t *deliveries, double *oldest_seconds)
{
    pthread_mutex_lock(&depth->lock);
    bool good = depth->answered_us != 0 && clock_steady_us() - depth->answered_us < GOOD_FOR_US;
    *deliveries = depth->deliveries;
    *oldest_seconds = depth->oldest_seconds;
    pthread_mutex_unlock(&depth->lock);
    return good;
}
