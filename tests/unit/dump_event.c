/*
 * dump_event.c - see dump_event.h. Texts are written as JSON strings, so that
 * null, empty and blanks can be told apart.
 */
#include "unit/dump_event.h"

#include <stdio.h>
#include <stdlib.h>

static void
put_quoted(FILE *out, const char *text)
{
    if (text == NULL) {
        fputs("null", out);
        return;
    }
    fputc('"', out);
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            fprintf(out, "\\%c", *text);
        else if ((unsigned char)*text < 0x20)
            fprintf(out, "\\u%04x", (unsigned)*text);
        else
            fputc(*text, out);
    }
    fputc('"', out);
}

static void
put_text(FILE *out, const char *name, const char *text)
{
    fprintf(out, "%s = ", name);
    put_quoted(out, text);
    fputc('\n', out);
}

static void
put_texts(FILE *out, const char *name, struct quosync_strings texts)
{
    fprintf(out, "%s = [", name);
    for (size_t i = 0; i < texts.n; i++) {
        fputs(i > 0 ? "," : "", out);
        put_quoted(out, texts.items[i]);
    }
    fputs("]\n", out);
}

static void
put_instant(FILE *out, const char *name, struct quosync_instant instant)
{
    char text[QUOSYNC_INSTANT_SIZE] = "null";

    if (instant.known)
        quosync_instant_format(instant.us, text);
    fprintf(out, "%s = %s\n", name, text);
}

static void
put_bool(FILE *out, const char *name, bool value)
{
    fprintf(out, "%s = %s\n", name, value ? "true" : "false");
}

static void
put_flag(FILE *out, const char *name, enum quosync_flag flag)
{
    static const char *const names[] = { "null", "false", "true" };

    fprintf(out, "%s = %s\n", name, names[flag]);
}

/* A number or JSON text: as it is. */
static void
put_raw(FILE *out, const char *name, const char *text)
{
    fprintf(out, "%s = %s\n", name, text != NULL ? text : "null");
}

static void
dump_context(FILE *out, const struct quosync_context *c)
{
    put_text(out, "org_id", c->org_id);
    put_text(out, "phone_number_id", c->phone_number_id);
    put_text(out, "conversation_id", c->conversation_id);
    put_text(out, "user_id", c->user_id);
    put_text(out, "quo_url", c->quo_url);
    put_bool(out, "has_phone_number_type", c->has_phone_number_type);
    put_text(out, "phone_number_type", c->phone_number_type);
    put_bool(out, "has_contacts", c->has_contacts);
    put_text(out, "contacts_lookup_status", c->contacts_lookup_status);
    put_texts(out, "contact_ids", c->contact_ids);
    put_bool(out, "has_participants", c->has_participants);
    put_text(out, "participants_resolution", c->participants_resolution);
    put_texts(out, "workspace_participants", c->workspace_participants);
    put_texts(out, "external_participants", c->external_participants);
    put_text(out, "sender", c->sender);
    put_bool(out, "has_recipients", c->has_recipients);
    put_texts(out, "recipients", c->recipients);
    put_bool(out, "has_shared_with_ids", c->has_shared_with_ids);
    put_texts(out, "shared_with_ids", c->shared_with_ids);
}

static void
dump_contact(FILE *out, const struct quosync_contact *c)
{
    put_text(out, "id", c->id);
    put_text(out, "first_name", c->first_name);
    put_text(out, "last_name", c->last_name);
    put_text(out, "company", c->company);
    put_text(out, "role", c->role);
    put_text(out, "location", c->location);
    put_text(out, "source", c->source);
    put_text(out, "external_id", c->external_id);
    put_instant(out, "created", c->created);
    put_instant(out, "updated", (struct quosync_instant){ true, c->updated_us });
    put_texts(out, "phone_numbers", c->phone_numbers);
    put_texts(out, "emails", c->emails);
    for (size_t i = 0; i < c->n_custom_fields; i++) {
        fprintf(out, "custom_fields[%zu]\n", i);
        put_text(out, "  key", c->custom_fields[i].key);
        put_text(out, "  id", c->custom_fields[i].id);
        put_text(out, "  name", c->custom_fields[i].name);
        put_text(out, "  type", c->custom_fields[i].type);
        put_raw(out, "  value", c->custom_fields[i].value);
    }
}

static void
dump_message(FILE *out, const struct quosync_message *m)
{
    put_text(out, "id", m->id);
    put_text(out, "direction", m->direction);
    put_text(out, "text", m->text);
    put_text(out, "status", m->status);
    put_bool(out, "has_media", m->has_media);
    put_raw(out, "media", m->media);
    put_bool(out, "has_error_code", m->has_error_code);
    put_text(out, "error_code", m->error_code);
    put_instant(out, "created", m->created);
}

