/*
 * memory.h - how core allocates: one pair of hooks, so that a test can make
 * the nth allocation fail, and arenas that free a whole batch at once.
 */
#ifndef QUOSYNC_CORE_MEMORY_H
#define QUOSYNC_CORE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* Runs fn(&variable) when the scope ends; every fn accepts the all-zero state. */
#define AUTO(fn) __attribute__((cleanup(fn), unused))

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
/* Does an object lie in the arena? Looks at every block. */
bool arena_holds(const struct arena *arena, const void *object);
/* Forgets all objects but keeps the first block for the next batch. */
void arena_reset(struct arena *arena);

/*
 * A pool for jansson: between memory_pool_begin and memory_pool_end, what it
 * allocates on this thread lies in an arena, and freeing does nothing; what was
 * made there must not outlive the arena. Parsing makes some fifty small blocks
 * for each kB of JSON, and frees them one by one.
 *
 * memory_pool_install gives jansson the functions that this takes, for the
 * whole process, before the first thread. Without it, and after
 * quosync_set_allocator, memory_pool_begin returns false and changes nothing.
 *
 * jansson 2.14 ignores that a string which it reads could not grow: it goes on
 * without the byte, or beyond the string's end. So `no_memory` (NULL: nothing) is
 * called before it learns of it, and should not return; and whoever reads JSON
 * asks memory_jansson_refused afterwards: true when, since the last time, there
 * was no memory for it on this thread. What was read is then of no use.
 */
void memory_pool_install(void (*no_memory)(void));
bool memory_jansson_refused(void);
bool memory_pool_begin(struct arena *arena);
bool memory_pool_active(void); /* on this thread */
void memory_pool_end(bool *begun); /* for AUTO, of what memory_pool_begin returned */

#endif
