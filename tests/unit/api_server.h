/*
 * api_server.h - small servers for tests of the REST client: they note what comes
 * and answer with bytes that no well-behaved server would send.
 */
#ifndef QUOSYNC_TESTS_API_SERVER_H
#define QUOSYNC_TESTS_API_SERVER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

struct api_server {
    /* One connection; the first bytes that came are in `heard`. */
    void (*answer)(struct api_server *server);
    const char *text;       /* what an answer may use */
    const char *certificate; /* PEM of key and certificate, by certificate_make; NULL: no TLS */
    bool old_tls;           /* speaks TLS 1.1 at most */
    unsigned short port;
    char url[64];
    char heard[8192];
    atomic_uint connections, requests;
    pthread_t thread;
    int fd, peer; /* listening; the connection */
    void *context, *tls;
};

/* Listens on loopback, in a thread of its own. Aborts on failure: it is a test's. */
void server_start(struct api_server *server);
void server_stop(struct api_server *server);

/* Sends bytes; false when the client has left. */
bool server_send(struct api_server *server, const void *bytes, size_t n);
/* answer: sends server->text as it is, and closes the connection. */
void server_answers_text(struct api_server *server);

/*
 * certificate_make - write a key and a certificate for `host` (a DNS name, or
 * 127.0.0.1) into a file, signed by itself.
 *
 *   from_days, to_days  its validity, counted from now
 */
void certificate_make(const char *file, const char *host, int from_days, int to_days);

#endif
