/*
 * httpd.c - the server: its limits, the life of a request from its first line
 * to its answer, and the fixed texts of the answers. What libmicrohttpd of
 * Debian 12 (0.9.75) lets through and must not be let through is refused in
 * framing.c.
 */
#include <config.h>

#include "net/httpd.h"

#include <errno.h>
#include <microhttpd.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "base/points.h"
#include "core/error.h"
#include "core/memory.h"
#include "net/framing.h"
#include "net/listen.h"
#include "net/watch.h"

/*
 * Memory of one connection in libmicrohttpd, half of it for reading: headers of
 * 8 kB fit, longer ones get its 431 or 414. Quo sends about 500 bytes.
 */
#define CONNECTION_BYTES (16 * 1024)

/* A body grows by doubling from here, so a promised length reserves nothing. */
#define FIRST_BODY_BYTES 4096
#define PROMISED_BODY_BYTES 65536

/* Proxies keep connections for about a minute. */
#define IDLE_US (60 * INT64_C(1000000))

/*
 * Above max_connections a connection is closed as soon as it is accepted. The
 * library must be willing to accept some more for that: at its own limit it
 * would leave them waiting in the backlog.
 */
#define SPARE_CONNECTIONS 16

enum answer {
    ANSWER_200,
    ANSWER_400,
    ANSWER_401,
    ANSWER_404,
    ANSWER_405,
    ANSWER_413,
    ANSWER_500,
    ANSWER_503,
    ANSWERS
};

/* Fixed texts: a refusal says neither why nor what it saw. */
static const struct {
    unsigned status;
    const char *phrase, *text;
} answers[ANSWERS] = {
    [ANSWER_200] = { 200, "OK", "ok\n" },
    [ANSWER_400] = { 400, "Bad Request", "bad request\n" },
    [ANSWER_401] = { 401, "Unauthorized", "unauthorized\n" },
    [ANSWER_404] = { 404, "Not Found", "not found\n" },
    [ANSWER_405] = { 405, "Method Not Allowed", "method not allowed\n" },
    [ANSWER_413] = { 413, "Content Too Large", "too large\n" },
    [ANSWER_500] = { 500, "Internal Server Error", "internal error\n" },
    [ANSWER_503] = { 503, "Service Unavailable", "try again later\n" },
};

/* Soon: Quo's own schedule starts at seconds, a proxy or ingest can follow this one. */
#define RETRY_AFTER "2"

enum phase {
    NO_REQUEST,
    BEGUN,    /* the target is known */
    BODY,     /* reading the body */
    SERVING,  /* serve was called, the answer is to come */
    ANSWERED, /* queued */
    DRAINING  /* answered early, what still comes is thrown away */
};

/* A connection, and the one request that it has in hand. */
struct httpd_request {
    struct watched watched; /* first, and known to watch.c */
    struct httpd *httpd;
    struct MHD_Connection *connection;
    int fd;
    const struct httpd_endpoint *endpoint; /* NULL: unknown target */
    enum phase phase;
    unsigned status; /* set by httpd_answer, before the connection is resumed */
    size_t promised_bytes;
    struct httpd_body body;
    struct MHD_Response *said; /* by httpd_say */
};

/* One variant keeps the connection, one closes it; a third for 405 on GET endpoints. */
struct responses {
    struct MHD_Response *keep[ANSWERS], *close[ANSWERS], *allow_get;
};

struct httpd {
    struct httpd_options options;
    struct MHD_Daemon *daemon;
    struct watch *watch;
    struct responses responses;
    struct listener listener; /* ours again after quiesce */
    atomic_bool closing;
    atomic_size_t body_bytes;
    atomic_uint_fast64_t answered[ANSWERS];
    atomic_uint_fast64_t bad_framing, saturated, accepted, refused, broken_off;
};

/* ---- answers ------------------------------------------------------------ */

static enum answer
answer_of(unsigned status)
{
    for (int i = 0; i < ANSWERS; i++)
        if (answers[i].status == status)
            return (enum answer)i;
    return ANSWER_500;
}

static struct MHD_Response *
response_new(enum answer answer, bool close, const char *allow)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(
        strlen(answers[answer].text), (void *)(uintptr_t)answers[answer].text,
        MHD_RESPMEM_PERSISTENT);

    if (response == NULL)
        return NULL;
    bool ok = MHD_add_response_header(response, "Content-Type", "text/plain") == MHD_YES;
    if (close)
        ok = ok && MHD_add_response_header(response, "Connection", "close") == MHD_YES;
    if (allow != NULL)
        ok = ok && MHD_add_response_header(response, "Allow", allow) == MHD_YES;
    if (answer == ANSWER_503)
        ok = ok && MHD_add_response_header(response, "Retry-After", RETRY_AFTER) == MHD_YES;
    if (ok)
        return response;
    MHD_destroy_response(response);
    return NULL;
}

