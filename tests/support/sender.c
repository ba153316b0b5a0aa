/*
 * sender.c - posts deliveries as Quo would: signed, over keep-alive connections,
 * again with the same id when the answer is no 2xx or does not come. Notes what
 * became of each delivery, and how long the answers took. One thread, epoll.
 *
 * Outcomes are those of the set test: ok (a 2xx was read in full), fail (another
 * status was), unknown (cut off or too late: it may have been stored), unsent.
 */
#include <config.h> /* strcasestr */

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <jansson.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "quosync.h"

#define MAX_CONNECTIONS 1024
#define ANSWER_BYTES 4096
#define RETRY_US 20000 /* Quo waits longer; tests would not */

static const char usage[] =
    "usage: sender [OPTION]... FILE   (FILE: NDJSON as `quosync ingest` takes it; - is stdin)\n"
    "\n"
    "  --port N          on 127.0.0.1 (8480)\n"
    "  --path PATH       (/webhooks/quo)\n"
    "  --secret SECRET   whsec_...\n"
    "  --connections N   keep-alive connections, one request in each at a time (32)\n"
    "  --rate N          requests per second at most; 0: as fast as it goes (0)\n"
    "  --attempts N      per delivery; 0: until it is ok or the deadline passes (1)\n"
    "  --timeout MS      of one answer (10000)\n"
    "  --deadline S      of everything (600)\n"
    "  --outcomes FILE   written at the end: id, outcome, attempts and last status, tab-separated\n"
    "\n"
    "Prints one line of figures. Exit: 0 when every delivery is ok, else 1.\n";

enum outcome { UNSENT, FAIL, UNKNOWN, OK };
static const char *const outcome_names[] = { "unsent", "fail", "unknown", "ok" };

struct delivery {
    const char *id, *body; /* of the JSON tree that stays */
    size_t body_bytes;
    enum outcome outcome;
    int attempts, status;
    int64_t not_before_us;
};

struct connection {
    int fd; /* -1: not open */
    struct delivery *delivery;
    char head[1024];
    size_t head_bytes, sent;
    char answer[ANSWER_BYTES + 1];
    size_t answer_bytes;
    int64_t started_us;
};

struct sender {
    uint16_t port;
    const char *path, *outcomes;
    struct quosync_secret secret;
    long n_connections, rate, attempts;
    int64_t timeout_us, deadline_us;

    struct delivery *deliveries, **retry; /* retry: a ring of those to be sent again */
    size_t n, next, retry_first, retry_n;
    struct connection connections[MAX_CONNECTIONS];
    int epoll;
    int64_t start_us, resume_us; /* refused: nothing is sent before resume_us */
    long busy, n_attempts, n_refused;
    uint32_t *latency_us;
    size_t n_latency;
};

static int64_t
now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void
die(const char *what)
{
    fprintf(stderr, "sender: %s: %s\n", what, errno == 0 ? "failed" : strerror(errno));
    exit(2);
}

static void
read_deliveries(struct sender *s, const char *name)
{
    FILE *file = strcmp(name, "-") == 0 ? stdin : fopen(name, "r");
    char *line = NULL;
    size_t room = 0, allocated = 0;

    if (file == NULL)
        die(name);
    while (getline(&line, &room, file) > 0) {
        json_t *root = json_loads(line, JSON_ALLOW_NUL, NULL);
        const char *id = json_string_value(json_object_get(root, "webhook-id"));
        const char *body = json_string_value(json_object_get(root, "body"));

        if (id == NULL || body == NULL)
            die("a line is not of the form {\"webhook-id\": ..., \"body\": ...}");
        if (s->n == allocated) {
            allocated = allocated * 2 + 1024;
            s->deliveries = realloc(s->deliveries, allocated * sizeof *s->deliveries);
            if (s->deliveries == NULL)
                die("could not allocate");
        }
        s->deliveries[s->n++] =
            (struct delivery){ .id = id, .body = body, .body_bytes = strlen(body) };
    }
    free(line);
    if (file != stdin)
        fclose(file);
    s->retry = calloc(s->n + 1, sizeof *s->retry);
    s->latency_us = calloc(s->n + 1, sizeof *s->latency_us);
    if (s->retry == NULL || s->latency_us == NULL)
        die("could not allocate");
}

