/*
 * decode_context.c - data.context and data.links. Each member is taken or left
 * on its own: subscriptions of Quo's beta lack some, and no switch tells which.
 */
#include <string.h>

#include "core/decode.h"
#include "core/error.h"

#define OF(member) offsetof(struct quosync_context, member)

static const struct member common_members[] = {
    { "orgId", MEMBER_ID, 0, OF(org_id), 0 },
    { "userId", MEMBER_ID, 0, OF(user_id), 0 },
};

static const struct member contact_members[] = {
    { "sharedWithIds", MEMBER_IDS, MEMBER_TELLS_FULL, OF(shared_with_ids),
      OF(has_shared_with_ids) },
};

static const struct member activity_members[] = {
    { "phoneNumberId", MEMBER_ID, 0, OF(phone_number_id), 0 },
    { "conversationId", MEMBER_ID, 0, OF(conversation_id), 0 },
};

static const struct member message_members[] = {
    { "senderIdentifier", MEMBER_TEXT, 0, OF(sender), 0 },
    { "recipientIdentifiers", MEMBER_TEXTS, MEMBER_TELLS_FULL, OF(recipients),
      OF(has_recipients) },
};

static const struct member call_members[] = {
    { "phoneNumberType", MEMBER_TEXT, MEMBER_TELLS, OF(phone_number_type),
      OF(has_phone_number_type) },
};

static const struct member lookup_members[] = {
    { "lookupStatus", MEMBER_TEXT, 0, OF(contacts_lookup_status), 0 },
};

static const struct member match_members[] = {
    { "ids", MEMBER_IDS, 0, OF(contact_ids), 0 },
};

static const struct member participant_members[] = {
    { "workspace", MEMBER_TEXTS, 0, OF(workspace_participants), 0 },
    { "external", MEMBER_TEXTS, 0, OF(external_participants), 0 },
    { "resolution", MEMBER_TEXT, 0, OF(participants_resolution), 0 },
};

static const struct member link_members[] = {
    { "quo", MEMBER_TEXT, 0, OF(quo_url), 0 },
};

static bool
is_status(const struct quosync_context *context, const char *status)
{
    return context->contacts_lookup_status != NULL &&
           strcmp(context->contacts_lookup_status, status) == 0;
}

/* The ids count for nothing where Quo could not look or found nobody, whatever they hold. */
static bool
decode_matches(const struct reader *reader, const struct node *json,
               struct quosync_context *context)
{
    struct node contacts = node_member(json, "contacts");

    context->has_contacts = !node_is_absent(&contacts);
    if (!members_read(reader, &contacts, lookup_members, COUNT_OF(lookup_members), context))
        return false;
    if (is_status(context, "unavailable") || is_status(context, "none"))
        return true;
    return members_read(reader, &contacts, match_members, COUNT_OF(match_members), context);
}

static bool
decode_participants(const struct reader *reader, const struct node *json,
                    struct quosync_context *context)
{
    struct node participants = node_member(json, "participants");

    context->has_participants = !node_is_absent(&participants);
    return members_read(reader, &participants, participant_members,
                        COUNT_OF(participant_members), context);
}

static bool
decode_activity(const struct reader *reader, const struct node *json,
                enum quosync_event_kind kind, struct quosync_context *context)
{
    if (!members_read(reader, json, activity_members, COUNT_OF(activity_members), context) ||
        !decode_matches(reader, json, context))
        return false;
    if (kind <= QUOSYNC_MESSAGE_UNDELIVERED)
        return members_read(reader, json, message_members, COUNT_OF(message_members), context);
    return members_read(reader, json, call_members, COUNT_OF(call_members), context) &&
           decode_participants(reader, json, context);
}

bool
decode_context(const struct reader *reader, const struct node *data,
               enum quosync_event_kind kind, struct quosync_context *context)
{
    struct node json = node_member(data, "context");
    struct node links = node_member(data, "links");

    if (!members_read(reader, &json, common_members, COUNT_OF(common_members), context) ||
        !members_read(reader, &links, link_members, COUNT_OF(link_members), context))
        return false;
    if (kind >= QUOSYNC_CONTACT_UPDATED)
        return members_read(reader, &json, contact_members, COUNT_OF(contact_members), context);
    return decode_activity(reader, &json, kind, context);
}
