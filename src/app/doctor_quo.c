/*
 * doctor_quo.c - Quo's side of one workspace: the API key, whose it is, Quo's
 * clock, and the subscription.
 */
#include <config.h>

#include "app/doctor_internal.h"

#include <jansson.h>
#include <string.h>

#include "app/client.h"
#include "app/webhook.h"
#include "base/clock.h"

/* A Date is whole seconds, and an answer takes its time. */
#define CLOCK_WARN_US (30 * CLOCK_US_PER_S)
/* Deliveries whose timestamp is further off are refused. */
#define CLOCK_BAD_US (300 * CLOCK_US_PER_S)

static const char *const checks[] = { "api-key", "quo-clock", "org-id", "subscription", NULL };

static void
judge_clock(struct doctor *doctor, const struct config_workspace *workspace,
            const struct api_answer *answer)
{
    const int64_t ahead_us = clock_now_us() - answer->date_us;
    const int64_t off_us = ahead_us < 0 ? -ahead_us : ahead_us;
    char span[DOCTOR_SPAN_SIZE];

    if (!answer->has_date) {
        found(doctor, DOCTOR_WARNING, "quo-clock", workspace,
              "Quo's answer has no usable Date: it can repair nothing");
        remedy(doctor, "See what is between this host and api_url: a proxy may drop it.");
    } else if (off_us < CLOCK_WARN_US) {
        found(doctor, DOCTOR_OK, "quo-clock", workspace, "agrees with this host's");
    } else {
        found(doctor, off_us <= CLOCK_BAD_US ? DOCTOR_WARNING : DOCTOR_FAILED, "quo-clock",
              workspace, "this host's clock is %s Quo's: %s", doctor_span(ahead_us, span),
              off_us <= CLOCK_BAD_US ? "from 300 s on, deliveries are refused"
                                     : "every delivery is refused (401)");
        remedy(doctor, "Set the clock by NTP: timedatectl set-ntp true");
    }
}

static void
judge_org_id(struct doctor *doctor, const struct config_workspace *workspace, const json_t *data)
{
    const char *id = json_string_value(json_object_get(data, "id"));

    if (id == NULL) {
        found(doctor, DOCTOR_WARNING, "org-id", workspace, "Quo does not say whose key it is");
        remedy(doctor, "Run quosync doctor again; if it stays, Quo has changed its API.");
    } else if (!workspace->org_id_configured) {
        found(doctor, DOCTOR_WARNING, "org-id", workspace,
              "org_id is not set: rows are stored under \"%s\", whatever workspace an event is "
              "of; the key is of \"%.128s\"", workspace->org_id, id);
        remedy(doctor, "Set org_id = %.128s, then run: quosync migrate --rename-workspace %s "
                       "%.128s", id, workspace->org_id, id);
    } else if (strcmp(id, workspace->org_id) == 0) {
        found(doctor, DOCTOR_OK, "org-id", workspace, "\"%s\", as the API key's", id);
    } else {
        failed_as(doctor, QUOSYNC_CONFIG, "org-id", workspace,
                  "the API key is of workspace \"%.128s\", the configured org_id is \"%s\"", id,
                  workspace->org_id);
        remedy(doctor, "Correct org_id or api_key of workspace %s.", workspace->name);
    }
}

static void
judge_subscription(struct doctor *doctor, struct client *client,
                   const struct config_workspace *workspace)
{
    struct quosync_error err;
    struct api_answer answer;
    json_t *list = NULL;
    char words[160];

    if (!client_get(client, "/webhooks", &answer, &list, &err)) {
        failed_with(doctor, "subscription", workspace, &err, "Try: quosync webhook list");
        return;
    }
    webhook_judge(workspace, list, words, sizeof words);
    json_decref(list);
    if (words[0] == '\0') {
        found(doctor, DOCTOR_OK, "subscription", workspace, "as it should be");
        return;
    }
    found(doctor, DOCTOR_FAILED, "subscription", workspace, "%s", words);
    remedy(doctor, "Run: quosync webhook ensure https://HOST%.200s (quosync webhook list shows "
                   "what is there)", workspace->path);
}

void
doctor_quo(struct doctor *doctor, const struct config_workspace *workspace)
{
    /* Turns are kept in the database; where that is not to be had, one request does no harm. */
    struct pg *pg = doctor->schema && doctor->writable && pg_usable(doctor->pg) ? doctor->pg : NULL;
    AUTO(client_done) struct client client = { 0 };
    struct quosync_error err;
    struct api_answer answer;
    json_t *data = NULL;

    if (!doctor->options->rest || workspace->api_key[0] == '\0') {
        doctor_skip(doctor, checks, "api-key", workspace,
                    !doctor->options->rest ? "Quo is not asked (--no-rest)"
                    : workspace->api_key_file[0] != '\0' ? "the API key cannot be read"
                                                         : "there is no API key (api_key_file)");
        return;
    }
    /* A person waits: one try. */
    if (!client_open(pg, doctor->config, workspace, 1, &client, &err) ||
        !client_get(&client, "/organization", &answer, &data, &err)) {
        failed_with(doctor, "api-key", workspace, &err,
                    err.kind == QUOSYNC_CONFIG
                        ? "Make another in Quo (Settings, API), and put it into api_key_file."
                        : "Try: curl -I on api_url; a firewall or a proxy may be in the way.");
        doctor_skip(doctor, checks, "quo-clock", workspace, "Quo does not answer with this key");
        return;
    }
    found(doctor, DOCTOR_OK, "api-key", workspace, "accepted by %s", doctor->config->api_url);
    judge_clock(doctor, workspace, &answer);
    judge_org_id(doctor, workspace, data);
    json_decref(data);
    judge_subscription(doctor, &client, workspace);
}