static void
disconnect(struct connection *c)
{
    if (c->fd >= 0)
        close(c->fd); /* epoll forgets it */
    c->fd = -1;
}

/* The delivery that the connection carried has come to an end, well or not. */
static void
settle(struct sender *s, struct connection *c, enum outcome outcome, int status)
{
    struct delivery *d = c->delivery;

    if (outcome == OK)
        s->latency_us[s->n_latency++] = (uint32_t)(now_us() - c->started_us);
    if (d->outcome != OK && (outcome == OK || d->outcome != UNKNOWN))
        d->outcome = outcome;
    d->status = status;
    c->delivery = NULL;
    s->busy--;
    if (outcome != OK && (s->attempts == 0 || d->attempts < s->attempts)) {
        d->not_before_us = now_us() + RETRY_US;
        s->retry[(s->retry_first + s->retry_n++) % s->n] = d;
    }
}

/* Refused before anything was sent: as if it had not been tried. */
static void
refused(struct sender *s, struct connection *c)
{
    struct delivery *d = c->delivery;

    disconnect(c);
    s->n_refused++;
    s->resume_us = now_us() + RETRY_US;
    s->n_attempts--;
    d->attempts--;
    c->delivery = NULL;
    s->busy--;
    d->not_before_us = now_us() + RETRY_US;
    s->retry[(s->retry_first + s->retry_n++) % s->n] = d;
}

static bool
open_connection(struct sender *s, struct connection *c)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons(s->port),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    struct epoll_event event = { .events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = c };
    int one = 1;

    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (c->fd < 0 || epoll_ctl(s->epoll, EPOLL_CTL_ADD, c->fd, &event) != 0)
        die("could not make a socket");
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return connect(c->fd, (struct sockaddr *)&address, sizeof address) == 0 || errno == EINPROGRESS;
}

/* Send what is left of the request. */
static void
push(struct sender *s, struct connection *c)
{
    const struct delivery *d = c->delivery;

    while (c->sent < c->head_bytes + d->body_bytes) {
        struct iovec parts[2];
        int first = c->sent < c->head_bytes ? 0 : 1;
        size_t in_body = first == 0 ? 0 : c->sent - c->head_bytes;
        ssize_t n;

        parts[0].iov_base = c->head + (first == 0 ? c->sent : 0);
        parts[0].iov_len = first == 0 ? c->head_bytes - c->sent : 0;
        parts[1].iov_base = (char *)(uintptr_t)d->body + in_body;
        parts[1].iov_len = d->body_bytes - in_body;
        n = writev(c->fd, parts + first, 2 - first);
        if (n > 0)
            c->sent += (size_t)n;
        else if (errno == EAGAIN)
            return;
        else if (errno == ENOTCONN || errno == ECONNREFUSED) {
            if (errno == ECONNREFUSED)
                refused(s, c);
            return;
        } else {
            /* An answer may have come before the close, such as a 413. */
            return;
        }
    }
}

/* -1: not all here; 0: not HTTP; else the status. */
static int
answer_status(const struct connection *c, bool *closes)
{
    const char *end = strstr(c->answer, "\r\n\r\n"), *length;
    size_t body = 0;

    if (end == NULL)
        return c->answer_bytes == ANSWER_BYTES ? 0 : -1;
    length = strcasestr(c->answer, "\r\ncontent-length:");
    if (length != NULL && length < end)
        body = strtoul(length + 17, NULL, 10);
    if (c->answer_bytes < (size_t)(end - c->answer) + 4 + body)
        return -1;
    *closes = strcasestr(c->answer, "\r\nconnection: close") != NULL;
    return strncmp(c->answer, "HTTP/1.", 7) == 0 ? (int)strtol(c->answer + 9, NULL, 10) : 0;
}

