/*
 * threadless.c - preloaded into a program: THREADS threads can be made, and then no more.
 */
#include <config.h> /* RTLD_NEXT */

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

int
pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
               void *argument)
{
    static int (*real)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    static atomic_int made;
    const char *allowed = getenv("THREADS");

    if (real == NULL)
        *(void **)&real = dlsym(RTLD_NEXT, "pthread_create");
    if (allowed != NULL && atomic_fetch_add(&made, 1) >= atoi(allowed))
        return EAGAIN;
    return real(thread, attributes, run, argument);
}
