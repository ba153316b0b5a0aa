/*
 * rest_contact.c - v1 contacts and the definitions of their custom fields.
 * REST knows no location, shares or link: those stay as events left them.
 */
#include <string.h>

#include "core/error.h"
#include "core/json_write.h"
#include "core/rest.h"
#include "core/rest_read.h"

/* ---- definitions ------------------------------------------------------------------ */

struct definition {
    const char *key, *name, *type;
};

struct rest_definitions {
    struct arena arena;
    struct definition *items;
    size_t n;
};

static const struct member definition_members[] = {
    { "key", MEMBER_ID, MEMBER_REQUIRED, offsetof(struct definition, key), 0 },
    { "name", MEMBER_TEXT, MEMBER_REQUIRED, offsetof(struct definition, name), 0 },
    { "type", MEMBER_KEY, MEMBER_REQUIRED, offsetof(struct definition, type), 0 },
};

bool
rest_definitions_read(json_t *data, struct rest_definitions **definitions,
                      struct quosync_error *err)
{
    AUTO(rest_definitions_free) struct rest_definitions *made = memory_get(sizeof *made);
    struct node top = node_top(data);
    struct reader reader;
    void *items;

    if (made == NULL)
        return error_no_memory(err);
    *made = (struct rest_definitions){ .n = 0 };
    reader = (struct reader){ .arena = &made->arena, .err = err };
    if (!json_is_array(data))
        return error_set(err, QUOSYNC_BAD_INPUT, "the definitions are not a list");
    if (!members_read_list(&reader, &top, definition_members, COUNT_OF(definition_members),
                           sizeof *made->items, &items, &made->n))
        return false;
    made->items = items;
    *definitions = made;
    made = NULL;
    return true;
}

void
rest_definitions_free(struct rest_definitions **definitions)
{
    if (*definitions == NULL)
        return;
    arena_done(&(*definitions)->arena);
    memory_free(*definitions);
    *definitions = NULL;
}

bool
rest_definitions_observe(struct quosync_fold *fold, const struct rest_definitions *definitions,
                         int64_t at_us, struct quosync_error *err)
{
    struct observation observation = { .at_us = at_us, .id = "" };

    for (size_t i = 0; i < definitions->n; i++)
        observe_definition(fold, definitions->items[i].key, definitions->items[i].name,
                           definitions->items[i].type, &observation);
    return rest_read_folded(fold, err);
}

/* The key of the one definition with that name and type; NULL where there is none, or more. */
static const char *
defined_key(const struct rest_definitions *definitions, const char *name, const char *type)
{
    const char *key = NULL;

    if (definitions == NULL || name == NULL)
        return NULL;
    for (size_t i = 0; i < definitions->n; i++) {
        const struct definition *definition = &definitions->items[i];

        if (strcmp(definition->name, name) != 0 || strcmp(definition->type, type) != 0)
            continue;
        if (key != NULL && strcmp(key, definition->key) != 0)
            return NULL;
        key = definition->key;
    }
    return key;
}

/* ---- reading a contact ---------------------------------------------------------------- */

/* An entry of emails or phoneNumbers. */
struct labelled {
    const char *value, *name;
};

struct labelled_list {
    struct labelled *items; /* those without a value have been left out */
    size_t n;
};

struct rest_contact_item {
    const char *id, *external_id, *source, *source_url, *created_by_user_id;
    const char *first_name, *last_name, *company, *role;
    struct quosync_instant created, updated;
    struct labelled_list numbers, emails;
    struct quosync_custom_field *fields;
    size_t n_fields;
};

#define OF(member) offsetof(struct rest_contact_item, member)
#define FIELD(member) offsetof(struct quosync_custom_field, member)

static const struct member contact_members[] = {
    { "id", MEMBER_ID, MEMBER_REQUIRED, OF(id), 0 },
    { "externalId", MEMBER_TEXT, 0, OF(external_id), 0 },
    { "source", MEMBER_TEXT, 0, OF(source), 0 },
    { "sourceUrl", MEMBER_TEXT, 0, OF(source_url), 0 },
    { "createdByUserId", MEMBER_ID, 0, OF(created_by_user_id), 0 },
    { "createdAt", MEMBER_INSTANT, 0, OF(created), 0 },
    { "updatedAt", MEMBER_INSTANT, MEMBER_REQUIRED, OF(updated), 0 },
};