/* Read what came; the connection is closed where the request has failed. */
static void
pull(struct sender *s, struct connection *c)
{
    for (;;) {
        ssize_t n = read(c->fd, c->answer + c->answer_bytes, ANSWER_BYTES - c->answer_bytes);
        bool closes = false;
        int status;

        if (n < 0 && errno == EAGAIN)
            return;
        if (c->delivery == NULL) { /* closed while idle */
            disconnect(c);
            return;
        }
        if (n < 0 && errno == ECONNREFUSED) {
            refused(s, c);
            return;
        }
        if (n <= 0) {
            settle(s, c, UNKNOWN, 0);
            disconnect(c);
            return;
        }
        c->answer_bytes += (size_t)n;
        c->answer[c->answer_bytes] = '\0';
        status = answer_status(c, &closes);
        if (status < 0)
            continue;
        settle(s, c, status >= 200 && status < 300 ? OK : status == 0 ? UNKNOWN : FAIL, status);
        if (closes || status == 0) {
            disconnect(c);
            return;
        }
    }
}

static void
start(struct sender *s, struct connection *c, struct delivery *d)
{
    char signature[QUOSYNC_SIGNATURE_SIZE];
    int64_t timestamp = (int64_t)time(NULL);
    struct quosync_error err;

    if (!quosync_sign(&s->secret, d->id, strlen(d->id), timestamp, d->body, d->body_bytes,
                      signature, &err))
        die("could not sign");
    c->head_bytes = (size_t)snprintf(
        c->head, sizeof c->head,
        "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nContent-Type: application/json\r\n"
        "Content-Length: %zu\r\nwebhook-id: %s\r\nwebhook-timestamp: %lld\r\n"
        "webhook-signature: %s\r\n\r\n",
        s->path, s->port, d->body_bytes, d->id, (long long)timestamp, signature);
    if (c->head_bytes >= sizeof c->head)
        die("an id or the path is too long");
    c->sent = c->answer_bytes = 0;
    c->delivery = d;
    c->started_us = now_us();
    d->attempts++;
    s->n_attempts++;
    s->busy++;
    if (c->fd < 0 && !open_connection(s, c))
        refused(s, c);
    else
        push(s, c);
}

/* The next delivery to send, or NULL when none is due. */
static struct delivery *
take(struct sender *s, int64_t now)
{
    struct delivery *d;

    if (now < s->resume_us)
        return NULL;
    if (s->rate > 0 && s->n_attempts > (now - s->start_us) * s->rate / 1000000)
        return NULL;
    if (s->retry_n > 0 && s->retry[s->retry_first]->not_before_us <= now) {
        d = s->retry[s->retry_first];
        s->retry_first = (s->retry_first + 1) % s->n;
        s->retry_n--;
        return d;
    }
    return s->next < s->n ? &s->deliveries[s->next++] : NULL;
}

static void
give_up_on_slow_ones(struct sender *s, int64_t now)
{
    for (long i = 0; i < s->n_connections; i++) {
        struct connection *c = &s->connections[i];

        if (c->delivery != NULL && now - c->started_us > s->timeout_us) {
            settle(s, c, UNKNOWN, 0);
            disconnect(c);
        }
    }
}

static void
send_all(struct sender *s)
{
    struct epoll_event events[256];
    int64_t now = s->start_us = now_us(), checked = now;

    while ((s->next < s->n || s->retry_n > 0 || s->busy > 0) &&
           now - s->start_us < s->deadline_us) {
        int n;

        for (long i = 0; i < s->n_connections; i++) {
            struct delivery *d;

            if (s->connections[i].delivery != NULL)
                continue;
            d = take(s, now);
            if (d == NULL)
                break;
            start(s, &s->connections[i], d);
        }
        n = epoll_wait(s->epoll, events, 256, 1);
        for (int i = 0; i < n; i++) {
            struct connection *c = events[i].data.ptr;

            if ((events[i].events & EPOLLOUT) && c->fd >= 0 && c->delivery != NULL)
                push(s, c);
            if (c->fd >= 0 && (events[i].events & (EPOLLIN | EPOLLERR | EPOLLHUP)))
                pull(s, c);
        }
        now = now_us();
        if (now - checked > 100000) {
            give_up_on_slow_ones(s, now);
            checked = now;
        }
    }
    for (long i = 0; i < s->n_connections; i++)
        if (s->connections[i].delivery != NULL)
            settle(s, &s->connections[i], UNKNOWN, 0);
}

