/*
 * pack.h - bytes in and out: the one encoding of values that both merge states
 * and the digests of values use. Counts are 7 bits a byte, the low ones first;
 * a text carries its length and a NUL, so that a reader can borrow it.
 */
#ifndef QUOSYNC_CORE_PACK_H
#define QUOSYNC_CORE_PACK_H

#include "core/memory.h"
#include "quosync.h"

/* A growing buffer in an arena. `failed` stays set once memory ran out. */
struct pack {
    struct arena *arena;
    uint8_t *bytes;
    size_t n, room;
    bool failed;
};

void pack_byte(struct pack *pack, uint8_t byte);
void pack_count(struct pack *pack, size_t count);
void pack_bytes(struct pack *pack, const void *bytes, size_t n);
void pack_value(struct pack *pack, const struct quosync_value *value);

/* A reader. `failed` stays set once the bytes were not of the form, or memory ran out. */
struct unpack {
    struct arena *arena;
    const uint8_t *at, *end;
    bool failed;
    bool no_memory;
};

uint8_t unpack_byte(struct unpack *unpack); /* 0 after a failure */
size_t unpack_count(struct unpack *unpack);
const uint8_t *unpack_bytes(struct unpack *unpack, size_t n); /* borrowed; NULL after a failure */
void unpack_value(struct unpack *unpack, struct quosync_value *value); /* null after a failure */
/* n objects of `size` bytes for what n items of at least one byte each will fill; or NULL. */
void *unpack_room(struct unpack *unpack, size_t n, size_t size);

#endif
