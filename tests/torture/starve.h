/*
 * starve.h - memory as it fails: counts the allocations of a process (ours and
 * jansson's through the library's hooks, OpenSSL's and libcurl's through theirs,
 * strdup's and what is asked of arenas by --wrap) and lets the n-th fail, once or from
 * then on. While none fails it is noted from where memory is asked for.
 */
#ifndef QUOSYNC_TESTS_STARVE_H
#define QUOSYNC_TESTS_STARVE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STARVE_MAX_SITES 8192

/* Who asked for memory, by the last calls that led there, and when first. */
struct starve_site {
    uint64_t where;
    size_t call;
};

/* How many calls of the program's own make a place: the more, the more places. */
extern size_t starve_frames;

/* In memory that a process shares with its parent. */
struct starve_seen {
    _Atomic size_t calls, fired;
    size_t n_sites; /* at most STARVE_MAX_SITES */
    struct starve_site sites[STARVE_MAX_SITES];
    _Atomic long live; /* blocks through the library's hooks: what is left at the end has leaked */
};

/* Counts one more, which fails where it is its turn: for what is no memory. */
bool starve_fails(void);

/* Which of the program's own calls led here, so many at most: the same number for the same. */
uint64_t starve_site(size_t most);

/* Once, before OpenSSL's first allocation. */
bool starve_prepare(void);

struct starve_plan {
    size_t call;       /* which fails; 0: none */
    uint64_t where;    /* not 0: which place does, when it is first come to; threads change numbers */
    bool from_then_on; /* and all after it */
};

/* Before the program's first allocation. `seen` must stay. */
void starve_begin(const struct starve_plan *plan, struct starve_seen *seen);
void starve_end(void);

#endif
