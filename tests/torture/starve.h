/*
 * starve.h - memory as it fails: counts the allocations of a process (ours and
 * jansson's through the library's hooks, OpenSSL's and libcurl's through theirs,
 * strdup's by --wrap) and lets the n-th fail, once or from then on.
 */
#ifndef QUOSYNC_TESTS_STARVE_H
#define QUOSYNC_TESTS_STARVE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

/* In memory that a process shares with its parent. */
struct starve_seen {
    _Atomic size_t calls, fired;
    _Atomic long live; /* blocks through the library's hooks: what is left at the end has leaked */
};

/* Once, before OpenSSL's first allocation. */
bool starve_prepare(void);

/* Before the program's first allocation. failing 0: only counts. `seen` must stay. */
void starve_begin(size_t failing, bool from_then_on, struct starve_seen *seen);
void starve_end(void);

#endif
