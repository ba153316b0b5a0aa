/*
 * cmd_status.c - quosync status: one block for each workspace, or one line for
 * a monitoring system.
 */
#include <inttypes.h>
#include <stdio.h>

#include "app/connect.h"
#include "app/output.h"
#include "app/status.h"
#include "cmd/command.h"
#include "core/error.h"

#define NAGIOS_UNKNOWN 3
#define CANNOT_TELL 69

static void
print_rows(const struct status_rows *rows)
{
    (void)printf("  rows           %" PRId64 " contacts (and %" PRId64 " deleted), %" PRId64
                 " messages, %" PRId64 " calls, %" PRId64 " voicemails, %" PRId64
                 " users, %" PRId64 " phone numbers\n",
                 rows->contacts, rows->deleted_contacts, rows->messages, rows->calls,
                 rows->voicemails, rows->users, rows->phone_numbers);
}

static void
print_text(const struct config_workspace *workspace, const struct status *status, bool first)
{
    const struct status_facts *facts = &status->facts;
    char age[STATUS_AGE_SIZE];

    (void)printf("%sworkspace %s (org_id %s): %s\n", first ? "" : "\n", workspace->name,
                 workspace->org_id, status->n_problems == 0 ? "healthy" : "degraded");
    (void)printf("  inbox          %" PRId64 " waiting", facts->waiting);
    if (facts->waiting > 0)
        (void)printf(", the oldest for %s", status_age(status->oldest_age_us, age));
    (void)printf("\n  apply lag      %s\n", status_age(status->lag_us, age));
    (void)printf("  dead letters   %" PRId64 "\n", facts->dead);
    if (status->last_delivery_us == STATUS_NEVER)
        (void)printf("  last delivery  never\n");
    else
        (void)printf("  last delivery  %s ago\n",
                     status_age(facts->now_us - status->last_delivery_us, age));
    if (facts->reconciled_us == STATUS_NEVER)
        (void)printf("  reconciled     never\n");
    else
        (void)printf("  reconciled     %s ago, %" PRId64 " read, %" PRId64 " repaired\n",
                     status_age(facts->now_us - facts->reconciled_us, age),
                     facts->reconcile_checked, facts->reconcile_repaired);
    (void)printf("  subscription   %s\n", status->subscription);
    (void)printf("  partitions     %" PRId64 " weeks ahead\n", facts->weeks_ahead);
    print_rows(&status->rows);
    for (size_t i = 0; i < status->n_problems; i++)
        (void)printf("  problem: %s\n", status->problems[i].text);
}

static void
instant(struct output *output, const char *name, int64_t us)
{
    if (us == STATUS_NEVER)
        output_null(output, name);
    else
        output_instant(output, name, us);
}

static void
print_json(struct output *output, const struct config_workspace *workspace,
           const struct status *status)
{
    const struct status_facts *facts = &status->facts;
    const struct status_rows *rows = &status->rows;

    output_begin(output, NULL, '{');
    output_text(output, "workspace", workspace->name);
    output_text(output, "org_id", workspace->org_id);
    output_boolean(output, "healthy", status->n_problems == 0);
    output_number(output, "inbox_deliveries", facts->waiting);
    output_number(output, "inbox_oldest_age_seconds", status->oldest_age_us / 1000000);
    output_number(output, "apply_lag_seconds", status->lag_us / 1000000);
    output_number(output, "dead_letters", facts->dead);
    instant(output, "last_delivery_at", status->last_delivery_us);
    instant(output, "reconciled_at", facts->reconciled_us);
    output_number(output, "reconcile_checked", facts->reconcile_checked);
    output_number(output, "reconcile_repaired", facts->reconcile_repaired);
    output_text(output, "subscription", status->subscription);
    output_number(output, "partition_weeks_ahead", facts->weeks_ahead);
    output_begin(output, "rows", '{');
    output_number(output, "contacts", rows->contacts);
    output_number(output, "deleted_contacts", rows->deleted_contacts);
    output_number(output, "messages", rows->messages);
    output_number(output, "calls", rows->calls);
    output_number(output, "voicemails", rows->voicemails);
    output_number(output, "users", rows->users);
    output_number(output, "phone_numbers", rows->phone_numbers);
    output_end(output, '}');
    output_begin(output, "problems", '[');
    for (size_t i = 0; i < status->n_problems; i++)
        output_text(output, NULL, status->problems[i].text);
    output_end(output, ']');
    output_end(output, '}');
}

/* What all workspaces come to. */
struct verdict {
    size_t n;          /* looked at */
    bool degraded, critical;
    char first[224];   /* the first problem, for the one line */
    size_t n_problems;
    int64_t waiting, dead, oldest_age_us;
};

