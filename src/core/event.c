/*
 * event.c - from a raw body to struct quosync_event: the envelope, the kind,
 * and who decodes the rest. The event owns one arena, which it lives in.
 */
#include <stdlib.h>
#include <string.h>

#include "core/decode.h"
#include "core/digest.h"
#include "core/error.h"
#include "core/event.h"
#include "core/instant.h"
#include "core/json_text.h"

/* The trees of larger bodies are freed piece by piece as they are made: a pool keeps all. */
#define POOLED_BYTES ((size_t)256 << 10)

struct quosync_arena {
    struct arena arena;
};

static const struct {
    const char *type;
    enum quosync_event_kind kind;
} kinds[] = {
    { "call.answered", QUOSYNC_CALL_ANSWERED },
    { "call.completed", QUOSYNC_CALL_COMPLETED },
    { "call.forwarded", QUOSYNC_CALL_FORWARDED },
    { "call.menu.selected", QUOSYNC_CALL_MENU_SELECTED },
    { "call.missed", QUOSYNC_CALL_MISSED },
    { "call.recording.completed", QUOSYNC_CALL_RECORDING_COMPLETED },
    { "call.ringing", QUOSYNC_CALL_RINGING },
    { "call.summary.completed", QUOSYNC_CALL_SUMMARY_COMPLETED },
    { "call.transcript.completed", QUOSYNC_CALL_TRANSCRIPT_COMPLETED },
    { "call.voicemail.completed", QUOSYNC_CALL_VOICEMAIL_COMPLETED },
    { "contact.deleted", QUOSYNC_CONTACT_DELETED },
    { "contact.updated", QUOSYNC_CONTACT_UPDATED },
    { "message.delivered", QUOSYNC_MESSAGE_DELIVERED },
    { "message.failed", QUOSYNC_MESSAGE_FAILED },
    { "message.received", QUOSYNC_MESSAGE_RECEIVED },
    { "message.undelivered", QUOSYNC_MESSAGE_UNDELIVERED },
};

#define OF(member) offsetof(struct quosync_event, member)

static const struct member envelope_members[] = {
    { "id", MEMBER_ID, MEMBER_REQUIRED, OF(id), 0 },
    { "type", MEMBER_ID, MEMBER_REQUIRED, OF(type), 0 },
};

static const struct member type_members[] = {
    { "type", MEMBER_ID, MEMBER_REQUIRED, 0, 0 },
};

static const struct member version_members[] = {
    { "apiVersion", MEMBER_TEXT, 0, OF(api_version), 0 },
};

static const struct member org_members[] = {
    { "orgId", MEMBER_ID, 0, OF(context.org_id), 0 },
};

static enum quosync_event_kind
kind_of(const char *type)
{
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        if (strcmp(kinds[i].type, type) == 0)
            return kinds[i].kind;
    }
    return QUOSYNC_EVENT_OTHER;
}

static bool
begins_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static bool
is_named(const struct event_tests *tests, const char *id)
{
    size_t room = strlen(id) + 1;

    for (const char *at = tests->ids, *end = at + tests->bytes; at < end; at += strlen(at) + 1)
        if ((size_t)(end - at) >= room && memcmp(at, id, room) == 0)
            return true;
    return false;
}

bool
decode_check_updated(const struct reader *reader, const struct node *resource,
                     int64_t updated_us, int64_t created_us)
{
    struct node updated = node_member(resource, "updatedAt");

    return updated_us - created_us <= INSTANT_DAY_US ||
           node_bad(reader, &updated, "is more than a day after createdAt");
}

static bool
decode_envelope(const struct reader *reader, const struct node *top,
                const struct event_tests *tests, struct quosync_event *event)
{
    if (!members_read(reader, top, envelope_members, COUNT_OF(envelope_members), event) ||
        !member_instant(reader, top, "createdAt", &event->created_us))
        return false;
    event->kind = kind_of(event->type);
    event->test = begins_with(event->id, "EV-test") || begins_with(event->id, "EV-sample") ||
                  (tests->bytes > 0 && is_named(tests, event->id));
    return true;
}

/* What is stored and not interpreted may look as it likes beside its orgId. */
static bool
decode_uninterpreted(const struct reader *reader, const struct node *top,
                     struct quosync_event *event)
{
    struct node version = node_member(top, "apiVersion");
    struct node data = node_member(top, "data");
    struct node context = node_member(&data, "context");

    if (json_is_string(version.json) &&
        !members_read(reader, top, version_members, COUNT_OF(version_members), event))
        return false;
    return !json_is_object(context.json) ||
           members_read(reader, &context, org_members, COUNT_OF(org_members), event);
}

