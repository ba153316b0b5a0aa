/*
 * version.c - packing and comparing versions; see version.h for the form.
 *
 * MERGE_MUTANT is defined by tests alone: each number breaks the merge in a
 * known way, to show that the property tests would see it.
 */
#include "core/version.h"

#include <assert.h>
#include <string.h>

#ifndef MERGE_MUTANT
#define MERGE_MUTANT 0
#endif

#define SIGN_BIT (UINT64_C(1) << 63)

static void
put_bytes(struct version *version, const void *bytes, size_t n)
{
    assert(version->n + n <= sizeof version->bytes);
    memcpy(version->bytes + version->n, bytes, n);
    version->n += n;
}

static void
put_64(struct version *version, uint64_t value)
{
    uint8_t bytes[8];

    for (int i = 0; i < 8; i++)
        bytes[i] = (uint8_t)(value >> (56 - 8 * i));
    put_bytes(version, bytes, sizeof bytes);
}

void
version_rank(struct version *version, uint8_t rank)
{
    put_bytes(version, &rank, 1);
}

#if MERGE_MUTANT == 2
/* Instants in the order of their RFC 3339 texts: "…11.1Z" sorts before "…11Z". */
static int64_t
as_text(int64_t us)
{
    int64_t fraction = us % 1000000;

    return us - fraction + (fraction == 0 ? 999999 : fraction - 1);
}
#endif

void
version_instant(struct version *version, int64_t us)
{
#if MERGE_MUTANT == 2
    if (us >= 0)
        us = as_text(us);
#endif
    put_64(version, (uint64_t)us ^ SIGN_BIT);
}

void
version_text(struct version *version, const char *text)
{
    size_t n = text == NULL ? 0 : strlen(text);

    /* The decoder refuses longer ids; a cut one would still be a function of the observation. */
    if (n > VERSION_MAX_TEXT_BYTES)
        n = VERSION_MAX_TEXT_BYTES;
    if (n > 0)
        put_bytes(version, text, n);
    version_rank(version, 0);
}

void
version_digest(struct version *version, uint64_t digest)
{
#if MERGE_MUTANT == 1
    digest = 0;
#endif
    put_64(version, digest);
}

int64_t
version_instant_at(const uint8_t *version, size_t at)
{
    uint64_t value = 0;

    for (size_t i = at; i < at + 8; i++)
        value = value << 8 | version[i];
    return (int64_t)(value ^ SIGN_BIT);
}

const uint8_t *
version_of_definition(struct version *version, struct arena *arena, uint8_t rank, int64_t us,
                      const char *name, const char *type, size_t *bytes)
{
    size_t name_bytes = strlen(name) + 1, type_bytes = strlen(type) + 1;
    uint8_t *packed = version->bytes;

    version->n = 0;
    version_rank(version, rank);
    version_instant(version, us);
    *bytes = version->n + name_bytes + type_bytes;
    if (*bytes > sizeof version->bytes) {
        packed = arena_get(arena, *bytes);
        if (packed == NULL)
            return NULL;
        memcpy(packed, version->bytes, version->n);
    }
    memcpy(packed + version->n, name, name_bytes);
    memcpy(packed + version->n + name_bytes, type, type_bytes);
    return packed;
}

int
quosync_version_compare(const uint8_t *a, size_t a_bytes, const uint8_t *b, size_t b_bytes)
{
    size_t shared = a_bytes < b_bytes ? a_bytes : b_bytes;
    int order;

#if MERGE_MUTANT == 3
    /* The first element alone: what comes first stays. */
    shared = shared > 8 ? 8 : shared;
    order = shared > 0 ? memcmp(a, b, shared) : 0;
    if (order != 0 || (a_bytes > 0 && b_bytes > 0))
        return order;
#else
    order = shared > 0 ? memcmp(a, b, shared) : 0;
    if (order != 0)
        return order;
#endif
    return (a_bytes > b_bytes) - (a_bytes < b_bytes);
}
