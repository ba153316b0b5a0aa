/* starve.c - see starve.h. */
#include "torture/starve.h"

#include <curl/curl.h>
#include <errno.h>
#include <execinfo.h>
#include <openssl/crypto.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "quosync.h"

static struct starve_seen *seen;
static struct starve_plan plan;
static _Atomic size_t met; /* how often the place that is to fail was come to */

char *__wrap_strdup(const char *text);
FILE *__wrap_open_memstream(char **text, size_t *bytes);
FILE *__real_open_memstream(char **text, size_t *bytes);
void *__wrap_arena_get(struct arena *arena, size_t bytes);
void *__real_arena_get(struct arena *arena, size_t bytes);
void *__wrap_arena_get_zeroed(struct arena *arena, size_t n, size_t bytes);
void *__real_arena_get_zeroed(struct arena *arena, size_t n, size_t bytes);
char *__wrap_arena_text(struct arena *arena, const char *text, size_t bytes);
char *__real_arena_text(struct arena *arena, const char *text, size_t bytes);

/* ---- who asks -------------------------------------------------------------------- */

/* Where the program begins and ends: libraries' frames tell nothing of ours. */
extern const char __executable_start, etext;

/* The innermost frames that make a site. */
size_t starve_frames = 2;
#define NO_FRAME static inline __attribute__((always_inline))

NO_FRAME uint64_t
site_of(size_t most)
{
    void *frames[24];
    int n = backtrace(frames, 24);
    size_t own = 0;
    uint64_t where = 14695981039346656037U;

    for (int i = 1; i < n && own < most; i++) { /* the first is this file's */
        const char *at = frames[i];

        if (at < &__executable_start || at >= &etext)
            continue;
        where = (where ^ (uint64_t)(at - &__executable_start)) * 1099511628211U;
        own++;
    }
    return where;
}

NO_FRAME void
note_site(size_t call)
{
    static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    static uint32_t slots[4 * STARVE_MAX_SITES]; /* number of the site, from 1 */
    const uint64_t where = site_of(starve_frames);
    size_t slot = where % (4 * STARVE_MAX_SITES);

    (void)pthread_mutex_lock(&mutex);
    while (slots[slot] != 0 && seen->sites[slots[slot] - 1].where != where)
        slot = (slot + 1) % (4 * STARVE_MAX_SITES);
    if (slots[slot] == 0 && seen->n_sites < STARVE_MAX_SITES) {
        seen->sites[seen->n_sites] = (struct starve_site){ .where = where, .call = call };
        slots[slot] = (uint32_t)++seen->n_sites;
    }
    (void)pthread_mutex_unlock(&mutex);
}

/* The n-th, or the first of a place, and those after it where all of them are to. */
NO_FRAME bool
is_its_turn(size_t call)
{
    size_t before;

    if (plan.where == 0)
        return call == plan.call || (plan.from_then_on && call > plan.call);
    before = atomic_load(&met);
    if (before > 0 && plan.from_then_on)
        return true;
    return before == 0 && site_of(starve_frames) == plan.where && atomic_fetch_add(&met, 1) == 0;
}

NO_FRAME bool
fails(void)
{
    size_t call;

    if (seen == NULL)
        return false;
    call = atomic_fetch_add(&seen->calls, 1) + 1;
    if (plan.call == 0)
        note_site(call);
    if (plan.call == 0 || !is_its_turn(call))
        return false;
    atomic_fetch_add(&seen->fired, 1);
    errno = ENOMEM;
    return true;
}

uint64_t
starve_site(size_t most)
{
    return site_of(most);
}

bool
starve_fails(void)
{
    return fails();
}

static void
count(long blocks)
{
    if (seen != NULL)
        atomic_fetch_add(&seen->live, blocks);
}

/* ---- ours and jansson's ------------------------------------------------------- */

static void *
our_malloc(size_t bytes)
{
    void *block = fails() ? NULL : malloc(bytes);

    count(block != NULL);
    return block;
}

static void *
our_realloc(void *block, size_t bytes)
{
    void *moved = fails() ? NULL : realloc(block, bytes);

    count(moved != NULL && block == NULL);
    return moved;
}

static void
our_free(void *block)
{
    count(-(block != NULL));
    free(block);
}

char *
__wrap_strdup(const char *text)
{
    size_t bytes = strlen(text) + 1;
    char *copy = fails() ? NULL : malloc(bytes);

    return copy == NULL ? NULL : memcpy(copy, text, bytes);
}

FILE *
__wrap_open_memstream(char **text, size_t *bytes)
{
    return fails() ? NULL : __real_open_memstream(text, bytes);
}

/* Few of what an arena is asked for ask for memory: each can be the one that does. */
void *
__wrap_arena_get(struct arena *arena, size_t bytes)
{
    return fails() ? NULL : __real_arena_get(arena, bytes);
}

void *
__wrap_arena_get_zeroed(struct arena *arena, size_t n, size_t bytes)
{
    return fails() ? NULL : __real_arena_get_zeroed(arena, n, bytes);
}

char *
__wrap_arena_text(struct arena *arena, const char *text, size_t bytes)
{
    return fails() ? NULL : __real_arena_text(arena, text, bytes);
}

/* ---- OpenSSL's, libcurl's -------------------------------------------------------- */

static void *
openssl_malloc(size_t bytes, const char *file, int line)
{
    (void)file, (void)line;
    return bytes == 0 || fails() ? NULL : malloc(bytes);
}

static void *
openssl_realloc(void *block, size_t bytes, const char *file, int line)
{
    (void)file, (void)line;
    return fails() ? NULL : realloc(block, bytes);
}

static void
openssl_free(void *block, const char *file, int line)
{
    (void)file, (void)line;
    free(block);
}

static void *
curl_malloc(size_t bytes)
{
    return fails() ? NULL : malloc(bytes);
}

static void *
curl_realloc(void *block, size_t bytes)
{
    return fails() ? NULL : realloc(block, bytes);
}

static void *
curl_calloc(size_t n, size_t bytes)
{
    return fails() ? NULL : calloc(n, bytes);
}

static char *
curl_strdup(const char *text)
{
    return __wrap_strdup(text);
}

bool
starve_prepare(void)
{
    return CRYPTO_set_mem_functions(openssl_malloc, openssl_realloc, openssl_free) == 1;
}

void
starve_begin(const struct starve_plan *plan_to_follow, struct starve_seen *seen_there)
{
    /* The first init counts: the program's own finds it done. */
    if (curl_global_init_mem(CURL_GLOBAL_DEFAULT, curl_malloc, free, curl_realloc, curl_strdup,
                             curl_calloc) != CURLE_OK)
        abort();
    plan = *plan_to_follow;
    seen = seen_there;
    quosync_set_allocator(our_malloc, our_realloc, our_free);
}

void
starve_end(void)
{
    plan.call = 0;
}
