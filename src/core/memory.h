/*
 * memory.h - how core allocates: one pair of hooks, so that a test can make
 * the nth allocation fail, and arenas that free a whole batch at once.
 */
#ifndef QUOSYNC_CORE_MEMORY_H
#define QUOSYNC_CORE_MEMORY_H

#include <stddef.h>

/* Runs fn(&variable) when the scope ends; every fn accepts the all-zero state. */
#define AUTO(fn) __attribute__((cleanup(fn)))

void *memory_get(size_t bytes);                   /* NULL when there is none; 0 is fine */
void *memory_resize(void *block, size_t bytes);   /* as realloc */
void memory_free(void *block);                    /* NULL is fine */

/* Memory that is freed all at once. All-zero is the valid empty state. */
struct arena_block;
struct arena {
    struct arena_block *blocks; /* newest first */
    size_t used;                /* bytes of the newest */
    size_t total;               /* bytes of all blocks */
};

/* bytes aligned for any type, not zeroed; NULL when there is no memory. */
void *arena_get(struct arena *arena, size_t bytes);
/* n * bytes, overflow checked */
void *arena_get_zeroed(struct arena *arena, size_t n, size_t bytes);
char *arena_text(struct arena *arena, const char *text, size_t bytes); /* copy and a NUL */
/* Frees all; keeps nothing. May run twice. */
void arena_done(struct arena *arena);
/* Forgets all objects but keeps the first block for the next batch. */
void arena_reset(struct arena *arena);

#endif
