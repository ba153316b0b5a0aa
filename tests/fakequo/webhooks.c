/*
 * webhooks.c - subscriptions of the fake Quo, the log of what was delivered to
 * them, and real signed deliveries.
 *
 *   POST /_fake/deliver {"kind": "contact", "index": 3, "event": 0,
 *                        "lost": true, "status": "failed", "body": "data", "ago_s": 60}
 *
 * An event of the object happens. Each enabled subscription that names its type
 * gets a delivery: sent, or, where `lost`, only logged with `status`. `body`
 * says how the log shows it: envelope (as it is), string, or data (its data alone);
 * `ago_s` how long ago it was dispatched.
 *
 *   GET, POST /_fake/subscriptions    all of them with their keys, as an array; what
 *                                     there is from now on
 */
#include <curl/curl.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "quosync.h"
#include "requests.h"

#define SUBSCRIPTIONS_AT_MOST 50

static json_t *subscriptions; /* objects with "key" */
static json_t *deliveries;    /* oldest first; objects with "webhook", "sent" (text), "show" */
static unsigned next_id = 4711, next_delivery = 1, next_key = 1;

static json_t *
now_text(void)
{
    return workspace_instant((int64_t)time(NULL) * 1000);
}

static json_t *
subscriptions_get(void)
{
    if (subscriptions == NULL) {
        subscriptions = json_array();
        deliveries = json_array();
    }
    return subscriptions;
}

void
webhooks_done(void)
{
    json_decref(subscriptions);
    json_decref(deliveries);
}

static json_t *
subscription_find(const char *id)
{
    json_t *subscription;
    size_t i;

    json_array_foreach(subscriptions_get(), i, subscription) {
        if (strcmp(json_string_value(json_object_get(subscription, "id")), id) == 0)
            return subscription;
    }
    return NULL;
}

static json_t *
without_key(json_t *subscription)
{
    json_t *copy = json_deep_copy(subscription);

    json_object_del(copy, "key");
    return copy;
}

/* whsec_ and the base64 of 32 bytes that nobody else uses. */
static json_t *
new_key(void)
{
    unsigned char bytes[32];
    char text[64] = "whsec_";

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)workspace_mix(&server.ws, KINDS, next_key, i);
    next_key++;
    (void)EVP_EncodeBlock((unsigned char *)text + 6, bytes, sizeof bytes);
    return json_string(text);
}

/* ---- subscriptions ---------------------------------------------------- */

struct answer
webhooks_all(const struct request *request)
{
    json_t *all = subscriptions_get();

    if (strcmp(request->method, "POST") != 0)
        return (struct answer){ 200, json_deep_copy(all) };
    if (!json_is_array(request->body))
        return refuse(request, 400, "an array is needed");
    json_array_clear(all);
    json_array_extend(all, request->body);
    return (struct answer){ 200, json_object() };
}

static bool
strings_are_good(const json_t *list, size_t at_least)
{
    json_t *item;
    size_t i;

    if (!json_is_array(list) || json_array_size(list) < at_least)
        return false;
    json_array_foreach(list, i, item) {
        if (!json_is_string(item))
            return false;
    }
    return true;
}

/* Merges the members of a body into the subscription; NULL, or what is wrong. */
static const char *
subscription_change(json_t *subscription, const json_t *body)
{
    const char *url = json_string_value(json_object_get(body, "url"));
    const char *status = json_string_value(json_object_get(body, "status"));
    json_t *events = json_object_get(body, "events");
    json_t *resources = json_object_get(body, "resourceIds");
    json_t *label = json_object_get(body, "label");

    if (url != NULL && strncmp(url, "https://", 8) != 0 && strncmp(url, "http://127.0.0.1:", 17) != 0)
        return "/url: a public https URL is required";
    if (events != NULL && !strings_are_good(events, 1))
        return "/events: at least one event type is required";
    if (status != NULL && strcmp(status, "enabled") != 0 && strcmp(status, "disabled") != 0)
        return "/status: enabled or disabled";
    if (url != NULL)
        json_object_set_new(subscription, "url", json_string(url));
    if (events != NULL)
        json_object_set(subscription, "events", events);
    if (status != NULL)
        json_object_set_new(subscription, "status", json_string(status));
    if (label != NULL)
        json_object_set(subscription, "label", label);
    if (resources != NULL)
        json_object_set_new(subscription, "resourceIds",
                            json_array_size(resources) > 0 ? json_copy(resources)
                                                           : json_pack("[s]", "*"));
    json_object_set_new(subscription, "updatedAt", now_text());
    return NULL;
}

