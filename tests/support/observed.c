/* observed.c - see observed.h. */
#include "observed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/members.h"
#include "core/rest.h"

static void
need(bool done, const char *text, const struct quosync_error *err)
{
    if (done)
        return;
    fprintf(stderr, "%s\n%s\n", err->text, text);
    abort();
}

static void
make_event(struct generator *g, unsigned kind, struct observed *observed)
{
    struct quosync_error err = { .kind = QUOSYNC_OK };

    if (kind == OBSERVED_ANY)
        generate_trouble(g);
    else
        generate_trouble_of(g, (enum generate_kind)kind);
    need(quosync_event_decode(g->body, g->bytes, &observed->event, &err), g->body, &err);
}

/* Answers come at few moments, too; some within the margins of two seconds and a minute. */
static void
make_item(struct generator *g, unsigned kind, struct observed *observed)
{
    static const char *const dates[] = {
        "2026-11-06T10:00:01Z", "2026-11-06T10:00:02Z", "2026-11-06T10:00:03Z",
        "2026-11-06T10:01:00Z", "2026-11-06T10:01:01Z", "2026-11-06T10:05:00Z",
    };
    const char *date = dates[generate_below(g, COUNT_OF(dates))];
    struct quosync_error err = { .kind = QUOSYNC_OK };

    if (kind == OBSERVED_ANY)
        kind = generate_below(g, GENERATE_KINDS);
    observed->form = generate_rest(g, (enum generate_kind)kind, observed->id);
    need(quosync_instant_parse(date, strlen(date), &observed->at_us, &err), date, &err);
    observed->item = json_loads(g->body, 0, NULL);
    if (observed->item == NULL)
        abort();
}

void
observed_make(struct generator *g, unsigned kind, struct observed *observed)
{
    *observed = (struct observed){ .text = NULL };
    if (generate_chance(g, 30))
        make_item(g, kind, observed);
    else
        make_event(g, kind, observed);
    observed->text = strdup(g->body);
    if (observed->text == NULL)
        abort();
}

void
observed_done(struct observed *observed)
{
    quosync_event_free(observed->event);
    json_decref(observed->item);
    free(observed->text);
    *observed = (struct observed){ .text = NULL };
}

static bool
fold_item(const struct observed *observed, struct quosync_fold *fold, struct quosync_error *err)
{
    AUTO(rest_definitions_free) struct rest_definitions *definitions = NULL;
    json_t *item = observed->item;
    int64_t at_us = observed->at_us;

    switch (observed->form) {
    case GENERATE_REST_CONTACT:
        return rest_contact(fold, item, at_us, NULL, err);
    case GENERATE_REST_GONE:
        return rest_gone(fold, QUOSYNC_CONTACTS, observed->id, at_us, err);
    case GENERATE_REST_MESSAGE:
        return rest_message(fold, item, at_us, err);
    case GENERATE_REST_CALL:
        return rest_call(fold, item, at_us, err);
    case GENERATE_REST_RECORDINGS:
        return rest_recordings(fold, observed->id, item, at_us, err);
    case GENERATE_REST_TRANSCRIPTS:
        return rest_transcripts(fold, observed->id, item, at_us, err);
    case GENERATE_REST_DEFINITIONS:
        return rest_definitions_read(item, &definitions, err) &&
               rest_definitions_observe(fold, definitions, at_us, err);
    }
    return false;
}

void
observed_fold(const struct observed *observed, struct quosync_fold *fold)
{
    struct quosync_error err = { .kind = QUOSYNC_OK };
    bool done = observed->event != NULL ? quosync_fold_event(fold, observed->event, &err)
                                        : fold_item(observed, fold, &err);

    need(done, observed->text, &err);
}

/* REST's items: their updatedAt, of messages also T - 60 s where there is none. */
static bool
item_instant(const struct observed *observed, enum quosync_table table, const char *id,
             int64_t *us)
{
    static const enum quosync_table shown[] = {
        [GENERATE_REST_CONTACT] = QUOSYNC_CONTACTS,
        [GENERATE_REST_GONE] = QUOSYNC_TABLES,
        [GENERATE_REST_MESSAGE] = QUOSYNC_MESSAGES,
        [GENERATE_REST_CALL] = QUOSYNC_CALLS,
        [GENERATE_REST_RECORDINGS] = QUOSYNC_TABLES,
        [GENERATE_REST_TRANSCRIPTS] = QUOSYNC_TABLES,
        [GENERATE_REST_DEFINITIONS] = QUOSYNC_TABLES,
    };
    const char *updated;

    if (shown[observed->form] != table ||
        strcmp(json_string_value(json_object_get(observed->item, "id")), id) != 0)
        return false;
    updated = json_string_value(json_object_get(observed->item, "updatedAt"));
    if (updated != NULL)
        return quosync_instant_parse(updated, strlen(updated), us, NULL);
    *us = observed->at_us - 60000000;
    return table == QUOSYNC_MESSAGES;
}

bool
observed_instant(const struct observed *observed, enum quosync_table table, const char *id,
                 int64_t *us)
{
    const struct quosync_event *event = observed->event;

    if (event == NULL)
        return item_instant(observed, table, id, us);
    switch (event->kind) {
    case QUOSYNC_CONTACT_UPDATED:
    case QUOSYNC_CONTACT_DELETED:
        *us = event->of.contact.updated_us;
        return table == QUOSYNC_CONTACTS && strcmp(event->of.contact.id, id) == 0;
    case QUOSYNC_MESSAGE_RECEIVED:
    case QUOSYNC_MESSAGE_DELIVERED:
    case QUOSYNC_MESSAGE_FAILED:
    case QUOSYNC_MESSAGE_UNDELIVERED:
        *us = event->created_us;
        return table == QUOSYNC_MESSAGES && strcmp(event->of.message.id, id) == 0;
    case QUOSYNC_CALL_RINGING:
    case QUOSYNC_CALL_ANSWERED:
    case QUOSYNC_CALL_COMPLETED:
    case QUOSYNC_CALL_FORWARDED:
    case QUOSYNC_CALL_MISSED:
    case QUOSYNC_CALL_MENU_SELECTED:
    case QUOSYNC_CALL_RECORDING_COMPLETED:
        *us = event->of.call.updated.us;
        return table == QUOSYNC_CALLS && event->of.call.updated.known &&
               strcmp(event->of.call.id, id) == 0;
    default:
        return false;
    }
}
