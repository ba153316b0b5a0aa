/*
 * activities.c - calls and messages of the fake workspace, in REST's form, and
 * the events of all kinds.
 */
#define _GNU_SOURCE /* strptime, timegm */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "workspace.h"

#define mix workspace_mix
#define instant_ms workspace_instant

static json_t *
instant(int64_t s)
{
    return instant_ms(s * 1000);
}

/* ---- what a call is, from which both forms are made ------------------- */

struct call {
    bool incoming, answered, voicemail, forwarded, ai, recorded, summarised;
    size_t line, user, segments;
    char id[32], line_id[32], user_id[32], outside[24], line_number[24], recording_url[64];
    int64_t created_s, answered_s, completed_s, updated_s;
    int duration_s;
};

static void
copy(char *to, size_t room, const char *from)
{
    (void)snprintf(to, room, "%s", from);
}

static void
outside_number(const struct workspace *ws, enum kind kind, size_t i, char number[24])
{
    if (mix(ws, kind, i, 1) % 50 == 0)
        copy(number, 24, "anonymous");
    else
        (void)snprintf(number, 24, "+1206%07zu",
                       (size_t)(mix(ws, kind, i, 2) % (ws->known + ws->known / 4 + 1)) % 10000000);
}

static void
call_make(const struct workspace *ws, size_t i, struct call *call)
{
    uint64_t kind = mix(ws, CALL, i, 3) % 100;

    memset(call, 0, sizeof *call);
    call->incoming = kind < 65;
    call->answered = kind % 10 < 6;
    call->voicemail = call->incoming && !call->answered && kind % 3 == 0;
    call->forwarded = call->incoming && !call->answered && kind % 10 == 7 && !call->voicemail;
    call->ai = call->incoming && call->answered && kind % 20 == 5;
    call->recorded = call->answered && mix(ws, CALL, i, 4) % 3 == 0;
    call->segments = call->recorded ? 1 + mix(ws, CALL, i, 5) % 2 : 0;
    call->summarised = call->answered && mix(ws, CALL, i, 6) % 2 == 0;
    call->line = ws->n[NUMBER] > 0 ? mix(ws, CALL, i, 7) % ws->n[NUMBER] : 0;
    call->user = ws->n[USER] > 0 ? mix(ws, CALL, i, 8) % ws->n[USER] : 0;
    call->duration_s = call->answered ? (int)(10 + mix(ws, CALL, i, 9) % 500) : 0;
    call->created_s = workspace_created_s(ws, CALL, i);
    call->answered_s = call->created_s + 8;
    call->completed_s = call->created_s + 8 + call->duration_s;
    call->updated_s = call->created_s + 600 + ws->revision[CALL][i] * 5;
    copy(call->id, sizeof call->id, workspace_id(ws, CALL, i));
    copy(call->line_id, sizeof call->line_id, workspace_id(ws, NUMBER, call->line));
    copy(call->user_id, sizeof call->user_id, workspace_id(ws, USER, call->user));
    (void)snprintf(call->line_number, sizeof call->line_number, "+1206555%04zu", 100 + call->line);
    outside_number(ws, CALL, i, call->outside);
    (void)snprintf(call->recording_url, sizeof call->recording_url,
                   "https://files.example.com/%s.mp3", call->id);
}

static const char *
call_status(const struct call *call)
{
    if (call->forwarded)
        return "forwarded";
    if (call->answered)
        return call->incoming ? "answered" : "completed";
    return call->incoming ? "missed" : "no-answer";
}

static json_t *
string_or_null(const char *text)
{
    return text != NULL ? json_string(text) : json_null();
}

static json_t *
call_summary(const struct call *call)
{
    if (!call->summarised)
        return json_pack("{s:s, s:n, s:n, s:n, s:n, s:n}", "status", "absent", "type", "summary",
                         "nextSteps", "jobs", "title");
    if (call->ai)
        return json_pack("{s:s, s:s, s:[s], s:n, s:[{s:s, s:s, s:{s:[{s:s, s:i}]}}], s:s}",
                         "status", "completed", "type", "agent", "summary",
                         "Caller wanted opening hours.", "nextSteps", "jobs", "icon", "📅", "name",
                         "Booking", "result", "data", "name", "Guests", "value", 3, "title",
                         "Opening hours");
    return json_pack("{s:s, s:s, s:[s, s], s:[s], s:n, s:n}", "status", "completed", "type",
                     "human", "summary", "They talked.", "About delivery.", "nextSteps",
                     "Call back.", "jobs", "title");
}

