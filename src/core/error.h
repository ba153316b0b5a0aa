/*
 * error.h - the one way in which functions fail: return false and fill a
 * struct quosync_error. Texts start in lower case, have no full stop, quote
 * what they name and never hold payload text or secrets.
 */
#ifndef QUOSYNC_CORE_ERROR_H
#define QUOSYNC_CORE_ERROR_H

#include "quosync.h"

/* Fills *err (NULL is fine) and returns false, so that it can stand after `return`. */
bool error_set(struct quosync_error *err, enum quosync_error_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* What to do next, a sentence of its own. */
void error_hint(struct quosync_error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Puts words in front of the text: "delivery msg_1: <text>". */
void error_prefix(struct quosync_error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* error_set for a failed allocation. */
bool error_no_memory(struct quosync_error *err);

#endif
