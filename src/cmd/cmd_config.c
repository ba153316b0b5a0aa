/*
 * cmd_config.c - quosync config: what holds, and where it came from.
 */
#include <stdio.h>

#include "app/output.h"
#include "cmd/command.h"

static void
print_json(const struct invocation *invocation, const struct config_shown *shown, size_t n)
{
    struct output output = { .file = stdout };

    output_begin(&output, NULL, '{');
    output_text(&output, "file", invocation->config->file);
    output_begin(&output, "values", '[');
    for (size_t i = 0; i < n; i++) {
        output_begin(&output, NULL, '{');
        output_text(&output, "workspace", shown[i].workspace);
        output_text(&output, "key", shown[i].key->name);
        output_text(&output, "value", shown[i].value);
        output_text(&output, "origin", shown[i].origin);
        output_end(&output, '}');
    }
    output_end(&output, ']');
    output_begin(&output, "mistakes", '[');
    for (size_t i = 0; i < invocation->report->n_mistakes; i++)
        output_text(&output, NULL, invocation->report->mistakes[i]);
    output_end(&output, ']');
    output_begin(&output, "warnings", '[');
    for (size_t i = 0; i < invocation->report->n_warnings; i++)
        output_text(&output, NULL, invocation->report->warnings[i]);
    output_end(&output, ']');
    output_end(&output, '}');
}

static void
print_text(const struct invocation *invocation, const struct config_shown *shown, size_t n)
{
    const char *last = NULL;

    for (size_t i = 0; i < n; i++) {
        if (shown[i].workspace != last && invocation->config->sections)
            (void)printf("\n[workspace %s]\n", shown[i].workspace);
        last = shown[i].workspace;
        (void)printf("%-24s = ", shown[i].key->name);
        output_plain(stdout, shown[i].value == NULL ? "(not set)" : shown[i].value);
        (void)fputs("  # ", stdout);
        output_plain(stdout, shown[i].origin);
        (void)fputc('\n', stdout);
    }
}

static int
run(struct invocation *invocation)
{
    struct config_shown *shown;
    struct quosync_error err;
    size_t n;

    if (!config_show(invocation->config, &shown, &n, &err))
        return failed(invocation, &err);
    if (invocation->json)
        print_json(invocation, shown, n);
    else
        print_text(invocation, shown, n);
    config_shown_free(shown, n);
    return invocation->report->bad ? exit_status(QUOSYNC_CONFIG) : EXIT_DONE;
}

const struct command cmd_config = {
    .name = "config", .args = "", .run = run,
    .summary = "every effective value and where it came from, secrets masked",
    .details = "Mistakes of the configuration go to stderr, all of them, and make the exit\n"
               "status 78.\n",
    .traits = COMMAND_JSON | COMMAND_WORKSPACE | COMMAND_ANY_CONFIG,
    .need = CONFIG_CHECK_ALL,
};
