/*
 * cmd_serve.c - quosync serve: the receiver alone.
 */
#include "app/serve.h"
#include "base/stop.h"
#include "cmd/command.h"

static int
run(struct invocation *invocation)
{
    struct quosync_error err;

    if (!stop_install(&err) || !serve_run(invocation->config, &err))
        return failed(invocation, &err);
    return EXIT_DONE;
}

const struct command cmd_serve = {
    .name = "serve", .args = "", .run = run,
    .summary = "receive deliveries: verify, store, acknowledge",
    .details = "Listens on `listen` for the webhook and on `admin_listen` for /healthz, /readyz\n"
               "and /metrics. Runs until SIGTERM or SIGINT, then finishes what was begun, within\n"
               "10 s. SIGHUP reads the webhook secrets again.\n",
    .need = CONFIG_NEED_SECRETS,
};
