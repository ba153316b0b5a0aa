/* starve.c - see starve.h. */
#include "torture/starve.h"

#include <curl/curl.h>
#include <errno.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "quosync.h"

static struct starve_seen *seen;
static size_t failing_at;
static bool onwards;

char *__wrap_strdup(const char *text);
FILE *__wrap_open_memstream(char **text, size_t *bytes);
FILE *__real_open_memstream(char **text, size_t *bytes);

static bool
fails(void)
{
    size_t call;

    if (seen == NULL)
        return false;
    call = atomic_fetch_add(&seen->calls, 1) + 1;
    if (failing_at == 0 || (call != failing_at && !(onwards && call > failing_at)))
        return false;
    atomic_fetch_add(&seen->fired, 1);
    errno = ENOMEM;
    return true;
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
starve_begin(size_t failing, bool from_then_on, struct starve_seen *seen_there)
{
    /* The first init counts: the program's own finds it done. */
    if (curl_global_init_mem(CURL_GLOBAL_DEFAULT, curl_malloc, free, curl_realloc, curl_strdup,
                             curl_calloc) != CURLE_OK)
        abort();
    failing_at = failing;
    onwards = from_then_on;
    seen = seen_there;
    quosync_set_allocator(our_malloc, our_realloc, our_free);
}

void
starve_end(void)
{
    failing_at = 0;
}
