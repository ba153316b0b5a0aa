/*
 * rest_activity.c - messages and calls of REST, which name no contacts, and
 * what hangs on a call there: summary, voicemail, recordings, transcripts.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/number.h"
#include "core/rest.h"
#include "core/rest_read.h"

/* ---- messages --------------------------------------------------------------------- */

struct rest_message_item {
    struct quosync_message message;
    const char *from, *phone_number_id, *conversation_id, *user_id;
    bool has_to;
    struct quosync_strings to;
    struct quosync_instant updated;
};

#define MESSAGE(member) offsetof(struct rest_message_item, message.member)
#define MESSAGE_ITEM(member) offsetof(struct rest_message_item, member)

static const struct member message_members[] = {
    { "id", MEMBER_ID, MEMBER_REQUIRED, MESSAGE(id), 0 },
    { "direction", MEMBER_TEXT, 0, MESSAGE(direction), 0 },
    { "text", MEMBER_TEXT, 0, MESSAGE(text), 0 },
    { "status", MEMBER_TEXT, 0, MESSAGE(status), 0 },
    { "media", MEMBER_LIST, MEMBER_TELLS, MESSAGE(media), MESSAGE(has_media) },
    { "createdAt", MEMBER_INSTANT, 0, MESSAGE(created), 0 },
    { "updatedAt", MEMBER_INSTANT, 0, MESSAGE_ITEM(updated), 0 },
    { "from", MEMBER_TEXT, 0, MESSAGE_ITEM(from), 0 },
    { "to", MEMBER_TEXTS, MEMBER_TELLS_FULL, MESSAGE_ITEM(to), MESSAGE_ITEM(has_to) },
    { "phoneNumberId", MEMBER_ID, 0, MESSAGE_ITEM(phone_number_id), 0 },
    { "conversationId", MEMBER_ID, 0, MESSAGE_ITEM(conversation_id), 0 },
    { "userId", MEMBER_ID, 0, MESSAGE_ITEM(user_id), 0 },
};

/* (from an event: no, T, '', d): any event knows more. */
static void
fact_version(struct version *version, const struct observation *observation)
{
    version_rank(version, false);
    observation_end(version, observation);
}

static void
observe_facts(struct quosync_fold *fold, struct quosync_row *row,
              const struct rest_message_item *item, const struct observation *observation)
{
    const struct quosync_message *message = &item->message;
    struct version version = { .n = 0 };
    struct put put;

    fact_version(&version, observation);
    if (fold_observe(fold, row, MESSAGE_FACTS, &version, &put)) {
        put_text(&put, MESSAGE_DIRECTION, message->direction);
        put_text(&put, MESSAGE_BODY, message->text);
        put_text(&put, MESSAGE_PHONE_NUMBER_ID, item->phone_number_id);
        put_text(&put, MESSAGE_CONVERSATION_ID, item->conversation_id);
        put_text(&put, MESSAGE_USER_ID, item->user_id);
        put_text(&put, MESSAGE_SENDER, item->from);
        put_texts(&put, MESSAGE_RECIPIENTS, item->has_to, &item->to);
        put_instant(&put, MESSAGE_CREATED_AT, message->created);
    }
    if (message->has_media && fold_observe(fold, row, MESSAGE_MEDIA_REGISTER, &version, &put))
        put_text(&put, MESSAGE_MEDIA, message->media);
}

/* (U or T - 60 s, rank, '', d), beside the events' (C, rank, i, d) */
static void
observe_status(struct quosync_fold *fold, struct quosync_row *row,
               const struct rest_message_item *item, const struct observation *observation)
{
    struct quosync_instant at = item->updated;
    struct version version = { .n = 0 };
    struct put put;

    if (!at.known)
        at = (struct quosync_instant){ true, observation->at_us - REST_MARGIN_US };
    version_instant(&version, at.us);
    version_rank(&version, observe_message_rank(item->message.status));
    version_text(&version, "");
    version_digest(&version, observation->digest);
    if (!fold_observe(fold, row, MESSAGE_STATUS_REGISTER, &version, &put))
        return;
    put_text(&put, MESSAGE_STATUS, item->message.status);
    put_instant(&put, MESSAGE_STATUS_AT, at);
}

