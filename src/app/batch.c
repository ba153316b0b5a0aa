/*
 * batch.c - decides what becomes of each delivery. Nothing here speaks to the
 * database, and one bad delivery harms only itself.
 */
#include "app/batch.h"

#include "base/points.h"
#include "core/error.h"

#include <pthread.h>
#include <stdint.h>
#include <string.h>

/* A socket holds 200 kB: enough for the server while so many are decoded. */
#define PUSH_EVERY 16

/* A body of this size and more is large: transcripts of several hours. */
#define LARGE_BYTES ((size_t)1 << 20)

void
batch_done(struct batch *batch)
{
    quosync_fold_free(batch->fold);
    arena_done(&batch->arena);
    *batch = (struct batch){ 0 };
}

void
batch_counts_add(struct batch_counts *a, const struct batch_counts *b)
{
    for (size_t k = 0; k < BATCH_KINDS; k++)
        a->applied[k] += b->applied[k];
    a->archived += b->archived;
    a->dead += b->dead;
}

static void
event_freed(struct quosync_event **event)
{
    quosync_event_free(*event);
}

/* The contact, message or call that the event is about. */
static const char *
resource_id(const struct quosync_event *event)
{
    switch (event->kind) {
    case QUOSYNC_EVENT_OTHER:
        return NULL;
    case QUOSYNC_MESSAGE_RECEIVED:
    case QUOSYNC_MESSAGE_DELIVERED:
    case QUOSYNC_MESSAGE_FAILED:
    case QUOSYNC_MESSAGE_UNDELIVERED:
        return event->of.message.id;
    case QUOSYNC_CALL_RINGING:
    case QUOSYNC_CALL_ANSWERED:
    case QUOSYNC_CALL_COMPLETED:
    case QUOSYNC_CALL_FORWARDED:
    case QUOSYNC_CALL_MISSED:
    case QUOSYNC_CALL_MENU_SELECTED:
    case QUOSYNC_CALL_RECORDING_COMPLETED:
        return event->of.call.id;
    case QUOSYNC_CALL_SUMMARY_COMPLETED:
        return event->of.summary.call_id;
    case QUOSYNC_CALL_TRANSCRIPT_COMPLETED:
        return event->of.transcript.call_id;
    case QUOSYNC_CALL_VOICEMAIL_COMPLETED:
        return event->of.voicemail.id;
    case QUOSYNC_CONTACT_UPDATED:
    case QUOSYNC_CONTACT_DELETED:
        return event->of.contact.id;
    }
    return NULL;
}

/* A copy in the arena; NULL stays NULL. */
static bool
keep(struct batch *batch, const char *text, const char **kept)
{
    *kept = text == NULL ? NULL : arena_text(&batch->arena, text, strlen(text));
    return text == NULL || *kept != NULL;
}

static bool
bury(struct batch *batch, const struct delivery *delivery, const char *event_type,
     const char *reason, const char *detail, size_t attempts, struct quosync_error *err)
{
    struct dead_letter_entry *entry = &batch->dead[batch->n_dead];

    *entry = (struct dead_letter_entry){ .key = { delivery->received_us, delivery->seq },
                                         .attempts = attempts };
    if (!keep(batch, event_type, &entry->event_type) || !keep(batch, reason, &entry->reason) ||
        !keep(batch, detail, &entry->detail))
        return error_no_memory(err);
    batch->n_dead++;
    batch->counts.dead++;
    return true;
}

static void
about(struct erasure_event *event, enum erasure_kind kind, const char *id)
{
    if (id == NULL)
        return;
    event->about[event->n].kind = kind;
    event->about[event->n++].id = id;
}

