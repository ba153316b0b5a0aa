/*
 * routes.c - Quo's paths for contacts, calls, messages and the directory: what
 * is asked is checked as strictly as Quo does, then answered page by page.
 */
#define _GNU_SOURCE /* strptime, timegm */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "requests.h"

#define VERSION "2026-03-30"

/* ---- answers ---------------------------------------------------------- */

const char *
query(const struct request *request, const char *name)
{
    return MHD_lookup_connection_value(request->connection, MHD_GET_ARGUMENT_KIND, name);
}

struct answer
give(json_t *data)
{
    return (struct answer){ 200, json_pack("{s:o}", "data", data) };
}

static bool
is_v1(const struct request *request)
{
    return request->n_segments > 0 && strcmp(request->segments[0], "v1") == 0;
}

struct answer
refuse(const struct request *request, unsigned status, const char *message)
{
    static const char trace[] = "7110000000000000042";

    count_refused();
    if (is_v1(request) && !server.v1_flat_errors)
        return (struct answer){ status, json_pack("{s:{s:s, s:s, s:s}}", "error", "message",
                                                  message, "key", "Refused", "trace", trace) };
    return (struct answer){ status, json_pack("{s:s, s:s, s:s, s:s}", "title", "Refused",
                                              "message", message, "docs", "https://quo.com/docs",
                                              "trace", trace) };
}

/* ---- pages ------------------------------------------------------------ */

/*
 * A cursor is "fq" and where to go on, with a digit that ends it: opaque enough
 * that nobody builds one, and checked so that a wrong one is refused.
 */
static json_t *
cursor_make(size_t at)
{
    char text[40];

    (void)snprintf(text, sizeof text, "fq%zx+/%zx", at, at % 13);
    return json_string(text);
}

static bool
cursor_read(const char *text, size_t *at)
{
    size_t check;
    int used = 0;

    return sscanf(text, "fq%zx+/%zx%n", at, &check, &used) == 2 && text[used] == '\0' &&
           check == *at % 13;
}

/* Reads the page parameters of either surface; false with an answer when they are wrong. */
static bool
page_read(const struct request *request, size_t *limit, size_t *at, struct answer *answer)
{
    const char *size = query(request, is_v1(request) ? "maxResults" : "limit");
    const char *after = query(request, is_v1(request) ? "pageToken" : "after");
    char *end = NULL;
    unsigned long n = size != NULL ? strtoul(size, &end, 10) : 10;

    if ((size == NULL && is_v1(request)) || (size != NULL && (*size == '\0' || *end != '\0')) ||
        n < 1 || n > PAGE_AT_MOST) {
        *answer = refuse(request, 400, "the page size must be 1 to 50");
        return false;
    }
    *limit = n;
    *at = 0;
    if (after != NULL && (request->fault == FAULT_EXPIRED || !cursor_read(after, at))) {
        *answer = refuse(request, 400, "the cursor is not valid, or no longer");
        return false;
    }
    return true;
}

/* The page; `next` is where the following one begins, SIZE_MAX when there is none. */
static struct answer
page_give(const struct request *request, json_t *data, size_t next)
{
    bool v1 = is_v1(request);
    const char *name = v1 ? "nextPageToken" : "nextCursor";
    const char *asked = query(request, v1 ? "pageToken" : "after");
    json_t *page = json_pack("{s:o}", "data", data);

    if (request->fault == FAULT_EMPTY_PAGE) {
        json_array_clear(data);
        next = SIZE_MAX;
    }
    if (request->fault == FAULT_BAD_ITEM && json_array_size(data) > 0)
        json_object_set_new(json_array_get(data, 0), "createdAt", json_string("yesterday"));
    if (v1) /* wrong, as Quo says itself */
        json_object_set_new(page, "totalItems", json_integer((json_int_t)json_array_size(data) / 2));
    if (request->fault == FAULT_REPEAT && asked != NULL)
        json_object_set_new(page, name, json_string(asked));
    else if (request->fault != FAULT_NO_CURSOR)
        json_object_set_new(page, name, next == SIZE_MAX ? json_null() : cursor_make(next));
    return (struct answer){ 200, page };
}

typedef json_t *(*make_item)(const struct request *, size_t);

static size_t
first_live(enum kind kind)
{
    size_t i = 0;

    while (i + 1 < server.ws.n[kind] && server.ws.gone[kind][i])
        i++;
    return i;
}

/* Objects in the order of their index, as they are now: a removal moves the rest up. */
static struct answer
list_forward(const struct request *request, enum kind kind, make_item make)
{
    struct answer answer;
    size_t limit, at, live = 0, i, next;
    json_t *data;

    if (!page_read(request, &limit, &at, &answer))
        return answer;
    if (request->fault == FAULT_SHIFT && at > 0)
        workspace_remove(&server.ws, kind, at / 2);
    data = json_array();
    /* A million objects are not counted for each page where none has gone. */
    if (server.ws.n_gone[kind] == 0)
        live = at;
    for (i = live; i < server.ws.n[kind] && json_array_size(data) < limit; i++) {
        if (!server.ws.gone[kind][i] && live++ >= at)
            json_array_append_new(data, make(request, i));
    }
    while (i < server.ws.n[kind] && server.ws.gone[kind][i])
        i++;
    next = i < server.ws.n[kind] ? at + json_array_size(data) : SIZE_MAX;
    if (request->fault == FAULT_TWICE && at > 0)
        json_array_insert_new(data, 0, make(request, first_live(kind)));
    return page_give(request, data, request->fault == FAULT_NO_LAST ? at + 1 : next);
}

