/*
 * cmd_prune.c - quosync prune: retention.
 */
#include <stdio.h>

#include "app/connect.h"
#include "app/output.h"
#include "app/prune.h"
#include "base/clock.h"
#include "base/stop.h"
#include "cmd/command.h"
#include "core/error.h"

static void
print(const struct invocation *invocation, const struct prune_result *result)
{
    struct output output = { .file = stdout };

    if (!invocation->json) {
        (void)printf("deleted %zu weeks of the archive, %zu delivery ids, %zu dead letters; "
                     "pruned the content of %zu rows and %zu archived deliveries\n",
                     result->partitions, result->delivery_ids, result->dead_letters,
                     result->content, result->bodies);
        return;
    }
    output_begin(&output, NULL, '{');
    output_number(&output, "partitions", (int64_t)result->partitions);
    output_number(&output, "delivery_ids", (int64_t)result->delivery_ids);
    output_number(&output, "dead_letters", (int64_t)result->dead_letters);
    output_number(&output, "content", (int64_t)result->content);
    output_number(&output, "bodies", (int64_t)result->bodies);
    output_end(&output, '}');
}

static int
run(struct invocation *invocation)
{
    const struct config *config = invocation->config;
    const char **org_ids = memory_get(config->n_workspaces * sizeof *org_ids);
    struct prune_options options = {
        .now_us = clock_now_us(),
        .keep_events_s = config->keep_events_s,
        .keep_delivery_ids_s = config->keep_delivery_ids_s,
        .keep_dead_letters_s = config->keep_dead_letters_s,
        .keep_content_s = config->keep_content_s,
        .org_ids = org_ids,
        .n_org_ids = config->n_workspaces,
    };
    struct prune_result result = { 0 };
    struct quosync_error err = { 0 };
    struct pg *pg = NULL;
    int status = EXIT_DONE;

    if (org_ids == NULL) {
        (void)error_no_memory(&err);
        return failed(invocation, &err);
    }
    for (size_t i = 0; i < config->n_workspaces; i++)
        org_ids[i] = config->workspaces[i].org_id;
    if (!stop_install(&err) || !connect_open(config, "prune", &pg, &err)) {
        status = failed(invocation, &err);
    } else {
        if (!prune_run(pg, &options, &result, &err))
            status = failed(invocation, &err);
        print(invocation, &result);
    }
    pg_close(&pg);
    memory_free(org_ids);
    return status;
}

const struct command cmd_prune = {
    .name = "prune", .args = "", .run = run,
    .summary = "delete what is older than its retention",
    .details = "keep_events, keep_delivery_ids and keep_dead_letters say how long things stay,\n"
               "keep_content how long the bodies, transcripts and summaries of activities do.\n"
               "The archive goes by whole weeks. Run it daily; it may be stopped at any time.\n",
    .traits = COMMAND_JSON,
};