bool
rest_message(struct quosync_fold *fold, json_t *json, int64_t at_us, struct quosync_error *err)
{
    AUTO(rest_read_done) struct rest_read read = { .top = { 0 } };
    struct rest_message_item item = { .from = NULL };
    struct quosync_row *row;

    if (!rest_read_start(&read, json, false, at_us, err) ||
        !members_read(&read.reader, &read.top, message_members, COUNT_OF(message_members),
                      &item) ||
        !rest_read_updated(&read, &item.updated))
        return false;
    row = fold_row(fold, QUOSYNC_MESSAGES, item.message.id);
    if (row != NULL) {
        observe_facts(fold, row, &item, &read.observation);
        observe_status(fold, row, &item, &read.observation);
    }
    return rest_read_folded(fold, err);
}

/* ---- calls ---------------------------------------------------------------------------- */

struct rest_call_item {
    struct quosync_call call;
    const char *phone_number_id, *actor_id, *initiated_by, *ai_handled;
    const char *voicemail_id, *voicemail_seconds, *voicemail_transcript, *voicemail_url;
    bool has_summary;
    struct quosync_summary summary;
    bool has_participants;
    struct quosync_strings inside, outside;
};

/* One of `participants`: Quo's own numbers are among them. */
struct rest_party {
    const char *number, *actor_id;
};

#define CALL(member) offsetof(struct rest_call_item, call.member)
#define CALL_ITEM(member) offsetof(struct rest_call_item, member)

static const struct member call_members[] = {
    { "id", MEMBER_ID, MEMBER_REQUIRED, CALL(id), 0 },
    { "direction", MEMBER_TEXT, 0, CALL(direction), 0 },
    { "status", MEMBER_TEXT, 0, CALL(status), 0 },
    { "createdAt", MEMBER_INSTANT, 0, CALL(created), 0 },
    { "answeredAt", MEMBER_INSTANT, 0, CALL(answered), 0 },
    { "completedAt", MEMBER_INSTANT, 0, CALL(completed), 0 },
    { "updatedAt", MEMBER_INSTANT, 0, CALL(updated), 0 },
    { "answeredBy", MEMBER_ID, 0, CALL(answered_by_user_id), 0 },
    { "duration", MEMBER_SECONDS, 0, CALL(duration_seconds), 0 },
    { "forwardedFrom", MEMBER_TEXT, 0, CALL(forwarded_from), 0 },
    { "forwardedTo", MEMBER_TEXT, 0, CALL(forwarded_to), 0 },
    { "phoneNumberId", MEMBER_ID, 0, CALL_ITEM(phone_number_id), 0 },
    { "actorId", MEMBER_ID, 0, CALL_ITEM(actor_id), 0 },
    { "initiatedBy", MEMBER_ID, 0, CALL_ITEM(initiated_by), 0 },
    { "aiHandled", MEMBER_TEXT, 0, CALL_ITEM(ai_handled), 0 },
};

static const struct member voicemail_members[] = {
    { "id", MEMBER_ID, 0, CALL_ITEM(voicemail_id), 0 },
    { "duration", MEMBER_SECONDS, 0, CALL_ITEM(voicemail_seconds), 0 },
    { "transcript", MEMBER_TEXT, 0, CALL_ITEM(voicemail_transcript), 0 },
    { "recordingUrl", MEMBER_TEXT, 0, CALL_ITEM(voicemail_url), 0 },
};

static const struct member summary_members[] = {
    { "status", MEMBER_TEXT, MEMBER_REQUIRED, CALL_ITEM(summary.status), 0 },
    { "summary", MEMBER_TEXTS, MEMBER_TELLS_FULL, CALL_ITEM(summary.summary),
      CALL_ITEM(summary.has_summary) },
    { "nextSteps", MEMBER_TEXTS, MEMBER_TELLS_FULL, CALL_ITEM(summary.next_steps),
      CALL_ITEM(summary.has_next_steps) },
    { "jobs", MEMBER_LIST, 0, CALL_ITEM(summary.jobs), 0 },
};

static const struct member party_members[] = {
    { "phoneNumber", MEMBER_TEXT, MEMBER_REQUIRED, offsetof(struct rest_party, number), 0 },
    { "actorId", MEMBER_ID, 0, offsetof(struct rest_party, actor_id), 0 },
};

/* Each number once, as a list: one may come again with another actor. */
static void
add_party(struct quosync_strings *list, const char *number)
{
    for (size_t i = 0; i < list->n; i++)
        if (strcmp(list->items[i], number) == 0)
            return;
    list->items[list->n++] = number;
}

