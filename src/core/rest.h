/*
 * rest.h - what items of Quo's REST answers say of which rows: the REST half of
 * the merge's table (doc/merge.md). An item is observed at T, the Date of its
 * answer (Quo's clock), and told apart by a digest of its text with sorted keys.
 *
 * All functions: the item is a tree that json_text_parse read, and is only
 * read. Errors are QUOSYNC_BAD_INPUT naming the path of the member, never a
 * value, and the fold is then as before; QUOSYNC_NO_MEMORY, and the fold is
 * unusable. Source: doc/quo.md, sections on REST.
 */
#ifndef QUOSYNC_CORE_REST_H
#define QUOSYNC_CORE_REST_H

#include <jansson.h>

#include "quosync.h"

/* ---- contacts --------------------------------------------------------------- */

/* The answer of the custom field definitions, which a run reads first. */
struct rest_definitions;

/* data: the list. A definition that cannot be read makes the whole answer unusable. */
bool rest_definitions_read(json_t *data, struct rest_definitions **definitions,
                           struct quosync_error *err) QUOSYNC_MUST_CHECK;
void rest_definitions_free(struct rest_definitions **definitions); /* for AUTO */

/* Observes them, too. */
bool rest_definitions_observe(struct quosync_fold *fold,
                              const struct rest_definitions *definitions, int64_t at_us,
                              struct quosync_error *err) QUOSYNC_MUST_CHECK;

/*
 * A v1 contact: core, source_url and creator, labels, and that it was seen.
 * definitions (NULL: none) give a key to custom fields that came without one.
 */
bool rest_contact(struct quosync_fold *fold, json_t *item, int64_t at_us,
                  const struct rest_definitions *definitions,
                  struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* ---- activities ----------------------------------------------------------------- */

/* A message of GET /messages. */
bool rest_message(struct quosync_fold *fold, json_t *item, int64_t at_us,
                  struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* A call of GET /calls, with summary and voicemail where they were asked for. */
bool rest_call(struct quosync_fold *fold, json_t *item, int64_t at_us,
               struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* data: all segments of the call's recordings; those that are completed count. */
bool rest_recordings(struct quosync_fold *fold, const char *call_id, json_t *data, int64_t at_us,
                     struct quosync_error *err) QUOSYNC_MUST_CHECK;

/*
 * data: the transcripts of all segments, oldest first, joined into one: offsets
 * count from the first segment's start, durations add up. Completed where some
 * segment is and none is in progress. An empty list says nothing.
 */
bool rest_transcripts(struct quosync_fold *fold, const char *call_id, json_t *data,
                      int64_t at_us, struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* ---- directory --------------------------------------------------------------------- */

bool rest_user(struct quosync_fold *fold, json_t *item, int64_t at_us,
               struct quosync_error *err) QUOSYNC_MUST_CHECK;
bool rest_phone_number(struct quosync_fold *fold, json_t *item, int64_t at_us,
                       struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* ---- sightings ----------------------------------------------------------------------- */

/*
 * A contact, user or phone number was found gone, by an answer of that Date. A
 * user or number that has no row yet stays unknown; of a contact that has none,
 * contact_rest remembers it.
 */
bool rest_gone(struct quosync_fold *fold, enum quosync_table table, const char *id,
               int64_t at_us, struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* A contact was found by its id alone. */
bool rest_seen(struct quosync_fold *fold, const char *contact_id, int64_t at_us,
               struct quosync_error *err) QUOSYNC_MUST_CHECK;

#endif
