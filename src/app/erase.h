/*
 * erase.h - what `quosync erase` does: erases a contact, and the activities that
 * go with it, from tables, archive, inbox and dead letters, for good.
 */
#ifndef QUOSYNC_APP_ERASE_H
#define QUOSYNC_APP_ERASE_H

#include "app/batch.h"
#include "db/pg.h"

struct erase_options {
    struct batch_workspace workspace;
    const char *contact_id;
    int64_t now_us;
    size_t rows, bytes; /* of what is read at once */
};

struct erase_result {
    bool known; /* the contact was in the tables, or erased before, or an activity names it */
    size_t messages, calls, voicemails;      /* that are erased with it */
    size_t archived, waiting, dead_letters;  /* deliveries that lost their bodies */
};

/*
 * erase_run - erase a contact.
 *
 * With it go the activities whose links name it, those that an archived or
 * waiting event of theirs lists it for, and those that
 * activity_contacts_resolved gives by number; of a voicemail its call, and of a
 * call its voicemails. Ids and instants stay (core/strip.c). All of it is one
 * transaction that has the workspace to itself: it waits for the batches that
 * workers have begun, and workers and intake wait for it. What comes later is
 * erased by whoever applies it, so erasing a contact that is not known (yet)
 * makes sense; erasing twice changes nothing.
 *
 * Errors   pg_run's; QUOSYNC_TRY_LATER when workers hold the workspace for minutes.
 */
bool erase_run(struct pg *pg, const struct erase_options *options, struct erase_result *result,
               struct quosync_error *err) QUOSYNC_MUST_CHECK;

#endif
