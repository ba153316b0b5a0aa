/*
 * rest_read.h - what the rest_*.c share: an item being read into structs, all
 * of it before the fold learns anything.
 */
#ifndef QUOSYNC_CORE_REST_READ_H
#define QUOSYNC_CORE_REST_READ_H

#include "core/members.h"
#include "core/observe.h"

/*
 * How much older than its answer an item may count against events: REST is the
 * arbiter of what it read a minute or more after an event with the same
 * updatedAt, not of what may still have been on its way to it.
 */
#define REST_MARGIN_US (INT64_C(60) * 1000000)

struct rest_read {
    struct arena arena;
    struct reader reader;
    struct node top;
    struct observation observation; /* of REST, at T */
};

/* Starts on an item, which must be an object (or a list, if that is said). */
bool rest_read_start(struct rest_read *read, json_t *item, bool list, int64_t at_us,
                     struct quosync_error *err) QUOSYNC_MUST_CHECK;
void rest_read_done(struct rest_read *read);

/* An updatedAt more than a day after the answer would pin the row until then. */
bool rest_read_updated(const struct rest_read *read, const struct quosync_instant *updated)
    QUOSYNC_MUST_CHECK;

/* Whether the fold took what it was told. */
bool rest_read_folded(const struct quosync_fold *fold, struct quosync_error *err)
    QUOSYNC_MUST_CHECK;

#endif
