/*
 * webhook.c - see webhook.h.
 */
#include "app/webhook.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/points.h"
#include "base/secret_file.h"
#include "core/error.h"
#include "core/memory.h"
#include "db/reconcile.h"
#include "db/test_events.h"

#define PATH_SIZE 1024
#define TEST_LEASE "webhook test" /* inbox_claim knows it */

const char *const webhook_events[] = {
    "message.received",         "message.delivered",         "message.failed",
    "message.undelivered",      "call.ringing",              "call.answered",
    "call.completed",           "call.forwarded",            "call.missed",
    "call.menu.selected",       "call.recording.completed",  "call.summary.completed",
    "call.transcript.completed", "call.voicemail.completed", "contact.updated",
    "contact.deleted",          NULL,
};

/* ---- whose a subscription is ------------------------------------------------------- */

/* Subscriptions carry the workspace's name, so that they are known whatever their URL is. */
static void
label_of(const struct config_workspace *workspace, char *label, size_t room)
{
    (void)snprintf(label, room, "quosync %s", workspace->name);
}

static const char *
member(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));

    return text != NULL ? text : "";
}

/* Does its URL end where this workspace receives? (Which host that is, only the proxy knows.) */
static bool
leads_here(const struct config_workspace *workspace, const json_t *subscription)
{
    const char *host = strstr(member(subscription, "url"), "://");
    const char *path = host != NULL ? strchr(host + 3, '/') : NULL;
    size_t bytes = path != NULL ? strcspn(path, "?#") : 0;

    return bytes == strlen(workspace->path) && strncmp(path, workspace->path, bytes) == 0;
}

bool
webhook_is_ours(const struct config_workspace *workspace, const json_t *subscription)
{
    char label[256];

    label_of(workspace, label, sizeof label);
    return strcmp(member(subscription, "label"), label) == 0 ||
           leads_here(workspace, subscription);
}

/* The one with this URL, else one of ours; NULL: none. */
static json_t *
find(const struct config_workspace *workspace, json_t *list, const char *url, size_t *same_url)
{
    json_t *subscription, *found = NULL;
    size_t i;

    *same_url = 0;
    json_array_foreach(list, i, subscription) {
        if (strcmp(member(subscription, "url"), url) == 0 && ++*same_url == 1)
            found = subscription;
    }
    json_array_foreach(list, i, subscription) {
        if (found == NULL && webhook_is_ours(workspace, subscription))
            found = subscription;
    }
    return found;
}

static bool
names(const json_t *list, const char *text)
{
    json_t *item;
    size_t i;

    json_array_foreach(list, i, item) {
        if (json_is_string(item) && strcmp(json_string_value(item), text) == 0)
            return true;
    }
    return false;
}

/* The types that are missing, or NULL when none is; owned by the caller. */
static json_t *
missing_events(const json_t *subscription)
{
    const json_t *events = json_object_get(subscription, "events");
    json_t *missing = json_array();

    for (size_t i = 0; webhook_events[i] != NULL; i++)
        if (!names(events, webhook_events[i]))
            json_array_append_new(missing, json_string(webhook_events[i]));
    if (json_array_size(missing) > 0)
        return missing;
    json_decref(missing);
    return NULL;
}

static bool
is_filtered(const json_t *subscription)
{
    return !names(json_object_get(subscription, "resourceIds"), "*");
}

/* ---- requests ------------------------------------------------------------------------ */

static bool
path_of(const char *id, const char *end, char path[PATH_SIZE], struct quosync_error *err)
{
    (void)snprintf(path, PATH_SIZE, "/webhooks/");
    if (id[0] == '\0' || strspn(id, "0123456789") != strlen(id))
        return error_set(err, QUOSYNC_BAD_INPUT, "\"%.64s\" is no id of a subscription (digits)",
                         id);
    return (api_path_join(path, PATH_SIZE, id) && api_path_join(path, PATH_SIZE, end)) ||
           error_set(err, QUOSYNC_BAD_INPUT, "\"%.64s...\" is too long for an id", id);
}

/* Sends body (its reference is taken; NULL: none); *json is the whole answer. */
static bool
ask(struct client *client, enum api_method method, const char *path, json_t *body, bool once,
     json_t **json, struct quosync_error *err)
{
    struct api_answer answer;
    char *text = body != NULL ? json_dumps(body, JSON_COMPACT) : NULL;
    bool good;

    *json = NULL;
    if (body != NULL && text == NULL) {
        json_decref(body);
        return error_no_memory(err);
    }
    json_decref(body);
    good = api_ask(client->api, method, path, text, once, &answer, json, err) &&
           (answer.status < 400 || client_refused(&answer, path, err));
    memory_free(text);
    if (!good) {
        json_decref(*json);
        *json = NULL;
    }
    return good;
}

