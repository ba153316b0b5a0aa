/*
 * fakequo - a Quo for tests: serves a workspace of any size over REST, checks
 * every request as strictly as Quo does, counts, and misbehaves on command.
 *
 *   fakequo [--port N] [--port-file FILE] [--key KEY] [--seed N] [--contacts N]
 *           [--calls N] [--messages N] [--users N] [--numbers N] [--days N]
 *           [--now UNIX] [--latency-ms N] [--rate N] [--flat-errors] [--real-tests]
 *           [--tls-cert PEM --tls-key PEM] [--connect-ms N]
 *   fakequo --events [...]    prints the workspace's events as NDJSON and ends
 *
 * Paths of a test's own: GET /_fake/stats, POST /_fake/reset-stats, POST
 * /_fake/faults (text of faults.h), POST /_fake/change ({"kind", "index",
 * "action": touch|remove|add}), GET /_fake/dump?kind=contact (NDJSON of all REST
 * items), POST /_fake/deliver, GET and POST /_fake/subscriptions (webhooks.c).
 */
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "requests.h"

#define BODY_AT_MOST (1 << 20)

struct server server = { .key = "fake-key" };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long latency_ms, connect_ms;
static char *tls_cert, *tls_key; /* PEM */

/* ---- receiving ------------------------------------------------------------ */

struct body {
    char *text;
    size_t bytes;
};

static void
split_path(struct request *request, char *copy)
{
    char *rest = copy + 1, *segment;

    while (request->n_segments < SEGMENTS_AT_MOST && (segment = strsep(&rest, "/")) != NULL) {
        MHD_http_unescape(segment);
        request->segments[request->n_segments++] = segment;
    }
}

static enum MHD_Result
handle(struct request *request, const struct body *body)
{
    bool own = strcmp(request->segments[0], "_fake") == 0, limited = false;
    struct answer answer;

    if (own && strcmp(request->path, "/_fake/faults") == 0)
        return send_answer(request, faults_set(body->text != NULL ? body->text : "")
                                        ? (struct answer){ 200, json_object() }
                                        : refuse(request, 400, "unknown fault"));
    if (!own) {
        char what[1024]; /* "GET /webhooks" */

        (void)snprintf(what, sizeof what, "%s %s", request->method, request->path);
        request->fault = faults_choose(what, request->argument);
        pthread_mutex_lock(&lock);
        limited = count_request(request); /* when it comes, not when it is answered */
        pthread_mutex_unlock(&lock);
        usleep((useconds_t)latency_ms * 1000);
    }
    pthread_mutex_lock(&lock);
    if (own)
        answer = control_route(request);
    else if (limited)
        answer = refuse(request, 429, "rate limit exceeded");
    else if (admit(request, &answer))
        answer = route(request);
    pthread_mutex_unlock(&lock);
    return send_answer(request, answer);
}

static enum MHD_Result
on_request(void *cls, struct MHD_Connection *connection, const char *url, const char *method,
           const char *version, const char *upload, size_t *upload_bytes, void **state)
{
    struct body *body = *state;
    struct request request = { .connection = connection, .method = method, .path = url };
    enum MHD_Result result;
    char *copy;

    (void)cls;
    (void)version;
    if (body == NULL) {
        *state = calloc(1, sizeof *body);
        return *state != NULL ? MHD_YES : MHD_NO;
    }
    if (*upload_bytes > 0) {
        char *grown = body->bytes + *upload_bytes < BODY_AT_MOST
                          ? realloc(body->text, body->bytes + *upload_bytes + 1)
                          : NULL;

        if (grown == NULL)
            return MHD_NO;
        memcpy(grown + body->bytes, upload, *upload_bytes);
        body->text = grown;
        body->bytes += *upload_bytes;
        body->text[body->bytes] = '\0';
        *upload_bytes = 0;
        return MHD_YES;
    }
    copy = strdup(url);
    if (copy == NULL || copy[0] != '/') {
        free(copy);
        return MHD_NO;
    }
    request.body = body->text != NULL ? json_loads(body->text, 0, NULL) : NULL;
    split_path(&request, copy);
    result = handle(&request, body);
    json_decref(request.body);
    free(copy);
    return result;
}

static void
on_completed(void *cls, struct MHD_Connection *connection, void **state,
             enum MHD_RequestTerminationCode code)
{
    struct body *body = *state;

    (void)cls;
    (void)connection;
    (void)code;
    if (body != NULL)
        free(body->text);
    free(body);
    *state = NULL;
}

/* ---- main ------------------------------------------------------------- */

static void
print_events(void)
{
    for (enum kind kind = CONTACT; kind <= MESSAGE; kind++) {
        for (size_t i = 0; i < server.ws.n[kind]; i++) {
            for (size_t k = 0; k < workspace_events(&server.ws, kind, i); k++) {
                json_t *event = workspace_event(&server.ws, kind, i, k);
                char *text = json_dumps(event, JSON_COMPACT | JSON_REAL_PRECISION(15));

                puts(text != NULL ? text : "");
                free(text);
                json_decref(event);
            }
        }
    }
}

