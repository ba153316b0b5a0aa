/*
 * cmd_webhook.c - quosync webhook: the subscription at Quo.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/connect.h"
#include "app/output.h"
#include "app/webhook.h"
#include "base/stop.h"
#include "cmd/command.h"
#include "core/error.h"
#include "core/memory.h"

#define DELIVERIES_AT_MOST 50

static const struct command_option options[] = {
    { "url", "URL", "update: where to deliver" },
    { "events", "LIST", "update: event types, separated by commas; replaces the list" },
    { "resource-ids", "LIST", "update: phone number ids, or *; replaces the list" },
    { "status", "STATUS", "update: enabled or disabled; deliveries: success, failed, ..." },
    { "label", "TEXT", "update: a name for people" },
    { NULL, NULL, NULL }
};

/* What a subcommand acts with. */
struct job {
    const struct invocation *invocation;
    struct client *client;
    const char **operands; /* without the subcommand's name */
};

/* Quo's own object, for programs; never with a key. */
static void
print_object(json_t *object)
{
    char *text;

    json_object_del(object, "key");
    text = json_dumps(object, JSON_INDENT(2));
    (void)puts(text != NULL ? text : "null");
    memory_free(text);
}

static const char *
member(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));

    return text != NULL ? text : "-";
}

static void
print_plain(const char *text, const char *after)
{
    output_plain(stdout, text);
    (void)fputs(after, stdout);
}

static void
print_subscription(const struct config_workspace *workspace, const json_t *subscription)
{
    print_plain(member(subscription, "id"), "  ");
    print_plain(member(subscription, "status"), "  ");
    print_plain(member(subscription, "url"), "  ");
    (void)printf("%zu types", json_array_size(json_object_get(subscription, "events")));
    (void)puts(webhook_is_ours(workspace, subscription) ? "  (this workspace's)" : "");
}

/* ---- subcommands ------------------------------------------------------------------- */

static bool
ensure(struct job *job, struct quosync_error *err)
{
    struct webhook_ensured ensured;

    if (!webhook_ensure(job->client, job->invocation->one, job->operands[0], &ensured, err))
        return false;
    if (job->invocation->json) {
        struct output output = { .file = stdout };

        output_begin(&output, NULL, '{');
        output_text(&output, "id", ensured.id);
        output_boolean(&output, "created", ensured.created);
        output_boolean(&output, "rotated", ensured.rotated);
        output_boolean(&output, "corrected",
                       ensured.url || ensured.events || ensured.status || ensured.resources);
        output_number(&output, "others", (int64_t)ensured.others);
        output_end(&output, '}');
        return true;
    }
    (void)printf("subscription %s %s%s%s%s%s%s\n", ensured.id,
                 ensured.created ? "was made and enabled"
                 : ensured.url || ensured.events || ensured.status || ensured.resources
                     ? "was corrected:"
                     : "is as it should be",
                 ensured.url ? " URL" : "", ensured.events ? " event types" : "",
                 ensured.status ? " status" : "", ensured.resources ? " phone numbers" : "",
                 ensured.rotated ? "; a new key was made" : "");
    if (ensured.created || ensured.rotated)
        (void)printf("its key is the first line of %s\n",
                     job->invocation->one->webhook_secrets_file);
    if (ensured.others > 0)
        (void)fprintf(stderr, "quosync webhook: %zu more subscriptions have this URL, so each "
                      "event comes more than once: delete them\n", ensured.others);
    return true;
}

static bool
list(struct job *job, struct quosync_error *err)
{
    struct api_answer answer;
    json_t *data = NULL, *item;
    size_t i;

    if (!client_get(job->client, "/webhooks", &answer, &data, err))
        return false;
    if (job->invocation->json)
        print_object(data);
    else
        json_array_foreach(data, i, item)
            print_subscription(job->invocation->one, item);
    json_decref(data);
    return true;
}

static bool
show_path(struct job *job, const char *path, struct quosync_error *err)
{
    struct api_answer answer;
    json_t *data = NULL;

    if (!client_get(job->client, path, &answer, &data, err))
        return false;
    print_object(data);
    json_decref(data);
    return true;
}

static bool
show(struct job *job, struct quosync_error *err)
{
    char path[512] = "/webhooks/";

    return (api_path_add(path, sizeof path, job->operands[0]) ||
            error_set(err, QUOSYNC_BAD_INPUT, "\"%.64s...\" is too long for an id",
                      job->operands[0])) &&
           show_path(job, path, err);
}

static bool
update(struct job *job, struct quosync_error *err)
{
    const struct webhook_changes changes = {
        .url = option_value(job->invocation, "url"),
        .status = option_value(job->invocation, "status"),
        .label = option_value(job->invocation, "label"),
        .events = option_value(job->invocation, "events"),
        .resource_ids = option_value(job->invocation, "resource-ids"),
    };
    json_t *subscription;

    if (!webhook_update(job->client, job->operands[0], &changes, &subscription, err))
        return false;
    print_object(subscription);
    json_decref(subscription);
    return true;
}

static bool
rotate(struct job *job, struct quosync_error *err)
{
    if (!webhook_rotate(job->client, job->invocation->one, job->operands[0], err))
        return false;
    (void)printf("the new key of subscription %s is the first line of %s; keep the old ones there "
                 "for a day\n", job->operands[0], job->invocation->one->webhook_secrets_file);
    return true;
}

static bool
test(struct job *job, struct quosync_error *err)
{
    const char *type = job->operands[1] != NULL ? job->operands[1] : "contact.updated";
    json_t *envelope;

    if (!webhook_test(job->client, job->invocation->one, job->operands[0], type, &envelope, err))
        return false;
    if (job->invocation->json)
        print_object(envelope);
    else {
        (void)fputs("Quo will deliver the test event ", stdout);
        print_plain(member(envelope, "id"), ", which is archived and changes nothing\n");
    }
    json_decref(envelope);
    return true;
}

