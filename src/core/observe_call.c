/*
 * observe_call.c - what call events say of a call, and the events that only
 * name a call (summary, transcript, voicemail): each has a row of its own and
 * speaks for the call's context, participants and links as well.
 */
#include <string.h>

#include "core/observe.h"

/* (U, or C where it is null; i, d) */
static void
life_version(struct version *version, const struct quosync_event *event,
             const struct quosync_instant *updated)
{
    version_instant(version, updated->known ? updated->us : event->created_us);
    version_text(version, event->id);
    version_digest(version, event->digest);
}

/* ---- the seven registers of a call's life --------------------------------------------- */

/* Adds what this type of event knows beside direction and created_at. */
static void
put_life(struct put *put, const struct quosync_event *event)
{
    const struct quosync_call *call = &event->of.call;
    struct quosync_instant ringing = { true, event->created_us };

    switch (put->r) {
    case CALL_RINGING:
        put_instant(put, CALL_RINGING_AT, ringing);
        break;
    case CALL_ANSWERED:
        put_instant(put, CALL_ANSWERED_AT, call->answered);
        put_text(put, CALL_ANSWERED_BY_USER_ID, call->answered_by_user_id);
        break;
    case CALL_COMPLETED:
        put_text(put, CALL_STATUS, call->status);
        put_flag(put, CALL_HAS_VOICEMAIL, call->has_voicemail);
        put_instant(put, CALL_ANSWERED_AT, call->answered);
        put_instant(put, CALL_COMPLETED_AT, call->completed);
        put_text(put, CALL_DURATION_SECONDS, call->duration_seconds);
        break;
    case CALL_MISSED_REGISTER:
        put_flag(put, CALL_MISSED, QUOSYNC_TRUE);
        break;
    case CALL_FORWARDED:
        put_text(put, CALL_FORWARDED_FROM, call->forwarded_from);
        put_text(put, CALL_FORWARDED_TO, call->forwarded_to);
        break;
    case CALL_MENU:
        put_text(put, CALL_MENU_SELECTION, call->menu_selection);
        put_text(put, CALL_MENU_SELECTION_NAME, call->menu_selection_name);
        put_text(put, CALL_MENU_REASON, call->menu_reason);
        break;
    case CALL_RECORDING:
        put_instant(put, CALL_ANSWERED_AT, call->answered);
        put_instant(put, CALL_COMPLETED_AT, call->completed);
        put_text(put, CALL_DURATION_SECONDS, call->duration_seconds);
        break;
    default:
        break;
    }
}

static size_t
life_register(enum quosync_event_kind kind)
{
    switch (kind) {
    case QUOSYNC_CALL_RINGING:
        return CALL_RINGING;
    case QUOSYNC_CALL_ANSWERED:
        return CALL_ANSWERED;
    case QUOSYNC_CALL_COMPLETED:
        return CALL_COMPLETED;
    case QUOSYNC_CALL_MISSED:
        return CALL_MISSED_REGISTER;
    case QUOSYNC_CALL_FORWARDED:
        return CALL_FORWARDED;
    case QUOSYNC_CALL_MENU_SELECTED:
        return CALL_MENU;
    default:
        return CALL_RECORDING;
    }
}

/* These types exist for incoming calls alone, and carry no direction. */
static bool
implies_incoming(size_t r)
{
    return r == CALL_MISSED_REGISTER || r == CALL_FORWARDED || r == CALL_MENU;
}

static void
observe_life(struct quosync_fold *fold, struct quosync_row *row,
             const struct quosync_event *event)
{
    const struct quosync_call *call = &event->of.call;
    size_t r = life_register(event->kind);
    struct version version = { .n = 0 };
    struct put put;

    life_version(&version, event, &call->updated);
    if (!fold_observe(fold, row, r, &version, &put))
        return;
    put_text(&put, CALL_DIRECTION, implies_incoming(r) ? "incoming" : call->direction);
    put_instant(&put, CALL_CREATED_AT, call->created);
    put_life(&put, event);
}

