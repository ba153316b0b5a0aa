/*
 * cmd_replay.c - quosync replay: the archive once more.
 */
#include <inttypes.h>
#include <stdio.h>

#include "app/connect.h"
#include "app/output.h"
#include "app/replay.h"
#include "base/clock.h"
#include "base/stop.h"
#include "cmd/command.h"

/* A rebuild is one transaction over the whole archive. */
#define TIMEOUT_MS (60 * 60 * 1000)

static void
print(const struct invocation *invocation, const struct replay_result *result, bool dry)
{
    struct output output = { .file = stdout };
    const size_t rows = result->rows.inserted + result->rows.updated;

    if (!invocation->json) {
        (void)printf("%zu deliveries read, %zu without a body skipped, %zu refused; "
                     "%zu rows %s\n", result->read, result->skipped, result->refused, rows,
                     dry ? "would be written" : "written");
        return;
    }
    output_begin(&output, NULL, '{');
    output_boolean(&output, "dry_run", dry);
    output_number(&output, "read", (int64_t)result->read);
    output_number(&output, "skipped", (int64_t)result->skipped);
    output_number(&output, "refused", (int64_t)result->refused);
    output_number(&output, "rows_inserted", (int64_t)result->rows.inserted);
    output_number(&output, "rows_updated", (int64_t)result->rows.updated);
    output_number(&output, "rows_unchanged", (int64_t)result->rows.unchanged);
    output_end(&output, '}');
}

static int
run(struct invocation *invocation)
{
    const struct config *config = invocation->config;
    const struct config_workspace *workspace = invocation->one;
    const int64_t now_us = clock_now_us();
    struct progress progress = { 0 };
    struct replay_result result = { 0 };
    struct quosync_error err = { 0 };
    struct pg *pg = NULL;
    int status = EXIT_DONE;
    struct replay_options options = {
        .workspace = { .org_id = workspace->org_id,
                       .org_id_configured = workspace->org_id_configured,
                       .country_code = (int)workspace->country_code },
        .since_us = REPLAY_NO_SINCE,
        .until_us = REPLAY_NO_UNTIL,
        .type = option_value(invocation, "type"),
        .dry_run = option_value(invocation, "dry-run") != NULL,
        .rebuild = option_value(invocation, "rebuild") != NULL,
        .rows = config->batch,
        .bytes = config->batch_bytes,
        .now_us = now_us,
        .progress = &progress,
    };

    if (!option_instant(invocation, "since", now_us, &options.since_us) ||
        !option_instant(invocation, "until", now_us, &options.until_us))
        return EXIT_USAGE;
    if (options.rebuild && (options.type != NULL || options.since_us != REPLAY_NO_SINCE ||
                            options.until_us != REPLAY_NO_UNTIL))
        return wrong_usage(invocation, "--rebuild takes the whole archive: no --since, --until "
                           "or --type");
    if (!stop_install(&err) || !connect_open_for(config, "replay", TIMEOUT_MS, &pg, &err))
        return failed(invocation, &err);
    progress_start(&progress, "replay", 0);
    if (!replay_run(pg, &options, &result, &err))
        status = failed(invocation, &err);
    progress_done(&progress);
    pg_close(&pg);
    print(invocation, &result, options.dry_run);
    return result.refused > 0 ? exit_worse(status, EXIT_FOUND) : status;
}

static const struct command_option options[] = {
    { "since", "INSTANT", "received from then on: RFC 3339, or a number with d or h" },
    { "until", "INSTANT", "received before" },
    { "type", "TYPE", "of this event type, as message.received" },
    { "dry-run", NULL, "count what would be written, change nothing" },
    { "rebuild", NULL, "first delete what the archive gives back, in the same transaction" },
    { NULL, NULL, NULL },
};

const struct command cmd_replay = {
    .name = "replay", .args = "", .run = run, .options = options,
    .summary = "apply the archived deliveries again, where they are",
    .details = "Repairs tables that a defect or a person spoilt: an equal version writes again.\n"
               "Pruned and erased bodies are skipped and counted. --rebuild keeps the rows that\n"
               "the archive does not give back (erased, pruned, told by REST), and is refused\n"
               "where it does not reach back to the first delivery. Exit status 1 where a\n"
               "delivery was refused.\n",
    .traits = COMMAND_JSON | COMMAND_WORKSPACE | COMMAND_ONE_WORKSPACE,
};
