/*
 * json_write.h - JSON text from a part of jansson's tree: compact, members in
 * their order, numbers as number.h writes them. jansson's own writer gives a
 * double 17 digits.
 */
#ifndef QUOSYNC_CORE_JSON_WRITE_H
#define QUOSYNC_CORE_JSON_WRITE_H

#include <jansson.h>

#include "core/memory.h"
#include "quosync.h"

/*
 * json_write - the text of json, which json_text_parse read (so it is not
 * nested deeper than that allows), in the arena. Errors: QUOSYNC_NO_MEMORY.
 */
bool json_write(json_t *json, struct arena *arena, const char **text,
                struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* The text of a number that json holds, in the arena. Errors: QUOSYNC_NO_MEMORY. */
bool json_write_number(const json_t *json, struct arena *arena, const char **text,
                       struct quosync_error *err) QUOSYNC_MUST_CHECK;

#endif