static void
responses_done(struct responses *responses)
{
    for (int i = 0; i < ANSWERS; i++) {
        if (responses->keep[i] != NULL)
            MHD_destroy_response(responses->keep[i]);
        if (responses->close[i] != NULL)
            MHD_destroy_response(responses->close[i]);
    }
    if (responses->allow_get != NULL)
        MHD_destroy_response(responses->allow_get);
    *responses = (struct responses) { 0 };
}

static bool
responses_init(struct responses *responses)
{
    for (int i = 0; i < ANSWERS; i++) {
        const char *allow = i == ANSWER_405 ? "POST" : NULL;

        responses->keep[i] = response_new((enum answer)i, false, allow);
        responses->close[i] = response_new((enum answer)i, true, allow);
        if (responses->keep[i] == NULL || responses->close[i] == NULL)
            return false;
    }
    responses->allow_get = response_new(ANSWER_405, true, "GET, HEAD");
    return responses->allow_get != NULL;
}

/* Queues an answer; close: the connection ends with it. */
static enum MHD_Result
queue(struct httpd_request *request, unsigned status, bool close)
{
    struct httpd *httpd = request->httpd;
    enum answer answer = answer_of(status);
    struct MHD_Response *response;

    close = close || atomic_load_explicit(&httpd->closing, memory_order_relaxed);
    if (request->said != NULL)
        response = request->said;
    else if (answer == ANSWER_405 && request->endpoint->method[0] == 'G')
        response = httpd->responses.allow_get;
    else
        response = close ? httpd->responses.close[answer] : httpd->responses.keep[answer];
    atomic_fetch_add_explicit(&httpd->answered[answer], 1, memory_order_relaxed);
    request->phase = ANSWERED;
    return MHD_queue_response(request->connection, answers[answer].status, response);
}

/*
 * In the middle of a body this library takes no answer (it would be cut off
 * without one), so it is written past it. What the client still sends is then
 * read and thrown away, up to the deadline: closing at once would make the
 * system reset the connection, and the client could lose the answer.
 */
static enum MHD_Result
answer_early(struct httpd_request *request, unsigned status)
{
    struct httpd *httpd = request->httpd;
    enum answer answer = answer_of(status);
    char text[256];
    int n = snprintf(text, sizeof(text),
                     "HTTP/1.1 %u %s\r\nConnection: close\r\nContent-Type: text/plain\r\n%s"
                     "Content-Length: %zu\r\n\r\n%s",
                     answers[answer].status, answers[answer].phrase,
                     answer == ANSWER_503 ? "Retry-After: " RETRY_AFTER "\r\n" : "",
                     strlen(answers[answer].text), answers[answer].text);

    atomic_fetch_add_explicit(&httpd->answered[answer], 1, memory_order_relaxed);
    httpd_body_done(&request->body);
    request->phase = DRAINING;
    if (send(request->fd, text, (size_t)n, MSG_NOSIGNAL | MSG_DONTWAIT) != n)
        return MHD_NO;
    (void)shutdown(request->fd, SHUT_WR);
    return MHD_YES;
}

/* ---- bodies ------------------------------------------------------------- */

const struct httpd_body *
httpd_body(const struct httpd_request *request)
{
    return &request->body;
}

struct httpd_body
httpd_body_take(struct httpd_request *request)
{
    struct httpd_body body = request->body;

    request->body = (struct httpd_body) { 0 };
    return body;
}

void
httpd_body_done(struct httpd_body *body)
{
    if (body->reserved != 0)
        atomic_fetch_sub(&body->httpd->body_bytes, body->reserved);
    memory_free(body->bytes);
    *body = (struct httpd_body) { 0 };
}

/* How much to hold for a body that needs `needed` bytes by now. */
static size_t
capacity_for(const struct httpd_request *request, size_t needed)
{
    size_t bytes = request->body.reserved * 2;

    if (bytes == 0)
        bytes = request->promised_bytes == 0                     ? FIRST_BODY_BYTES
                : request->promised_bytes > PROMISED_BODY_BYTES ? PROMISED_BODY_BYTES
                                                                 : request->promised_bytes;
    if (bytes < needed)
        bytes = needed;
    if (request->promised_bytes >= needed && bytes > request->promised_bytes)
        bytes = request->promised_bytes;
    return bytes < request->httpd->options.max_body_bytes ? bytes
                                                          : request->httpd->options.max_body_bytes;
}