static const struct member name_members[] = {
    { "firstName", MEMBER_TEXT, 0, OF(first_name), 0 },
    { "lastName", MEMBER_TEXT, 0, OF(last_name), 0 },
    { "company", MEMBER_TEXT, 0, OF(company), 0 },
    { "role", MEMBER_TEXT, 0, OF(role), 0 },
};

static const struct member labelled_members[] = {
    { "value", MEMBER_TEXT, 0, offsetof(struct labelled, value), 0 },
    { "name", MEMBER_TEXT, 0, offsetof(struct labelled, name), 0 },
};

static const struct member field_members[] = {
    { "key", MEMBER_KEY, 0, FIELD(key), 0 },
    { "id", MEMBER_ID, 0, FIELD(id), 0 },
    { "name", MEMBER_TEXT, 0, FIELD(name), 0 },
    { "type", MEMBER_KEY, MEMBER_REQUIRED, FIELD(type), 0 },
};

/* The lists are complete, so one that is missing is an error, not "none". */
static bool
list_is_there(const struct rest_read *read, const struct node *list)
{
    return json_is_array(list->json) || node_bad(&read->reader, list, "is not a list");
}

/* A null value has no counterpart in events: it is left out. */
static bool
read_labelled(struct rest_read *read, const struct node *parent, const char *name,
              struct labelled_list *list)
{
    struct node node = node_member(parent, name);
    struct labelled *items;
    void *all;
    size_t n;

    if (!list_is_there(read, &node) ||
        !members_read_list(&read->reader, &node, labelled_members, COUNT_OF(labelled_members),
                           sizeof *items, &all, &n))
        return false;
    items = all;
    list->items = items;
    for (size_t i = 0; i < n; i++)
        if (items[i].value != NULL)
            items[list->n++] = items[i];
    return true;
}

static bool
read_field(struct rest_read *read, const struct node *node,
           const struct rest_definitions *definitions, struct quosync_custom_field *field)
{
    struct node value = node_member(node, "value");

    if (field->key == NULL)
        field->key = defined_key(definitions, field->name, field->type);
    if (field->key == NULL)
        field->key = field->id != NULL ? field->id : field->name;
    if (field->key == NULL)
        return node_bad(&read->reader, node, "has neither key nor id nor name");
    if (strlen(field->key) > ID_BYTES_AT_MOST)
        return node_bad(&read->reader, node, "has no key, and a name longer than 255 bytes");
    return node_is_absent(&value) ||
           json_write(value.json, &read->arena, &field->value, read->reader.err);
}

static bool
read_fields(struct rest_read *read, const struct rest_definitions *definitions,
            struct rest_contact_item *contact)
{
    struct node list = node_member(&read->top, "customFields");
    void *items;

    if (!list_is_there(read, &list) ||
        !members_read_list(&read->reader, &list, field_members, COUNT_OF(field_members),
                           sizeof *contact->fields, &items, &contact->n_fields))
        return false;
    contact->fields = items;
    for (size_t i = 0; i < contact->n_fields; i++) {
        struct node node = node_item(&list, i);

        if (!read_field(read, &node, definitions, &contact->fields[i]))
            return false;
    }
    return true;
}

static bool
read_contact(struct rest_read *read, const struct rest_definitions *definitions,
             struct rest_contact_item *contact)
{
    struct node names = node_member(&read->top, "defaultFields");

    return members_read(&read->reader, &read->top, contact_members, COUNT_OF(contact_members),
                        contact) &&
           rest_read_updated(read, &contact->updated) &&
           members_read(&read->reader, &names, name_members, COUNT_OF(name_members), contact) &&
           read_labelled(read, &names, "phoneNumbers", &contact->numbers) &&
           read_labelled(read, &names, "emails", &contact->emails) &&
           read_fields(read, definitions, contact);
}

