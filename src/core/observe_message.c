/*
 * observe_message.c - what message events say. The message's own createdAt does
 * not move with its status: the envelope's orders them.
 */
#include "core/observe.h"

/* (from an event, C, i, d) */
static void
fact_version(struct version *version, const struct quosync_event *event)
{
    struct observation observation = observation_of(event);

    version_rank(version, true);
    observation_end(version, &observation);
}

static void
observe_facts(struct quosync_fold *fold, struct quosync_row *row,
              const struct quosync_event *event)
{
    const struct quosync_message *message = &event->of.message;
    const struct quosync_context *context = &event->context;
    struct version version = { .n = 0 };
    struct put put;

    fact_version(&version, event);
    if (!fold_observe(fold, row, MESSAGE_FACTS, &version, &put))
        return;
    put_text(&put, MESSAGE_DIRECTION, message->direction);
    put_text(&put, MESSAGE_BODY, message->text);
    put_text(&put, MESSAGE_PHONE_NUMBER_ID, context->phone_number_id);
    put_text(&put, MESSAGE_CONVERSATION_ID, context->conversation_id);
    put_text(&put, MESSAGE_USER_ID, context->user_id);
    put_text(&put, MESSAGE_SENDER, context->sender);
    put_texts(&put, MESSAGE_RECIPIENTS, context->has_recipients, &context->recipients);
    put_text(&put, MESSAGE_QUO_URL, context->quo_url);
    put_instant(&put, MESSAGE_CREATED_AT, message->created);
}

/* message.failed never carries media, the beta never did: absence says nothing. */
static void
observe_media(struct quosync_fold *fold, struct quosync_row *row,
              const struct quosync_event *event)
{
    struct version version = { .n = 0 };
    struct put put;

    if (!event->of.message.has_media)
        return;
    fact_version(&version, event);
    if (fold_observe(fold, row, MESSAGE_MEDIA_REGISTER, &version, &put))
        put_text(&put, MESSAGE_MEDIA, event->of.message.media);
}

static void
observe_status(struct quosync_fold *fold, struct quosync_row *row,
               const struct quosync_event *event)
{
    struct quosync_instant at = { true, event->created_us };
    struct version version = { .n = 0 };
    struct put put;

    version_instant(&version, event->created_us);
    version_rank(&version, observe_message_rank(event->of.message.status));
    version_text(&version, event->id);
    version_digest(&version, event->digest);
    if (!fold_observe(fold, row, MESSAGE_STATUS_REGISTER, &version, &put))
        return;
    put_text(&put, MESSAGE_STATUS, event->of.message.status);
    put_instant(&put, MESSAGE_STATUS_AT, at);
}

static void
observe_error(struct quosync_fold *fold, struct quosync_row *row,
              const struct quosync_event *event)
{
    struct observation observation = observation_of(event);
    struct version version = { .n = 0 };
    struct put put;

    if (!event->of.message.has_error_code)
        return;
    observation_end(&version, &observation);
    if (fold_observe(fold, row, MESSAGE_ERROR_REGISTER, &version, &put))
        put_text(&put, MESSAGE_ERROR_CODE, event->of.message.error_code);
}

void
observe_message(struct quosync_fold *fold, const struct quosync_event *event)
{
    struct quosync_row *row = fold_row(fold, QUOSYNC_MESSAGES, event->of.message.id);

    if (row == NULL)
        return;
    observe_facts(fold, row, event);
    observe_media(fold, row, event);
    observe_status(fold, row, event);
    observe_error(fold, row, event);
    observe_links(fold, row, MESSAGE_LINKS, MESSAGE_CONTACT_LOOKUP, ACTIVITY_CONTACTS, event);
}
