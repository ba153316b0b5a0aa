/*
 * decode_message.c - the resource of the message events. Members that some of
 * them lack (media, errorCode) are read wherever they stand.
 */
#include "core/decode.h"

#define OF(member) offsetof(struct quosync_message, member)

static const struct member message_members[] = {
    { "id", MEMBER_ID, MEMBER_REQUIRED, OF(id), 0 },
    { "direction", MEMBER_TEXT, 0, OF(direction), 0 },
    { "text", MEMBER_TEXT, 0, OF(text), 0 },
    { "status", MEMBER_TEXT, 0, OF(status), 0 },
    { "media", MEMBER_LIST, MEMBER_TELLS, OF(media), OF(has_media) },
    { "errorCode", MEMBER_TEXT, MEMBER_TELLS, OF(error_code), OF(has_error_code) },
    { "createdAt", MEMBER_INSTANT, 0, OF(created), 0 },
};

bool
decode_message(const struct reader *reader, const struct node *resource,
               struct quosync_message *message)
{
    return members_read(reader, resource, message_members, COUNT_OF(message_members), message);
}