static struct answer
subscription_create(const struct request *request)
{
    char id[16];
    json_t *subscription;
    const char *wrong;

    if (json_object_get(request->body, "url") == NULL ||
        json_object_get(request->body, "events") == NULL)
        return refuse(request, 400, "/url and /events are required");
    if (json_array_size(subscriptions_get()) >= SUBSCRIPTIONS_AT_MOST)
        return refuse(request, 400, "there are 50 webhooks already");
    (void)snprintf(id, sizeof id, "%u", next_id++);
    subscription = json_pack("{s:s, s:s, s:n, s:s, s:[s], s:s, s:o, s:o}", "id", id, "orgId",
                             workspace_org_id(), "label", "status", "enabled", "resourceIds", "*",
                             "apiVersion", "2026-03-30", "createdAt", now_text(), "key", new_key());
    wrong = subscription_change(subscription, request->body);
    if (wrong != NULL) {
        json_decref(subscription);
        return refuse(request, 400, wrong);
    }
    json_array_append_new(subscriptions, subscription);
    return (struct answer){ 201, json_pack("{s:o}", "data", json_deep_copy(subscription)) };
}

static struct answer
subscriptions_list(void)
{
    json_t *list = json_array(), *subscription;
    size_t i;

    json_array_foreach(subscriptions_get(), i, subscription)
        json_array_append_new(list, without_key(subscription));
    return give(list);
}

static struct answer
subscription_delete(json_t *subscription)
{
    size_t i;
    json_t *item;

    json_array_foreach(subscriptions, i, item) {
        if (item == subscription) {
            json_array_remove(subscriptions, i);
            break;
        }
    }
    return (struct answer){ 204, NULL };
}

static struct answer
subscription_route(const struct request *request, json_t *subscription)
{
    const char *wrong;

    if (strcmp(request->method, "GET") == 0)
        return give(without_key(subscription));
    if (strcmp(request->method, "DELETE") == 0)
        return subscription_delete(subscription);
    if (strcmp(request->method, "PATCH") != 0)
        return refuse(request, 405, "GET, PATCH or DELETE");
    if (!json_is_object(request->body) || json_object_size(request->body) == 0)
        return refuse(request, 400, "a body with at least one member is required");
    wrong = subscription_change(subscription, request->body);
    return wrong != NULL ? refuse(request, 400, wrong) : give(without_key(subscription));
}

/* ---- sending -------------------------------------------------------------- */

struct sending {
    char *url, *key, *id, *text;
    long status;
};

static size_t
ignore(char *data, size_t size, size_t n, void *state)
{
    (void)data;
    (void)state;
    return size * n;
}

static void
add_header(struct curl_slist **headers, const char *name, const char *value)
{
    char line[256];

    (void)snprintf(line, sizeof line, "%s: %s", name, value);
    *headers = curl_slist_append(*headers, line);
}

