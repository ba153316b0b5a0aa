/*
 * cmd_work.c - quosync work: the worker alone.
 */
#include "app/worker.h"
#include "base/stop.h"
#include "cmd/command.h"

static int
run(struct invocation *invocation)
{
    const struct worker_options options = {
        .config = invocation->config,
        .drain = option_value(invocation, "drain") != NULL,
    };
    struct quosync_error err = { 0 };

    if (!stop_install(&err) || !worker_run(&options, &err))
        return failed(invocation, &err);
    return EXIT_DONE;
}

static const struct command_option options[] = {
    { "drain", NULL, "end when the inbox is empty, and listen nowhere" },
    { NULL, NULL, NULL },
};

const struct command cmd_work = {
    .name = "work", .args = "", .run = run, .options = options,
    .summary = "apply stored deliveries",
    .details = "Any number of them may run, on any number of hosts. Runs until SIGTERM or SIGINT,\n"
               "then finishes the batch in hand, within 10 s. --workers N says how many threads.\n",
};