void
observe_updated(struct quosync_fold *fold, struct quosync_row *row,
                const struct quosync_instant *updated)
{
    struct version version = { .n = 0 };
    struct put put;

    if (!updated->known)
        return;
    version_instant(&version, updated->us);
    if (fold_observe(fold, row, CALL_UPDATED, &version, &put))
        put_instant(&put, CALL_UPDATED_AT, *updated);
}

/* An empty list means "no details in this payload": it never replaces a full one. */
static void
observe_recordings(struct quosync_fold *fold, struct quosync_row *row,
                   const struct quosync_event *event)
{
    const struct quosync_call *call = &event->of.call;
    struct version version = { .n = 0 };
    struct list_item *items;
    struct put put;

    version_rank(&version, call->n_recordings > 0);
    version_rank(&version, true);
    life_version(&version, event, &call->updated);
    if (!fold_observe(fold, row, CALL_RECORDINGS_REGISTER, &version, &put))
        return;
    items = put_list(&put, CALL_RECORDINGS, call->n_recordings);
    for (size_t i = 0; items != NULL && i < call->n_recordings; i++)
        observe_recording(fold, &items[i], &call->recordings[i]);
}

void
observe_recording(struct quosync_fold *fold, struct list_item *item,
                  const struct quosync_recording *recording)
{
    struct quosync_value *values = item->values;

    item_text(fold, &values[RECORDING_ID], QUOSYNC_TEXT, recording->id);
    item_text(fold, &values[RECORDING_DURATION_SECONDS], QUOSYNC_NUMBER,
              recording->duration_seconds);
    if (recording->started.known)
        values[RECORDING_STARTED_AT] = (struct quosync_value){
            .type = QUOSYNC_INSTANT,
            .of.instant_us = recording->started.us,
        };
    item_text(fold, &values[RECORDING_TYPE], QUOSYNC_TEXT, recording->type);
    item_text(fold, &values[RECORDING_URL], QUOSYNC_TEXT, recording->url);
}

/* ---- what surrounds a call -------------------------------------------------------------- */

static void
observe_context(struct quosync_fold *fold, struct quosync_row *row,
                const struct quosync_event *event, const struct version *version)
{
    const struct quosync_context *context = &event->context;
    struct put put;

    if (!fold_observe(fold, row, CALL_CONTEXT, version, &put))
        return;
    put_text(&put, CALL_PHONE_NUMBER_ID, context->phone_number_id);
    put_text(&put, CALL_CONVERSATION_ID, context->conversation_id);
    put_text(&put, CALL_USER_ID, context->user_id);
    put_text(&put, CALL_QUO_URL, context->quo_url);
}

static void
observe_participants(struct quosync_fold *fold, struct quosync_row *row,
                     const struct quosync_event *event, const struct version *version)
{
    const struct quosync_context *context = &event->context;
    struct put put;

    if (observe_knows_participants(event) &&
        fold_observe(fold, row, CALL_PARTICIPANTS, version, &put)) {
        put_texts(&put, CALL_WORKSPACE_PARTICIPANTS, true, &context->workspace_participants);
        put_texts(&put, CALL_EXTERNAL_PARTICIPANTS, true, &context->external_participants);
    }
    if (context->has_participants && fold_observe(fold, row, CALL_RESOLUTION, version, &put))
        put_text(&put, CALL_PARTICIPANTS_RESOLUTION, context->participants_resolution);
}

/* Every event that names a call speaks for all of this. */
static struct quosync_row *
observe_named_call(struct quosync_fold *fold, const char *id, const struct quosync_event *event)
{
    struct quosync_row *row = fold_row(fold, QUOSYNC_CALLS, id);
    struct version version = { .n = 0 };
    struct put put;

    if (row == NULL)
        return NULL;
    observe_surroundings_version(&version, event);
    observe_context(fold, row, event, &version);
    observe_participants(fold, row, event, &version);
    if (event->context.has_phone_number_type &&
        fold_observe(fold, row, CALL_NUMBER_TYPE, &version, &put))
        put_text(&put, CALL_PHONE_NUMBER_TYPE, event->context.phone_number_type);
    observe_links(fold, row, CALL_LINKS, CALL_CONTACT_LOOKUP, CALL_CONTACTS, event);
    return row;
}