static bool
get_list(struct client *client, json_t **list, struct quosync_error *err)
{
    struct api_answer answer;

    if (!client_get(client, "/webhooks", &answer, list, err))
        return false;
    if (json_is_array(*list))
        return true;
    json_decref(*list);
    *list = NULL;
    return error_set(err, QUOSYNC_UNAVAILABLE, "GET /webhooks: the answer is no list");
}

/* ---- keys ------------------------------------------------------------------------------ */

static bool
has_secrets_file(const struct config_workspace *workspace, struct quosync_error *err)
{
    if (workspace->webhook_secrets_file[0] != '\0')
        return true;
    (void)error_set(err, QUOSYNC_CONFIG,
                    "webhook_secrets_file is not set for workspace \"%s\": a new key would be lost",
                    workspace->name);
    error_hint(err, "Name a file that the receiver reads its secrets from.");
    return false;
}

/* To be known before Quo makes a key: it shows it once. */
static bool
can_keep_a_key(const struct config_workspace *workspace, struct quosync_error *err)
{
    if (!has_secrets_file(workspace, err))
        return false;
    if (secret_file_try(workspace->webhook_secrets_file, err))
        return true;
    error_hint(err, "Run it as a user who can, or put webhook_secrets_file into a folder of its "
                    "own. Quo was not asked for a key.");
    return false;
}

/* The key of an answer's data, on disk before anybody hears of it. */
static bool
keep_key(const struct config_workspace *workspace, const json_t *json, const char *id,
         struct quosync_error *err)
{
    const json_t *data = json_object_get(json, "data");
    const char *key = json_string_value(json_object_get(data, "key"));

    QUOSYNC_POINT("webhook-key-answered");
    if (key == NULL) {
        (void)error_set(err, QUOSYNC_UNAVAILABLE, "Quo's answer holds no key");
        error_hint(err, "Run: quosync webhook rotate %s", id);
        return false;
    }
    if (!secret_file_prepend(workspace->webhook_secrets_file, key, err)) {
        error_hint(err, "Mend that, then run: quosync webhook rotate %s", id);
        return false;
    }
    QUOSYNC_POINT("webhook-key-stored");
    return true;
}

bool
webhook_rotate(struct client *client, const struct config_workspace *workspace, const char *id,
               struct quosync_error *err)
{
    char path[PATH_SIZE];
    json_t *json = NULL;
    bool good = can_keep_a_key(workspace, err) && path_of(id, "/rotate", path, err) &&
                ask(client, API_POST, path, NULL, true, &json, err) &&
                keep_key(workspace, json, id, err);

    if (!good && err->kind == QUOSYNC_TRY_LATER)
        error_hint(err, "Quo may have made a new key that nobody saw: run it again.");
    json_decref(json);
    return good;
}

/* ---- ensure ----------------------------------------------------------------------------- */

static json_t *
all_events(void)
{
    json_t *events = json_array();

    for (size_t i = 0; webhook_events[i] != NULL; i++)
        json_array_append_new(events, json_string(webhook_events[i]));
    return events;
}

static bool
patch(struct client *client, const char *id, json_t *changes, struct quosync_error *err)
{
    char path[PATH_SIZE];
    json_t *json = NULL;
    bool good = path_of(id, "", path, err);

    if (!good) {
        json_decref(changes);
        return false;
    }
    good = ask(client, API_PATCH, path, changes, false, &json, err);
    json_decref(json);
    return good;
}

static bool
create(struct client *client, const struct config_workspace *workspace, const char *url,
       struct webhook_ensured *ensured, struct quosync_error *err)
{
    char label[256];
    json_t *json = NULL;
    bool good;

    if (!can_keep_a_key(workspace, err))
        return false;
    label_of(workspace, label, sizeof label);
    good = ask(client, API_POST, "/webhooks",
                json_pack("{s:s, s:o, s:[s], s:s, s:s}", "url", url, "events", all_events(),
                          "resourceIds", "*", "status", "disabled", "label", label),
                true, &json, err);
    if (good) {
        (void)snprintf(ensured->id, sizeof ensured->id, "%s",
                       member(json_object_get(json, "data"), "id"));
        ensured->created = true;
        good = keep_key(workspace, json, ensured->id, err) &&
               patch(client, ensured->id, json_pack("{s:s}", "status", "enabled"), err);
    } else if (err->kind == QUOSYNC_TRY_LATER)
        error_hint(err, "Quo may have made it all the same: run it again, it will be found.");
    json_decref(json);
    return good;
}