static bool
delete(struct job *job, struct quosync_error *err)
{
    if (!webhook_delete(job->client, job->operands[0], err))
        return false;
    (void)printf("subscription %s was deleted\n", job->operands[0]);
    return true;
}

static void
print_delivery(const json_t *delivery)
{
    print_plain(member(delivery, "createdAt"), "  ");
    print_plain(member(delivery, "status"), "  ");
    print_plain(member(delivery, "eventType"), "  ");
    print_plain(member(delivery, "id"), "\n");
}

/* The newest, or one with all its attempts. */
static bool
deliveries(struct job *job, struct quosync_error *err)
{
    char path[1024] = "/webhooks/";
    const char *status = option_value(job->invocation, "status");
    struct api_answer answer;
    json_t *data = NULL, *item;
    size_t i;

    if (!api_path_add(path, sizeof path, job->operands[0]) ||
        !api_path_join(path, sizeof path, "/events") ||
        (job->operands[1] != NULL && (!api_path_join(path, sizeof path, "/") ||
                                      !api_path_add(path, sizeof path, job->operands[1]))))
        return error_set(err, QUOSYNC_BAD_INPUT, "\"%.64s\" or \"%.64s\" is too long for an id",
                         job->operands[0], job->operands[1] != NULL ? job->operands[1] : "");
    if (job->operands[1] != NULL)
        return show_path(job, path, err);
    if (!api_path_join(path, sizeof path, status != NULL ? "?limit=50&status=" : "?limit=50") ||
        (status != NULL && !api_path_add(path, sizeof path, status)))
        return error_set(err, QUOSYNC_BAD_INPUT, "\"%.64s...\" is too long for a status", status);
    if (!client_get(job->client, path, &answer, &data, err))
        return false;
    if (job->invocation->json)
        print_object(data);
    else
        json_array_foreach(data, i, item)
            print_delivery(item);
    json_decref(data);
    return true;
}

static bool
retry(struct job *job, struct quosync_error *err)
{
    if (!webhook_retry(job->client, job->operands[0], job->operands[1], err))
        return false;
    (void)puts("Quo will deliver it once more");
    return true;
}

/* ---- the command ----------------------------------------------------------------------- */

static const struct subcommand {
    const char *name;
    size_t least, most; /* operands after the name */
    bool (*run)(struct job *job, struct quosync_error *err);
} subcommands[] = {
    { "ensure", 1, 1, ensure }, { "list", 0, 0, list },
    { "show", 1, 1, show },     { "update", 1, 1, update },
    { "rotate", 1, 1, rotate }, { "test", 1, 2, test },
    { "delete", 1, 1, delete }, { "deliveries", 1, 2, deliveries },
    { "retry", 2, 2, retry },
};

static const struct subcommand *
find_subcommand(const char *name)
{
    for (size_t i = 0; i < sizeof subcommands / sizeof *subcommands; i++)
        if (strcmp(subcommands[i].name, name) == 0)
            return &subcommands[i];
    return NULL;
}

static bool
act(struct invocation *invocation, const struct subcommand *subcommand, struct quosync_error *err)
{
    const char *operands[3] = { NULL, NULL, NULL };
    struct pg *pg = NULL;
    struct client client = { 0 };
    struct job job = { invocation, &client, operands };
    bool good;

    for (size_t i = 1; i < invocation->n_operands; i++)
        operands[i - 1] = invocation->operands[i];
    good = stop_install(err) && connect_open(invocation->config, "webhook", &pg, err) &&
           client_open(pg, invocation->config, invocation->one, 0, &client, err) &&
           subcommand->run(&job, err);
    client_done(&client);
    pg_close(&pg);
    return good;
}

static int
run(struct invocation *invocation)
{
    const struct subcommand *subcommand = find_subcommand(invocation->operands[0]);
    struct quosync_error err = { 0 };

    if (subcommand == NULL)
        return wrong_usage(invocation, "there is no \"%.64s\"", invocation->operands[0]);
    if (invocation->n_operands - 1 < subcommand->least ||
        invocation->n_operands - 1 > subcommand->most)
        return wrong_usage(invocation, "%s takes %zu to %zu operands", subcommand->name,
                           subcommand->least, subcommand->most);
    return act(invocation, subcommand, &err) ? EXIT_DONE : failed(invocation, &err);
}

const struct command cmd_webhook = {
    .name = "webhook",
    .args = "ensure URL | list | show ID | update ID | rotate ID | test ID [TYPE] | delete ID | "
            "deliveries ID [DELIVERY] | retry ID DELIVERY",
    .run = run,
    .summary = "make and keep the subscription at Quo",
    .details =
        "ensure      make it what it should be: this URL, enabled, every event type, all\n"
        "            phone numbers; may be run any number of times\n"
        "list, show  what is there; show has one in full\n"
        "update      change what the options say\n"
        "rotate      give it a new key; the old one is accepted until it is taken out\n"
        "test        have Quo send a test event, which is archived and changes nothing\n"
        "delete      end it\n"
        "deliveries  what Quo sent, and how it was answered; or one delivery in full\n"
        "retry       have Quo send a delivery again\n"
        "\n"
        "A new key of ensure and rotate becomes the first line of webhook_secrets_file, from\n"
        "where receivers read it by themselves.\n",
    .options = options,
    .traits = COMMAND_JSON | COMMAND_WORKSPACE | COMMAND_ONE_WORKSPACE,
    .need = CONFIG_NEED_API_KEY,
    .least_operands = 1, .most_operands = 3,
};