/* Somebody of the workspace stands behind the numbers that are inside. */
static bool
read_parties(const struct rest_read *read, struct rest_call_item *item)
{
    struct node list = node_member(&read->top, "participants");
    struct rest_party *parties;
    void *items;
    size_t n;

    if (!members_read_list(&read->reader, &list, party_members, COUNT_OF(party_members),
                           sizeof *parties, &items, &n))
        return false;
    item->has_participants = !node_is_absent(&list);
    if (n == 0)
        return true;
    parties = items;
    item->inside.items = arena_get_zeroed(read->reader.arena, n, sizeof *item->inside.items);
    item->outside.items = arena_get_zeroed(read->reader.arena, n, sizeof *item->outside.items);
    if (item->inside.items == NULL || item->outside.items == NULL)
        return error_no_memory(read->reader.err);
    for (size_t i = 0; i < n; i++)
        add_party(parties[i].actor_id != NULL ? &item->inside : &item->outside,
                  parties[i].number);
    return true;
}

static bool
read_call(const struct rest_read *read, struct rest_call_item *item)
{
    struct node voicemail = node_member(&read->top, "voicemail");
    struct node summary = node_member(&read->top, "summary");

    if (!members_read(&read->reader, &read->top, call_members, COUNT_OF(call_members), item) ||
        !rest_read_updated(read, &item->call.updated) || !read_parties(read, item) ||
        !members_read(&read->reader, &voicemail, voicemail_members, COUNT_OF(voicemail_members),
                      item))
        return false;
    item->has_summary = !node_is_absent(&summary);
    item->summary.call_id = item->call.id;
    return !item->has_summary || members_read(&read->reader, &summary, summary_members,
                                              COUNT_OF(summary_members), item);
}

/* (U or -infinity, T, d) */
static void
observe_rest_call(struct quosync_fold *fold, struct quosync_row *row,
                  const struct rest_call_item *item, const struct observation *observation)
{
    const struct quosync_call *call = &item->call;
    struct version version = { .n = 0 };
    struct put put;

    version_instant(&version, call->updated.known ? call->updated.us : VERSION_NO_INSTANT);
    version_instant(&version, observation->at_us);
    version_digest(&version, observation->digest);
    if (!fold_observe(fold, row, CALL_REST, &version, &put))
        return;
    put_text(&put, CALL_DIRECTION, call->direction);
    put_instant(&put, CALL_CREATED_AT, call->created);
    put_instant(&put, CALL_ANSWERED_AT, call->answered);
    put_text(&put, CALL_ANSWERED_BY_USER_ID, call->answered_by_user_id);
    put_instant(&put, CALL_COMPLETED_AT, call->completed);
    put_text(&put, CALL_DURATION_SECONDS, call->duration_seconds);
    put_text(&put, CALL_INITIATED_BY_USER_ID, item->initiated_by);
    put_text(&put, CALL_AI_HANDLED, item->ai_handled);
    put_text(&put, CALL_REST_STATUS, call->status);
    put_texts(&put, CALL_WORKSPACE_PARTICIPANTS, item->has_participants, &item->inside);
    put_texts(&put, CALL_EXTERNAL_PARTICIPANTS, item->has_participants, &item->outside);
    put_text(&put, CALL_FORWARDED_FROM, call->forwarded_from);
    put_text(&put, CALL_FORWARDED_TO, call->forwarded_to);
    put_text(&put, CALL_PHONE_NUMBER_ID, item->phone_number_id);
    put_text(&put, CALL_USER_ID, item->actor_id);
    put_text(&put, CALL_VOICEMAIL_ID, item->voicemail_id);
    put_text(&put, CALL_VOICEMAIL_DURATION_SECONDS, item->voicemail_seconds);
    put_text(&put, CALL_VOICEMAIL_TRANSCRIPT, item->voicemail_transcript);
    put_text(&put, CALL_VOICEMAIL_RECORDING_URL, item->voicemail_url);
}

