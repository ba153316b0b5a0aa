/*
 * shim.h - libpq as it fails. Linked in its place (--wrap), it counts the
 * statements and the other calls of a process and lets one of them answer as a
 * plan wants. A refused statement is refused by the server itself: another text
 * is sent that raises the SQLSTATE, so what follows is what really follows.
 */
#ifndef QUOSYNC_TESTS_SHIM_H
#define QUOSYNC_TESTS_SHIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum shim_answer {
    SHIM_OK,
    SHIM_40001,
    SHIM_40P01,
    SHIM_53100,
    SHIM_57014,
    SHIM_57P01,
    SHIM_22021,
    SHIM_23505,
    SHIM_LOST_BEFORE, /* the connection, before the statement is sent */
    SHIM_LOST_AFTER,  /* after the server has run it, and nothing of its answer is read */
    SHIM_LOST_DURING, /* when half of the answer was read */
    SHIM_NOTHING,     /* PQgetResult returns NULL in place of the answer */
    SHIM_NOT_SENT,    /* libpq does not take the statement */
    SHIM_ANSWERS
};

extern const char *const shim_answer_names[SHIM_ANSWERS];
bool shim_answer_is_data(enum shim_answer answer);

struct shim_plan {
    enum shim_answer answer;
    const char *name;    /* of statements with this name: */
    size_t passage;      /* of the n-th of them, from 1; or */
    uint64_t place;      /* of the first that is sent from there; or */
    const char *holding; /* of each, one of whose parameters holds this text */
    size_t call;         /* or: the n-th of the other calls fails; 0: none */
};

/* What a process saw, in memory that it shares with its parent. */
#define SHIM_MAX_SEEN 2000
struct shim_seen {
    size_t statements, calls;
    size_t fired;
    const char *names[SHIM_MAX_SEEN]; /* of statement i + 1; static text */
    uint64_t places[SHIM_MAX_SEEN];   /* its name, and the calls that led to it */
    const char *call_names[SHIM_MAX_SEEN];
    bool holds[SHIM_MAX_SEEN]; /* statement i + 1 has a parameter that holds plan->holding */
};

/* Before the first call. NULL for plan: only counts. Both must stay. */
void shim_begin(const struct shim_plan *plan, struct shim_seen *seen);

#endif
