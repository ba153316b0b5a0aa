/*
 * probe.c - how long until a delivery is acknowledged, and how long from then
 * until its row can be seen: posts one message after another and asks the
 * database for each until it is there. Other load is the caller's to make.
 */
#include <arpa/inet.h>
#include <libpq-fe.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../support/generate.h"
#include "quosync.h"

#define PAUSE_US 10000     /* between two probes */
#define GIVE_UP_US 5000000 /* a row that is not there by then never comes */

static void
die(const char *what)
{
    fprintf(stderr, "probe: %s\n", what);
    exit(1);
}

static int64_t
now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int
connect_receiver(uint16_t port)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons(port),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;

    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) != 0)
        die("could not connect to the receiver");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return fd;
}

/* Post the body and read the answer's head; our answers have no body worth reading. */
static void
post(int fd, const struct quosync_secret *secret, const char *id, const struct generator *g)
{
    char head[512], answer[2048], signature[QUOSYNC_SIGNATURE_SIZE];
    int64_t timestamp = (int64_t)time(NULL);
    struct quosync_error err;
    int n;
    ssize_t got;

    if (!quosync_sign(secret, id, strlen(id), timestamp, g->body, g->bytes, signature, &err))
        die(err.text);
    n = snprintf(head, sizeof head,
                 "POST /webhooks/quo HTTP/1.1\r\nHost: localhost\r\nContent-Length: %zu\r\n"
                 "webhook-id: %s\r\nwebhook-timestamp: %lld\r\nwebhook-signature: %s\r\n\r\n",
                 g->bytes, id, (long long)timestamp, signature);
    if (write(fd, head, (size_t)n) != n || write(fd, g->body, g->bytes) != (ssize_t)g->bytes)
        die("could not post");
    got = read(fd, answer, sizeof answer - 1);
    if (got < 12 || strncmp(answer + 9, "200", 3) != 0)
        die("a probe was not acknowledged");
}

static bool
visible(PGconn *conn, const char *id)
{
    const char *values[] = { id };
    PGresult *result = PQexecPrepared(conn, "seen", 1, values, NULL, NULL, 0);
    bool seen = PQntuples(result) == 1;

    if (PQresultStatus(result) != PGRES_TUPLES_OK)
        die(PQerrorMessage(conn));
    PQclear(result);
    return seen;
}

static void
make_message(struct generator *g, long n, char id[32])
{
    snprintf(id, 32, "ACprobe%08ld", n);
    generate_start(g);
    generate_add(g,
                 "{'id':'EVprobe%08ld','apiVersion':'2026-03-30',"
                 "'createdAt':'2026-11-02T14:01:07.412Z','type':'message.received','data':"
                 "{'resource':{'id':'%s','direction':'incoming','text':'Hi','media':[],"
                 "'status':'received','createdAt':'2026-11-02T14:01:07.108Z'},'context':"
                 "{'phoneNumberId':'PN1','conversationId':'CN1','userId':'US1','contacts':"
                 "{'ids':[],'lookupStatus':'none'},'senderIdentifier':'+14155550101',"
                 "'recipientIdentifiers':['+12065550100']},'links':{'quo':null}}}",
                 n, id);
}

static int
by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return x < y ? -1 : x > y;
}

static double
percentile_ms(int64_t *us, long n, double share)
{
    qsort(us, (size_t)n, sizeof *us, by_value);
    return (double)us[(size_t)((double)(n - 1) * share)] / 1000.0;
}

int
main(int argc, char **argv)
{
    struct generator g = { .random = 1 };
    struct quosync_secret secret;
    struct quosync_error err;
    int64_t *acknowledged, *seen;
    PGconn *conn;
    long n;
    int fd;

    if (argc != 4 || !quosync_secret_parse(argv[2], strlen(argv[2]), &secret, &err)) {
        fputs("usage: probe PORT SECRET COUNT\n", stderr);
        return 2;
    }
    n = strtol(argv[3], NULL, 10);
    acknowledged = calloc((size_t)n, sizeof *acknowledged);
    seen = calloc((size_t)n, sizeof *seen);
    conn = PQconnectdb("");
    PQclear(PQprepare(conn, "seen",
                      "select 1 from quo.messages where org_id = 'default' and id = $1", 0, NULL));
    if (n < 1 || acknowledged == NULL || seen == NULL || PQstatus(conn) != CONNECTION_OK)
        die("could not start");
    fd = connect_receiver((uint16_t)strtoul(argv[1], NULL, 10));
    for (long i = 0; i < n; i++) {
        char id[32];
        int64_t start, answered;

        make_message(&g, i, id);
        start = now_us();
        post(fd, &secret, id, &g);
        answered = now_us();
        while (!visible(conn, id))
            if (now_us() - answered > GIVE_UP_US)
                die("a probe's row did not come");
        acknowledged[i] = answered - start;
        seen[i] = now_us() - answered;
        usleep(PAUSE_US);
    }
    printf("%.2f %.2f %.2f %.2f\n", percentile_ms(acknowledged, n, 0.5),
           percentile_ms(acknowledged, n, 0.99), percentile_ms(seen, n, 0.5),
           percentile_ms(seen, n, 0.99));
    PQfinish(conn);
    close(fd);
    free(acknowledged);
    free(seen);
    generator_done(&g);
    return 0;
}
