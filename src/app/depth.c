/*
 * depth.c - a connection of its own, with short deadlines, opened when needed.
 */
#include <config.h>

#include "app/depth.h"

#include <pthread.h>
#include <string.h>

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
    struct pg *pg;              /* the sampling thread's, with the next two */
    int64_t next_us;            /* steady clock */
    struct status_facts *asked; /* for each workspace */
    pthread_mutex_t lock;       /* of what follows */
    int64_t answered_us;        /* steady clock; 0: never */
    struct status_facts *facts; /* for each workspace */
};

bool
depth_open(const struct config *config, struct depth **depth, struct quosync_error *err)
{
    struct depth *new = memory_get(sizeof(*new));

    if (new == NULL)
        return error_no_memory(err);
    *new = (struct depth) { .config = config };
    pthread_mutex_init(&new->lock, NULL);
    new->asked = memory_get(config->n_workspaces * sizeof *new->asked);
    new->facts = memory_get(config->n_workspaces * sizeof *new->facts);
    if (new->asked == NULL || new->facts == NULL) {
        depth_close(&new);
        return error_no_memory(err);
    }
    memset(new->facts, 0, config->n_workspaces * sizeof *new->facts);
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
    memory_free(old->asked);
    memory_free(old->facts);
    memory_free(old);
    *depth = NULL;
}

static bool
ask(struct depth *depth, struct quosync_error *err)
{
    const struct config *config = depth->config;
    const struct pg_options options = { .conninfo = config->database,
                                        .application_name = "quosync metrics",
                                        .connect_timeout_s = CONNECT_TIMEOUT_S,
                                        .statement_timeout_ms = STATEMENT_TIMEOUT_MS };

    if (depth->pg == NULL && !pg_open(&options, &depth->pg, err))
        return false;
    for (size_t i = 0; i < config->n_workspaces; i++)
        if (!status_facts_read(depth->pg, config->workspaces[i].org_id, &depth->asked[i], err))
            return false;
    return true;
}

void
depth_sample(struct depth *depth)
{
    struct quosync_error ignored; /* the database's state is others' to report */

    if (clock_steady_us() < depth->next_us)
        return;
    if (!ask(depth, &ignored)) {
        pg_close(&depth->pg);
        depth->next_us = clock_steady_us() + AFTER_FAILURE_US;
        return;
    }
    depth->next_us = clock_steady_us() + EVERY_US;
    pthread_mutex_lock(&depth->lock);
    depth->answered_us = clock_steady_us();
    memcpy(depth->facts, depth->asked, depth->config->n_workspaces * sizeof *depth->facts);
    pthread_mutex_unlock(&depth->lock);
}

size_t
depth_workspaces(const struct depth *depth)
{
    return depth->config->n_workspaces;
}

const char *
depth_workspace(const struct depth *depth, size_t i)
{
    return depth->config->workspaces[i].name;
}

bool
depth_read(struct depth *depth, struct status_facts *facts)
{
    pthread_mutex_lock(&depth->lock);
    bool good = depth->answered_us != 0 && clock_steady_us() - depth->answered_us < GOOD_FOR_US;
    memcpy(facts, depth->facts, depth->config->n_workspaces * sizeof *facts);
    pthread_mutex_unlock(&depth->lock);
    return good;
}