/* An instant parameter, in microseconds; false when it is no RFC 3339 instant. */
static bool
instant_read(const char *text, int64_t *us)
{
    struct tm tm = { 0 };
    const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
    int64_t fraction = 0, unit = 100000;

    if (rest == NULL)
        return false;
    if (*rest == '.') {
        for (rest++; *rest >= '0' && *rest <= '9'; rest++) {
            fraction += (*rest - '0') * unit;
            unit /= 10;
        }
    }
    *us = (int64_t)timegm(&tm) * 1000000 + fraction;
    return strcmp(rest, "Z") == 0 || strcmp(rest, "+00:00") == 0;
}

/* Which [from, to) of the indexes the createdAt bounds leave; gt and lt for exclusive ones. */
static bool
window_read(const struct request *request, enum kind kind, bool exclusive, size_t *from,
            size_t *to, struct answer *answer)
{
    const char *low = query(request, exclusive ? "createdAt[gt]" : "createdAt[gte]");
    const char *high = query(request, exclusive ? "createdAt[lt]" : "createdAt[lte]");
    int64_t us;

    *from = 0;
    *to = server.ws.n[kind];
    if (query(request, exclusive ? "createdAt[gte]" : "createdAt[gt]") != NULL ||
        query(request, exclusive ? "createdAt[lte]" : "createdAt[lt]") != NULL) {
        *answer = refuse(request, 400, "this list has no such operator on createdAt");
        return false;
    }
    if ((low != NULL && !instant_read(low, &us)) || (high != NULL && !instant_read(high, &us))) {
        *answer = refuse(request, 400, "createdAt is not an instant");
        return false;
    }
    if (low != NULL && instant_read(low, &us))
        *from = workspace_created_before(&server.ws, kind, exclusive ? us + 1 : us);
    if (high != NULL && instant_read(high, &us))
        *to = workspace_created_before(&server.ws, kind, exclusive ? us : us + 1);
    return true;
}

/* Newest first; the cursor is the index below which to go on. */
static struct answer
list_newest_first(const struct request *request, enum kind kind, bool exclusive, make_item make)
{
    struct answer answer;
    size_t limit, at, from, to, i;
    json_t *data;

    if (!page_read(request, &limit, &at, &answer) ||
        !window_read(request, kind, exclusive, &from, &to, &answer))
        return answer;
    data = json_array();
    for (i = at > 0 && at < to ? at : to; i > from && json_array_size(data) < limit; i--) {
        if (!server.ws.gone[kind][i - 1])
            json_array_append_new(data, make(request, i - 1));
    }
    return page_give(request, data, i > from ? i : SIZE_MAX);
}

/* ---- routes ----------------------------------------------------------- */

static json_t *
contact_item(const struct request *request, size_t i)
{
    (void)request;
    return workspace_contact(&server.ws, i);
}

static json_t *
user_item(const struct request *request, size_t i)
{
    (void)request;
    return workspace_user(&server.ws, i);
}

static json_t *
number_item(const struct request *request, size_t i)
{
    (void)request;
    return workspace_number(&server.ws, i);
}

static json_t *
message_item(const struct request *request, size_t i)
{
    (void)request;
    return workspace_message(&server.ws, i);
}

static json_t *
call_item(const struct request *request, size_t i)
{
    const char *include = query(request, "include");

    return workspace_call(&server.ws, i, include != NULL && strstr(include, "summary") != NULL,
                          include != NULL && strstr(include, "voicemail") != NULL);
}

static bool
include_is_good(const struct request *request)
{
    const char *include = query(request, "include");

    return include == NULL || strcmp(include, "summary") == 0 ||
           strcmp(include, "voicemail") == 0 || strcmp(include, "summary,voicemail") == 0 ||
           strcmp(include, "voicemail,summary") == 0;
}

static struct answer
one_item(const struct request *request, enum kind kind, const char *id, make_item make)
{
    size_t i;

    if (!workspace_find(&server.ws, kind, id, &i))
        return refuse(request, 404, "there is no such object");
    return give(make(request, i));
}

static struct answer
call_part(const struct request *request)
{
    const char *part = request->segments[2];
    bool recordings = strcmp(part, "recordings") == 0;
    struct answer answer;
    size_t i, limit, at;

    if (!recordings && strcmp(part, "transcripts") != 0)
        return refuse(request, 404, "there is no such path");
    if (!workspace_find(&server.ws, CALL, request->segments[1], &i))
        return refuse(request, 404, "there is no such call");
    if (!page_read(request, &limit, &at, &answer))
        return answer;
    return page_give(request,
                     recordings ? workspace_recordings(&server.ws, i)
                                : workspace_transcripts(&server.ws, i),
                     SIZE_MAX);
}

