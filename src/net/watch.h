/*
 * watch.h - cuts connections that take too long. libmicrohttpd's own timeout
 * starts again with every byte, so a client that trickles would stay for ever;
 * here each request has an absolute deadline. One thread, which also calls a
 * tick of the owner four times a second.
 */
#ifndef QUOSYNC_NET_WATCH_H
#define QUOSYNC_NET_WATCH_H

#include "quosync.h"

struct watch;

/* A connection under watch, embedded in the owner's. Only watch.c looks inside. */
struct watched {
    struct watched *next, *previous;
    int fd;
    int64_t since_us;    /* when the request in hand may have begun; monotonic */
    int64_t idle_us;     /* since when it has had no request */
    uint64_t bytes_seen; /* received by the socket when it was last seen idle */
    bool waits_for_us;   /* the request is whole: we owe the answer */
    bool between;        /* a request was answered and none has begun, as far as known */
    bool cut;
};

struct watch_options {
    int64_t deadline_us; /* from the first byte of a request to its last, and for its answer */
    int64_t idle_us;     /* between two requests */
    void (*tick)(void *context); /* NULL: none. On the watch's thread, without its lock */
    void *context;
};

/* Errors: QUOSYNC_NO_MEMORY, QUOSYNC_UNAVAILABLE (no thread). */
bool watch_open(const struct watch_options *options, struct watch **watch,
                struct quosync_error *err) QUOSYNC_MUST_CHECK;
void watch_close(struct watch **watch); /* NULL is fine; sets NULL */

/*
 * A connection is accepted, unless there are as many as there may be: watch_add or
 * watch_give_up will follow.
 */
bool watch_expect(struct watch *watch, size_t most);
void watch_add(struct watch *watch, struct watched *connection, int fd);
void watch_give_up(struct watch *watch);
/* Must come before the descriptor is closed: afterwards its number may be another's. */
void watch_remove(struct watch *watch, struct watched *connection);

/* The headers of a request are in. */
void watch_begun(struct watch *watch, struct watched *connection);
/* The request is whole (true), or its answer is ready to be sent (false). */
void watch_owe(struct watch *watch, struct watched *connection, bool owe);
/* The answer has left; the next request may come. */
void watch_answered(struct watch *watch, struct watched *connection);

/* From now on a connection without a request is cut after a second. */
void watch_hurry(struct watch *watch);
/* Waits until none arrives and none is left; false when they still are after wait_us. */
bool watch_wait_empty(struct watch *watch, int64_t wait_us);

uint64_t watch_cuts(struct watch *watch);
size_t watch_connections(struct watch *watch);

#endif