void
batch_erasure_event(const struct quosync_event *event, struct erasure_event *of)
{
    *of = (struct erasure_event){ .contacts = event->context.contact_ids.items,
                                  .n_contacts = event->context.contact_ids.n };
    switch (event->kind) {
    case QUOSYNC_EVENT_OTHER:
        *of = (struct erasure_event){ 0 };
        break;
    case QUOSYNC_CONTACT_UPDATED:
    case QUOSYNC_CONTACT_DELETED:
        *of = (struct erasure_event){ 0 };
        about(of, ERASURE_CONTACT, event->of.contact.id);
        break;
    case QUOSYNC_MESSAGE_RECEIVED:
    case QUOSYNC_MESSAGE_DELIVERED:
    case QUOSYNC_MESSAGE_FAILED:
    case QUOSYNC_MESSAGE_UNDELIVERED:
        about(of, ERASURE_MESSAGE, event->of.message.id);
        break;
    case QUOSYNC_CALL_VOICEMAIL_COMPLETED:
        about(of, ERASURE_VOICEMAIL, event->of.voicemail.id);
        about(of, ERASURE_CALL, event->of.voicemail.call_id);
        break;
    case QUOSYNC_CALL_RINGING:
    case QUOSYNC_CALL_ANSWERED:
    case QUOSYNC_CALL_COMPLETED:
    case QUOSYNC_CALL_FORWARDED:
    case QUOSYNC_CALL_MISSED:
    case QUOSYNC_CALL_MENU_SELECTED:
    case QUOSYNC_CALL_RECORDING_COMPLETED:
    case QUOSYNC_CALL_SUMMARY_COMPLETED:
    case QUOSYNC_CALL_TRANSCRIPT_COMPLETED:
        about(of, ERASURE_CALL, resource_id(event));
        break;
    }
}

/* The same for the entry that was archived last, in the batch's own memory. */
static bool
note_about(struct batch *batch, const struct quosync_event *event, struct quosync_error *err)
{
    struct erasure_event *of = &batch->events[batch->n_archived - 1];
    const char **contacts;

    batch_erasure_event(event, of);
    for (size_t k = 0; k < of->n; k++)
        if (!keep(batch, of->about[k].id, &of->about[k].id))
            return error_no_memory(err);
    contacts = arena_get(&batch->arena, of->n_contacts * sizeof *contacts);
    if (contacts == NULL)
        return error_no_memory(err);
    for (size_t k = 0; k < of->n_contacts; k++)
        if (!keep(batch, of->contacts[k], &contacts[k]))
            return error_no_memory(err);
    of->contacts = contacts;
    return true;
}

static bool
archive(struct batch *batch, const struct delivery *delivery, const struct quosync_event *event,
        bool applied, struct quosync_error *err)
{
    struct archive_entry *entry = &batch->archived[batch->n_archived];

    *entry = (struct archive_entry){ .key = { delivery->received_us, delivery->seq },
                                     .created_us = event->created_us,
                                     .applied = applied };
    if (!keep(batch, event->id, &entry->event_id) ||
        !keep(batch, event->type, &entry->event_type) ||
        !keep(batch, event->api_version, &entry->api_version) ||
        !keep(batch, applied ? resource_id(event) : NULL, &entry->resource_id))
        return error_no_memory(err);
    batch->n_archived++;
    if (applied)
        batch->counts.applied[event->kind]++;
    else
        batch->counts.archived++;
    return true;
}

/*
 * The tree that the decoder makes of a body is six times the body for as long as
 * it stands. Of large ones it makes one at a time, whatever the number of threads.
 */
static pthread_mutex_t large = PTHREAD_MUTEX_INITIALIZER;

static void
large_begin(const struct delivery *delivery)
{
    if (delivery->body_bytes >= LARGE_BYTES)
        pthread_mutex_lock(&large);
}

static void
large_end(const struct delivery *delivery)
{
    if (delivery->body_bytes >= LARGE_BYTES)
        pthread_mutex_unlock(&large);
}

static bool
decode(const struct delivery *delivery, const struct event_tests *tests,
       struct quosync_event **event, struct quosync_error *err)
{
    bool decoded;

    large_begin(delivery);
    decoded = event_decode(delivery->body, delivery->body_bytes, tests, event, err);
    large_end(delivery);
    return decoded;
}

/* Buries what is no event, or what the database refuses, under the type that it names. */
static bool
bury_raw(struct batch *batch, const struct delivery *delivery, const char *reason,
         const char *detail, size_t attempts, struct quosync_error *err)
{
    const char *type;
    bool read;

    large_begin(delivery);
    read = event_type(delivery->body, delivery->body_bytes, &batch->arena, &type, err);
    large_end(delivery);
    return read && bury(batch, delivery, type, reason, detail, attempts, err);
}

