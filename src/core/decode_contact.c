/*
 * decode_contact.c - the resource of contact.updated and contact.deleted. Its
 * three lists are complete, so one that is missing is an error, not "none".
 */
#include <string.h>

#include "core/decode.h"
#include "core/error.h"
#include "core/json_write.h"

#define OF(member) offsetof(struct quosync_contact, member)
#define FIELD(member) offsetof(struct quosync_custom_field, member)

static const struct member contact_members[] = {
    { "id", MEMBER_ID, MEMBER_REQUIRED, OF(id), 0 },
    { "firstName", MEMBER_TEXT, 0, OF(first_name), 0 },
    { "lastName", MEMBER_TEXT, 0, OF(last_name), 0 },
    { "company", MEMBER_TEXT, 0, OF(company), 0 },
    { "role", MEMBER_TEXT, 0, OF(role), 0 },
    { "location", MEMBER_TEXT, 0, OF(location), 0 },
    { "source", MEMBER_TEXT, 0, OF(source), 0 },
    { "externalId", MEMBER_TEXT, 0, OF(external_id), 0 },
    { "createdAt", MEMBER_INSTANT, 0, OF(created), 0 },
};

/* A phone number or an email; their "type" says only which list they are in. */
static const struct member value_members[] = {
    { "value", MEMBER_TEXT, MEMBER_REQUIRED, 0, 0 },
};

static const struct member field_members[] = {
    { "key", MEMBER_KEY, 0, FIELD(key), 0 },
    { "id", MEMBER_ID, 0, FIELD(id), 0 },
    { "name", MEMBER_TEXT, 0, FIELD(name), 0 },
    { "type", MEMBER_KEY, MEMBER_REQUIRED, FIELD(type), 0 },
};

/* null is no list either: Quo documents none of the three as nullable. */
static bool
list_must_be_there(const struct reader *reader, const struct node *list)
{
    if (list->json == NULL)
        return node_bad(reader, list, "is missing");
    return json_is_array(list->json) || node_bad(reader, list, "is not a list");
}

static bool
decode_values(const struct reader *reader, const struct node *resource, const char *name,
              struct quosync_strings *values)
{
    struct node list = node_member(resource, name);
    void *items;

    if (!list_must_be_there(reader, &list))
        return false;
    if (!members_read_list(reader, &list, value_members, COUNT_OF(value_members),
                           sizeof *values->items, &items, &values->n))
        return false;
    values->items = items;
    return true;
}

/* A field without a key takes its id, else its name: it must be told apart from others. */
static bool
choose_key(const struct reader *reader, const struct node *node,
           struct quosync_custom_field *field)
{
    if (field->key == NULL)
        field->key = field->id != NULL ? field->id : field->name;
    if (field->key == NULL)
        return node_bad(reader, node, "has neither key nor id nor name");
    if (strlen(field->key) > ID_BYTES_AT_MOST) {
        struct node name = node_member(node, "name");

        return node_bad(reader, &name, "is longer than 255 bytes, and there is no key");
    }
    return true;
}

static bool
decode_field(const struct reader *reader, const struct node *node,
             struct quosync_custom_field *field)
{
    struct node value = node_member(node, "value");

    if (!choose_key(reader, node, field))
        return false;
    return node_is_absent(&value) ||
           json_write(value.json, reader->arena, &field->value, reader->err);
}

static bool
decode_fields(const struct reader *reader, const struct node *resource,
              struct quosync_contact *contact)
{
    struct node list = node_member(resource, "customFields");
    void *items;

    if (!list_must_be_there(reader, &list))
        return false;
    if (!members_read_list(reader, &list, field_members, COUNT_OF(field_members),
                           sizeof *contact->custom_fields, &items, &contact->n_custom_fields))
        return false;
    contact->custom_fields = items;
    for (size_t i = 0; i < contact->n_custom_fields; i++) {
        struct node node = node_item(&list, i);

        if (!decode_field(reader, &node, &contact->custom_fields[i]))
            return false;
    }
    return true;
}

bool
decode_contact(const struct reader *reader, const struct node *resource, int64_t created_us,
               struct quosync_contact *contact)
{
    return members_read(reader, resource, contact_members, COUNT_OF(contact_members), contact) &&
           member_instant(reader, resource, "updatedAt", &contact->updated_us) &&
           decode_check_updated(reader, resource, contact->updated_us, created_us) &&
           decode_values(reader, resource, "phoneNumbers", &contact->phone_numbers) &&
           decode_values(reader, resource, "emails", &contact->emails) &&
           decode_fields(reader, resource, contact);
}