/* ---- observing a contact ---------------------------------------------------------------- */

/* The values alone; NULL items where memory ran out. */
static struct quosync_strings
values_of(struct quosync_fold *fold, const struct labelled_list *list)
{
    struct quosync_strings values = { .n = 0 };

    values.items = arena_get(&fold->arena, list->n * sizeof *values.items);
    if (values.items == NULL) {
        fold->failed = true;
        return values;
    }
    for (; values.n < list->n; values.n++)
        values.items[values.n] = list->items[values.n].value;
    return values;
}

/* (U, T - 60 s, false, '', d), beside the events' (U, C, deleted?, i, d) */
static void
observe_core(struct quosync_fold *fold, struct quosync_row *row,
             const struct rest_contact_item *contact, const struct observation *observation)
{
    struct quosync_strings numbers, emails;
    struct version version = { .n = 0 };
    struct put put;

    version_instant(&version, contact->updated.us);
    version_instant(&version, observation->at_us - REST_MARGIN_US);
    version_rank(&version, false);
    version_text(&version, "");
    version_digest(&version, observation->digest);
    if (!fold_observe(fold, row, CONTACT_CORE, &version, &put))
        return;
    numbers = values_of(fold, &contact->numbers);
    emails = values_of(fold, &contact->emails);
    put_text(&put, CONTACT_FIRST_NAME, contact->first_name);
    put_text(&put, CONTACT_LAST_NAME, contact->last_name);
    put_text(&put, CONTACT_COMPANY, contact->company);
    put_text(&put, CONTACT_ROLE, contact->role);
    put_text(&put, CONTACT_SOURCE, contact->source);
    put_text(&put, CONTACT_EXTERNAL_ID, contact->external_id);
    put_instant(&put, CONTACT_CREATED_AT, contact->created);
    put_instant(&put, CONTACT_UPDATED_AT, contact->updated);
    observe_numbers(&put, &numbers);
    observe_emails(&put, &emails);
    observe_fields(&put, contact->fields, contact->n_fields);
}

static void
put_labels(struct put *put, size_t l, const struct labelled_list *list)
{
    struct list_item *items = put_list(put, l, list->n);

    for (size_t i = 0; items != NULL && i < list->n; i++) {
        item_text(put->fold, &items[i].values[LABEL_VALUE], QUOSYNC_TEXT, list->items[i].value);
        item_text(put->fold, &items[i].values[LABEL_NAME], QUOSYNC_TEXT, list->items[i].name);
    }
}

/* What REST alone knows: (U, T, d) */
static void
observe_rest(struct quosync_fold *fold, struct quosync_row *row,
             const struct rest_contact_item *contact, const struct observation *observation)
{
    struct version version = { .n = 0 };
    struct put put;

    version_instant(&version, contact->updated.us);
    version_instant(&version, observation->at_us);
    version_digest(&version, observation->digest);
    if (!fold_observe(fold, row, CONTACT_REST, &version, &put))
        return;
    put_text(&put, CONTACT_SOURCE_URL, contact->source_url);
    put_text(&put, CONTACT_CREATED_BY_USER_ID, contact->created_by_user_id);
    put_labels(&put, CONTACT_NUMBER_LABELS, &contact->numbers);
    put_labels(&put, CONTACT_EMAIL_LABELS, &contact->emails);
}

bool
rest_contact(struct quosync_fold *fold, json_t *item, int64_t at_us,
             const struct rest_definitions *definitions, struct quosync_error *err)
{
    AUTO(rest_read_done) struct rest_read read = { .top = { 0 } };
    struct rest_contact_item contact = { .id = NULL };
    struct quosync_row *row;

    if (!rest_read_start(&read, item, false, at_us, err) ||
        !read_contact(&read, definitions, &contact))
        return false;
    row = fold_row(fold, QUOSYNC_CONTACTS, contact.id);
    if (row != NULL) {
        observe_core(fold, row, &contact, &read.observation);
        observe_rest(fold, row, &contact, &read.observation);
        observe_sighting(fold, row, at_us, false);
    }
    return rest_read_folded(fold, err);
}