void
observe_call(struct quosync_fold *fold, const struct quosync_event *event)
{
    struct quosync_row *row = observe_named_call(fold, event->of.call.id, event);

    if (row == NULL)
        return;
    observe_life(fold, row, event);
    observe_updated(fold, row, &event->of.call.updated);
    if (event->kind == QUOSYNC_CALL_RECORDING_COMPLETED)
        observe_recordings(fold, row, event);
}

/* ---- summaries and transcripts ------------------------------------------------------------ */

static void
observe_processed_version(struct version *version, const char *status,
                          const struct observation *observation)
{
    version_rank(version, observe_processing_rank(status));
    version_rank(version, observation->event);
    observation_end(version, observation);
}

void
observe_summary_row(struct quosync_fold *fold, const struct quosync_summary *summary,
                    const struct observation *observation)
{
    struct quosync_row *row = fold_row(fold, QUOSYNC_CALL_SUMMARIES, summary->call_id);
    struct version version = { .n = 0 };
    struct put put;

    if (row == NULL)
        return;
    observe_processed_version(&version, summary->status, observation);
    if (fold_observe(fold, row, SUMMARY_ROW, &version, &put)) {
        put_text(&put, SUMMARY_STATUS, summary->status);
        put_texts(&put, SUMMARY_SUMMARY, summary->has_summary, &summary->summary);
        put_texts(&put, SUMMARY_NEXT_STEPS, summary->has_next_steps, &summary->next_steps);
        put_text(&put, SUMMARY_JOBS, summary->jobs);
    }
    if (!observation->event)
        return;
    version.n = 0;
    observation_end(&version, observation);
    if (fold_observe(fold, row, SUMMARY_HANDLING, &version, &put)) {
        put_text(&put, SUMMARY_FROM_PHONE_NUMBER, summary->from_phone_number);
        put_flag(&put, SUMMARY_HANDLED_BY_AI_AGENT, summary->handled_by_ai_agent);
        put_text(&put, SUMMARY_ANSWERED_BY_USER_ID, summary->answered_by_user_id);
    }
}

void
observe_summary(struct quosync_fold *fold, const struct quosync_event *event)
{
    struct observation observation = observation_of(event);

    observe_named_call(fold, event->of.summary.call_id, event);
    observe_summary_row(fold, &event->of.summary, &observation);
}

static void
put_lines(struct put *put, const struct quosync_transcript *transcript)
{
    struct quosync_fold *fold = put->fold;
    struct list_item *items = put_list(put, TRANSCRIPT_LINES, transcript->n_lines);

    for (size_t i = 0; items != NULL && i < transcript->n_lines; i++) {
        const struct quosync_transcript_line *line = &transcript->lines[i];
        struct quosync_value *values = items[i].values;

        item_text(fold, &values[LINE_USER_ID], QUOSYNC_TEXT, line->user_id);
        item_text(fold, &values[LINE_IDENTIFIER], QUOSYNC_TEXT, line->identifier);
        item_text(fold, &values[LINE_CONTENT], QUOSYNC_TEXT, line->content);
        item_text(fold, &values[LINE_START_SECONDS], QUOSYNC_NUMBER, line->start_seconds);
        item_text(fold, &values[LINE_END_SECONDS], QUOSYNC_NUMBER, line->end_seconds);
    }
}

void
observe_transcript_row(struct quosync_fold *fold, const struct quosync_transcript *transcript,
                       const struct observation *observation)
{
    struct quosync_row *row = fold_row(fold, QUOSYNC_CALL_TRANSCRIPTS, transcript->call_id);
    struct version version = { .n = 0 };
    struct put put;

    if (row == NULL)
        return;
    observe_processed_version(&version, transcript->status, observation);
    if (!fold_observe(fold, row, TRANSCRIPT_ROW, &version, &put))
        return;
    put_text(&put, TRANSCRIPT_STATUS, transcript->status);
    put_instant(&put, TRANSCRIPT_CREATED_AT, transcript->created);
    put_text(&put, TRANSCRIPT_DURATION_SECONDS, transcript->duration_seconds);
    put_lines(&put, transcript);
}

