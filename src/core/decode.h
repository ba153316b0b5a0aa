/*
 * decode.h - the parts of quosync_event_decode: one function for each form of
 * `data.resource`. Each fills a zeroed struct; errors name the member's path.
 */
#ifndef QUOSYNC_CORE_DECODE_H
#define QUOSYNC_CORE_DECODE_H

#include "core/members.h"

/* resource is an object; created_us is the envelope's createdAt. */
bool decode_contact(const struct reader *reader, const struct node *resource,
                    int64_t created_us, struct quosync_contact *contact) QUOSYNC_MUST_CHECK;
bool decode_message(const struct reader *reader, const struct node *resource,
                    struct quosync_message *message) QUOSYNC_MUST_CHECK;
bool decode_call(const struct reader *reader, const struct node *resource, int64_t created_us,
                 enum quosync_event_kind kind, struct quosync_call *call) QUOSYNC_MUST_CHECK;
bool decode_summary(const struct reader *reader, const struct node *resource,
                    struct quosync_summary *summary) QUOSYNC_MUST_CHECK;
bool decode_transcript(const struct reader *reader, const struct node *resource,
                       struct quosync_transcript *transcript) QUOSYNC_MUST_CHECK;
bool decode_voicemail(const struct reader *reader, const struct node *resource,
                      int64_t created_us, struct quosync_voicemail *voicemail)
    QUOSYNC_MUST_CHECK;

/*
 * An updatedAt more than a day after the envelope's createdAt would pin a row
 * until then: no event of Quo's. Both belong to the event, so any receiver at
 * any time judges alike.
 */
bool decode_check_updated(const struct reader *reader, const struct node *resource,
                          int64_t updated_us, int64_t created_us) QUOSYNC_MUST_CHECK;

/* data.context and data.links of a kind that is not OTHER. */
bool decode_context(const struct reader *reader, const struct node *data,
                    enum quosync_event_kind kind, struct quosync_context *context)
    QUOSYNC_MUST_CHECK;

#endif
