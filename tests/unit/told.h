/*
 * told.h - what a row shows once the merge was told of some observations, in
 * every order of them: folded at once, and one by one through a store.
 */
#ifndef QUOSYNC_TESTS_TOLD_H
#define QUOSYNC_TESTS_TOLD_H

#include "core/fold.h"

/*
 * One observation. JSON is written with ' for ", instants as times of
 * 2026-11-06 ("10:00:01Z").
 */
struct told {
    const char *type;     /* of an event; or rest.contact, rest.message, ..., rest.gone, rest.seen */
    const char *id;       /* the event's; of REST: the contact's or call's where no item has it */
    const char *at;       /* createdAt, or the Date of REST's answer */
    const char *resource; /* its members without braces; of REST: the whole item */
    const char *context;  /* the members of `context`; NULL: none */
};

/* Folds one of them. Fails the test when it is refused. */
void told_fold(const struct told *told, struct quosync_fold *fold);

/* The same; returns false and the reason when it is refused. */
bool told_try(const struct told *told, struct quosync_fold *fold, struct quosync_error *err);

/*
 * Fails the test unless the row ("contacts c1") shows each of the lines, in any
 * order of the n (at most 6) observations. A line is "column=value", or an item
 * of a list ("contact_emails 1: value=..."), as row_text_print writes it; one
 * that begins with ! must not begin any line of the row. Ends with NULL.
 */
void told_shows(const struct told *told, size_t n, const char *row, const char *const *lines);

#define TOLD_SHOWS(told, row, ...)                                                                 \
    told_shows(told, sizeof(told) / sizeof(told)[0], row, (const char *const[]){ __VA_ARGS__, NULL })

#endif