static void
write_port(const char *file, struct MHD_Daemon *daemon)
{
    unsigned port = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
    FILE *out = file != NULL ? fopen(file, "w") : stdout;

    if (out == NULL) {
        (void)fprintf(stderr, "fakequo: cannot write %s: %s\n", file, strerror(errno));
        exit(1);
    }
    (void)fprintf(out, "%u\n", port);
    (void)fflush(out);
    if (file != NULL)
        (void)fclose(out);
}

static char *
read_file(const char *name)
{
    char *text = calloc(1, BODY_AT_MOST);
    FILE *in = fopen(name, "r");

    if (text == NULL || in == NULL || fread(text, 1, BODY_AT_MOST - 1, in) == 0) {
        (void)fprintf(stderr, "fakequo: cannot read %s: %s\n", name, strerror(errno));
        exit(1);
    }
    (void)fclose(in);
    return text;
}

/* The handshake of TLS waits for it: what a far server takes to accept a connection. */
static enum MHD_Result
on_connect(void *cls, const struct sockaddr *address, socklen_t bytes)
{
    (void)cls;
    (void)address;
    (void)bytes;
    usleep((useconds_t)connect_ms * 1000);
    return MHD_YES;
}

static int
serve(unsigned short port, const char *port_file)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port) };
    struct MHD_Daemon *daemon;
    sigset_t ends;
    int signal_number;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    pthread_sigmask(SIG_BLOCK, &ends, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
    daemon = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION |
                                  MHD_USE_SUPPRESS_DATE_NO_CLOCK |
                                  (tls_cert != NULL ? MHD_USE_TLS : 0U),
                              port, on_connect, NULL, on_request, NULL, MHD_OPTION_SOCK_ADDR,
                              &address, MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL,
                              tls_cert != NULL ? MHD_OPTION_HTTPS_MEM_CERT : MHD_OPTION_END,
                              tls_cert, MHD_OPTION_HTTPS_MEM_KEY, tls_key, MHD_OPTION_END);
    if (daemon == NULL) {
        (void)fprintf(stderr, "fakequo: cannot listen on port %u\n", port);
        return 1;
    }
    write_port(port_file, daemon);
    (void)sigwait(&ends, &signal_number);
    MHD_stop_daemon(daemon);
    return 0;
}

int
main(int argc, char **argv)
{
    enum { PORT = 256, PORT_FILE, KEY, SEED, COUNT, DAYS = COUNT + KINDS, NOW, LATENCY, RATE,
           FLAT, EVENTS, TLS_CERT, TLS_KEY, CONNECT, REAL };
    static const struct option options[] = {
        { "port", 1, NULL, PORT },           { "port-file", 1, NULL, PORT_FILE },
        { "key", 1, NULL, KEY },             { "seed", 1, NULL, SEED },
        { "contacts", 1, NULL, COUNT + CONTACT }, { "calls", 1, NULL, COUNT + CALL },
        { "messages", 1, NULL, COUNT + MESSAGE }, { "users", 1, NULL, COUNT + USER },
        { "numbers", 1, NULL, COUNT + NUMBER },   { "days", 1, NULL, DAYS },
        { "now", 1, NULL, NOW },             { "latency-ms", 1, NULL, LATENCY },
        { "rate", 1, NULL, RATE },           { "flat-errors", 0, NULL, FLAT },
        { "events", 0, NULL, EVENTS },       { "tls-cert", 1, NULL, TLS_CERT },
        { "tls-key", 1, NULL, TLS_KEY },     { "connect-ms", 1, NULL, CONNECT },
        { "real-tests", 0, NULL, REAL },     { NULL, 0, NULL, 0 },
    };
    const char *port_file = NULL;
    unsigned short port = 0;
    bool events = false;
    int option, status = 0;

    server.ws.now_s = time(NULL);
    server.ws.span_s = 60 * 86400;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option >= COUNT && option < COUNT + KINDS)
            server.ws.n[option - COUNT] = strtoul(optarg, NULL, 10);
        else if (option == PORT)
            port = (unsigned short)atoi(optarg);
        else if (option == PORT_FILE)
            port_file = optarg;
        else if (option == KEY)
            server.key = optarg;
        else if (option == SEED)
            server.ws.seed = strtoull(optarg, NULL, 10);
        else if (option == DAYS)
            server.ws.span_s = atol(optarg) * 86400;
        else if (option == NOW)
            server.ws.now_s = atol(optarg);
        else if (option == LATENCY)
            latency_ms = atol(optarg);
        else if (option == RATE)
            server.rate = (unsigned)atoi(optarg);
        else if (option == FLAT)
            server.v1_flat_errors = true;
        else if (option == EVENTS)
            events = true;
        else if (option == TLS_CERT)
            tls_cert = read_file(optarg);
        else if (option == TLS_KEY)
            tls_key = read_file(optarg);
        else if (option == REAL)
            server.real_tests = true;
        else if (option == CONNECT)
            connect_ms = atol(optarg);
        else
            return 2;
    }
    workspace_init(&server.ws);
    stats_reset();
    if (events)
        print_events();
    else
        status = serve(port, port_file);
    webhooks_done();
    control_done();
    workspace_done(&server.ws);
    free(tls_cert);
    free(tls_key);
    return status;
}