/* One signed POST; status is 0 when there was no answer. */
static void
post_signed(struct sending *sending)
{
    CURL *curl = curl_easy_init();
    struct curl_slist *headers = NULL;
    struct quosync_secret secret;
    char signature[QUOSYNC_SIGNATURE_SIZE], timestamp[24];
    int64_t now_s = (int64_t)time(NULL);

    sending->status = 0;
    if (curl == NULL ||
        !quosync_secret_parse(sending->key, strlen(sending->key), &secret, NULL) ||
        !quosync_sign(&secret, sending->id, strlen(sending->id), now_s, sending->text,
                      strlen(sending->text), signature, NULL))
        abort();
    (void)snprintf(timestamp, sizeof timestamp, "%lld", (long long)now_s);
    add_header(&headers, "Content-Type", "application/json");
    add_header(&headers, "webhook-id", sending->id);
    add_header(&headers, "webhook-timestamp", timestamp);
    add_header(&headers, "webhook-signature", signature);
    curl_easy_setopt(curl, CURLOPT_URL, sending->url);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, sending->text);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, ignore);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, 15L);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    if (curl_easy_perform(curl) == CURLE_OK)
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &sending->status);
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
}

static struct sending
sending_make(json_t *subscription, json_t *delivery)
{
    return (struct sending){
        .url = strdup(json_string_value(json_object_get(subscription, "url"))),
        .key = strdup(json_string_value(json_object_get(subscription, "key"))),
        .id = strdup(json_string_value(json_object_get(delivery, "id"))),
        .text = strdup(json_string_value(json_object_get(delivery, "sent"))),
    };
}

static void
sending_done(struct sending *sending)
{
    free(sending->url);
    free(sending->key);
    free(sending->id);
    free(sending->text);
}

static void
note_attempt(json_t *delivery, const char *url, long status, const char *trigger)
{
    json_t *attempts = json_object_get(delivery, "attempts");
    bool good = status >= 200 && status < 300;
    char id[40];

    (void)snprintf(id, sizeof id, "atmpt_%zu", json_array_size(attempts) + 1);
    json_array_insert_new(attempts, 0,
                          json_pack("{s:s, s:o, s:s, s:I, s:s, s:f, s:s, s:s}", "id", id,
                                    "timestamp", now_text(), "status",
                                    good ? "success" : "failed", "responseStatusCode",
                                    (json_int_t)status, "responseBody", "", "responseDurationMs",
                                    1.5, "triggerType", trigger, "url", url));
    if (good)
        json_object_set_new(delivery, "status", json_string("success"));
}

/* A retry is asynchronous, as Quo's: the answer 202 comes first. */
static void *
retry_thread(void *state)
{
    struct sending *sending = state;

    post_signed(sending);
    sending_done(sending);
    free(sending);
    return NULL;
}

static struct answer
retry(json_t *subscription, json_t *delivery)
{
    struct sending *sending = malloc(sizeof *sending);
    pthread_t thread;

    if (sending == NULL)
        abort();
    *sending = sending_make(subscription, delivery);
    /* Logged as answered at once: what the receiver says is the mirror's business. */
    note_attempt(delivery, sending->url, 200, "manual");
    if (pthread_create(&thread, NULL, retry_thread, sending) != 0)
        abort();
    pthread_detach(thread);
    return (struct answer){ 202, json_object() };
}

/* ---- the log -------------------------------------------------------------- */

static json_t *
delivery_row(const json_t *delivery)
{
    json_t *row = json_object();
    static const char *const members[] = { "id",     "eventId",       "resourceId", "eventType",
                                           "status", "nextAttemptAt", "createdAt" };

    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        json_object_set(row, members[i], json_object_get(delivery, members[i]));
    return row;
}

/* requestBody in one of the three forms that sources name. */
static json_t *
request_body(const json_t *delivery)
{
    const char *sent = json_string_value(json_object_get(delivery, "sent"));
    const char *show = json_string_value(json_object_get(delivery, "show"));
    json_t *envelope, *data;

    if (strcmp(show, "string") == 0)
        return json_string(sent);
    envelope = json_loads(sent, 0, NULL);
    if (strcmp(show, "data") != 0)
        return envelope;
    data = json_incref(json_object_get(envelope, "data"));
    json_decref(envelope);
    return data;
}

static struct answer
delivery_detail(const json_t *delivery)
{
    json_t *row = delivery_row(delivery);

    json_object_del(row, "status");
    json_object_del(row, "nextAttemptAt");
    json_object_set_new(row, "requestBody", request_body(delivery));
    json_object_set(row, "attempts", json_object_get(delivery, "attempts"));
    return give(row);
}

