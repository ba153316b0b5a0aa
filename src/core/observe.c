/*
 * observe.c - what all observations share: how their versions end, the ranks,
 * and what an event says of an activity's surroundings.
 */
#include "core/observe.h"

#include <stdlib.h>
#include <string.h>

void
observe_event(struct quosync_fold *fold, const struct quosync_event *event)
{
    switch (event->kind) {
    case QUOSYNC_EVENT_OTHER:
        break;
    case QUOSYNC_MESSAGE_RECEIVED:
    case QUOSYNC_MESSAGE_DELIVERED:
    case QUOSYNC_MESSAGE_FAILED:
    case QUOSYNC_MESSAGE_UNDELIVERED:
        observe_message(fold, event);
        break;
    case QUOSYNC_CALL_RINGING:
    case QUOSYNC_CALL_ANSWERED:
    case QUOSYNC_CALL_COMPLETED:
    case QUOSYNC_CALL_FORWARDED:
    case QUOSYNC_CALL_MISSED:
    case QUOSYNC_CALL_MENU_SELECTED:
    case QUOSYNC_CALL_RECORDING_COMPLETED:
        observe_call(fold, event);
        break;
    case QUOSYNC_CALL_SUMMARY_COMPLETED:
        observe_summary(fold, event);
        break;
    case QUOSYNC_CALL_TRANSCRIPT_COMPLETED:
        observe_transcript(fold, event);
        break;
    case QUOSYNC_CALL_VOICEMAIL_COMPLETED:
        observe_voicemail(fold, event);
        break;
    case QUOSYNC_CONTACT_UPDATED:
    case QUOSYNC_CONTACT_DELETED:
        observe_contact(fold, event);
        break;
    }
}

struct observation
observation_of(const struct quosync_event *event)
{
    return (struct observation){
        .event = true,
        .at_us = event->created_us,
        .id = event->id,
        .digest = event->digest,
    };
}

void
observation_end(struct version *version, const struct observation *observation)
{
    version_instant(version, observation->at_us);
    version_text(version, observation->id);
    version_digest(version, observation->digest);
}

uint8_t
observe_message_rank(const char *status)
{
    static const char *const order[] = { "queued",    "sent",   "received",
                                         "delivered", "failed", "undelivered" };
    uint8_t rank = 0;

    while (rank < sizeof order / sizeof order[0] &&
           (status == NULL || strcmp(status, order[rank]) != 0))
        rank++;
    return rank;
}

uint8_t
observe_processing_rank(const char *status)
{
    static const char *const order[] = { "absent", "in-progress", "failed", "completed" };

    for (uint8_t i = 0; i < sizeof order / sizeof order[0]; i++)
        if (status != NULL && strcmp(status, order[i]) == 0)
            return (uint8_t)(i + 1);
    return 0;
}

/* ---- links ------------------------------------------------------------------------ */

static int
by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The ids as a set, sorted, so that their order in the event changes nothing. */
static void
put_links(struct put *put, size_t list, const struct quosync_strings *ids)
{
    struct arena *arena = &put->fold->arena;
    const char **sorted = arena_get(arena, ids->n * sizeof *sorted);
    struct list_item *items;
    size_t n = 0;

    if (sorted == NULL) {
        put->fold->failed = true;
        return;
    }
    if (ids->n > 0)
        memcpy(sorted, ids->items, ids->n * sizeof *sorted);
    if (ids->n > 1)
        qsort(sorted, ids->n, sizeof *sorted, by_text);
    for (size_t i = 0; i < ids->n; i++)
        if (n == 0 || strcmp(sorted[i], sorted[n - 1]) != 0)
            sorted[n++] = sorted[i];
    items = put_list(put, list, n);
    for (size_t i = 0; items != NULL && i < n; i++)
        item_text(put->fold, &items[i].values[0], QUOSYNC_TEXT, sorted[i]);
}

void
observe_links(struct quosync_fold *fold, struct quosync_row *row, size_t r, size_t column,
              size_t list, const struct quosync_event *event)
{
    const char *lookup = event->context.contacts_lookup_status;
    bool possible = lookup != NULL && strcmp(lookup, "unavailable") != 0;
    struct observation observation = observation_of(event);
    struct version version = { .n = 0 };
    struct put put;

    if (!event->context.has_contacts)
        return;
    version_rank(&version, possible);
    observation_end(&version, &observation);
    if (!fold_observe(fold, row, r, &version, &put))
        return;
    put_text(&put, column, lookup);
    /* Where Quo could not look, the ids say nothing; where it found nobody, there are none. */
    if (possible && strcmp(lookup, "none") != 0)
        put_links(&put, list, &event->context.contact_ids);
}

/* ---- participants ------------------------------------------------------------------ */

static bool
resolution_is(const struct quosync_event *event, const char *resolution)
{
    const char *ours = event->context.participants_resolution;

    return event->context.has_participants && ours != NULL && strcmp(ours, resolution) == 0;
}

void
observe_surroundings_version(struct version *version, const struct quosync_event *event)
{
    struct observation observation = observation_of(event);
    uint8_t rank = event->kind == QUOSYNC_CALL_RINGING;

    version_rank(version, resolution_is(event, "available") ? 2 : rank);
    observation_end(version, &observation);
}

bool
observe_knows_participants(const struct quosync_event *event)
{
    const struct quosync_context *context = &event->context;

    return context->has_participants &&
           (!resolution_is(event, "unavailable") || context->workspace_participants.n > 0 ||
            context->external_participants.n > 0);
}