static int
by_value(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return x < y ? -1 : x > y;
}

static double
percentile_ms(const struct sender *s, double share)
{
    return s->n_latency == 0 ? 0
                             : s->latency_us[(size_t)((double)(s->n_latency - 1) * share)] / 1000.0;
}

static bool
report(struct sender *s, double seconds)
{
    size_t counts[4] = { 0 };
    FILE *file = s->outcomes == NULL ? NULL : fopen(s->outcomes, "w");

    if (s->outcomes != NULL && file == NULL)
        die(s->outcomes);
    for (size_t i = 0; i < s->n; i++) {
        const struct delivery *d = &s->deliveries[i];

        counts[d->outcome]++;
        if (file != NULL)
            fprintf(file, "%s\t%s\t%d\t%d\n", d->id, outcome_names[d->outcome], d->attempts,
                    d->status);
    }
    if (file != NULL && fclose(file) != 0)
        die(s->outcomes);
    qsort(s->latency_us, s->n_latency, sizeof *s->latency_us, by_value);
    printf("ok=%zu fail=%zu unknown=%zu unsent=%zu attempts=%ld refused=%ld seconds=%.3f rate=%.0f "
           "p50_ms=%.2f p99_ms=%.2f max_ms=%.2f\n",
           counts[OK], counts[FAIL], counts[UNKNOWN], counts[UNSENT], s->n_attempts, s->n_refused,
           seconds, (double)counts[OK] / seconds, percentile_ms(s, 0.5), percentile_ms(s, 0.99),
           percentile_ms(s, 1));
    return counts[OK] == s->n;
}

static bool
parse(struct sender *s, int argc, char **argv)
{
    static const struct option longs[] = {
        { "port", required_argument, NULL, 'p' },
        { "path", required_argument, NULL, 'P' },
        { "secret", required_argument, NULL, 's' },
        { "connections", required_argument, NULL, 'c' },
        { "rate", required_argument, NULL, 'r' },
        { "attempts", required_argument, NULL, 'a' },
        { "timeout", required_argument, NULL, 't' },
        { "deadline", required_argument, NULL, 'd' },
        { "outcomes", required_argument, NULL, 'o' },
        { NULL, 0, NULL, 0 },
    };
    struct quosync_error err;

    for (int c; (c = getopt_long(argc, argv, "", longs, NULL)) != -1;) {
        long n = c == '?' ? 0 : strtol(optarg, NULL, 10);

        switch (c) {
        case 'p': s->port = (uint16_t)n; break;
        case 'P': s->path = optarg; break;
        case 's':
            if (!quosync_secret_parse(optarg, strlen(optarg), &s->secret, &err))
                return false;
            break;
        case 'c': s->n_connections = n; break;
        case 'r': s->rate = n; break;
        case 'a': s->attempts = n; break;
        case 't': s->timeout_us = (int64_t)n * 1000; break;
        case 'd': s->deadline_us = (int64_t)n * 1000000; break;
        case 'o': s->outcomes = optarg; break;
        default: return false;
        }
    }
    return argc - optind == 1 && s->secret.key_bytes > 0 && s->n_connections >= 1 &&
           s->n_connections <= MAX_CONNECTIONS;
}

int
main(int argc, char **argv)
{
    static struct sender s = { .port = 8480,
                               .path = "/webhooks/quo",
                               .n_connections = 32,
                               .attempts = 1,
                               .timeout_us = 10000000,
                               .deadline_us = 600000000 };

    if (!parse(&s, argc, argv)) {
        fputs(usage, stderr);
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    s.epoll = epoll_create1(EPOLL_CLOEXEC);
    for (long i = 0; i < MAX_CONNECTIONS; i++)
        s.connections[i].fd = -1;
    read_deliveries(&s, argv[optind]);
    send_all(&s);
    return report(&s, (double)(now_us() - s.start_us) / 1e6) ? 0 : 1;
}
