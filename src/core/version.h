/*
 * version.h - packed versions: bytes that sort by memcmp as the tuples of the
 * merge's table do (elements from left to right, text bytewise, instants as
 * microseconds, false < true). An instant is 8 bytes big-endian with the sign
 * bit flipped (-infinity is INT64_MIN), a boolean or a rank is one byte, text
 * its bytes and a 0 byte (ids hold no U+0000), a digest 8 bytes big-endian.
 */
#ifndef QUOSYNC_CORE_VERSION_H
#define QUOSYNC_CORE_VERSION_H

#include "core/memory.h"
#include "quosync.h"

#define VERSION_NO_INSTANT INT64_MIN

/* The longest: three instants, ranks, an id of 255 bytes and a digest. */
#define VERSION_MAX_BYTES 320
#define VERSION_MAX_TEXT_BYTES 255

/* A version under construction. All-zero is the empty one. */
struct version {
    uint8_t bytes[VERSION_MAX_BYTES];
    size_t n;
};

void version_rank(struct version *version, uint8_t rank); /* booleans too */
void version_instant(struct version *version, int64_t us);
void version_text(struct version *version, const char *text); /* at most 255 bytes; NULL is '' */
void version_digest(struct version *version, uint64_t digest);

/* The instant that starts at byte `at` of a packed version. */
int64_t version_instant_at(const uint8_t *version, size_t at);

/*
 * The version of a custom field definition, whose texts may be of any length:
 * (rank, instant, name, type). In *version where it has room, else in the
 * arena; NULL when there is no memory.
 */
const uint8_t *version_of_definition(struct version *version, struct arena *arena, uint8_t rank,
                                     int64_t us, const char *name, const char *type,
                                     size_t *bytes);

#endif
