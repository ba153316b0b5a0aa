/*
 * event.h - decoding where more ids than those of Quo's samples are known to be tests.
 */
#ifndef QUOSYNC_CORE_EVENT_H
#define QUOSYNC_CORE_EVENT_H

#include "core/memory.h"
#include "quosync.h"

/* Ids of test events, one after another, a NUL behind each; all-zero: none. */
struct event_tests {
    const char *ids;
    size_t bytes;
};

/* event_decode - quosync_event_decode, to which these are test events too. */
bool event_decode(const void *body, size_t bytes, const struct event_tests *tests,
                  struct quosync_event **event, struct quosync_error *err) QUOSYNC_MUST_CHECK;

/*
 * event_type - what a body that cannot be decoded says that it is.
 *
 *   type  copied to the arena; NULL where that cannot be read, either
 *
 * Errors   QUOSYNC_NO_MEMORY.
 */
bool event_type(const void *body, size_t bytes, struct arena *arena, const char **type,
                struct quosync_error *err) QUOSYNC_MUST_CHECK;

#endif