/* It may have been authentic, and will not come again: somebody should know. */
static unsigned
too_large(void)
{
    log_warn_limited("http.too_large");
    return 413;
}

/* Returns the status of a refusal, or 0. */
static unsigned
body_add(struct httpd_request *request, const char *data, size_t n)
{
    struct httpd *httpd = request->httpd;
    struct httpd_body *body = &request->body;

    if (n > httpd->options.max_body_bytes - body->n)
        return too_large();
    if (n > body->reserved - body->n) {
        size_t bytes = capacity_for(request, body->n + n);
        size_t more = bytes - body->reserved;

        if (atomic_fetch_add(&httpd->body_bytes, more) + more > httpd->options.all_bodies_bytes) {
            atomic_fetch_sub(&httpd->body_bytes, more);
            atomic_fetch_add(&httpd->saturated, 1);
            log_warn_limited("http.saturated",
                             LOG_NUMBER("bytes", httpd->options.all_bodies_bytes));
            return 503;
        }
        void *grown = memory_resize(body->bytes, bytes);
        if (grown == NULL) {
            atomic_fetch_sub(&httpd->body_bytes, more);
            return 503;
        }
        *body = (struct httpd_body) {
            .bytes = grown, .n = body->n, .reserved = bytes, .httpd = httpd
        };
    }
    memcpy((char *)body->bytes + body->n, data, n);
    body->n += n;
    QUOSYNC_POINT("body-half-read");
    return 0;
}

/* ---- requests ----------------------------------------------------------- */

/* Path, method, framing and size, in this order. Returns the status of a refusal, or 0. */
static unsigned
refusal(struct httpd_request *request, const char *method)
{
    struct httpd *httpd = request->httpd;
    const struct httpd_endpoint *endpoint = request->endpoint;
    bool get = endpoint != NULL && endpoint->method[0] == 'G';
    struct framing framing;

    if (endpoint == NULL)
        return 404;
    if (strcmp(method, endpoint->method) != 0 && !(get && strcmp(method, "HEAD") == 0))
        return 405;
    framing_read(request->connection, &framing);
    if (framing.bad || (!get && !framing.has_body)) {
        atomic_fetch_add(&httpd->bad_framing, 1);
        return 400;
    }
    if (framing.bytes > httpd->options.max_body_bytes)
        return too_large();
    request->promised_bytes = (size_t)framing.bytes;
    return 0;
}

static enum MHD_Result
serve(struct httpd_request *request)
{
    QUOSYNC_POINT("body-read");
    request->phase = SERVING;
    unsigned status = request->endpoint->serve(request->endpoint->context, request);
    /* After HTTPD_LATER the request may be answered by now: it is not ours to touch. */
    return status == HTTPD_LATER ? MHD_YES : queue(request, status, false);
}

static enum MHD_Result
on_request(void *cls, struct MHD_Connection *connection, const char *url, const char *method,
           const char *version, const char *data, size_t *data_bytes, void **request_cls)
{
    struct httpd_request *request = *request_cls;
    unsigned status;

    (void)cls;
    (void)connection;
    (void)url;
    (void)version;
    if (request == NULL)
        return MHD_NO;
    switch (request->phase) {
    case BEGUN:
        watch_begun(request->httpd->watch, &request->watched);
        status = refusal(request, method);
        if (status != 0)
            return queue(request, status, true);
        request->phase = BODY;
        return MHD_YES;
    case BODY:
        if (*data_bytes == 0)
            return serve(request);
        status = body_add(request, data, *data_bytes);
        *data_bytes = 0;
        return status == 0 ? MHD_YES : answer_early(request, status);
    case SERVING:
        QUOSYNC_POINT("before-answer");
        return queue(request, request->status, false);
    case DRAINING:
        if (*data_bytes == 0)
            return MHD_NO; /* the end of what was thrown away: close */
        *data_bytes = 0;
        return MHD_YES;
    default:
        return MHD_NO;
    }
}

static struct httpd_request *
request_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

    return info == NULL ? NULL : info->socket_context;
}

