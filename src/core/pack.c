/*
 * pack.c - encoding of values; see pack.h. Reading trusts nothing: a length
 * that leads beyond the end fails the reader, never the process.
 */
#include "core/pack.h"

#include <string.h>

#define FIRST_ROOM ((size_t)256)

static bool
make_room(struct pack *pack, size_t n)
{
    size_t room = pack->room > 0 ? pack->room : FIRST_ROOM;
    uint8_t *bytes;

    if (pack->failed)
        return false;
    if (pack->room - pack->n >= n && pack->bytes != NULL)
        return true;
    while (room - pack->n < n) {
        if (room > SIZE_MAX / 2) {
            pack->failed = true;
            return false;
        }
        room *= 2;
    }
    bytes = arena_get(pack->arena, room);
    if (bytes == NULL) {
        pack->failed = true;
        return false;
    }
    if (pack->n > 0)
        memcpy(bytes, pack->bytes, pack->n);
    pack->bytes = bytes;
    pack->room = room;
    return true;
}

void
pack_byte(struct pack *pack, uint8_t byte)
{
    if (pack->n < pack->room)
        pack->bytes[pack->n++] = byte; /* most of what is packed comes this way */
    else
        pack_bytes(pack, &byte, 1);
}

void
pack_count(struct pack *pack, size_t count)
{
    while (count >= 0x80) {
        pack_byte(pack, (uint8_t)(count | 0x80));
        count >>= 7;
    }
    pack_byte(pack, (uint8_t)count);
}

void
pack_bytes(struct pack *pack, const void *bytes, size_t n)
{
    if (n == 0 || !make_room(pack, n))
        return;
    memcpy(pack->bytes + pack->n, bytes, n);
    pack->n += n;
}

static void
pack_text(struct pack *pack, const char *text)
{
    size_t n = strlen(text);

    pack_count(pack, n);
    pack_bytes(pack, text, n + 1);
}

void
pack_value(struct pack *pack, const struct quosync_value *value)
{
    uint8_t instant[8];

    pack_byte(pack, (uint8_t)value->type);
    switch (value->type) {
    case QUOSYNC_NULL:
        break;
    case QUOSYNC_TEXT:
    case QUOSYNC_NUMBER:
    case QUOSYNC_JSON:
        pack_text(pack, value->of.text);
        break;
    case QUOSYNC_INSTANT:
        for (int i = 0; i < 8; i++)
            instant[i] = (uint8_t)((uint64_t)value->of.instant_us >> (56 - 8 * i));
        pack_bytes(pack, instant, sizeof instant);
        break;
    case QUOSYNC_BOOLEAN:
        pack_byte(pack, value->of.boolean);
        break;
    case QUOSYNC_TEXTS:
        pack_count(pack, value->of.texts.n);
        for (size_t i = 0; i < value->of.texts.n; i++)
            pack_text(pack, value->of.texts.items[i]);
        break;
    }
}

uint8_t
unpack_byte(struct unpack *unpack)
{
    const uint8_t *byte = unpack_bytes(unpack, 1);

    return byte == NULL ? 0 : *byte;
}

size_t
unpack_count(struct unpack *unpack)
{
    size_t count = 0;

    for (unsigned shift = 0; shift < 56; shift += 7) {
        uint8_t byte = unpack_byte(unpack);

        count |= (size_t)(byte & 0x7F) << shift;
        if ((byte & 0x80) == 0)
            return count;
    }
    unpack->failed = true;
    return 0;
}

const uint8_t *
unpack_bytes(struct unpack *unpack, size_t n)
{
    const uint8_t *bytes = unpack->at;

    if (unpack->failed || (size_t)(unpack->end - unpack->at) < n) {
        unpack->failed = true;
        return NULL;
    }
    unpack->at += n;
    return bytes;
}

static const char *
unpack_text(struct unpack *unpack)
{
    size_t n = unpack_count(unpack);
    const uint8_t *text = n < SIZE_MAX ? unpack_bytes(unpack, n + 1) : NULL;

    if (text == NULL || text[n] != '\0' || memchr(text, '\0', n) != NULL) {
        unpack->failed = true;
        return "";
    }
    return (const char *)text;
}

static void
unpack_texts(struct unpack *unpack, struct quosync_strings *texts)
{
    size_t n = unpack_count(unpack);

    texts->n = 0;
    texts->items = unpack_room(unpack, n, sizeof *texts->items);
    if (texts->items == NULL)
        return;
    for (size_t i = 0; i < n; i++)
        texts->items[i] = unpack_text(unpack);
    texts->n = n;
}

void
unpack_value(struct unpack *unpack, struct quosync_value *value)
{
    uint8_t type = unpack_byte(unpack);
    const uint8_t *instant;
    uint64_t us = 0;

    *value = (struct quosync_value){ .type = (enum quosync_value_type)type };
    switch (type) {
    case QUOSYNC_NULL:
        break;
    case QUOSYNC_TEXT:
    case QUOSYNC_NUMBER:
    case QUOSYNC_JSON:
        value->of.text = unpack_text(unpack);
        break;
    case QUOSYNC_INSTANT:
        instant = unpack_bytes(unpack, 8);
        for (int i = 0; instant != NULL && i < 8; i++)
            us = us << 8 | instant[i];
        value->of.instant_us = (int64_t)us;
        break;
    case QUOSYNC_BOOLEAN:
        value->of.boolean = unpack_byte(unpack) != 0;
        break;
    case QUOSYNC_TEXTS:
        unpack_texts(unpack, &value->of.texts);
        break;
    default:
        unpack->failed = true;
        break;
    }
    if (unpack->failed)
        value->type = QUOSYNC_NULL;
}

void *
unpack_room(struct unpack *unpack, size_t n, size_t size)
{
    void *room;

    if (unpack->failed || n > (size_t)(unpack->end - unpack->at)) {
        unpack->failed = true;
        return NULL;
    }
    room = arena_get_zeroed(unpack->arena, n, size);
    if (room == NULL) {
        unpack->failed = true;
        unpack->no_memory = true;
    }
    return room;
}