static void
add_voicemail(json_t *item, const struct call *call)
{
    char id[40];

    (void)snprintf(id, sizeof id, "VM%s", call->id + 3);
    json_object_set_new(item, "voicemail",
                        json_pack("{s:s, s:s, s:i, s:s, s:s}", "id", id, "status", "completed",
                                  "duration", 18, "recordingUrl", call->recording_url,
                                  "transcript", "Please call me back."));
}

json_t *
workspace_call(const struct workspace *ws, size_t i, bool summary, bool voicemail)
{
    struct call call;
    json_t *item;

    call_make(ws, i, &call);
    item = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:[{s:s, s:s}, {s:s, s:n}], s:o, s:o, s:o, s:o, s:o, s:o, s:o, "
        "s:i, s:o, s:o, s:o}",
        "id", call.id, "phoneNumberId", call.line_id, "actorId", call.user_id, "direction",
        call.incoming ? "incoming" : "outgoing", "status", call_status(&call), "participants",
        "phoneNumber", call.line_number, "actorId", call.user_id, "phoneNumber", call.outside,
        "actorId", "answeredAt", call.answered ? instant(call.answered_s) : json_null(),
        "answeredBy", string_or_null(call.answered && call.incoming ? call.user_id : NULL),
        "initiatedBy", string_or_null(call.incoming ? NULL : call.user_id), "completedAt",
        instant(call.completed_s), "createdAt", instant(call.created_s), "updatedAt",
        instant(call.updated_s), "callRoute", string_or_null(call.incoming ? "phone-number" : NULL),
        "duration", call.duration_s, "forwardedFrom",
        string_or_null(call.forwarded ? call.line_number : NULL), "forwardedTo",
        string_or_null(call.forwarded ? "+12065559999" : NULL), "aiHandled",
        string_or_null(call.ai ? "ai-agent" : NULL));
    if (summary)
        json_object_set_new(item, "summary", call_summary(&call));
    if (voicemail && call.voicemail)
        add_voicemail(item, &call);
    return item;
}

static void
recording_id(const struct call *call, size_t segment, char id[48])
{
    (void)snprintf(id, 48, "CR%s%zu", call->id + 3, segment);
}

json_t *
workspace_recordings(const struct workspace *ws, size_t i)
{
    json_t *list = json_array();
    struct call call;

    call_make(ws, i, &call);
    for (size_t segment = 0; segment < call.segments; segment++) {
        char id[48];

        recording_id(&call, segment, id);
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:o, s:i, s:s, s:s}", "id", id, "status", "completed",
                            "startTime", instant(call.answered_s + 60 * (int64_t)segment),
                            "duration", 5, "url", call.recording_url, "type", "audio/mpeg"));
    }
    return list;
}

json_t *
workspace_transcripts(const struct workspace *ws, size_t i)
{
    json_t *list = json_array();
    struct call call;

    call_make(ws, i, &call);
    for (size_t segment = 0; segment < call.segments; segment++) {
        char id[48];

        recording_id(&call, segment, id);
        json_array_append_new(
            list,
            json_pack("{s:s, s:s, s:o, s:o, s:f, s:[{s:s, s:f, s:f, s:s, s:n}, "
                      "{s:s, s:f, s:f, s:s, s:s}]}",
                      "recordingId", id, "status", "completed", "startTime",
                      instant(call.answered_s + 60 * (int64_t)segment), "createdAt",
                      instant(call.completed_s + 30), "duration", 5.5, "dialogue", "content",
                      "Hello?", "start", 0.5, "end", 1.25, "identifier", call.outside, "actorId",
                      "content", "Good morning.", "start", 1.5, "end", 2.75, "identifier",
                      call.line_number, "actorId", call.user_id));
    }
    return list;
}

/* ---- messages ------------------------------------------------------- */

