/* observed.c - see observed.h. */
#include "observed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
need(bool done, const char *text, const struct quosync_error *err)
{
    if (done)
        return;
    fprintf(stderr, "%s\n%s\n", err->text, text);
    abort();
}

void
observed_make(struct generator *g, unsigned kind, struct observed *observed)
{
    struct quosync_error err = { .kind = QUOSYNC_OK };

    *observed = (struct observed){ .text = NULL };
    if (kind == OBSERVED_ANY)
        generate_trouble(g);
    else
        generate_trouble_of(g, (enum generate_kind)kind);
    observed->text = strdup(g->body);
    if (observed->text == NULL)
        abort();
    need(quosync_event_decode(g->body, g->bytes, &observed->event, &err), g->body, &err);
}

void
observed_done(struct observed *observed)
{
    quosync_event_free(observed->event);
    json_decref(observed->item);
    free(observed->text);
    *observed = (struct observed){ .text = NULL };
}

void
observed_fold(const struct observed *observed, struct quosync_fold *fold)
{
    struct quosync_error err;

    need(quosync_fold_event(fold, observed->event, &err), observed->text, &err);
}

bool
observed_instant(const struct observed *observed, enum quosync_table table, const char *id,
                 int64_t *us)
{
    const struct quosync_event *event = observed->event;

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
