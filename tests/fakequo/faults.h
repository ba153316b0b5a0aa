/*
 * faults.h - how the fake Quo misbehaves: a list of faults, each with how often
 * and where, set by a test while the server runs.
 */
#ifndef QUOSYNC_TESTS_FAKEQUO_FAULTS_H
#define QUOSYNC_TESTS_FAKEQUO_FAULTS_H

#include <stdbool.h>

enum fault {
    FAULT_NONE,
    FAULT_STATUS,     /* an error status; argument: the status, or status/Retry-After */
    FAULT_CUT,        /* Content-Length promises more than is sent */
    FAULT_CUT_CLOSE,  /* no length, half the body, close */
    FAULT_SLOW,       /* one byte a second; argument: seconds before the first */
    FAULT_REDIRECT,   /* 302; argument: the target */
    FAULT_ENDLESS,    /* a body without end */
    FAULT_HTML,       /* 200 with a page */
    FAULT_EMPTY,      /* 200 without a body */
    FAULT_OBJECT,     /* 200 with {}; argument: of one member, which is empty too */
    FAULT_NO_CURSOR,  /* a page without its cursor member */
    FAULT_REPEAT,     /* a page whose cursor is the one it was asked with */
    FAULT_EXPIRED,    /* the cursor is refused with 400 */
    FAULT_EMPTY_PAGE, /* an empty last page whatever was asked: totalItems 0 */
    FAULT_SHIFT,      /* an object before the cursor vanishes, so the rest moves up */
    FAULT_NO_DATE,    /* no Date header */
    FAULT_BAD_DATE,   /* a Date in the past; argument: by how many seconds (ten days) */
    FAULT_BAD_ITEM,   /* the first item of the page is invalid */
    FAULT_CLOSE,      /* the connection is closed after the answer */
    FAULT_TWICE,      /* the page repeats the first object of the list */
    FAULT_NO_LAST     /* a page that always names another, of the same objects */
};

/*
 * Replaces all faults by those of a text: "NAME[=ARGUMENT][@PERCENT][xTIMES][#PATH]",
 * separated by blanks; PATH is a part of the request's method, a blank and path, without
 * blanks itself. False when it is not of this form.
 */
bool faults_set(const char *text);
/*
 * The fault for this request ("GET /calls"), and its argument; decided by a generator with a
 * fixed seed, whose numbers fall to requests as they come. Chance alone does not spoil the
 * same method and path more than FAULTS_RUNNING times running, so that a client's tries
 * suffice, in whatever order its requests come.
 */
#define FAULTS_RUNNING 3
enum fault faults_choose(const char *path, char argument[128]);
/* How many faults were given out since the start. */
unsigned long faults_fired(void);

#endif
