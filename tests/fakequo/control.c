/*
 * control.c - the paths that a test uses to count, to change the workspace and
 * to make Quo misbehave.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "requests.h"

/* ---- counting --------------------------------------------------------- */

#define TIMES_KEPT 8192

static struct {
    unsigned long requests, refused, limited;
    unsigned peak; /* most requests in any second */
    int64_t times_us[TIMES_KEPT];
    json_t *paths;
} stats;

static int64_t
monotonic_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* Notes the request; true when it is one too many in the last second. */
bool
count_request(const struct request *request)
{
    int64_t now_us = monotonic_us();
    unsigned in_second = 0;
    char name[160];

    (void)snprintf(name, sizeof name, "%s /%s%s%s", request->method,
                   request->n_segments > 0 ? request->segments[0] : "",
                   request->n_segments > 1 ? "/" : "",
                   request->n_segments < 2                          ? ""
                   : strcmp(request->segments[0], "v1") == 0        ? request->segments[1]
                   : request->n_segments == 2                       ? "ID"
                                                                    : request->segments[2]);
    stats.times_us[stats.requests++ % TIMES_KEPT] = now_us;
    for (unsigned long i = 0; i < stats.requests && i < TIMES_KEPT; i++) {
        if (now_us - stats.times_us[(stats.requests - 1 - i) % TIMES_KEPT] >= 1000000)
            break;
        in_second++;
    }
    if (in_second > stats.peak)
        stats.peak = in_second;
    json_object_set_new(stats.paths, name,
                        json_integer(json_integer_value(json_object_get(stats.paths, name)) + 1));
    if (server.rate == 0 || in_second <= server.rate)
        return false;
    stats.limited++;
    return true;
}

void
count_refused(void)
{
    stats.refused++;
}

static struct answer
stats_answer(void)
{
    return (struct answer){
        200, json_pack("{s:I, s:I, s:I, s:i, s:I, s:O}", "requests", (json_int_t)stats.requests,
                       "refused", (json_int_t)stats.refused, "limited", (json_int_t)stats.limited,
                       "peak", (int)stats.peak, "faults", (json_int_t)faults_fired(), "paths",
                       stats.paths)
    };
}

void
stats_reset(void)
{
    json_decref(stats.paths);
    memset(&stats, 0, sizeof stats);
    stats.paths = json_object();
}

/* ---- a test's own paths ------------------------------------------------- */

static bool
kind_read(const char *name, enum kind *kind)
{
    static const char *const names[KINDS] = { "contact", "call", "message", "user", "number" };

    for (int i = 0; name != NULL && i < KINDS; i++) {
        if (strcmp(names[i], name) == 0) {
            *kind = (enum kind)i;
            return true;
        }
    }
    return false;
}

static struct answer
change(const struct request *request)
{
    const char *action = json_string_value(json_object_get(request->body, "action"));
    size_t i = (size_t)json_integer_value(json_object_get(request->body, "index"));
    enum kind kind;

    if (action == NULL || !kind_read(json_string_value(json_object_get(request->body, "kind")), &kind))
        return refuse(request, 400, "kind and action are needed");
    if (strcmp(action, "add") == 0)
        workspace_add(&server.ws, kind);
    else if (i >= server.ws.n[kind])
        return refuse(request, 400, "there is no such index");
    else if (strcmp(action, "touch") == 0)
        workspace_touch(&server.ws, kind, i);
    else if (strcmp(action, "remove") == 0)
        workspace_remove(&server.ws, kind, i);
    else
        return refuse(request, 400, "action is touch, remove or add");
    return (struct answer){ 200, json_object() };
}

/* Every object of a kind with all its parts, as one array. */
static struct answer
dump(const struct request *request)
{
    json_t *all = json_array();
    enum kind kind;

    if (query(request, "kind") != NULL && strcmp(query(request, "kind"), "field") == 0) {
        json_decref(all);
        return (struct answer){ 200, workspace_field_definitions() };
    }
    if (!kind_read(query(request, "kind"), &kind))
        return refuse(request, 400, "kind is needed");
    for (size_t i = 0; i < server.ws.n[kind]; i++) {
        json_t *item;

        if (server.ws.gone[kind][i])
            continue;
        item = kind == CONTACT   ? workspace_contact(&server.ws, i)
               : kind == CALL    ? workspace_call(&server.ws, i, true, true)
               : kind == MESSAGE ? workspace_message(&server.ws, i)
               : kind == USER    ? workspace_user(&server.ws, i)
                                 : workspace_number(&server.ws, i);
        if (kind == CALL) {
            json_object_set_new(item, "recordings", workspace_recordings(&server.ws, i));
            json_object_set_new(item, "transcripts", workspace_transcripts(&server.ws, i));
        }
        json_array_append_new(all, item);
    }
    return (struct answer){ 200, all };
}

struct answer
control_route(struct request *request)
{
    const char *name = request->n_segments == 2 ? request->segments[1] : "";

    if (strcmp(name, "stats") == 0)
        return stats_answer();
    if (strcmp(name, "change") == 0)
        return change(request);
    if (strcmp(name, "dump") == 0)
        return dump(request);
    if (strcmp(name, "deliver") == 0)
        return webhooks_deliver(request);
    if (strcmp(name, "subscriptions") == 0)
        return webhooks_all(request);
    if (strcmp(name, "reset-stats") == 0) {
        stats_reset();
        return (struct answer){ 200, json_object() };
    }
    return refuse(request, 404, "there is no such path");
}

void
control_done(void)
{
    json_decref(stats.paths);
}