json_t *
workspace_message(const struct workspace *ws, size_t i)
{
    bool incoming = mix(ws, MESSAGE, i, 3) % 2 == 0;
    size_t line = ws->n[NUMBER] > 0 ? mix(ws, MESSAGE, i, 4) % ws->n[NUMBER] : 0;
    char outside[24], inside[24], text[64], conversation[40], line_id[32], user_id[32], id[32];
    int64_t created_s = workspace_created_s(ws, MESSAGE, i);
    const char *status = incoming ? "received" : mix(ws, MESSAGE, i, 5) % 20 == 0 ? "failed"
                                                                                   : "delivered";

    copy(id, sizeof id, workspace_id(ws, MESSAGE, i));
    copy(line_id, sizeof line_id, workspace_id(ws, NUMBER, line));
    copy(user_id, sizeof user_id, workspace_id(ws, USER, ws->n[USER] > 0 ? i % ws->n[USER] : 0));
    outside_number(ws, MESSAGE, i, outside);
    if (strcmp(outside, "anonymous") == 0)
        copy(outside, sizeof outside, "72000");
    (void)snprintf(inside, sizeof inside, "+1206555%04zu", 100 + line);
    (void)snprintf(text, sizeof text, "Message %zu: grüße 🏃", i);
    (void)snprintf(conversation, sizeof conversation, "CN%s", outside[0] == '+' ? outside + 1 : outside);
    return json_pack("{s:s, s:[s], s:s, s:s, s:s, s:s, s:s, s:o, s:s, s:o, s:o, s:o}", "id", id,
                     "to", incoming ? inside : outside, "from", incoming ? outside : inside,
                     "text", text, "phoneNumberId", line_id, "conversationId", conversation,
                     "direction", incoming ? "incoming" : "outgoing", "userId",
                     string_or_null(incoming ? NULL : user_id), "status", status, "createdAt",
                     instant(created_s), "updatedAt",
                     instant(created_s + 600 + ws->revision[MESSAGE][i] * 5), "media",
                     mix(ws, MESSAGE, i, 6) % 10 == 0
                         ? json_pack("[{s:s, s:s}]", "url", "https://files.example.com/a.jpg",
                                     "type", "image/jpeg")
                         : json_array());
}

/* ---- events --------------------------------------------------------- */

static json_t *
envelope(const struct workspace *ws, enum kind kind, size_t i, size_t event, const char *type,
         int64_t created_ms, json_t *resource, json_t *context)
{
    char id[64];

    (void)ws;
    (void)snprintf(id, sizeof id, "EV%dx%zux%zux%u", (int)kind, i, event, ws->revision[kind][i]);
    json_object_set_new(context, "orgId", json_string(workspace_org_id()));
    return json_pack("{s:s, s:s, s:o, s:s, s:{s:o, s:o, s:{s:s}}}", "id", id, "apiVersion",
                     "2026-03-30", "createdAt", instant_ms(created_ms), "type", type, "data",
                     "resource", resource, "context", context, "links", "quo",
                     "https://my.quo.com/x");
}

static json_t *
plain_values(const json_t *labelled, const char *type)
{
    json_t *list = json_array(), *item;
    size_t k;

    json_array_foreach(labelled, k, item) {
        json_t *value = json_object_get(item, "value");

        if (json_is_string(value))
            json_array_append_new(list, json_pack("{s:O, s:s}", "value", value, "type", type));
    }
    return list;
}

/* A custom field as an event has it: always a key, no null where events know none. */
static json_t *
event_fields(const json_t *fields)
{
    json_t *list = json_array(), *definitions = workspace_field_definitions(), *field;
    size_t k;

    json_array_foreach(fields, k, field) {
        json_t *item = json_copy(field), *definition;
        const char *type = json_string_value(json_object_get(field, "type"));
        size_t d;

        json_array_foreach(definitions, d, definition) {
            if (json_equal(json_object_get(definition, "name"), json_object_get(field, "name")))
                json_object_set(item, "key", json_object_get(definition, "key"));
        }
        if (json_is_null(json_object_get(item, "value")) && strcmp(type, "multi-select") == 0)
            json_object_set_new(item, "value", json_array());
        json_array_append_new(list, item);
    }
    json_decref(definitions);
    return list;
}

static int64_t
seconds_of(const json_t *item, const char *member)
{
    struct tm tm = { 0 };

    if (strptime(json_string_value(json_object_get(item, member)), "%Y-%m-%dT%H:%M:%S", &tm) == NULL)
        return 0;
    return timegm(&tm);
}