static void
dump_call(FILE *out, const struct quosync_call *c)
{
    put_text(out, "id", c->id);
    put_text(out, "direction", c->direction);
    put_text(out, "status", c->status);
    put_instant(out, "created", c->created);
    put_instant(out, "answered", c->answered);
    put_instant(out, "completed", c->completed);
    put_instant(out, "updated", c->updated);
    put_text(out, "answered_by_user_id", c->answered_by_user_id);
    put_raw(out, "duration_seconds", c->duration_seconds);
    put_flag(out, "has_voicemail", c->has_voicemail);
    put_text(out, "forwarded_from", c->forwarded_from);
    put_text(out, "forwarded_to", c->forwarded_to);
    put_text(out, "menu_selection", c->menu_selection);
    put_text(out, "menu_selection_name", c->menu_selection_name);
    put_text(out, "menu_reason", c->menu_reason);
    for (size_t i = 0; i < c->n_recordings; i++) {
        fprintf(out, "recordings[%zu]\n", i);
        put_text(out, "  id", c->recordings[i].id);
        put_raw(out, "  duration_seconds", c->recordings[i].duration_seconds);
        put_instant(out, "  started", c->recordings[i].started);
        put_text(out, "  type", c->recordings[i].type);
        put_text(out, "  url", c->recordings[i].url);
    }
}

static void
dump_summary(FILE *out, const struct quosync_summary *s)
{
    put_text(out, "call_id", s->call_id);
    put_text(out, "status", s->status);
    put_bool(out, "has_summary", s->has_summary);
    put_texts(out, "summary", s->summary);
    put_bool(out, "has_next_steps", s->has_next_steps);
    put_texts(out, "next_steps", s->next_steps);
    put_text(out, "from_phone_number", s->from_phone_number);
    put_flag(out, "handled_by_ai_agent", s->handled_by_ai_agent);
    put_text(out, "answered_by_user_id", s->answered_by_user_id);
    put_raw(out, "jobs", s->jobs);
}

static void
dump_transcript(FILE *out, const struct quosync_transcript *t)
{
    put_text(out, "call_id", t->call_id);
    put_text(out, "status", t->status);
    put_instant(out, "created", t->created);
    put_raw(out, "duration_seconds", t->duration_seconds);
    for (size_t i = 0; i < t->n_lines; i++) {
        fprintf(out, "lines[%zu]\n", i);
        put_text(out, "  user_id", t->lines[i].user_id);
        put_text(out, "  identifier", t->lines[i].identifier);
        put_text(out, "  content", t->lines[i].content);
        put_raw(out, "  start_seconds", t->lines[i].start_seconds);
        put_raw(out, "  end_seconds", t->lines[i].end_seconds);
    }
}

static void
dump_voicemail(FILE *out, const struct quosync_voicemail *v)
{
    put_text(out, "id", v->id);
    put_text(out, "voicemail_id", v->voicemail_id);
    put_text(out, "call_id", v->call_id);
    put_text(out, "direction", v->direction);
    put_raw(out, "duration_seconds", v->duration_seconds);
    put_text(out, "from_number", v->from_number);
    put_text(out, "to_number", v->to_number);
    put_text(out, "transcript", v->transcript);
    put_text(out, "recording_url", v->recording_url);
    put_instant(out, "created", v->created);
    put_instant(out, "updated", v->updated);
}

static void
dump_resource(FILE *out, const struct quosync_event *event)
{
    if (event->kind >= QUOSYNC_CONTACT_UPDATED)
        dump_contact(out, &event->of.contact);
    else if (event->kind == QUOSYNC_CALL_VOICEMAIL_COMPLETED)
        dump_voicemail(out, &event->of.voicemail);
    else if (event->kind == QUOSYNC_CALL_TRANSCRIPT_COMPLETED)
        dump_transcript(out, &event->of.transcript);
    else if (event->kind == QUOSYNC_CALL_SUMMARY_COMPLETED)
        dump_summary(out, &event->of.summary);
    else if (event->kind >= QUOSYNC_CALL_RINGING)
        dump_call(out, &event->of.call);
    else
        dump_message(out, &event->of.message);
}

char *
dump_event(const struct quosync_event *event)
{
    bool bare = event->test || event->kind == QUOSYNC_EVENT_OTHER;
    size_t bytes;
    char *text;
    FILE *out = open_memstream(&text, &bytes);

    if (out == NULL)
        abort();
    put_text(out, "id", event->id);
    put_text(out, "type", event->type);
    put_text(out, "api_version", event->api_version);
    put_instant(out, "created", (struct quosync_instant){ true, event->created_us });
    fprintf(out, "kind = %d\n", (int)event->kind);
    put_bool(out, "test", event->test);
    fputs("[context]\n", out);
    if (bare)
        put_text(out, "org_id", event->context.org_id);
    else
        dump_context(out, &event->context);
    if (!bare) {
        fputs("[resource]\n", out);
        dump_resource(out, event);
    }
    (void)fclose(out);
    return text;
}
