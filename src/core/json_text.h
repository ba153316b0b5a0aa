/*
 * json_text.h - from the raw bytes of a body to jansson's tree. One pass before
 * jansson mends what JSON allows and jansson or PostgreSQL do not, refuses what
 * two readers would read differently, and tells where it is.
 *
 * In values, U+0000 and lone surrogates become U+FFFD. Whole numbers beyond 64
 * bits become doubles, all others stay exact. Refused are: what is not UTF-8
 * or not one JSON object, U+0000 in a key, keys that come twice, nesting
 * beyond JSON_TEXT_DEPTH_AT_MOST, numbers that no double holds or that would
 * silently become zero.
 */
#ifndef QUOSYNC_CORE_JSON_TEXT_H
#define QUOSYNC_CORE_JSON_TEXT_H

#include <jansson.h>

#include "quosync.h"

#define JSON_TEXT_DEPTH_AT_MOST 64

/* A text that jansson takes: the body itself, or a mended copy. */
struct json_text {
    const char *text;
    size_t bytes;
    char *copy; /* NULL when nothing had to be mended */
};

/*
 * json_text_mend - the pass before jansson; linear in bytes.
 *
 * Errors   QUOSYNC_BAD_INPUT naming the byte, counted from 0, never what
 *          stands there; QUOSYNC_NO_MEMORY.
 * Memory   text borrows from body; free it with json_text_done.
 */
bool json_text_mend(const void *body, size_t bytes, struct json_text *text,
                    struct quosync_error *err) QUOSYNC_MUST_CHECK;
void json_text_done(struct json_text *text);

/*
 * json_text_parse - json_text_mend and jansson. The caller owns *json
 * (json_decref); its strings hold no NUL. Errors as json_text_mend.
 */
bool json_text_parse(const void *body, size_t bytes, json_t **json,
                     struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* For AUTO: json_decref of what a variable holds. */
void json_text_free(json_t **json);

#endif