static bool
decode_resource(const struct reader *reader, const struct node *resource,
                struct quosync_event *event)
{
    switch (event->kind) {
    case QUOSYNC_MESSAGE_RECEIVED:
    case QUOSYNC_MESSAGE_DELIVERED:
    case QUOSYNC_MESSAGE_FAILED:
    case QUOSYNC_MESSAGE_UNDELIVERED:
        return decode_message(reader, resource, &event->of.message);
    case QUOSYNC_CALL_RINGING:
    case QUOSYNC_CALL_ANSWERED:
    case QUOSYNC_CALL_COMPLETED:
    case QUOSYNC_CALL_FORWARDED:
    case QUOSYNC_CALL_MISSED:
    case QUOSYNC_CALL_MENU_SELECTED:
    case QUOSYNC_CALL_RECORDING_COMPLETED:
        return decode_call(reader, resource, event->created_us, event->kind, &event->of.call);
    case QUOSYNC_CALL_SUMMARY_COMPLETED:
        return decode_summary(reader, resource, &event->of.summary);
    case QUOSYNC_CALL_TRANSCRIPT_COMPLETED:
        return decode_transcript(reader, resource, &event->of.transcript);
    case QUOSYNC_CALL_VOICEMAIL_COMPLETED:
        return decode_voicemail(reader, resource, event->created_us, &event->of.voicemail);
    case QUOSYNC_CONTACT_UPDATED:
    case QUOSYNC_CONTACT_DELETED:
        return decode_contact(reader, resource, event->created_us, &event->of.contact);
    case QUOSYNC_EVENT_OTHER:
        break;
    }
    return error_set(reader->err, QUOSYNC_BUG, "no decoder for kind %d", (int)event->kind);
}

static bool
decode_data(const struct reader *reader, const struct node *top, struct quosync_event *event)
{
    struct node data = node_member(top, "data");
    struct node resource = node_member(&data, "resource");

    if (!members_read(reader, top, version_members, COUNT_OF(version_members), event))
        return false;
    if (!json_is_object(data.json))
        return node_bad(reader, &data, data.json == NULL ? "is missing" : "is not an object");
    if (!json_is_object(resource.json))
        return node_bad(reader, &resource,
                        resource.json == NULL ? "is missing" : "is not an object");
    return decode_resource(reader, &resource, event) &&
           decode_context(reader, &data, event->kind, &event->context);
}

static bool
decode(const void *body, size_t bytes, const struct event_tests *tests,
       struct quosync_event *event, struct quosync_error *err)
{
    struct reader reader = { &event->memory->arena, err };
    AUTO(arena_done) struct arena tree = { 0 };
    AUTO(memory_pool_end) bool pooled = bytes <= POOLED_BYTES && memory_pool_begin(&tree);
    AUTO(json_text_free) json_t *json = NULL;
    struct node top;

    if (!digest_64(body, bytes, &event->digest, err) ||
        !json_text_parse(body, bytes, &json, err))
        return false;
    top = node_top(json);
    if (!decode_envelope(&reader, &top, tests, event))
        return false;
    if (event->test || event->kind == QUOSYNC_EVENT_OTHER)
        return decode_uninterpreted(&reader, &top, event);
    return decode_data(&reader, &top, event);
}

/* An empty event in an arena of its own; NULL when there is no memory. */
static struct quosync_event *
event_new(void)
{
    struct quosync_arena *memory = memory_get(sizeof *memory);
    struct quosync_event *event;

    if (memory == NULL)
        return NULL;
    *memory = (struct quosync_arena){ 0 };
    event = arena_get_zeroed(&memory->arena, 1, sizeof *event);
    if (event == NULL) {
        memory_free(memory);
        return NULL;
    }
    event->memory = memory;
    return event;
}

bool
event_decode(const void *body, size_t bytes, const struct event_tests *tests,
             struct quosync_event **event, struct quosync_error *err)
{
    *event = event_new();
    if (*event == NULL)
        return error_no_memory(err);
    if (decode(body, bytes, tests, *event, err))
        return true;
    quosync_event_free(*event);
    *event = NULL;
    return false;
}

bool
event_type(const void *body, size_t bytes, struct arena *arena, const char **type,
           struct quosync_error *err)
{
    struct quosync_error why = { 0 };
    struct reader reader = { arena, &why };
    AUTO(json_text_free) json_t *json = NULL;
    struct node top;

    *type = NULL;
    if (json_text_parse(body, bytes, &json, &why)) {
        top = node_top(json);
        if (members_read(&reader, &top, type_members, COUNT_OF(type_members), type))
            return true;
    }
    if (why.kind == QUOSYNC_BAD_INPUT)
        return true;
    *err = why;
    return false;
}

bool
quosync_event_decode(const void *body, size_t bytes, struct quosync_event **event,
                     struct quosync_error *err)
{
    static const struct event_tests none;

    return event_decode(body, bytes, &none, event, err);
}

void
quosync_event_free(struct quosync_event *event)
{
    struct quosync_arena *memory = event != NULL ? event->memory : NULL;

    if (memory == NULL)
        return;
    arena_done(&memory->arena); /* the event was in it */
    memory_free(memory);
}
