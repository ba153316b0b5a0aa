/*
 * cmd_reconcile.c - quosync reconcile: the mirror made equal to Quo again.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "app/connect.h"
#include "app/migrate.h"
#include "app/output.h"
#include "app/reconcile.h"
#include "base/clock.h"
#include "base/progress.h"
#include "base/stop.h"
#include "cmd/command.h"
#include "core/error.h"
#include "core/memory.h"

static const struct command_option options[] = {
    { "dry-run", NULL, "write nothing; exit 1 when something would be repaired" },
    { "since", "INSTANT", "calls, messages and deliveries from here on; also 30d or 12h" },
    { "details", "all", "recordings and transcripts of calls of any age, not of 30 days" },
    { "allow-mass-delete", NULL, "delete contacts even if more than 5 % of them seem gone" },
    { NULL, NULL, NULL }
};

/* ---- progress --------------------------------------------------------------------- */

static void
show(void *state, const struct reconcile_counts counts[RECONCILE_STEPS])
{
    struct progress *progress = state;
    size_t read = 0, repaired = 0, expected = 0;
    char note[96];

    for (int s = 0; s < RECONCILE_STEPS; s++) {
        read += counts[s].read;
        repaired += counts[s].repaired;
        expected += counts[s].expected > counts[s].read ? counts[s].expected : counts[s].read;
    }
    (void)snprintf(note, sizeof note, "%zu read, %zu repaired", read, repaired);
    progress->total = expected > read ? expected : 0;
    progress_show(progress, read, note);
}

/* ---- what was done ------------------------------------------------------------------ */

static void
print_json(struct output *output, const struct config_workspace *workspace,
           const struct reconcile_options *asked, const struct reconcile_result *result)
{
    output_begin(output, NULL, '{');
    output_text(output, "workspace", workspace->name);
    output_text(output, "org_id", workspace->org_id);
    output_boolean(output, "dry_run", asked->dry_run);
    for (int s = 0; s < RECONCILE_STEPS; s++) {
        const struct reconcile_counts *counts = &result->counts[s];

        if (!result->ran[s])
            continue;
        output_begin(output, reconcile_step_name((enum reconcile_step)s), '{');
        output_number(output, "read", (int64_t)counts->read);
        output_number(output, "repaired", (int64_t)counts->repaired);
        output_number(output, "gone", (int64_t)counts->gone);
        output_number(output, "details", (int64_t)counts->details);
        output_number(output, "lost", (int64_t)counts->lost);
        output_number(output, "fetched", (int64_t)counts->fetched);
        output_number(output, "bad", (int64_t)counts->bad);
        output_boolean(output, "resumed", counts->resumed);
        output_text(output, "error",
                    result->errors[s].kind != QUOSYNC_OK ? result->errors[s].text : NULL);
        output_end(output, '}');
    }
    output_number(output, "requests", (int64_t)result->requests);
    output_number(output, "retries", (int64_t)result->retries);
    output_number(output, "limited", (int64_t)result->limited);
    output_number(output, "waited_ms", result->waited_us / 1000);
    output_number(output, "took_ms", result->took_us / 1000);
    output_end(output, '}');
}

static void
print_count(size_t n, const char *what)
{
    if (n > 0)
        (void)printf(", %zu %s", n, what);
}

/* One line, as it stands in a cron mail or a log. */
static void
print_line(const struct config_workspace *workspace, const struct reconcile_options *asked,
           const struct reconcile_result *result)
{
    const char *glue = " ";

    (void)printf("%s %s:", workspace->name, asked->dry_run ? "would be reconciled" : "reconciled");
    for (int s = 0; s < RECONCILE_STEPS; s++) {
        const struct reconcile_counts *counts = &result->counts[s];

        if (!result->ran[s])
            continue;
        (void)printf("%s%s %zu read, %zu repaired", glue,
                     reconcile_step_name((enum reconcile_step)s), counts->read, counts->repaired);
        print_count(counts->gone, "gone");
        print_count(counts->details, "details");
        print_count(counts->lost, "lost");
        print_count(counts->bad, "unreadable");
        glue = "; ";
    }
    (void)printf("; %" PRIu64 " requests in %.1f s\n", result->requests,
                 (double)result->took_us / 1e6);
}

/* Everything that is wrong, each on a line of its own. */
static int
report(const struct invocation *invocation, const struct config_workspace *workspace,
       const struct reconcile_options *asked, const struct reconcile_result *result)
{
    int status = EXIT_DONE;
    bool found = result->refused_mass_delete;

    for (int s = 0; s < RECONCILE_STEPS; s++) {
        if (result->errors[s].kind != QUOSYNC_OK)
            status = exit_worse(status, failed(invocation, &result->errors[s]));
        found |= result->counts[s].bad > 0;
        found |= asked->dry_run && result->counts[s].repaired + result->counts[s].gone > 0;
    }
    if (result->refused_mass_delete)
        (void)fprintf(stderr,
                      "quosync reconcile: %s: %zu of %zu contacts seem gone at Quo, and none was "
                      "deleted\nQuo's list may be broken. If they are really gone, run it once "
                      "with --allow-mass-delete.\n",
                      workspace->name, result->seem_gone, result->live);
    return found ? exit_worse(status, EXIT_FOUND) : status;
}

