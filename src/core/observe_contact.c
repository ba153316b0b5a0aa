/*
 * observe_contact.c - what contact events say of contacts, their lists and the
 * definitions of their custom fields.
 */
#include <string.h>

#include "core/instant.h"
#include "core/observe.h"
#include "core/phone.h"

void
observe_numbers(struct put *put, const struct quosync_strings *values)
{
    struct list_item *items = put_list(put, CONTACT_NUMBERS, values->n);
    char e164[PHONE_E164_SIZE];

    for (size_t i = 0; items != NULL && i < values->n; i++) {
        item_text(put->fold, &items[i].values[NUMBER_VALUE], QUOSYNC_TEXT, values->items[i]);
        if (phone_e164(values->items[i], put->fold->country_code, e164))
            item_text(put->fold, &items[i].values[NUMBER_E164], QUOSYNC_TEXT, e164);
    }
}

void
observe_emails(struct put *put, const struct quosync_strings *values)
{
    struct list_item *items = put_list(put, CONTACT_EMAILS, values->n);

    for (size_t i = 0; items != NULL && i < values->n; i++)
        item_text(put->fold, &items[i].values[EMAIL_VALUE], QUOSYNC_TEXT, values->items[i]);
}

void
observe_definition(struct quosync_fold *fold, const char *key, const char *name, const char *type,
                   const struct observation *observation)
{
    int64_t day = observation->at_us / INSTANT_DAY_US * INSTANT_DAY_US;
    struct quosync_row *row;
    const uint8_t *packed;
    struct version version;
    struct put put;
    size_t bytes;

    /* A definition without a name would name nothing. */
    if (name == NULL || type == NULL)
        return;
    row = fold_row(fold, QUOSYNC_CUSTOM_FIELD_DEFINITIONS, key);
    if (row == NULL)
        return;
    /* Cut to the day: a definition that nobody changes is then written once a day at most. */
    packed = version_of_definition(&version, &fold->arena, !observation->event, day, name, type,
                                   &bytes);
    if (packed == NULL) {
        fold->failed = true;
        return;
    }
    if (!fold_observe_packed(fold, row, DEFINITION_ROW, packed, bytes, &put))
        return;
    put_text(&put, DEFINITION_NAME, name);
    put_text(&put, DEFINITION_TYPE, type);
}

/* (U, C, deleted?, i, d): a deletion wins over an update of the same U that is not newer. */
static void
observe_core(struct quosync_fold *fold, struct quosync_row *row, const struct quosync_event *event)
{
    const struct quosync_contact *contact = &event->of.contact;
    struct quosync_instant updated = { true, contact->updated_us };
    struct version version = { .n = 0 };
    struct put put;

    version_instant(&version, contact->updated_us);
    version_instant(&version, event->created_us);
    version_rank(&version, event->kind == QUOSYNC_CONTACT_DELETED);
    version_text(&version, event->id);
    version_digest(&version, event->digest);
    if (!fold_observe(fold, row, CONTACT_CORE, &version, &put))
        return;
    put_text(&put, CONTACT_FIRST_NAME, contact->first_name);
    put_text(&put, CONTACT_LAST_NAME, contact->last_name);
    put_text(&put, CONTACT_COMPANY, contact->company);
    put_text(&put, CONTACT_ROLE, contact->role);
    put_text(&put, CONTACT_SOURCE, contact->source);
    put_text(&put, CONTACT_EXTERNAL_ID, contact->external_id);
    put_instant(&put, CONTACT_CREATED_AT, contact->created);
    put_instant(&put, CONTACT_UPDATED_AT, updated);
    observe_numbers(&put, &contact->phone_numbers);
    observe_emails(&put, &contact->emails);
    observe_fields(&put, contact->custom_fields, contact->n_custom_fields);
}

static void
observe_place(struct quosync_fold *fold, struct quosync_row *row,
              const struct quosync_event *event)
{
    const struct quosync_context *context = &event->context;
    struct observation observation = observation_of(event);
    struct version version = { .n = 0 };
    struct put put;

    version_instant(&version, event->of.contact.updated_us);
    observation_end(&version, &observation);
    if (!fold_observe(fold, row, CONTACT_PLACE, &version, &put))
        return;
    put_text(&put, CONTACT_LOCATION, event->of.contact.location);
    put_texts(&put, CONTACT_SHARED_WITH_IDS, context->has_shared_with_ids,
              &context->shared_with_ids);
    put_text(&put, CONTACT_QUO_URL, context->quo_url);
}

void
observe_contact(struct quosync_fold *fold, const struct quosync_event *event)
{
    const struct quosync_contact *contact = &event->of.contact;
    struct quosync_row *row = fold_row(fold, QUOSYNC_CONTACTS, contact->id);
    struct observation observation = observation_of(event);

    if (row == NULL)
        return;
    observe_core(fold, row, event);
    if (event->kind == QUOSYNC_CONTACT_UPDATED)
        observe_place(fold, row, event);
    for (size_t i = 0; i < contact->n_custom_fields; i++)
        observe_definition(fold, contact->custom_fields[i].key, contact->custom_fields[i].name,
                           contact->custom_fields[i].type, &observation);
}
