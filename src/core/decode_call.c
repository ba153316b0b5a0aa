/*
 * decode_call.c - the resources of the call events: the seven of a call's life
 * share one struct, each with the members that Quo documents for it; summary,
 * transcript and voicemail have their own.
 */
#include "core/decode.h"
#include "core/error.h"

#define CALL(member) offsetof(struct quosync_call, member)
#define RECORDING(member) offsetof(struct quosync_recording, member)
#define SUMMARY(member) offsetof(struct quosync_summary, member)
#define TRANSCRIPT(member) offsetof(struct quosync_transcript, member)
#define LINE(member) offsetof(struct quosync_transcript_line, member)
#define VOICEMAIL(member) offsetof(struct quosync_voicemail, member)

/* ---- a call's life -------------------------------------------------- */

static const struct member common_members[] = {
    { "id", MEMBER_ID, MEMBER_REQUIRED, CALL(id), 0 },
    { "createdAt", MEMBER_INSTANT, 0, CALL(created), 0 },
    { "updatedAt", MEMBER_INSTANT, 0, CALL(updated), 0 },
};

static const struct member ringing_members[] = {
    { "direction", MEMBER_TEXT, 0, CALL(direction), 0 },
};

static const struct member answered_members[] = {
    { "direction", MEMBER_TEXT, 0, CALL(direction), 0 },
    { "answeredAt", MEMBER_INSTANT, 0, CALL(answered), 0 },
    { "answeredByUserId", MEMBER_ID, 0, CALL(answered_by_user_id), 0 },
};

static const struct member completed_members[] = {
    { "direction", MEMBER_TEXT, 0, CALL(direction), 0 },
    { "status", MEMBER_TEXT, 0, CALL(status), 0 },
    { "answeredAt", MEMBER_INSTANT, 0, CALL(answered), 0 },
    { "completedAt", MEMBER_INSTANT, 0, CALL(completed), 0 },
    { "duration", MEMBER_SECONDS, 0, CALL(duration_seconds), 0 },
    { "hasVoicemail", MEMBER_FLAG, 0, CALL(has_voicemail), 0 },
};

static const struct member forwarded_members[] = {
    { "forwardedFrom", MEMBER_TEXT, 0, CALL(forwarded_from), 0 },
    { "forwardedTo", MEMBER_TEXT, 0, CALL(forwarded_to), 0 },
};

static const struct member menu_members[] = {
    { "phoneMenuSelection", MEMBER_TEXT, 0, CALL(menu_selection), 0 },
    { "phoneMenuSelectionName", MEMBER_TEXT, 0, CALL(menu_selection_name), 0 },
    { "statusReason", MEMBER_TEXT, 0, CALL(menu_reason), 0 },
};

static const struct member recording_call_members[] = {
    { "direction", MEMBER_TEXT, 0, CALL(direction), 0 },
    { "answeredAt", MEMBER_INSTANT, 0, CALL(answered), 0 },
    { "completedAt", MEMBER_INSTANT, 0, CALL(completed), 0 },
    { "duration", MEMBER_SECONDS, 0, CALL(duration_seconds), 0 },
};

static const struct member recording_members[] = {
    { "id", MEMBER_ID, 0, RECORDING(id), 0 },
    { "duration", MEMBER_SECONDS, 0, RECORDING(duration_seconds), 0 },
    { "startTime", MEMBER_INSTANT, 0, RECORDING(started), 0 },
    { "type", MEMBER_TEXT, 0, RECORDING(type), 0 },
    { "url", MEMBER_TEXT, 0, RECORDING(url), 0 },
};

/* What a kind has beside the common members; call.missed has nothing. */
static const struct {
    const struct member *members;
    size_t n;
} members_of_kind[] = {
    [QUOSYNC_CALL_RINGING] = { ringing_members, COUNT_OF(ringing_members) },
    [QUOSYNC_CALL_ANSWERED] = { answered_members, COUNT_OF(answered_members) },
    [QUOSYNC_CALL_COMPLETED] = { completed_members, COUNT_OF(completed_members) },
    [QUOSYNC_CALL_FORWARDED] = { forwarded_members, COUNT_OF(forwarded_members) },
    [QUOSYNC_CALL_MISSED] = { NULL, 0 },
    [QUOSYNC_CALL_MENU_SELECTED] = { menu_members, COUNT_OF(menu_members) },
    [QUOSYNC_CALL_RECORDING_COMPLETED] = { recording_call_members,
                                           COUNT_OF(recording_call_members) },
};

static bool
decode_recordings(const struct reader *reader, const struct node *resource,
                  struct quosync_call *call)
{
    struct node list = node_member(resource, "recordings");
    void *items;

    if (!members_read_list(reader, &list, recording_members, COUNT_OF(recording_members),
                           sizeof *call->recordings, &items, &call->n_recordings))
        return false;
    call->recordings = items;
    return true;
}