/* ---- the command ----------------------------------------------------------------------- */

static int
one_workspace(const struct invocation *invocation, struct pg *pg,
              const struct config_workspace *workspace, const struct reconcile_options *asked,
              struct output *output)
{
    struct reconcile_result *result = memory_get(sizeof *result);
    struct reconcile_options with_progress = *asked;
    AUTO(progress_done) struct progress progress = { 0 };
    struct quosync_error err = { 0 };
    bool good;
    int status;

    if (result == NULL) {
        (void)error_no_memory(&err);
        return failed(invocation, &err);
    }
    *result = (struct reconcile_result){ 0 }; /* for a run that cannot begin */
    progress_start(&progress, workspace->name, 0);
    with_progress.progress = show;
    with_progress.progress_state = &progress;
    good = migrate_workspace(pg, workspace->org_id, workspace->name, workspace->timezone, &err) &&
           reconcile_run(pg, invocation->config, workspace, &with_progress, result, &err);
    progress_done(&progress);
    if (invocation->json)
        print_json(output, workspace, asked, result);
    else
        print_line(workspace, asked, result);
    status = report(invocation, workspace, asked, result);
    /* An error of no step: the database, the key. */
    if (!good && status != exit_status(err.kind) && exit_worse(status, exit_status(err.kind)) !=
                                                        status)
        status = exit_worse(status, failed(invocation, &err));
    memory_free(result);
    return status;
}

static int
all_workspaces(const struct invocation *invocation, struct pg *pg,
               const struct reconcile_options *asked)
{
    const struct config *config = invocation->config;
    struct output output = { .file = stdout };
    int status = EXIT_DONE;

    if (invocation->json)
        output_begin(&output, NULL, '[');
    for (size_t i = 0; i < config->n_workspaces && !stop_requested(); i++) {
        const struct config_workspace *workspace = &config->workspaces[i];

        if (invocation->workspace == NULL || strcmp(invocation->workspace, workspace->name) == 0)
            status = exit_worse(status, one_workspace(invocation, pg, workspace, asked, &output));
    }
    if (invocation->json)
        output_end(&output, ']');
    return status;
}

static bool
read_steps(const struct invocation *invocation, unsigned *steps)
{
    for (size_t i = 0; i < invocation->n_operands; i++) {
        int s = 0;

        while (s < RECONCILE_STEPS &&
               strcmp(reconcile_step_name((enum reconcile_step)s), invocation->operands[i]) != 0)
            s++;
        if (s == RECONCILE_STEPS) {
            (void)wrong_usage(invocation, "\"%.64s\" is none of directory, contacts, calls, "
                              "messages and deliveries", invocation->operands[i]);
            return false;
        }
        *steps |= 1U << s;
    }
    return true;
}

static int
run(struct invocation *invocation)
{
    const char *details = option_value(invocation, "details");
    struct reconcile_options asked = {
        .since_us = INT64_MIN,
        .details_all = details != NULL,
        .allow_mass_delete = option_value(invocation, "allow-mass-delete") != NULL,
        .dry_run = option_value(invocation, "dry-run") != NULL,
    };
    struct quosync_error err = { 0 };
    struct pg *pg = NULL;
    int status;

    if (details != NULL && strcmp(details, "all") != 0)
        return wrong_usage(invocation, "--details takes \"all\" only");
    if (!option_instant(invocation, "since", clock_now_us(), &asked.since_us) ||
        !read_steps(invocation, &asked.steps))
        return EXIT_USAGE;
    if (!stop_install(&err) || !connect_open(invocation->config, "reconcile", &pg, &err))
        status = failed(invocation, &err);
    else
        status = all_workspaces(invocation, pg, &asked);
    pg_close(&pg);
    return status;
}

const struct command cmd_reconcile = {
    .name = "reconcile", .args = "[directory] [contacts] [calls] [messages] [deliveries]",
    .run = run,
    .summary = "make the mirror equal to Quo again, over the REST API",
    .details = "Reads what Quo holds, repairs what the mirror missed, and says what it repaired.\n"
               "Without operands all five are done; directory is users, phone numbers and the\n"
               "definitions of custom fields. Run it from cron, daily or more often: a run that\n"
               "was cut goes on where it was, and only one is at work at a time.\n",
    .options = options,
    .traits = COMMAND_JSON | COMMAND_WORKSPACE, .need = CONFIG_NEED_API_KEY,
    .most_operands = RECONCILE_STEPS,
};