void
observe_transcript(struct quosync_fold *fold, const struct quosync_event *event)
{
    struct observation observation = observation_of(event);

    observe_named_call(fold, event->of.transcript.call_id, event);
    observe_transcript_row(fold, &event->of.transcript, &observation);
}

/* ---- voicemails ---------------------------------------------------------------------------- */

static void
observe_voicemail_row(struct quosync_fold *fold, struct quosync_row *row,
                      const struct quosync_event *event)
{
    const struct quosync_voicemail *voicemail = &event->of.voicemail;
    struct version version = { .n = 0 };
    struct put put;

    life_version(&version, event, &voicemail->updated);
    if (!fold_observe(fold, row, VOICEMAIL_ROW, &version, &put))
        return;
    put_text(&put, VOICEMAIL_VOICEMAIL_ID, voicemail->voicemail_id);
    put_text(&put, VOICEMAIL_CALL_ID, voicemail->call_id);
    put_text(&put, VOICEMAIL_DIRECTION, voicemail->direction);
    put_text(&put, VOICEMAIL_DURATION_SECONDS, voicemail->duration_seconds);
    put_text(&put, VOICEMAIL_FROM_NUMBER, voicemail->from_number);
    put_text(&put, VOICEMAIL_TO_NUMBER, voicemail->to_number);
    put_text(&put, VOICEMAIL_PHONE_NUMBER_ID, event->context.phone_number_id);
    put_text(&put, VOICEMAIL_CONVERSATION_ID, event->context.conversation_id);
    put_text(&put, VOICEMAIL_USER_ID, event->context.user_id);
    put_instant(&put, VOICEMAIL_CREATED_AT, voicemail->created);
    put_instant(&put, VOICEMAIL_UPDATED_AT, voicemail->updated);
}

/* Transcript and link are null while they are made: a null never replaces one. */
static void
observe_late_text(struct quosync_fold *fold, struct quosync_row *row, size_t r, size_t column,
                  const struct quosync_event *event, const char *text)
{
    struct version version = { .n = 0 };
    struct put put;

    version_rank(&version, text != NULL);
    life_version(&version, event, &event->of.voicemail.updated);
    if (fold_observe(fold, row, r, &version, &put))
        put_text(&put, column, text);
}

void
observe_voicemail(struct quosync_fold *fold, const struct quosync_event *event)
{
    const struct quosync_voicemail *voicemail = &event->of.voicemail;
    struct quosync_row *row = fold_row(fold, QUOSYNC_VOICEMAILS, voicemail->id);
    struct version version = { .n = 0 };
    struct put put;

    if (row == NULL)
        return;
    observe_voicemail_row(fold, row, event);
    observe_late_text(fold, row, VOICEMAIL_TRANSCRIPT_REGISTER, VOICEMAIL_TRANSCRIPT, event,
                      voicemail->transcript);
    observe_late_text(fold, row, VOICEMAIL_URL_REGISTER, VOICEMAIL_RECORDING_URL, event,
                      voicemail->recording_url);
    observe_surroundings_version(&version, event);
    if (observe_knows_participants(event) &&
        fold_observe(fold, row, VOICEMAIL_PARTICIPANTS, &version, &put))
        put_texts(&put, VOICEMAIL_EXTERNAL_PARTICIPANTS, true,
                  &event->context.external_participants);
    observe_links(fold, row, VOICEMAIL_LINKS, VOICEMAIL_CONTACT_LOOKUP, ACTIVITY_CONTACTS, event);
    if (voicemail->call_id != NULL)
        observe_named_call(fold, voicemail->call_id, event);
}