static bool
read_one(struct batch *batch, const struct batch_workspace *workspace,
         const struct delivery *delivery, const struct event_tests *tests,
         struct quosync_error *err)
{
    AUTO(event_freed) struct quosync_event *event = NULL;
    const char *org_id;
    struct quosync_error why;
    bool applied;

    if (!decode(delivery, tests, &event, &why)) {
        if (why.kind == QUOSYNC_BAD_INPUT)
            return bury_raw(batch, delivery, why.text, NULL, 1, err);
        *err = why;
        return false;
    }
    /* Test events come first: Quo's name an org_id that is nobody's. */
    org_id = event->context.org_id;
    if (!event->test && workspace->org_id_configured && org_id != NULL &&
        strcmp(org_id, workspace->org_id) != 0)
        return bury(batch, delivery, event->type,
                    "data.context.orgId is not the workspace's org_id", NULL, 1, err);
    applied = !event->test && event->kind != QUOSYNC_EVENT_OTHER;
    if (applied && !quosync_fold_event(batch->fold, event, err))
        return false;
    return archive(batch, delivery, event, applied, err) &&
           (batch->events == NULL || !applied || note_about(batch, event, err));
}

static bool
make_room(struct batch *batch, size_t n, struct quosync_error *err)
{
    batch->archived = arena_get(&batch->arena, n * sizeof *batch->archived);
    batch->dead = arena_get(&batch->arena, n * sizeof *batch->dead);
    return (batch->archived != NULL && batch->dead != NULL) || error_no_memory(err);
}

bool
batch_read(struct batch *batch, const struct batch_workspace *workspace,
           const struct delivery *deliveries, size_t n, const struct event_tests *tests,
           bool erasures, struct pg *meanwhile, struct quosync_error *err)
{
    if (erasures) {
        batch->events = arena_get_zeroed(&batch->arena, n, sizeof *batch->events);
        if (batch->events == NULL)
            return error_no_memory(err);
    }
    if (!make_room(batch, n, err) || !quosync_fold_new(workspace->country_code, &batch->fold, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!read_one(batch, workspace, &deliveries[i], tests, err))
            return false;
        if (meanwhile != NULL && i % PUSH_EVERY == 0)
            pg_push(meanwhile);
        QUOSYNC_POINT("batch-delivery-read");
    }
    return true;
}

bool
batch_erase(struct batch *batch, struct pg *pg, struct params *params, const char *org_id,
            bool alone, int64_t now_us, struct erasures *erasures, bool *again,
            struct quosync_error *err)
{
    bool more;

    if (!erasures_look(pg, params, org_id, erasures, batch->events, batch->n_archived, batch->fold,
                       err))
        return false;
    for (size_t i = 0; i < batch->n_archived; i++)
        batch->archived[i].erased = batch->events[i].erased;
    if (erasures->n_fresh == 0)
        return true;
    *again = !alone;
    return !alone ||
           (erasures_extend(pg, params, org_id, erasures, now_us, err) &&
            erasures_mark_fresh(erasures, 0, SIZE_MAX / 2, batch->fold, &more, err));
}

bool
batch_erased_rows(struct pg *pg, struct params *params, const char *org_id,
                  const struct erasures *erasures, const struct rows_counts *counts,
                  struct quosync_error *err)
{
    size_t archive = 0, dead_letters = 0;

    /* Where nothing was stored of them, no earlier event is archived. */
    return erasures->n_fresh == 0 ||
           erasures_take_bodies(pg, params, org_id, erasures,
                                counts->stripped > 0 ? &archive : NULL, &dead_letters, err);
}

bool
batch_bury_one(struct batch *batch, const struct delivery *delivery, const char *reason,
               const char *detail, size_t attempts, struct quosync_error *err)
{
    return make_room(batch, 1, err) &&
           bury_raw(batch, delivery, reason, detail, attempts, err);
}