static void
count(struct verdict *verdict, const struct config_workspace *workspace,
      const struct status *status)
{
    verdict->n++;
    verdict->degraded = verdict->degraded || status->n_problems > 0;
    verdict->critical = verdict->critical || status_critical(status);
    verdict->waiting += status->facts.waiting;
    verdict->dead += status->facts.dead;
    if (status->oldest_age_us > verdict->oldest_age_us)
        verdict->oldest_age_us = status->oldest_age_us;
    if (status->n_problems > 0 && verdict->n_problems == 0)
        (void)snprintf(verdict->first, sizeof verdict->first, "%s: %s", workspace->name,
                       status->problems[0].text);
    verdict->n_problems += status->n_problems;
}

static int
print_nagios(const struct verdict *verdict)
{
    const int status = verdict->critical ? 2 : verdict->degraded ? 1 : 0;
    static const char *const words[] = { "OK", "WARNING", "CRITICAL" };

    (void)printf("QUOSYNC %s - ", words[status]);
    if (verdict->n_problems == 0)
        (void)printf("%" PRId64 " waiting, %" PRId64 " dead letters", verdict->waiting,
                     verdict->dead);
    else if (verdict->n_problems == 1)
        (void)printf("%s", verdict->first);
    else
        (void)printf("%s (and %zu more)", verdict->first, verdict->n_problems - 1);
    (void)printf(" | waiting=%" PRId64 " oldest=%" PRId64 "s dead=%" PRId64 "\n", verdict->waiting,
                 verdict->oldest_age_us / 1000000, verdict->dead);
    return status;
}

/* Nothing can be told: 69, or a plugin's 3 with the reason in its one line. */
static int
cannot_tell(const struct invocation *invocation, const struct quosync_error *err)
{
    int status;

    if (option_value(invocation, "nagios") != NULL) {
        (void)printf("QUOSYNC UNKNOWN - ");
        output_plain(stdout, err->text);
        (void)putchar('\n');
        return NAGIOS_UNKNOWN;
    }
    status = failed(invocation, err);
    return err->kind == QUOSYNC_TRY_LATER ? CANNOT_TELL : status;
}

static bool
look_at_all(const struct invocation *invocation, struct pg *pg, struct verdict *verdict,
            struct quosync_error *err)
{
    const bool nagios = option_value(invocation, "nagios") != NULL;
    const struct config *config = invocation->config;
    struct output output = { .file = stdout };
    int64_t since_us;

    if (!status_since(pg, &since_us, err))
        return false;
    if (invocation->json && !nagios) {
        output_begin(&output, NULL, '{');
        output_begin(&output, "workspaces", '[');
    }
    for (size_t i = 0; i < config->n_workspaces; i++) {
        const struct config_workspace *workspace = &config->workspaces[i];
        struct status status;

        if (invocation->one != NULL && invocation->one != workspace)
            continue;
        if (!status_read(pg, config, workspace, since_us, !nagios, &status, err))
            return false;
        if (option_value(invocation, "no-rest") == NULL)
            status_check_subscription(pg, config, workspace, &status);
        if (!nagios && invocation->json)
            print_json(&output, workspace, &status);
        else if (!nagios)
            print_text(workspace, &status, verdict->n == 0);
        count(verdict, workspace, &status);
    }
    if (invocation->json && !nagios) {
        output_end(&output, ']');
        output_boolean(&output, "healthy", !verdict->degraded);
        output_end(&output, '}');
    }
    return true;
}

static int
run(struct invocation *invocation)
{
    struct verdict verdict = { 0 };
    struct quosync_error err = { 0 };
    struct pg *pg = NULL;
    bool ok;

    if (invocation->report->bad) {
        (void)error_set(&err, QUOSYNC_CONFIG, "the configuration has mistakes");
        error_hint(&err, "Run quosync doctor.");
        return cannot_tell(invocation, &err);
    }
    if (!connect_open(invocation->config, "status", &pg, &err))
        return cannot_tell(invocation, &err);
    ok = look_at_all(invocation, pg, &verdict, &err);
    pg_close(&pg);
    if (!ok)
        return cannot_tell(invocation, &err);
    if (option_value(invocation, "nagios") != NULL)
        return print_nagios(&verdict);
    return verdict.degraded ? EXIT_FOUND : EXIT_DONE;
}

static const struct command_option options[] = {
    { "nagios", NULL, "one line and the exit status of a plugin: 0 to 3" },
    { "no-rest", NULL, "do not ask the REST API about the subscription" },
    { NULL, NULL, NULL },
};

const struct command cmd_status = {
    .name = "status", .args = "", .run = run, .options = options,
    .summary = "how each workspace does; exit 0 healthy, 1 degraded, 69 cannot tell",
    .details = "Degraded: a delivery waits for longer than status_max_age, no delivery came for\n"
               "status_max_silence, the last reconciliation is older than\n"
               "status_max_reconcile_age (where there is an API key), there are dead letters\n"
               "that nobody retried or discarded, the archive runs out of partitions, or the\n"
               "subscription at Quo is missing, disabled, or lacks event types.\n",
    .traits = COMMAND_JSON | COMMAND_WORKSPACE | COMMAND_ANY_CONFIG,
    .need = CONFIG_WANT_API_KEY,
};