bool
decode_call(const struct reader *reader, const struct node *resource, int64_t created_us,
            enum quosync_event_kind kind, struct quosync_call *call)
{
    if (!members_read(reader, resource, common_members, COUNT_OF(common_members), call) ||
        !members_read(reader, resource, members_of_kind[kind].members, members_of_kind[kind].n,
                      call))
        return false;
    if (call->updated.known &&
        !decode_check_updated(reader, resource, call->updated.us, created_us))
        return false;
    return kind != QUOSYNC_CALL_RECORDING_COMPLETED ||
           decode_recordings(reader, resource, call);
}

/* ---- what follows a call -------------------------------------------- */

static const struct member summary_members[] = {
    { "callId", MEMBER_ID, MEMBER_REQUIRED, SUMMARY(call_id), 0 },
    { "processingStatus", MEMBER_TEXT, MEMBER_REQUIRED, SUMMARY(status), 0 },
    { "summary", MEMBER_TEXTS, MEMBER_TELLS_FULL, SUMMARY(summary), SUMMARY(has_summary) },
    { "nextSteps", MEMBER_TEXTS, MEMBER_TELLS_FULL, SUMMARY(next_steps),
      SUMMARY(has_next_steps) },
    { "fromPhoneNumber", MEMBER_TEXT, 0, SUMMARY(from_phone_number), 0 },
    { "handledByAiAgent", MEMBER_FLAG, 0, SUMMARY(handled_by_ai_agent), 0 },
    { "answeredByUserId", MEMBER_ID, 0, SUMMARY(answered_by_user_id), 0 },
    { "jobs", MEMBER_LIST, 0, SUMMARY(jobs), 0 },
};

static const struct member transcript_members[] = {
    { "callId", MEMBER_ID, MEMBER_REQUIRED, TRANSCRIPT(call_id), 0 },
    { "processingStatus", MEMBER_TEXT, MEMBER_REQUIRED, TRANSCRIPT(status), 0 },
    { "createdAt", MEMBER_INSTANT, 0, TRANSCRIPT(created), 0 },
    { "duration", MEMBER_SECONDS, 0, TRANSCRIPT(duration_seconds), 0 },
};

static const struct member line_members[] = {
    { "userId", MEMBER_ID, 0, LINE(user_id), 0 },
    { "identifier", MEMBER_TEXT, 0, LINE(identifier), 0 },
    { "content", MEMBER_TEXT, MEMBER_REQUIRED, LINE(content), 0 },
    { "start", MEMBER_SECONDS, MEMBER_REQUIRED, LINE(start_seconds), 0 },
    { "end", MEMBER_SECONDS, MEMBER_REQUIRED, LINE(end_seconds), 0 },
};

static const struct member voicemail_members[] = {
    { "id", MEMBER_ID, MEMBER_REQUIRED, VOICEMAIL(id), 0 },
    { "voicemailId", MEMBER_ID, 0, VOICEMAIL(voicemail_id), 0 },
    { "callId", MEMBER_ID, 0, VOICEMAIL(call_id), 0 },
    { "direction", MEMBER_TEXT, 0, VOICEMAIL(direction), 0 },
    { "duration", MEMBER_SECONDS, 0, VOICEMAIL(duration_seconds), 0 },
    { "from", MEMBER_TEXT, 0, VOICEMAIL(from_number), 0 },
    { "to", MEMBER_TEXT, 0, VOICEMAIL(to_number), 0 },
    { "transcript", MEMBER_TEXT, 0, VOICEMAIL(transcript), 0 },
    { "recordingUrl", MEMBER_TEXT, 0, VOICEMAIL(recording_url), 0 },
    { "createdAt", MEMBER_INSTANT, 0, VOICEMAIL(created), 0 },
    { "updatedAt", MEMBER_INSTANT, 0, VOICEMAIL(updated), 0 },
};

bool
decode_summary(const struct reader *reader, const struct node *resource,
               struct quosync_summary *summary)
{
    return members_read(reader, resource, summary_members, COUNT_OF(summary_members), summary);
}

bool
decode_transcript(const struct reader *reader, const struct node *resource,
                  struct quosync_transcript *transcript)
{
    struct node dialogue = node_member(resource, "dialogue");
    void *lines;

    if (!members_read(reader, resource, transcript_members, COUNT_OF(transcript_members),
                      transcript) ||
        !members_read_list(reader, &dialogue, line_members, COUNT_OF(line_members),
                           sizeof *transcript->lines, &lines, &transcript->n_lines))
        return false;
    transcript->lines = lines;
    return true;
}

bool
decode_voicemail(const struct reader *reader, const struct node *resource, int64_t created_us,
                 struct quosync_voicemail *voicemail)
{
    return members_read(reader, resource, voicemail_members, COUNT_OF(voicemail_members),
                        voicemail) &&
           (!voicemail->updated.known ||
            decode_check_updated(reader, resource, voicemail->updated.us, created_us));
}
