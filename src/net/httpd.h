/*
 * httpd.h - an HTTP/1.1 server for a handful of fixed targets, on top of
 * libmicrohttpd: one epoll thread, bodies held in memory within limits,
 * answers that may be given later from any thread. Everything that is HTTP
 * and nothing that is Quo's is decided here: targets, methods, framing, sizes.
 */
#ifndef QUOSYNC_NET_HTTPD_H
#define QUOSYNC_NET_HTTPD_H

#include "base/config.h"
#include "quosync.h"

struct httpd;
struct httpd_request;

/* What a serve function returns when httpd_answer will be called later. */
#define HTTPD_LATER 0u

/*
 * Called on the server's thread when a request is whole. Returns the status of
 * the answer (one of 200, 400, 401, 500, 503), or HTTPD_LATER after httpd_suspend.
 */
typedef unsigned httpd_serve(void *context, struct httpd_request *request);

struct httpd_endpoint {
    const char *target; /* as it stands in the request line, compared bytewise */
    const char *method; /* "POST", or "GET" (which answers HEAD as well) */
    httpd_serve *serve;
    void *context;
};

struct httpd_options {
    const struct config_address *listen; /* borrowed for httpd_open */
    const char *socket_name; /* of the socket that systemd may have passed instead */
    const struct httpd_endpoint *endpoints; /* borrowed until httpd_close */
    size_t n_endpoints;
    size_t max_body_bytes;   /* of one request: 413 beyond */
    size_t all_bodies_bytes; /* of all that are held: 503 beyond */
    unsigned max_connections;
    unsigned max_per_address; /* 0: as many as there are connections */
    int64_t deadline_us;      /* of a request, from its first byte */
    void (*tick)(void *context); /* four times a second, on a thread of the server; NULL: none */
    void *tick_context;
};

/* Counters since the start, and what is so now. */
struct httpd_stats {
    uint64_t answered_200, answered_400, answered_401, answered_404, answered_405, answered_413,
        answered_500, answered_503;
    uint64_t bad_framing;         /* of the 400s: lengths, encodings and header lines */
    uint64_t saturated;           /* of the 503s: all_bodies_bytes was reached */
    uint64_t connections_total;   /* accepted */
    uint64_t connections_refused; /* above max_connections */
    uint64_t deadline_cuts;       /* too slow, or idle too long */
    uint64_t broken_off;          /* the client left before its request or its answer was whole */
    size_t connections;
    size_t body_bytes; /* held */
};

/*
 * httpd_open - listen and serve.
 *
 * Errors   QUOSYNC_CONFIG: the address cannot be used. QUOSYNC_NO_MEMORY.
 *          QUOSYNC_UNAVAILABLE: no thread.
 */
bool httpd_open(const struct httpd_options *options, struct httpd **httpd,
                struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* "127.0.0.1:8480": the address in numbers, with the port that was chosen; or "unix:PATH". */
const char *httpd_address(const struct httpd *httpd);

/*
 * httpd_quiesce - stop listening; from now on every answer closes its connection,
 * and connections without a request are closed after a second. Who connects to a
 * socket of systemd's from here on waits for the next process.
 */
void httpd_quiesce(struct httpd *httpd);
/* Waits until no connection is left; false when some still are after wait_us. */
bool httpd_drain(struct httpd *httpd, int64_t wait_us);
/* Every suspended request must have been answered before. NULL is fine; sets NULL. */
void httpd_close(struct httpd **httpd);

void httpd_stats(struct httpd *httpd, struct httpd_stats *stats);

/* ---- a request, inside serve (and, where said, until its answer) -------- */

struct httpd_text {
    const char *text; /* not terminated */
    size_t bytes;
};

/* How many header lines have this name, in any case; *value is the first one's. */
size_t httpd_header(struct httpd_request *request, const char *name, struct httpd_text *value);

/* A body, with its share of all_bodies_bytes. */
struct httpd_body {
    void *bytes; /* NULL when empty */
    size_t n;
    size_t reserved;
    struct httpd *httpd;
};
/* Still the request's: valid until its answer. */
const struct httpd_body *httpd_body(const struct httpd_request *request);
/* The caller's from now on. Must be released before httpd_close. */
struct httpd_body httpd_body_take(struct httpd_request *request);
void httpd_body_done(struct httpd_body *body);

/*
 * What a 200 or 503 to a GET says, instead of the fixed text. Copied.
 * false when there is no memory (answer 500 then).
 */
bool httpd_say(struct httpd_request *request, const char *type, const char *text,
               size_t bytes) QUOSYNC_MUST_CHECK;

/*
 * httpd_suspend - the answer comes later. Call it before another thread can
 * know of the request, touch nothing of it afterwards but httpd_answer, once.
 */
void httpd_suspend(struct httpd_request *request);
void httpd_answer(struct httpd_request *request, unsigned status);

#endif