bool
rest_call(struct quosync_fold *fold, json_t *json, int64_t at_us, struct quosync_error *err)
{
    AUTO(rest_read_done) struct rest_read read = { .top = { 0 } };
    struct rest_call_item item = { .ai_handled = NULL };
    struct quosync_row *row;

    if (!rest_read_start(&read, json, false, at_us, err) || !read_call(&read, &item))
        return false;
    row = fold_row(fold, QUOSYNC_CALLS, item.call.id);
    if (row != NULL) {
        observe_rest_call(fold, row, &item, &read.observation);
        observe_updated(fold, row, &item.call.updated);
    }
    if (item.has_summary)
        observe_summary_row(fold, &item.summary, &read.observation);
    return rest_read_folded(fold, err);
}

/* ---- recordings -------------------------------------------------------------------------- */

struct segment {
    struct quosync_recording recording;
    const char *status;
};

#define SEGMENT(member) offsetof(struct segment, recording.member)

static const struct member segment_members[] = {
    { "id", MEMBER_ID, 0, SEGMENT(id), 0 },
    { "status", MEMBER_TEXT, 0, offsetof(struct segment, status), 0 },
    { "startTime", MEMBER_INSTANT, 0, SEGMENT(started), 0 },
    { "duration", MEMBER_SECONDS, 0, SEGMENT(duration_seconds), 0 },
    { "url", MEMBER_TEXT, 0, SEGMENT(url), 0 },
    { "type", MEMBER_TEXT, 0, SEGMENT(type), 0 },
};

static bool
status_is(const char *status, const char *wanted)
{
    return status != NULL && strcmp(status, wanted) == 0;
}

/* (not empty?, from an event: no, T, '', d) */
static void
observe_segments(struct quosync_fold *fold, struct quosync_row *row,
                 const struct segment *segments, size_t n, const struct observation *observation)
{
    struct version version = { .n = 0 };
    struct list_item *items;
    struct put put;

    version_rank(&version, n > 0);
    version_rank(&version, false);
    observation_end(&version, observation);
    if (!fold_observe(fold, row, CALL_RECORDINGS_REGISTER, &version, &put))
        return;
    items = put_list(&put, CALL_RECORDINGS, n);
    for (size_t i = 0; items != NULL && i < n; i++)
        observe_recording(fold, &items[i], &segments[i].recording);
}

bool
rest_recordings(struct quosync_fold *fold, const char *call_id, json_t *data, int64_t at_us,
                struct quosync_error *err)
{
    AUTO(rest_read_done) struct rest_read read = { .top = { 0 } };
    struct quosync_row *row;
    struct segment *segments;
    size_t n, completed = 0;
    void *items;

    if (!rest_read_start(&read, data, true, at_us, err) ||
        !members_read_list(&read.reader, &read.top, segment_members, COUNT_OF(segment_members),
                           sizeof *segments, &items, &n))
        return false;
    segments = items;
    for (size_t i = 0; i < n; i++)
        if (status_is(segments[i].status, "completed"))
            segments[completed++] = segments[i];
    row = fold_row(fold, QUOSYNC_CALLS, call_id);
    if (row != NULL)
        observe_segments(fold, row, segments, completed, &read.observation);
    return rest_read_folded(fold, err);
}

/* ---- transcripts --------------------------------------------------------------------------- */

struct part {
    const char *status;
    struct quosync_instant started, created;
    const char *duration_seconds;
    struct quosync_transcript_line *lines;
    size_t n_lines;
};

#define PART(member) offsetof(struct part, member)
#define LINE(member) offsetof(struct quosync_transcript_line, member)

static const struct member part_members[] = {
    { "status", MEMBER_TEXT, MEMBER_REQUIRED, PART(status), 0 },
    { "startTime", MEMBER_INSTANT, 0, PART(started), 0 },
    { "createdAt", MEMBER_INSTANT, 0, PART(created), 0 },
    { "duration", MEMBER_SECONDS, 0, PART(duration_seconds), 0 },
};

static const struct member line_members[] = {
    { "actorId", MEMBER_ID, 0, LINE(user_id), 0 },
    { "identifier", MEMBER_TEXT, 0, LINE(identifier), 0 },
    { "content", MEMBER_TEXT, MEMBER_REQUIRED, LINE(content), 0 },
    { "start", MEMBER_SECONDS, MEMBER_REQUIRED, LINE(start_seconds), 0 },
    { "end", MEMBER_SECONDS, MEMBER_REQUIRED, LINE(end_seconds), 0 },
};

