/*
 * observe.h - what an event says of which rows: from typed events to registers
 * with versions, by the merge's table (doc/merge.md). REST's items: rest.h.
 */
#ifndef QUOSYNC_CORE_OBSERVE_H
#define QUOSYNC_CORE_OBSERVE_H

#include "core/fold.h"

/* Nothing for kinds that are not interpreted. Failures: fold_failed. */
void observe_event(struct quosync_fold *fold, const struct quosync_event *event);

void observe_contact(struct quosync_fold *fold, const struct quosync_event *event);
void observe_message(struct quosync_fold *fold, const struct quosync_event *event);
void observe_call(struct quosync_fold *fold, const struct quosync_event *event);
void observe_summary(struct quosync_fold *fold, const struct quosync_event *event);
void observe_transcript(struct quosync_fold *fold, const struct quosync_event *event);
void observe_voicemail(struct quosync_fold *fold, const struct quosync_event *event);

/* ---- shared by events and REST ----------------------------------------------------- */

/* The end of most versions: the observation's instant, id and digest. */
struct observation {
    bool event;          /* from an event, not from REST */
    int64_t at_us;       /* C, or T */
    const char *id;      /* i; "" of REST */
    uint64_t digest;     /* d */
};

struct observation observation_of(const struct quosync_event *event);

/* Appends (instant, id, digest), which most versions end with. */
void observation_end(struct version *version, const struct observation *observation);

/* What a definition's register says: name and type of a custom field's key. */
void observe_definition(struct quosync_fold *fold, const char *key, const char *name,
                        const char *type, const struct observation *observation);

/* A contact, user or phone number was seen at REST, or found gone. */
void observe_sighting(struct quosync_fold *fold, struct quosync_row *row, int64_t at_us,
                      bool gone);

/* The rank of a message's status: queued < sent < ... < undelivered < any other. */
uint8_t observe_message_rank(const char *status);
/* The rank of a processing status: any other < absent < in-progress < failed < completed. */
uint8_t observe_processing_rank(const char *status);

/* Contact_lookup and links of an activity, where the event carries `contacts`. */
void observe_links(struct quosync_fold *fold, struct quosync_row *row, size_t r, size_t column,
                   size_t list, const struct quosync_event *event);

/* The version of what surrounds a call or voicemail. */
void observe_surroundings_version(struct version *version, const struct quosync_event *event);
/* False where the participants say nothing: not there, or empty under `unavailable`. */
bool observe_knows_participants(const struct quosync_event *event);

/* Rows that events and REST observe alike. Only an event speaks for who handled a call. */
void observe_summary_row(struct quosync_fold *fold, const struct quosync_summary *summary,
                         const struct observation *observation);
void observe_transcript_row(struct quosync_fold *fold, const struct quosync_transcript *transcript,
                            const struct observation *observation);
void observe_updated(struct quosync_fold *fold, struct quosync_row *row,
                     const struct quosync_instant *updated);
void observe_recording(struct quosync_fold *fold, struct list_item *item,
                       const struct quosync_recording *recording);

/* Phone numbers and emails of a contact's core. */
void observe_numbers(struct put *put, const struct quosync_strings *values);
void observe_emails(struct put *put, const struct quosync_strings *values);
/* Custom fields of a contact's core, each in the typed column that its value fits. */
void observe_fields(struct put *put, const struct quosync_custom_field *fields, size_t n);

#endif