static struct answer
calls_route(const struct request *request)
{
    if (!include_is_good(request))
        return refuse(request, 400, "include takes summary and voicemail");
    if (request->n_segments == 1)
        return list_newest_first(request, CALL, false, call_item);
    if (strncmp(request->segments[1], "AC", 2) != 0)
        return refuse(request, 400, "callId must match ^AC");
    return request->n_segments == 2 ? one_item(request, CALL, request->segments[1], call_item)
                                    : call_part(request);
}

static struct answer
v1_route(const struct request *request)
{
    if (request->n_segments == 2 && strcmp(request->segments[1], "contacts") == 0)
        return list_forward(request, CONTACT, contact_item);
    if (request->n_segments == 3 && strcmp(request->segments[1], "contacts") == 0)
        return one_item(request, CONTACT, request->segments[2], contact_item);
    if (request->n_segments == 2 && strcmp(request->segments[1], "contact-custom-fields") == 0)
        return give(workspace_field_definitions());
    return refuse(request, 404, "there is no such path");
}

static json_t *
organization(void)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s}", "id", workspace_org_id(), "name", "Fake Works",
                     "subscriptionStatus", "active", "createdAt", "2025-01-01T00:00:00Z",
                     "updatedAt", "2025-01-01T00:00:00Z");
}

/* Which query parameters a path takes: an unknown one is refused. */
struct parameters {
    const char *first_segment, *names;
};

static const struct parameters known_parameters[] = {
    { "v1", " maxResults pageToken externalIds sources " },
    { "calls", " limit after include createdAt[gte] createdAt[lte] createdAt[gt] createdAt[lt] "
               "phoneNumberId actorId participant participant[in] direction status status[in] " },
    { "messages", " limit after createdAt[gt] createdAt[lt] createdAt[gte] createdAt[lte] from to "
                  "to[all] status direction phoneNumberId userId " },
    { "users", " limit after " },
    { "phone-numbers", " limit after phoneNumber include " },
    { "organization", " " },
    { "webhooks", " limit after status eventType eventType[in] resourceId createdAt[gt] "
                  "createdAt[lt] eventTypes createdAfter createdBefore " },
};

static enum MHD_Result
check_parameter(void *names, enum MHD_ValueKind kind, const char *name, const char *value)
{
    const char **known = names;
    char padded[80];

    (void)kind;
    (void)value;
    (void)snprintf(padded, sizeof padded, " %s ", name);
    if (*known != NULL && strstr(*known, padded) == NULL)
        *known = NULL;
    return MHD_YES;
}

static bool
parameters_are_known(const struct request *request)
{
    for (size_t i = 0; i < sizeof known_parameters / sizeof *known_parameters; i++) {
        const char *names = known_parameters[i].names;

        if (strcmp(known_parameters[i].first_segment, request->segments[0]) != 0)
            continue;
        MHD_get_connection_values(request->connection, MHD_GET_ARGUMENT_KIND, check_parameter,
                                  &names);
        return names != NULL;
    }
    return true;
}

struct answer
route(struct request *request)
{
    const char *first = request->segments[0];
    bool get = strcmp(request->method, "GET") == 0;

    if (!parameters_are_known(request))
        return refuse(request, 400, "there is an unknown parameter");
    if (strcmp(first, "webhooks") == 0)
        return webhooks_route(request);
    if (!get)
        return refuse(request, 405, "only GET is allowed");
    if (is_v1(request))
        return v1_route(request);
    if (strcmp(first, "calls") == 0)
        return calls_route(request);
    if (strcmp(first, "messages") == 0)
        return request->n_segments == 1
                   ? list_newest_first(request, MESSAGE, true, message_item)
                   : one_item(request, MESSAGE, request->segments[1], message_item);
    if (strcmp(first, "users") == 0 && request->n_segments == 1)
        return list_forward(request, USER, user_item);
    if (strcmp(first, "phone-numbers") == 0 && request->n_segments == 1)
        return list_forward(request, NUMBER, number_item);
    if (strcmp(first, "organization") == 0 && request->n_segments == 1)
        return give(organization());
    return refuse(request, 404, "there is no such path");
}

/* The version is checked before the key, as Quo does. */
bool
admit(const struct request *request, struct answer *answer)
{
    const char *version = MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND,
                                                      "Quo-Api-Version");
    const char *key = MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND,
                                                  "Authorization");

    if (!is_v1(request) && (version == NULL || strcmp(version, VERSION) != 0))
        *answer = refuse(request, 400, "Quo-Api-Version is missing or not supported");
    else if (key == NULL || strcmp(key, server.key) != 0)
        *answer = refuse(request, 401, "no key was sent, or a wrong one");
    else
        return true;
    return false;
}
