/*
 * reconcile_history.h - walks Quo's newest-first lists of calls and messages by
 * createdAt: first all history, later what is newer than the watermark, less a
 * week in which things may still have changed. Two walks at once, so that the
 * time an answer takes does not eat the rate.
 *
 * Notes: {"walked_to_us"} says that all which was created before was walked;
 * {"until_us", "remaining": [[from_us, to_us], ...]} what a run that was cut still
 * has to walk.
 */
#ifndef QUOSYNC_APP_RECONCILE_HISTORY_H
#define QUOSYNC_APP_RECONCILE_HISTORY_H

#include "app/reconcile_internal.h"

struct history;
struct history_hold;

struct history_options {
    const char *path; /* "/calls?include=summary,voicemail" */
    bool exclusive;   /* the list's bounds are gt and lt, not gte and lte */
    /* A page of items, already counted as read: into the fold, and more requests. */
    bool (*item)(struct step *step, struct quosync_fold *fold, json_t *item, int64_t t_us,
                 struct quosync_error *err);
    /* After the page was written. hold: history_release it when what it asked for has come. */
    bool (*written)(struct step *step, json_t *data, struct history_hold *hold,
                    struct quosync_error *err);
};

/* A page that is not done before its details have come: once more for each of them. */
void history_hold(struct history_hold *hold);
/* Errors: of writing the notes. */
bool history_release(struct history_hold *hold, struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* Errors: run_submit's, pg_run's. */
bool history_start(struct step *step, const struct history_options *options,
                   struct history **history, struct quosync_error *err) QUOSYNC_MUST_CHECK;
/* Call from the step's finish: notes that everything was walked. */
bool history_finish(struct history *history, struct quosync_error *err) QUOSYNC_MUST_CHECK;
void history_free(struct history **history);

/* Up to when earlier runs have walked; INT64_MIN: never. */
int64_t history_walked_to_us(const struct history *history);

#endif
