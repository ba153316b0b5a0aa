/*
 * points.c - does at a named point what QUOSYNC_POINT asks for. Empty unless
 * configured with --enable-points.
 */
#include "base/points.h"

#ifdef ENABLE_POINTS

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Made by the linker from the section of the same name. */
extern const char *const __start_quosync_points[] __attribute__((weak));
extern const char *const __stop_quosync_points[] __attribute__((weak));

enum act { ACT_KILL, ACT_STOP };

static struct {
    char name[64]; /* "": nothing is asked for */
    unsigned long hits;
    enum act act;
} wanted;
static atomic_ulong passages;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void
complain(const char *text)
{
    (void)fprintf(stderr, "QUOSYNC_POINT=%s: expected name[:hits][:kill|stop]\n", text);
    exit(2); /* a test that asks for the wrong thing must not pass */
}

static void
read_environment(void)
{
    const char *text = getenv("QUOSYNC_POINT");
    const char *rest;
    size_t bytes;

    wanted.hits = 1;
    if (text == NULL || text[0] == '\0')
        return;
    bytes = strcspn(text, ":");
    if (bytes >= sizeof wanted.name)
        complain(text);
    rest = text + bytes;
    if (rest[0] == ':' && rest[1] >= '1' && rest[1] <= '9') {
        char *end;

        wanted.hits = strtoul(rest + 1, &end, 10);
        rest = end;
    }
    if (strcmp(rest, ":stop") == 0)
        wanted.act = ACT_STOP;
    else if (rest[0] != '\0' && strcmp(rest, ":kill") != 0)
        complain(text);
    memcpy(wanted.name, text, bytes);
    wanted.name[bytes] = '\0';
}

void
points_reached(const char *name)
{
    (void)pthread_once(&once, read_environment);
    if (wanted.name[0] == '\0' || strcmp(name, wanted.name) != 0)
        return;
    if (atomic_fetch_add(&passages, 1) + 1 == wanted.hits)
        (void)raise(wanted.act == ACT_KILL ? SIGKILL : SIGSTOP);
}

static int
by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char *const *
points_list(size_t *n)
{
    static const char *names[256];
    const size_t uses = (size_t)(__stop_quosync_points - __start_quosync_points);
    size_t kept = 0;

    *n = 0;
    for (size_t i = 0; i < uses && i < sizeof names / sizeof names[0]; i++)
        names[(*n)++] = __start_quosync_points[i];
    if (*n > 1)
        qsort(names, *n, sizeof names[0], by_name);
    for (size_t i = 0; i < *n; i++)
        if (kept == 0 || strcmp(names[kept - 1], names[i]) != 0)
            names[kept++] = names[i];
    *n = kept;
    return names;
}

#else
typedef int points_are_compiled_out; /* ISO C wants something in a file */
#endif