/* What has to change, and in `ensured` its names. */
static json_t *
corrections(const json_t *subscription, const char *url, struct webhook_ensured *ensured)
{
    json_t *changes = json_object(), *missing = missing_events(subscription);

    if (strcmp(member(subscription, "url"), url) != 0) {
        ensured->url = true;
        json_object_set_new(changes, "url", json_string(url));
    }
    if (missing != NULL) {
        const json_t *named = json_object_get(subscription, "events");
        json_t *events = json_is_array(named) ? json_deep_copy(named) : json_array();

        ensured->events = true;
        json_array_extend(events, missing);
        json_object_set_new(changes, "events", events);
        json_decref(missing);
    }
    if (strcmp(member(subscription, "status"), "enabled") != 0) {
        ensured->status = true;
        json_object_set_new(changes, "status", json_string("enabled"));
    }
    if (is_filtered(subscription)) {
        ensured->resources = true;
        json_object_set_new(changes, "resourceIds", json_pack("[s]", "*"));
    }
    return changes;
}

/* Whether there is any key that Quo could sign with. */
static bool
file_holds_a_key(const struct config_workspace *workspace)
{
    struct secret_file file = { 0 };
    struct quosync_error ignored;
    bool holds = secret_file_read(workspace->webhook_secrets_file, false, &file, &ignored) &&
                 strspn(file.text, " \t\r\n,") != file.bytes;

    secret_file_done(&file);
    return holds;
}

static bool
correct(struct client *client, const struct config_workspace *workspace,
        const json_t *subscription, const char *url, struct webhook_ensured *ensured,
        struct quosync_error *err)
{
    json_t *changes = corrections(subscription, url, ensured);

    (void)snprintf(ensured->id, sizeof ensured->id, "%s", member(subscription, "id"));
    /*
     * One that is disabled may be what is left of an ensure that ended before it
     * had stored the key. A key too many harms nobody, one too few refuses all.
     */
    if (ensured->status || !file_holds_a_key(workspace)) {
        ensured->rotated = true;
        if (!webhook_rotate(client, workspace, ensured->id, err)) {
            json_decref(changes);
            return false;
        }
    }
    if (json_object_size(changes) > 0)
        return patch(client, ensured->id, changes, err);
    json_decref(changes);
    return true;
}

bool
webhook_ensure(struct client *client, const struct config_workspace *workspace, const char *url,
               struct webhook_ensured *ensured, struct quosync_error *err)
{
    json_t *list = NULL, *found;
    size_t same_url;
    bool good;

    *ensured = (struct webhook_ensured){ 0 };
    if (!has_secrets_file(workspace, err) || !get_list(client, &list, err))
        return false;
    found = find(workspace, list, url, &same_url);
    ensured->others = same_url > 1 ? same_url - 1 : 0;
    good = found == NULL ? create(client, workspace, url, ensured, err)
                         : correct(client, workspace, found, url, ensured, err);
    json_decref(list);
    return good;
}

/* ---- the rest of the management ------------------------------------------------------------ */

static json_t *
split(const char *text)
{
    json_t *list = json_array();

    while (*text != '\0') {
        size_t bytes = strcspn(text, ",");

        json_array_append_new(list, json_stringn(text, bytes));
        text += bytes + (text[bytes] == ',');
    }
    return list;
}

bool
webhook_update(struct client *client, const char *id, const struct webhook_changes *changes,
               json_t **subscription, struct quosync_error *err)
{
    char path[PATH_SIZE];
    json_t *body = json_object(), *json = NULL;
    bool good;

    if (changes->url != NULL)
        json_object_set_new(body, "url", json_string(changes->url));
    if (changes->status != NULL)
        json_object_set_new(body, "status", json_string(changes->status));
    if (changes->label != NULL)
        json_object_set_new(body, "label", json_string(changes->label));
    if (changes->events != NULL)
        json_object_set_new(body, "events", split(changes->events));
    if (changes->resource_ids != NULL)
        json_object_set_new(body, "resourceIds", split(changes->resource_ids));
    good = path_of(id, "", path, err);
    if (!good)
        json_decref(body);
    good = good && ask(client, API_PATCH, path, body, false, &json, err);
    *subscription = good ? json_incref(json_object_get(json, "data")) : NULL;
    json_decref(json);
    return good;
}