static bool
read_parts(const struct rest_read *read, struct part **parts, size_t *n)
{
    void *items;

    if (!members_read_list(&read->reader, &read->top, part_members, COUNT_OF(part_members),
                           sizeof **parts, &items, n))
        return false;
    *parts = items;
    for (size_t i = 0; i < *n; i++) {
        struct node part = node_item(&read->top, i);
        struct node dialogue = node_member(&part, "dialogue");

        if (!members_read_list(&read->reader, &dialogue, line_members, COUNT_OF(line_members),
                               sizeof *(*parts)[i].lines, &items, &(*parts)[i].n_lines))
            return false;
        (*parts)[i].lines = items;
    }
    return true;
}

/* The status of them all; the event tells one status of the whole call. */
static const char *
joined_status(const struct part *parts, size_t n)
{
    static const char *const order[] = { "in-progress", "completed", "failed", "absent" };

    for (size_t k = 0; k < COUNT_OF(order); k++)
        for (size_t i = 0; i < n; i++)
            if (status_is(parts[i].status, order[k]))
                return order[k];
    return parts[0].status;
}

/* Microseconds, which is finer than Quo's seconds: sums of doubles would show their errors. */
static bool
seconds_us(const char *text, int64_t *us)
{
    double seconds;

    if (text == NULL || !number_parse(text, strlen(text), &seconds) || fabs(seconds) > 1e9)
        return false;
    *us = (int64_t)(seconds * 1e6 + (seconds < 0 ? -0.5 : 0.5));
    return true;
}

/* text, `offset_us` later; text itself where it cannot be moved. NULL without memory. */
static const char *
moved_seconds(struct arena *arena, const char *text, int64_t offset_us)
{
    char moved[NUMBER_SIZE];
    int64_t us;

    if (offset_us == 0 || !seconds_us(text, &us))
        return text;
    number_format((double)(us + offset_us) / 1e6, moved);
    return arena_text(arena, moved, strlen(moved));
}

static bool
join_lines(struct rest_read *read, const struct part *parts, size_t n,
           struct quosync_transcript *whole)
{
    size_t total = 0;

    for (size_t i = 0; i < n; i++)
        total += parts[i].n_lines;
    whole->lines = arena_get_zeroed(&read->arena, total, sizeof *whole->lines);
    if (whole->lines == NULL)
        return error_no_memory(read->reader.err);
    for (size_t i = 0; i < n; i++) {
        bool both = parts[i].started.known && parts[0].started.known;
        int64_t offset_us = both ? parts[i].started.us - parts[0].started.us : 0;

        for (size_t k = 0; k < parts[i].n_lines; k++) {
            struct quosync_transcript_line *line = &whole->lines[whole->n_lines++];

            *line = parts[i].lines[k];
            line->start_seconds = moved_seconds(&read->arena, line->start_seconds, offset_us);
            line->end_seconds = moved_seconds(&read->arena, line->end_seconds, offset_us);
            if (line->start_seconds == NULL || line->end_seconds == NULL)
                return error_no_memory(read->reader.err);
        }
    }
    return true;
}

static bool
join_parts(struct rest_read *read, const struct part *parts, size_t n,
           struct quosync_transcript *whole)
{
    whole->status = joined_status(parts, n);
    whole->created = parts[0].created;
    whole->duration_seconds = parts[0].duration_seconds;
    for (size_t i = 1; i < n; i++) {
        int64_t us;

        if (!seconds_us(parts[i].duration_seconds, &us))
            continue;
        whole->duration_seconds = whole->duration_seconds == NULL
                                      ? parts[i].duration_seconds
                                      : moved_seconds(&read->arena, whole->duration_seconds, us);
        if (whole->duration_seconds == NULL)
            return error_no_memory(read->reader.err);
    }
    return join_lines(read, parts, n, whole);
}

bool
rest_transcripts(struct quosync_fold *fold, const char *call_id, json_t *data, int64_t at_us,
                 struct quosync_error *err)
{
    AUTO(rest_read_done) struct rest_read read = { .top = { 0 } };
    struct quosync_transcript whole = { .call_id = call_id };
    struct part *parts;
    size_t n;

    if (!rest_read_start(&read, data, true, at_us, err) || !read_parts(&read, &parts, &n))
        return false;
    if (n == 0)
        return true;
    if (!join_parts(&read, parts, n, &whole))
        return false;
    observe_transcript_row(fold, &whole, &read.observation);
    return rest_read_folded(fold, err);
}