/* The only place where the target is seen as it was sent, before it is decoded. */
static void *
on_target(void *cls, const char *target, struct MHD_Connection *connection)
{
    struct httpd *httpd = cls;
    struct httpd_request *request = request_of(connection);

    if (request == NULL) /* there was no memory for it: see on_connection */
        return NULL;
    request->connection = connection;
    request->phase = BEGUN;
    request->endpoint = NULL;
    request->promised_bytes = 0;
    for (size_t i = 0; i < httpd->options.n_endpoints; i++)
        if (strcmp(httpd->options.endpoints[i].target, target) == 0)
            request->endpoint = &httpd->options.endpoints[i];
    return request;
}

static void
request_reset(struct httpd_request *request)
{
    httpd_body_done(&request->body);
    if (request->said != NULL)
        MHD_destroy_response(request->said);
    request->said = NULL;
    request->phase = NO_REQUEST;
}

static void
on_completed(void *cls, struct MHD_Connection *connection, void **request_cls,
             enum MHD_RequestTerminationCode why)
{
    struct httpd *httpd = cls;
    struct httpd_request *request = *request_cls;

    (void)connection;
    if (request == NULL)
        return;
    if (why == MHD_REQUEST_TERMINATED_COMPLETED_OK)
        watch_answered(httpd->watch, &request->watched);
    else if (request->phase != DRAINING)
        atomic_fetch_add(&httpd->broken_off, 1);
    request_reset(request);
}

/*
 * A connection for which there is no memory is shut down, and closed by the library.
 * What it had sent before may still be read: then there is no request to it.
 */
static void
on_connection(void *cls, struct MHD_Connection *connection, void **context,
              enum MHD_ConnectionNotificationCode what)
{
    struct httpd *httpd = cls;
    struct httpd_request *request = *context;

    if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
        if (request == NULL)
            return;
        watch_remove(httpd->watch, &request->watched);
        request_reset(request);
        memory_free(request);
        *context = NULL;
        return;
    }
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    request = memory_get(sizeof(*request));
    if (request == NULL) {
        watch_give_up(httpd->watch);
        (void)shutdown(info->connect_fd, SHUT_RDWR);
        return;
    }
    *request = (struct httpd_request) {
        .httpd = httpd, .connection = connection, .fd = info->connect_fd
    };
    *context = request;
    watch_add(httpd->watch, &request->watched, info->connect_fd);
    QUOSYNC_POINT("connection-accepted");
    atomic_fetch_add(&httpd->accepted, 1);
}

static enum MHD_Result
on_accept(void *cls, const struct sockaddr *address, socklen_t bytes)
{
    struct httpd *httpd = cls;

    (void)address;
    (void)bytes;
    if (watch_expect(httpd->watch, httpd->options.max_connections))
        return MHD_YES;
    atomic_fetch_add(&httpd->refused, 1);
    log_warn_limited("http.crowded", LOG_NUMBER("connections", httpd->options.max_connections));
    return MHD_NO;
}

size_t
httpd_header(struct httpd_request *request, const char *name, struct httpd_text *value)
{
    return framing_header(request->connection, name, &value->text, &value->bytes);
}

bool
httpd_say(struct httpd_request *request, const char *type, const char *text, size_t bytes)
{
    struct MHD_Response *said = MHD_create_response_from_buffer(bytes, (void *)(uintptr_t)text,
                                                                MHD_RESPMEM_MUST_COPY);

    if (said == NULL)
        return false;
    if (MHD_add_response_header(said, "Content-Type", type) != MHD_YES) {
        MHD_destroy_response(said);
        return false;
    }
    if (request->said != NULL)
        MHD_destroy_response(request->said);
    request->said = said;
    return true;
}

void
httpd_suspend(struct httpd_request *request)
{
    watch_owe(request->httpd->watch, &request->watched, true);
    MHD_suspend_connection(request->connection);
}

void
httpd_answer(struct httpd_request *request, unsigned status)
{
    request->status = status;
    watch_owe(request->httpd->watch, &request->watched, false);
    MHD_resume_connection(request->connection);
}

/* ---- the server --------------------------------------------------------- */

static bool
start(struct httpd *httpd, struct quosync_error *err)
{
    const struct httpd_options *options = &httpd->options;

    httpd->daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC, 0, on_accept,
        httpd, on_request, httpd, MHD_OPTION_LISTEN_SOCKET, httpd->listener.fd,
        MHD_OPTION_CONNECTION_LIMIT, options->max_connections + SPARE_CONNECTIONS,
        MHD_OPTION_PER_IP_CONNECTION_LIMIT, options->max_per_address,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_BYTES,
        MHD_OPTION_CONNECTION_TIMEOUT, 0u, MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, httpd, MHD_OPTION_NOTIFY_CONNECTION,
        on_connection, httpd, MHD_OPTION_URI_LOG_CALLBACK, on_target, httpd, MHD_OPTION_END);
    if (httpd->daemon == NULL)
        return error_set(err, QUOSYNC_UNAVAILABLE, "could not start the HTTP server: %s",
                         strerror(errno));
    return true;
}