static json_t *
delivery_find(const char *webhook, const char *id)
{
    json_t *delivery;
    size_t i;

    json_array_foreach(deliveries, i, delivery) {
        if (strcmp(json_string_value(json_object_get(delivery, "id")), id) == 0 &&
            strcmp(json_string_value(json_object_get(delivery, "webhook")), webhook) == 0)
            return delivery;
    }
    return NULL;
}

/* Newest first; the cursor is how many were given before. */
static struct answer
deliveries_list(const struct request *request, const char *webhook)
{
    const char *limit_text = query(request, "limit"), *after = query(request, "after");
    const char *status = query(request, "status");
    size_t limit = limit_text != NULL ? strtoul(limit_text, NULL, 10) : 10;
    size_t at = after != NULL ? strtoul(after, NULL, 10) : 0, seen = 0;
    json_t *data = json_array(), *next = json_null();

    if (limit < 1 || limit > PAGE_AT_MOST) {
        json_decref(data);
        return refuse(request, 400, "limit must be 1 to 50");
    }
    for (size_t i = json_array_size(deliveries); i > 0; i--) {
        json_t *delivery = json_array_get(deliveries, i - 1);

        if (strcmp(json_string_value(json_object_get(delivery, "webhook")), webhook) != 0 ||
            (status != NULL &&
             strcmp(json_string_value(json_object_get(delivery, "status")), status) != 0) ||
            seen++ < at)
            continue;
        if (json_array_size(data) == limit) {
            char text[32];

            (void)snprintf(text, sizeof text, "%zu", at + limit);
            next = json_string(text);
            break;
        }
        json_array_append_new(data, delivery_row(delivery));
    }
    return (struct answer){ 200, json_pack("{s:o, s:o}", "data", data, "nextCursor", next) };
}

/* Quo's sample of a type; the fake's own form, or an event as any other. */
static json_t *
sample_event(const char *type)
{
    if (server.real_tests)
        return workspace_event(&server.ws, CONTACT, 0, 0);
    return json_pack("{s:s, s:s, s:s, s:s, s:{s:{s:s}, s:{s:s}, s:{s:n}}}", "id",
                     "EV-sample-event", "apiVersion", "2026-03-30", "createdAt",
                     "2026-11-04T14:09:02.030Z", "type", type, "data", "resource", "id",
                     "sample", "context", "orgId", "ORsample", "links", "quo");
}

static struct answer
test_event(const struct request *request, json_t *subscription)
{
    const char *type = json_string_value(json_object_get(request->body, "eventType"));
    json_t *envelope;
    struct sending sending;
    char *text;

    if (type == NULL || strchr(type, '.') == NULL)
        return refuse(request, 400, "unknown event type");
    envelope = sample_event(type);
    text = json_dumps(envelope, JSON_COMPACT);
    sending = (struct sending){
        .url = strdup(json_string_value(json_object_get(subscription, "url"))),
        .key = strdup(json_string_value(json_object_get(subscription, "key"))),
        .id = strdup("msg_sampleDelivery"),
        .text = text,
    };
    post_signed(&sending);
    sending_done(&sending);
    return (struct answer){ 200, envelope };
}

static struct answer
deliveries_route(const struct request *request, json_t *subscription)
{
    const char *webhook = request->segments[1];
    bool post = strcmp(request->method, "POST") == 0;
    json_t *delivery;

    if (request->n_segments == 3)
        return deliveries_list(request, webhook);
    if (request->n_segments == 4 && post && strcmp(request->segments[3], "test") == 0)
        return test_event(request, subscription);
    delivery = delivery_find(webhook, request->segments[3]);
    if (delivery == NULL)
        return refuse(request, 404, "there is no such delivery");
    if (request->n_segments == 4)
        return delivery_detail(delivery);
    if (request->n_segments == 5 && post && strcmp(request->segments[4], "retry") == 0)
        return retry(subscription, delivery);
    return refuse(request, 404, "there is no such path");
}

