/*
 * cmd_run.c - quosync run: receiver and worker in one process.
 */
#include "app/serve.h"
#include "base/stop.h"
#include "cmd/command.h"

static int
run(struct invocation *invocation)
{
    struct quosync_error err;

    if (!stop_install(&err) || !serve_run_with_workers(invocation->config, &err))
        return failed(invocation, &err);
    return EXIT_DONE;
}

const struct command cmd_run = {
    .name = "run", .args = "", .run = run,
    .summary = "receive deliveries and apply them: serve and work in one process",
    .details = "What a single host needs. Runs until SIGTERM or SIGINT, then finishes the\n"
               "requests and the batches in hand, within 10 s. SIGHUP reads the webhook secrets\n"
               "again.\n",
    .need = CONFIG_NEED_SECRETS,
};