static json_t *
contact_event(const struct workspace *ws, size_t i)
{
    json_t *item = workspace_contact(ws, i);
    json_t *fields = json_object_get(item, "defaultFields");
    int64_t updated_ms = seconds_of(item, "updatedAt") * 1000;
    json_t *resource = json_pack(
        "{s:O, s:O, s:O, s:O, s:O, s:n, s:O, s:O, s:o, s:o, s:o, s:O, s:o}", "id",
        json_object_get(item, "id"), "firstName", json_object_get(fields, "firstName"), "lastName",
        json_object_get(fields, "lastName"), "company", json_object_get(fields, "company"), "role",
        json_object_get(fields, "role"), "location", "source", json_object_get(item, "source"),
        "externalId", json_object_get(item, "externalId"), "emails",
        plain_values(json_object_get(fields, "emails"), "email"), "phoneNumbers",
        plain_values(json_object_get(fields, "phoneNumbers"), "phone-number"), "customFields",
        event_fields(json_object_get(item, "customFields")), "createdAt",
        json_object_get(item, "createdAt"), "updatedAt", instant_ms(updated_ms));

    json_decref(item);
    return envelope(ws, CONTACT, i, 0, ws->gone[CONTACT][i] ? "contact.deleted" : "contact.updated",
                    updated_ms + 250, resource,
                    json_pack("{s:s, s:[s]}", "userId", "USfakeUser1", "sharedWithIds",
                              workspace_org_id()));
}

static json_t *
message_event(const struct workspace *ws, size_t i)
{
    json_t *item = workspace_message(ws, i);
    const char *status = json_string_value(json_object_get(item, "status"));
    char type[48];
    json_t *resource =
        json_pack("{s:O, s:O, s:O, s:O, s:O}", "id", json_object_get(item, "id"), "direction",
                  json_object_get(item, "direction"), "text", json_object_get(item, "text"),
                  "status", json_object_get(item, "status"), "createdAt",
                  json_object_get(item, "createdAt"));
    const char *user = json_string_value(json_object_get(item, "userId"));
    /* Of incoming ones, events name the owner of the line. */
    json_t *context = json_pack("{s:O, s:O, s:s, s:{s:[], s:s}, s:O, s:O}", "phoneNumberId",
                                json_object_get(item, "phoneNumberId"), "conversationId",
                                json_object_get(item, "conversationId"), "userId",
                                user != NULL ? user : "USfakeUser1",
                                "contacts", "ids", "lookupStatus", "unavailable",
                                "senderIdentifier", json_object_get(item, "from"),
                                "recipientIdentifiers", json_object_get(item, "to"));
    int64_t updated_ms = seconds_of(item, "updatedAt") * 1000;

    (void)snprintf(type, sizeof type, "message.%s", status);
    if (strcmp(status, "failed") == 0)
        json_object_set_new(resource, "errorCode", json_string("30006"));
    else
        json_object_set(resource, "media", json_object_get(item, "media"));
    json_decref(item);
    return envelope(ws, MESSAGE, i, 0, type, updated_ms, resource, context);
}

static json_t *
call_context(const struct call *call)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:{s:[], s:s}, s:{s:[s], s:[s], s:s}}", "phoneNumberId",
                     call->line_id, "conversationId", "CNfakeConversation", "phoneNumberType",
                     "shared", "userId", call->user_id, "contacts", "ids", "lookupStatus",
                     "unavailable", "participants", "workspace", call->line_number, "external",
                     call->outside, "resolution", "available");
}

static json_t *
call_event(const struct workspace *ws, size_t i, size_t event)
{
    struct call call;
    json_t *resource;

    call_make(ws, i, &call);
    if (event == 0)
        return envelope(ws, CALL, i, 0, "call.ringing", call.created_s * 1000,
                        json_pack("{s:s, s:s, s:o, s:o}", "id", call.id, "direction",
                                  call.incoming ? "incoming" : "outgoing", "createdAt",
                                  instant(call.created_s), "updatedAt", instant(call.created_s)),
                        call_context(&call));
    resource = json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:i, s:b}", "id", call.id, "direction",
                         call.incoming ? "incoming" : "outgoing", "status",
                         call.ai          ? "ai-handled"
                         : call.answered  ? "answered"
                         : call.forwarded ? "forwarded"
                                          : "unanswered",
                         "createdAt", instant(call.created_s), "answeredAt",
                         call.answered ? instant(call.answered_s) : json_null(), "completedAt",
                         instant(call.completed_s), "updatedAt", instant(call.updated_s),
                         "duration", call.duration_s, "hasVoicemail", (int)call.voicemail);
    return envelope(ws, CALL, i, 1, "call.completed", call.completed_s * 1000, resource,
                    call_context(&call));
}

size_t
workspace_events(const struct workspace *ws, enum kind kind, size_t i)
{
    (void)ws;
    (void)i;
    return kind == CALL ? 2 : kind == CONTACT || kind == MESSAGE ? 1 : 0;
}

json_t *
workspace_event(const struct workspace *ws, enum kind kind, size_t i, size_t event)
{
    return kind == CONTACT   ? contact_event(ws, i)
           : kind == MESSAGE ? message_event(ws, i)
                             : call_event(ws, i, event);
}
