/*
 * memory.c - the allocation hooks and the arenas on top of them. jansson is
 * given the same hooks, so that a decoded event is counted by one allocator.
 */
#include "core/memory.h"

#include <jansson.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "quosync.h"

/* A block of an arena begins with this; the objects follow. */
struct arena_block {
    struct arena_block *next;
    size_t bytes; /* room for objects */
    max_align_t objects[];
};

/* The first block holds a usual event; later ones double, so a large batch needs few. */
#define FIRST_BLOCK_BYTES ((size_t)4000)
#define LARGEST_STEP_BYTES ((size_t)1 << 20)

/* Set before the first thread, then only read. */
static bool pool_installed;
static void (*give_up)(void);
/* Since it was last looked at, jansson did not get what it asked for on this thread. */
static _Thread_local bool refused;
/* The arena in which jansson's blocks of this thread lie; NULL: none. */
static _Thread_local struct arena *pool;

static void *(*malloc_hook)(size_t) = malloc;
static void *(*realloc_hook)(void *, size_t) = realloc;
static void (*free_hook)(void *) = free;

static void *
jansson_get(size_t bytes)
{
    void *block = pool != NULL ? arena_get(pool, bytes) : memory_get(bytes);

    if (block == NULL && give_up != NULL)
        give_up();
    refused = refused || block == NULL;
    return block;
}

/* A block from before the pool may be freed while it is active. */
static void
jansson_free(void *block)
{
    if (pool == NULL || !arena_holds(pool, block))
        memory_free(block);
}

bool
memory_jansson_refused(void)
{
    bool was = refused;

    refused = false;
    return was;
}

void
quosync_set_allocator(void *(*malloc_fn)(size_t), void *(*realloc_fn)(void *, size_t),
                      void (*free_fn)(void *))
{
    bool ours = malloc_fn != NULL && realloc_fn != NULL && free_fn != NULL;

    malloc_hook = ours ? malloc_fn : malloc;
    realloc_hook = ours ? realloc_fn : realloc;
    free_hook = ours ? free_fn : free;
    json_set_alloc_funcs(jansson_get, jansson_free);
    pool_installed = false;
    give_up = NULL;
}

void *
memory_get(size_t bytes)
{
    return malloc_hook(bytes > 0 ? bytes : 1);
}

void *
memory_resize(void *block, size_t bytes)
{
    return realloc_hook(block, bytes > 0 ? bytes : 1);
}

void
memory_free(void *block)
{
    if (block != NULL)
        free_hook(block);
}

/* How large the next block is to be when it must hold `bytes`; 0 when that overflows. */
static size_t
next_block_bytes(const struct arena *arena, size_t bytes)
{
    size_t room = FIRST_BLOCK_BYTES;

    if (arena->blocks != NULL) {
        room = arena->blocks->bytes;
        room = room < LARGEST_STEP_BYTES / 2 ? room * 2 : LARGEST_STEP_BYTES;
    }
    if (bytes > room)
        room = bytes;
    return room > SIZE_MAX - sizeof(struct arena_block) ? 0 : room;
}

static bool
arena_grow(struct arena *arena, size_t bytes)
{
    size_t room = next_block_bytes(arena, bytes);
    struct arena_block *block;

    if (room == 0)
        return false;
    block = memory_get(sizeof *block + room);
    if (block == NULL)
        return false;
    block->next = arena->blocks;
    block->bytes = room;
    arena->blocks = block;
    arena->used = 0;
    arena->total += room;
    return true;
}

void *
arena_get(struct arena *arena, size_t bytes)
{
    const size_t unit = alignof(max_align_t);
    size_t rounded;
    void *object;

    if (bytes > SIZE_MAX - unit)
        return NULL;
    rounded = (bytes + unit - 1) / unit * unit;
    if (arena->blocks == NULL || arena->blocks->bytes - arena->used < rounded) {
        if (!arena_grow(arena, rounded))
            return NULL;
    }
    object = (char *)arena->blocks->objects + arena->used;
    arena->used += rounded;
    return object;
}

void *
arena_get_zeroed(struct arena *arena, size_t n, size_t bytes)
{
    void *object;

    if (bytes != 0 && n > SIZE_MAX / bytes)
        return NULL;
    object = arena_get(arena, n * bytes);
    if (object != NULL)
        memset(object, 0, n * bytes);
    return object;
}

char *
arena_text(struct arena *arena, const char *text, size_t bytes)
{
    char *copy = bytes < SIZE_MAX ? arena_get(arena, bytes + 1) : NULL;

    if (copy == NULL)
        return NULL;
    if (bytes > 0)
        memcpy(copy, text, bytes);
    copy[bytes] = '\0';
    return copy;
}

static void
free_blocks(struct arena_block *block)
{
    while (block != NULL) {
        struct arena_block *next = block->next;

        memory_free(block);
        block = next;
    }
}

void
arena_done(struct arena *arena)
{
    free_blocks(arena->blocks);
    *arena = (struct arena){ 0 };
}

bool
arena_holds(const struct arena *arena, const void *object)
{
    uintptr_t at = (uintptr_t)object;

    for (const struct arena_block *block = arena->blocks; block != NULL; block = block->next) {
        uintptr_t first = (uintptr_t)block->objects;

        if (at >= first && at - first < block->bytes)
            return true;
    }
    return false;
}

void
arena_reset(struct arena *arena)
{
    if (arena->blocks == NULL)
        return;
    /* The newest block is the one that a batch of the same size needs again. */
    free_blocks(arena->blocks->next);
    arena->blocks->next = NULL;
    arena->used = 0;
    arena->total = arena->blocks->bytes;
}

void
memory_pool_install(void (*no_memory)(void))
{
    json_set_alloc_funcs(jansson_get, jansson_free);
    pool_installed = true;
    give_up = no_memory;
}

bool
memory_pool_begin(struct arena *arena)
{
    if (!pool_installed || pool != NULL)
        return false;
    pool = arena;
    return true;
}

bool
memory_pool_active(void)
{
    return pool != NULL;
}

void
memory_pool_end(bool *begun)
{
    if (*begun)
        pool = NULL;
    *begun = false;
}