bool
httpd_open(const struct httpd_options *options, struct httpd **httpd, struct quosync_error *err)
{
    AUTO(httpd_close) struct httpd *new = memory_get(sizeof(*new));

    if (new == NULL)
        return error_no_memory(err);
    memset(new, 0, sizeof(*new));
    new->options = *options;
    new->listener.fd = -1;
    struct watch_options watch = { .deadline_us = options->deadline_us,
                                   .idle_us = IDLE_US,
                                   .tick = options->tick,
                                   .context = options->tick_context };

    if (!responses_init(&new->responses))
        return error_no_memory(err);
    if (!listen_open(options->listen, options->socket_name, &new->listener, err) ||
        !watch_open(&watch, &new->watch, err) || !start(new, err))
        return false;
    *httpd = new;
    new = NULL;
    return true;
}

const char *
httpd_address(const struct httpd *httpd)
{
    return httpd->listener.address;
}

/*
 * Whoever the system has connected already may have sent a request: take in
 * those that wait in the backlog, which closing the listener would reset.
 */
static void
take_in_backlog(struct httpd *httpd)
{
    struct sockaddr_storage address;

    for (unsigned i = 0; i < httpd->options.max_connections; i++) {
        socklen_t bytes = sizeof(address);
        int fd = accept4(httpd->listener.fd, (struct sockaddr *)&address, &bytes,
                         SOCK_CLOEXEC | SOCK_NONBLOCK);

        if (fd < 0)
            return;
        (void)MHD_add_connection(httpd->daemon, fd, (struct sockaddr *)&address, bytes);
    }
}

void
httpd_quiesce(struct httpd *httpd)
{
    atomic_store(&httpd->closing, true);
    /* What waits at a socket that systemd keeps open, the next process takes. */
    if (MHD_quiesce_daemon(httpd->daemon) != MHD_INVALID_SOCKET && !httpd->listener.shared) {
        listen_deafen(&httpd->listener);
        take_in_backlog(httpd);
        QUOSYNC_POINT("quiesce-backlog-taken");
        (void)shutdown(httpd->listener.fd, SHUT_RDWR); /* refuse; the number stays until the end */
    }
    watch_hurry(httpd->watch);
}

bool
httpd_drain(struct httpd *httpd, int64_t wait_us)
{
    return watch_wait_empty(httpd->watch, wait_us);
}

void
httpd_close(struct httpd **httpd)
{
    struct httpd *old = *httpd;

    if (old == NULL)
        return;
    if (old->daemon != NULL) {
        /* Stopping closes a listener that was not taken back. */
        bool ours = MHD_quiesce_daemon(old->daemon) != MHD_INVALID_SOCKET ||
                    atomic_load(&old->closing);

        MHD_stop_daemon(old->daemon);
        if (!ours)
            old->listener.fd = -1;
    }
    if (old->listener.fd >= 0)
        close(old->listener.fd);
    watch_close(&old->watch);
    responses_done(&old->responses);
    memory_free(old);
    *httpd = NULL;
}

void
httpd_stats(struct httpd *httpd, struct httpd_stats *stats)
{
    *stats = (struct httpd_stats) {
        .answered_200 = atomic_load(&httpd->answered[ANSWER_200]),
        .answered_400 = atomic_load(&httpd->answered[ANSWER_400]),
        .answered_401 = atomic_load(&httpd->answered[ANSWER_401]),
        .answered_404 = atomic_load(&httpd->answered[ANSWER_404]),
        .answered_405 = atomic_load(&httpd->answered[ANSWER_405]),
        .answered_413 = atomic_load(&httpd->answered[ANSWER_413]),
        .answered_500 = atomic_load(&httpd->answered[ANSWER_500]),
        .answered_503 = atomic_load(&httpd->answered[ANSWER_503]),
        .bad_framing = atomic_load(&httpd->bad_framing),
        .saturated = atomic_load(&httpd->saturated),
        .connections_total = atomic_load(&httpd->accepted),
        .connections_refused = atomic_load(&httpd->refused),
        .deadline_cuts = watch_cuts(httpd->watch),
        .broken_off = atomic_load(&httpd->broken_off),
        .connections = watch_connections(httpd->watch),
        .body_bytes = atomic_load(&httpd->body_bytes),
    };
}
