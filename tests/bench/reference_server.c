/*
 * reference_server.c - receivers to compare intake with, for `make bench`:
 *
 *   verify  checks the signature and answers; stores nothing
 *   commit  checks, then inserts and commits each delivery by itself, on two
 *           threads with a connection each: what one would write first
 *
 * Prints "ready" when it listens, and ends on SIGTERM.
 */
#include <arpa/inet.h>
#include <libpq-fe.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "quosync.h"

#define THREADS 2

static struct quosync_secret secret;
static bool commits;
static _Thread_local PGconn *database;

struct request {
    char *body;
    size_t bytes, room;
};

static PGconn *
connect_database(void)
{
    PGconn *conn = PQconnectdb("");
    PGresult *result;

    if (PQstatus(conn) != CONNECTION_OK) {
        fprintf(stderr, "reference_server: %s\n", PQerrorMessage(conn));
        exit(1);
    }
    result = PQprepare(conn, "store",
                       "insert into reference.inbox (webhook_id, body) values ($1, $2::bytea)"
                       " on conflict do nothing",
                       0, NULL);
    PQclear(result);
    return conn;
}

static bool
store(const char *id, const struct request *request)
{
    const char *values[] = { id, request->body };
    const int lengths[] = { (int)strlen(id), (int)request->bytes }, formats[] = { 0, 1 };
    PGresult *result;
    bool stored;

    if (database == NULL)
        database = connect_database();
    result = PQexecPrepared(database, "store", 2, values, lengths, formats, 0);
    stored = PQresultStatus(result) == PGRES_COMMAND_OK;
    PQclear(result);
    return stored;
}

static unsigned
judge(struct MHD_Connection *connection, const struct request *request)
{
    struct quosync_headers headers;
    enum quosync_verdict verdict;
    struct quosync_error err;

    headers.id = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "webhook-id");
    headers.timestamp =
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "webhook-timestamp");
    headers.signature =
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "webhook-signature");
    if (headers.id == NULL || headers.timestamp == NULL || headers.signature == NULL)
        return 400;
    headers.id_bytes = strlen(headers.id);
    headers.timestamp_bytes = strlen(headers.timestamp);
    headers.signature_bytes = strlen(headers.signature);
    if (!quosync_verify(&secret, 1, &headers, request->body, request->bytes, time(NULL),
                        QUOSYNC_TOLERANCE_S, &verdict, &err) ||
        verdict != QUOSYNC_VERIFIED)
        return 401;
    return !commits || store(headers.id, request) ? 200 : 503;
}

static enum MHD_Result
handle(void *unused, struct MHD_Connection *connection, const char *url, const char *method,
       const char *version, const char *data, size_t *bytes, void **state)
{
    struct request *request = *state;
    struct MHD_Response *response;
    enum MHD_Result result;

    (void)unused, (void)url, (void)method, (void)version;
    if (request == NULL) {
        *state = calloc(1, sizeof *request);
        return *state == NULL ? MHD_NO : MHD_YES;
    }
    if (*bytes > 0) {
        if (request->bytes + *bytes > request->room) {
            request->room = request->room * 2 + *bytes;
            request->body = realloc(request->body, request->room);
            if (request->body == NULL)
                abort();
        }
        memcpy(request->body + request->bytes, data, *bytes);
        request->bytes += *bytes;
        *bytes = 0;
        return MHD_YES;
    }
    response = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    result = MHD_queue_response(connection, judge(connection, request), response);
    MHD_destroy_response(response);
    return result;
}

static void
done(void *unused, struct MHD_Connection *connection, void **state,
     enum MHD_RequestTerminationCode code)
{
    struct request *request = *state;

    (void)unused, (void)connection, (void)code;
    if (request != NULL)
        free(request->body);
    free(request);
    *state = NULL;
}

static void
make_table(void)
{
    PGconn *conn = PQconnectdb("");

    PQclear(PQexec(conn, "set client_min_messages = warning"));
    PQclear(PQexec(conn, "drop schema if exists reference cascade"));
    PQclear(PQexec(conn, "create schema reference"));
    PQclear(PQexec(conn,
                   "create table reference.inbox (webhook_id text primary key, body bytea not null,"
                   " received_at timestamptz not null default now())"));
    PQfinish(conn);
}

int
main(int argc, char **argv)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    struct quosync_error err;
    struct MHD_Daemon *daemon;
    sigset_t signals;
    int got;

    if (argc != 4 || !quosync_secret_parse(argv[3], strlen(argv[3]), &secret, &err)) {
        fputs("usage: reference_server verify|commit PORT SECRET\n", stderr);
        return 2;
    }
    commits = strcmp(argv[1], "commit") == 0;
    address.sin_port = htons((uint16_t)strtoul(argv[2], NULL, 10));
    if (commits)
        make_table();
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    daemon =
        MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_TURBO, 0, NULL, NULL, handle, NULL,
                         MHD_OPTION_SOCK_ADDR, &address, MHD_OPTION_NOTIFY_COMPLETED, done, NULL,
                         MHD_OPTION_THREAD_POOL_SIZE, commits ? THREADS : 0u, MHD_OPTION_END);
    if (daemon == NULL) {
        perror("reference_server: could not listen");
        return 1;
    }
    puts("ready");
    fflush(stdout);
    sigwait(&signals, &got);
    MHD_stop_daemon(daemon);
    quosync_secret_done(&secret);
    return 0;
}
