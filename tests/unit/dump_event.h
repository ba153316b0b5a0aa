/*
 * dump_event.h - a decoded event as text, a line for each member of its struct:
 * what the files tests/vectors/decode/<case>/expected hold.
 */
#ifndef QUOSYNC_TESTS_DUMP_EVENT_H
#define QUOSYNC_TESTS_DUMP_EVENT_H

#include "quosync.h"

/* The text, which the caller frees. The digest is left out. */
char *dump_event(const struct quosync_event *event);

#endif
