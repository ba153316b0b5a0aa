/*
 * observed.h - observations of the merge made up from a seed: events, as the
 * decoder reads them, and items of REST answers.
 */
#ifndef QUOSYNC_TESTS_OBSERVED_H
#define QUOSYNC_TESTS_OBSERVED_H

#include <jansson.h>

#include "core/fold.h"
#include "generate.h"

/* Kinds of sets: one kind of event (see generate.h) with REST's items of it, or any. */
#define OBSERVED_ANY GENERATE_KINDS
#define OBSERVED_KINDS (GENERATE_KINDS + 1)

struct observed {
    char *text; /* the body, or the item */
    struct quosync_event *event;
    json_t *item;            /* where event is NULL */
    enum generate_form form; /* of the item */
    char id[32];             /* that the item does not hold */
    int64_t at_us;           /* T */
};

/* Makes one of that kind; aborts when the program does not take it. */
void observed_make(struct generator *g, unsigned kind, struct observed *observed);
void observed_done(struct observed *observed);

void observed_fold(const struct observed *observed, struct quosync_fold *fold);

/* What it says for a contact's updated_at, a message's status_at, a call's updated_at. */
bool observed_instant(const struct observed *observed, enum quosync_table table, const char *id,
                      int64_t *us);

#endif
