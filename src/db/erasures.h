/*
 * erasures.h - what is erased for privacy: asks quo.erasures about the events
 * and rows of a batch, spreads an erasure to what belongs to it, and takes
 * bodies from the archive and the dead letters.
 *
 * An event that names an erased contact or activity is erased, and with it every
 * activity that it is about. Those that were not recorded yet are `fresh`: they
 * may only be written while the workspace is locked against all others, because
 * another worker may be about to write what belongs to them.
 */
#ifndef QUOSYNC_DB_ERASURES_H
#define QUOSYNC_DB_ERASURES_H

#include "core/memory.h"
#include "db/pg.h"
#include "quosync.h"

enum erasure_kind { ERASURE_CONTACT, ERASURE_MESSAGE, ERASURE_CALL, ERASURE_VOICEMAIL };
#define ERASURE_KINDS (ERASURE_VOICEMAIL + 1)

/* What one event is about, and whom it lists. Strings are borrowed. */
struct erasure_event {
    size_t n;
    struct {
        enum erasure_kind kind;
        const char *id;
    } about[2]; /* a voicemail and its call */
    const char *const *contacts;
    size_t n_contacts;
    bool erased; /* out */
};

/* Contacts and activities, each once. All-zero but for the arena is the empty state. */
struct erasure_entry;
struct erasures {
    struct arena *arena; /* borrowed */
    struct erasure_entry *entries;
    size_t n_fresh;
};
void erasures_done(struct erasures *erasures);

/* erasures_put - erase one more; fresh unless it is known. Errors: QUOSYNC_NO_MEMORY. */
bool erasures_put(struct erasures *erasures, enum erasure_kind kind, const char *id,
                  struct quosync_error *err) QUOSYNC_MUST_CHECK;

/*
 * erasures_look - find what is erased of some events, and mark the rows of the
 * fold that are.
 *
 *   events  ->erased is set
 *   fold    NULL: nothing is marked
 *
 * One statement; in a transaction that holds the workspace. Errors: pg_run's.
 */
bool erasures_look(struct pg *pg, struct params *params, const char *org_id,
                   struct erasures *erasures, struct erasure_event *events, size_t n,
                   struct quosync_fold *fold, struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* The same for the rows of a fold of REST's answers, which list no contacts. */
bool erasures_look_rows(struct pg *pg, struct params *params, const char *org_id,
                        struct arena *arena, struct quosync_fold *fold,
                        struct quosync_error *err) QUOSYNC_MUST_CHECK;

/*
 * erasures_extend - record what is fresh, the voicemails of fresh calls and the
 * calls of fresh voicemails as well.
 *
 * In a transaction that has the workspace to itself. Errors: pg_run's.
 */
bool erasures_extend(struct pg *pg, struct params *params, const char *org_id,
                     struct erasures *erasures, int64_t now_us,
                     struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* Marks up to `most` rows of what is fresh from the skip-th on, so that rows_write erases what
 * the tables hold of them; *more: there are others. Errors: NO_MEMORY. */
bool erasures_mark_fresh(const struct erasures *erasures, size_t skip, size_t most,
                         struct quosync_fold *fold, bool *more,
                         struct quosync_error *err) QUOSYNC_MUST_CHECK;

/*
 * erasures_take_bodies - take the bodies of dead letters, and of archived
 * deliveries, that are about what is fresh.
 *
 *   archive  NULL: the archive is left alone (it is read from end to end)
 *   *archive, *dead_letters  how many lost theirs
 *
 * Errors: pg_run's.
 */
bool erasures_take_bodies(struct pg *pg, struct params *params, const char *org_id,
                          const struct erasures *erasures, size_t *archive,
                          size_t *dead_letters, struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* The waiting deliveries that name what is fresh; see erasures_waiting.sql. Errors: pg_run's. */
bool erasures_waiting(struct pg *pg, struct params *params, const char *org_id,
                      const struct erasures *erasures, size_t rows, struct result *answer,
                      struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* How many of a kind are fresh. */
size_t erasures_count(const struct erasures *erasures, enum erasure_kind kind);

/* The kind that a row of quo.erasures or activity_contacts names; false: none of ours. */
bool erasure_kind_read(const char *text, enum erasure_kind *kind);

#endif