bool
webhook_delete(struct client *client, const char *id, struct quosync_error *err)
{
    char path[PATH_SIZE];
    json_t *json = NULL;
    bool good = path_of(id, "", path, err) &&
                ask(client, API_DELETE, path, NULL, false, &json, err);

    json_decref(json);
    return good;
}

static bool
ask_test(struct client *client, const char *path, const char *event_type, json_t **envelope,
         struct quosync_error *err)
{
    if (!ask(client, API_POST, path, json_pack("{s:s}", "eventType", event_type), true, envelope,
             err)) {
        if (err->kind == QUOSYNC_TRY_LATER)
            error_hint(err, "A test event may come all the same, and be taken for a real one.");
        return false;
    }
    if (member(*envelope, "id")[0] != '\0')
        return true;
    json_decref(*envelope);
    *envelope = NULL;
    return error_set(err, QUOSYNC_UNAVAILABLE, "%s: Quo's answer names no event", path);
}

static bool
note_test(struct pg *pg, const char *org_id, const char *event_id, struct quosync_error *err)
{
    AUTO(tx_end) struct tx tx = { 0 };

    return tx_begin(pg, &tx, err) && test_events_record(pg, org_id, event_id, err) &&
           tx_commit(&tx, err);
}

bool
webhook_test(struct client *client, const struct config_workspace *workspace, const char *id,
             const char *event_type, json_t **envelope, struct quosync_error *err)
{
    char path[PATH_SIZE];
    int64_t token;
    bool good;

    *envelope = NULL;
    if (!path_of(id, "/events/test", path, err) ||
        !lease_take(client->pg, workspace->org_id, TEST_LEASE, TEST_LEASE, &token, err))
        return false;
    good = ask_test(client, path, event_type, envelope, err);
    if (good && !note_test(client->pg, workspace->org_id, member(*envelope, "id"), err)) {
        json_decref(*envelope);
        *envelope = NULL;
        good = false;
    }
    if (pg_usable(client->pg))
        lease_release(client->pg, workspace->org_id, TEST_LEASE, token);
    return good;
}

bool
webhook_retry(struct client *client, const char *id, const char *delivery,
              struct quosync_error *err)
{
    char path[PATH_SIZE];
    json_t *json = NULL;
    bool good = path_of(id, "/events/", path, err);

    if (good && (!api_path_add(path, sizeof path, delivery) ||
                 !api_path_join(path, sizeof path, "/retry")))
        good = error_set(err, QUOSYNC_BAD_INPUT, "\"%.64s...\" is too long for an id", delivery);
    good = good && ask(client, API_POST, path, NULL, false, &json, err);
    json_decref(json);
    return good;
}

/* ---- judging --------------------------------------------------------------------------------- */

static void
add_words(char *words, size_t room, const char *more)
{
    size_t n = strlen(words);

    (void)snprintf(words + n, room - n, "%s%s", n > 0 ? "; " : "", more);
}

static void
judge_one(const struct config_workspace *workspace, const json_t *subscription, char *words,
          size_t room)
{
    json_t *missing = missing_events(subscription);

    if (!leads_here(workspace, subscription)) {
        char text[256];

        (void)snprintf(text, sizeof text, "wrong URL, its path is not %.200s", workspace->path);
        add_words(words, room, text);
    }
    if (strcmp(member(subscription, "status"), "enabled") != 0)
        add_words(words, room, "disabled");
    if (is_filtered(subscription))
        add_words(words, room, "filtered to some phone numbers");
    if (missing != NULL) {
        char text[128];

        (void)snprintf(text, sizeof text, "%zu types are missing, %s first",
                       json_array_size(missing), json_string_value(json_array_get(missing, 0)));
        add_words(words, room, text);
        json_decref(missing);
    }
}

void
webhook_judge(const struct config_workspace *workspace, const json_t *list, char *words,
              size_t room)
{
    json_t *subscription, *best = NULL;
    size_t i, n = 0;

    words[0] = '\0';
    json_array_foreach(list, i, subscription) {
        if (!webhook_is_ours(workspace, subscription))
            continue;
        n++;
        if (best == NULL || strcmp(member(subscription, "status"), "enabled") == 0)
            best = subscription;
    }
    if (best == NULL)
        add_words(words, room, json_array_size(list) == 0
                                   ? "none"
                                   : "none leads to this workspace's path");
    else
        judge_one(workspace, best, words, room);
    if (n > 1)
        add_words(words, room, "several lead here, so each event comes more than once");
}
