/*
 * status.c - judges what db/status reads.
 */
#include "app/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "app/client.h"
#include "app/webhook.h"
#include "core/error.h"
#include "db/migrate.h"

#define US_PER_S INT64_C(1000000)
/* Workers keep four weeks ahead: fewer means that none has run for long. */
#define WEEKS_AHEAD_FEW 2

const char *
status_age(int64_t us, char text[STATUS_AGE_SIZE])
{
    const int64_t s = us < 0 ? 0 : us / US_PER_S;

    if (s < 120)
        (void)snprintf(text, STATUS_AGE_SIZE, "%lld s", (long long)s);
    else if (s < 2 * 3600)
        (void)snprintf(text, STATUS_AGE_SIZE, "%lld m", (long long)(s / 60));
    else if (s < 2 * 86400)
        (void)snprintf(text, STATUS_AGE_SIZE, "%lld h", (long long)(s / 3600));
    else
        (void)snprintf(text, STATUS_AGE_SIZE, "%lld d", (long long)(s / 86400));
    return text;
}

__attribute__((format(printf, 4, 5))) static void
add(struct status *status, enum status_topic topic, bool critical, const char *format, ...)
{
    struct status_problem *problem = &status->problems[status->n_problems];
    va_list args;

    if (status->n_problems == STATUS_PROBLEMS_MAX)
        return;
    status->n_problems++;
    problem->topic = topic;
    problem->critical = critical;
    va_start(args, format);
    (void)vsnprintf(problem->text, sizeof problem->text, format, args);
    va_end(args);
}

static int64_t
later(int64_t a, int64_t b)
{
    return a > b ? a : b; /* STATUS_NEVER is the least */
}

/* Receivers' clocks may be ahead of the server's. */
static int64_t
age(const struct status_facts *facts, int64_t us)
{
    return us == STATUS_NEVER || us > facts->now_us ? 0 : facts->now_us - us;
}

static void
judge(struct status *status, const struct config *config,
      const struct config_workspace *workspace, int64_t since_us)
{
    const struct status_facts *facts = &status->facts;
    const bool has_rest = workspace->api_key[0] != '\0' || workspace->api_key_file[0] != '\0';
    const int64_t heard_us = later(status->last_delivery_us, since_us);
    char text[STATUS_AGE_SIZE], limit[STATUS_AGE_SIZE];

    if (status->oldest_age_us > config->status_max_age_s * US_PER_S)
        add(status, STATUS_INBOX, true, "the oldest delivery has waited for %s (status_max_age "
            "%s): is a worker running?", status_age(status->oldest_age_us, text),
            status_age(config->status_max_age_s * US_PER_S, limit));
    if (facts->weeks_ahead < WEEKS_AHEAD_FEW)
        add(status, STATUS_PARTITIONS, facts->weeks_ahead == 0, "the archive has partitions for "
            "only %lld weeks ahead: run quosync migrate", (long long)facts->weeks_ahead);
    if (facts->dead > 0)
        add(status, STATUS_DEAD_LETTERS, false, "%lld dead letter%s: see quosync dead list",
            (long long)facts->dead, facts->dead == 1 ? "" : "s");
    if (age(facts, heard_us) > config->status_max_silence_s * US_PER_S)
        add(status, STATUS_SILENCE, false, "no delivery came for %s (status_max_silence %s)",
            status_age(age(facts, heard_us), text),
            status_age(config->status_max_silence_s * US_PER_S, limit));
    /* Without an API key nobody can reconcile: no use in asking for it. */
    if (has_rest && age(facts, later(facts->reconciled_us, since_us)) >
                        config->status_max_reconcile_age_s * US_PER_S)
        add(status, STATUS_RECONCILED, false, "%s (status_max_reconcile_age %s)",
            facts->reconciled_us == STATUS_NEVER ? "it was never reconciled"
                                                 : "the last reconciliation is too long ago",
            status_age(config->status_max_reconcile_age_s * US_PER_S, limit));
}

bool
status_read(struct pg *pg, const struct config *config, const struct config_workspace *workspace,
            int64_t since_us, bool rows, struct status *status, struct quosync_error *err)
{
    struct status_facts *facts = &status->facts;

    memset(status, 0, sizeof *status);
    (void)snprintf(status->subscription, sizeof status->subscription, "not checked");
    if (!status_facts_read(pg, workspace->org_id, facts, err) ||
        (rows && !status_rows_read(pg, workspace->org_id, &status->rows, err)))
        return false;
    status->rows_known = rows;
    status->oldest_age_us = age(facts, facts->oldest_waiting_us);
    status->last_delivery_us =
        later(facts->newest_waiting_us, later(facts->newest_applied_us, facts->newest_dead_us));
    /* What waits is what the tables lack: they are as old as its oldest. */
    status->lag_us = facts->waiting == 0
                         ? 0
                         : facts->newest_waiting_us - facts->oldest_waiting_us;
    judge(status, config, workspace, since_us);
    return true;
}

/* A person or a monitor waits: one try, no repeats. */
static bool
ask_for_subscription(struct pg *pg, const struct config *config,
                     const struct config_workspace *workspace, char *words, size_t room,
                     struct quosync_error *err)
{
    AUTO(client_done) struct client client = { 0 };
    struct api_answer answer;
    json_t *list = NULL;

    if (!client_open(pg, config, workspace, 1, &client, err) ||
        !client_get(&client, "/webhooks", &answer, &list, err))
        return false;
    webhook_judge(workspace, list, words, room);
    json_decref(list);
    return true;
}

void
status_check_subscription(struct pg *pg, const struct config *config,
                          const struct config_workspace *workspace, struct status *status)
{
    struct quosync_error err;
    char words[160];

    if (workspace->api_key[0] == '\0')
        return;
    if (!ask_for_subscription(pg, config, workspace, words, sizeof words, &err)) {
        (void)snprintf(status->subscription, sizeof status->subscription, "not checked: %.160s",
                       err.text);
        if (err.kind == QUOSYNC_CONFIG)
            add(status, STATUS_SUBSCRIPTION, false, "%.140s", err.text);
        return;
    }
    (void)snprintf(status->subscription, sizeof status->subscription, "%s",
                   words[0] != '\0' ? words : "as it should be");
    if (words[0] != '\0')
        add(status, STATUS_SUBSCRIPTION, false,
            "the subscription at Quo: %.80s: run quosync webhook ensure URL", words);
}

bool
status_since(struct pg *pg, int64_t *since_us, struct quosync_error *err)
{
    AUTO(applied_migrations_done) struct applied_migrations applied = { 0 };

    if (!applied_migrations_read(pg, &applied, err))
        return false;
    *since_us = applied.n == 0 ? STATUS_NEVER : applied.items[0].applied_us;
    return true;
}

bool
status_critical(const struct status *status)
{
    for (size_t i = 0; i < status->n_problems; i++)
        if (status->problems[i].critical)
            return true;
    return false;
}