struct answer
webhooks_route(struct request *request)
{
    json_t *subscription;

    if (request->n_segments == 1)
        return strcmp(request->method, "POST") == 0 ? subscription_create(request)
                                                     : subscriptions_list();
    if (strspn(request->segments[1], "0123456789") != strlen(request->segments[1]))
        return refuse(request, 400, "/webhookId: digits only");
    subscription = subscription_find(request->segments[1]);
    if (subscription == NULL)
        return refuse(request, 404, "there is no such webhook");
    if (request->n_segments == 2)
        return subscription_route(request, subscription);
    if (strcmp(request->segments[2], "rotate") == 0) {
        json_object_set_new(subscription, "key", new_key());
        return give(json_pack("{s:O}", "key", json_object_get(subscription, "key")));
    }
    if (strcmp(request->segments[2], "events") == 0)
        return deliveries_route(request, subscription);
    return refuse(request, 404, "there is no such path");
}

/* ---- events that happen ----------------------------------------------------- */

static bool
names_type(const json_t *subscription, const char *type)
{
    json_t *event;
    size_t i;

    json_array_foreach(json_object_get(subscription, "events"), i, event) {
        if (strcmp(json_string_value(event), type) == 0)
            return true;
    }
    return false;
}

static void
deliver_to(json_t *subscription, const json_t *options, json_t *envelope)
{
    const char *show = json_string_value(json_object_get(options, "body"));
    const char *status = json_string_value(json_object_get(options, "status"));
    json_int_t ago_s = json_integer_value(json_object_get(options, "ago_s"));
    json_t *resource = json_object_get(json_object_get(envelope, "data"), "resource");
    char *text = json_dumps(envelope, JSON_COMPACT);
    char id[40];
    json_t *delivery;

    (void)snprintf(id, sizeof id, "msg_fake%08u", next_delivery++);
    delivery = json_pack("{s:s, s:O, s:O, s:O, s:s, s:n, s:o, s:O, s:s, s:s, s:[]}", "id", id,
                         "eventId", json_object_get(envelope, "id"), "resourceId",
                         json_object_get(resource, "id"), "eventType",
                         json_object_get(envelope, "type"), "status",
                         status != NULL ? status : "failed", "nextAttemptAt", "createdAt",
                         workspace_instant(((int64_t)time(NULL) - ago_s) * 1000), "webhook", json_object_get(subscription, "id"), "sent", text,
                         "show", show != NULL ? show : "envelope", "attempts");
    free(text);
    json_array_append_new(deliveries, delivery);
    if (!json_is_true(json_object_get(options, "lost"))) {
        struct sending sending = sending_make(subscription, delivery);

        post_signed(&sending);
        note_attempt(delivery, sending.url, sending.status, "scheduled");
        sending_done(&sending);
    }
}

struct answer
webhooks_deliver(const struct request *request)
{
    static const char *const kinds[] = { "contact", "call", "message" };
    const char *name = json_string_value(json_object_get(request->body, "kind"));
    size_t i = (size_t)json_integer_value(json_object_get(request->body, "index"));
    size_t event = (size_t)json_integer_value(json_object_get(request->body, "event"));
    json_t *envelope = NULL, *subscription;
    size_t k;

    for (enum kind kind = CONTACT; name != NULL && kind <= MESSAGE; kind++) {
        if (strcmp(kinds[kind], name) == 0 && i < server.ws.n[kind])
            envelope = workspace_event(&server.ws, kind, i, event);
    }
    if (envelope == NULL)
        return refuse(request, 400, "kind and index are needed");
    json_array_foreach(subscriptions_get(), k, subscription) {
        const char *type = json_string_value(json_object_get(envelope, "type"));
        const char *status = json_string_value(json_object_get(subscription, "status"));

        if (strcmp(status, "enabled") == 0 && names_type(subscription, type))
            deliver_to(subscription, request->body, envelope);
    }
    json_decref(envelope);
    return (struct answer){ 200, json_object() };
}
