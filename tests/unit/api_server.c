/*
 * api_server.c - see api_server.h.
 */
#include "unit/api_server.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void
need(bool good, const char *what)
{
    if (good)
        return;
    perror(what);
    abort();
}

/* ---- certificates ------------------------------------------------------------- */

void
certificate_make(const char *file, const char *host, int from_days, int to_days)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = X509_new();
    X509_NAME *name = X509_get_subject_name(certificate);
    FILE *out = fopen(file, "w");
    char alternative[128];
    X509_EXTENSION *extension;

    (void)snprintf(alternative, sizeof alternative, "%s:%s",
                   strcmp(host, "127.0.0.1") == 0 ? "IP" : "DNS", host);
    extension = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, alternative);
    need(key != NULL && out != NULL && extension != NULL && X509_set_version(certificate, 2) == 1 &&
             ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1) == 1 &&
             X509_gmtime_adj(X509_getm_notBefore(certificate), from_days * 86400L) != NULL &&
             X509_gmtime_adj(X509_getm_notAfter(certificate), to_days * 86400L) != NULL &&
             X509_set_pubkey(certificate, key) == 1 &&
             X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"test",
                                        -1, -1, 0) == 1 &&
             X509_set_issuer_name(certificate, name) == 1 &&
             X509_add_ext(certificate, extension, -1) == 1 &&
             X509_sign(certificate, key, EVP_sha256()) > 0 &&
             PEM_write_PrivateKey(out, key, NULL, NULL, 0, NULL, NULL) == 1 &&
             PEM_write_X509(out, certificate) == 1 && fclose(out) == 0,
         "making a certificate");
    X509_EXTENSION_free(extension);
    X509_free(certificate);
    EVP_PKEY_free(key);
}

/* ---- connections ---------------------------------------------------------------- */

bool
server_send(struct api_server *server, const void *bytes, size_t n)
{
    const char *at = bytes;

    while (n > 0) {
        ssize_t sent = server->tls != NULL ? SSL_write(server->tls, at, (int)n)
                                           : send(server->peer, at, n, MSG_NOSIGNAL);

        if (sent <= 0)
            return false;
        at += sent;
        n -= (size_t)sent;
    }
    return true;
}

void
server_answers_text(struct api_server *server)
{
    (void)server_send(server, server->text, strlen(server->text));
}

/* Reads to the end of the headers; false where the client left before. */
static bool
hear(struct api_server *server)
{
    size_t n = 0;

    while (n + 1 < sizeof server->heard) {
        ssize_t came = server->tls != NULL
                           ? SSL_read(server->tls, server->heard + n,
                                      (int)(sizeof server->heard - 1 - n))
                           : recv(server->peer, server->heard + n, sizeof server->heard - 1 - n, 0);

        if (came <= 0)
            return false;
        n += (size_t)came;
        server->heard[n] = '\0';
        if (strstr(server->heard, "\r\n\r\n") != NULL)
            return true;
    }
    return true;
}

static void
serve_one(struct api_server *server)
{
    bool good = true;

    atomic_fetch_add(&server->connections, 1);
    if (server->context != NULL) {
        server->tls = SSL_new(server->context);
        need(server->tls != NULL && SSL_set_fd(server->tls, server->peer) == 1, "SSL_new");
        good = SSL_accept(server->tls) == 1;
    }
    if (good && hear(server)) {
        atomic_fetch_add(&server->requests, 1);
        server->answer(server);
        if (server->tls != NULL)
            (void)SSL_shutdown(server->tls);
    }
    SSL_free(server->tls);
    server->tls = NULL;
    ERR_clear_error();
}

static void *
serve(void *argument)
{
    struct api_server *server = argument;

    while ((server->peer = accept(server->fd, NULL, NULL)) >= 0) {
        serve_one(server);
        (void)shutdown(server->peer, SHUT_RDWR);
        (void)close(server->peer);
    }
    return NULL;
}

static void
set_up_tls(struct api_server *server)
{
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());

    need(context != NULL &&
             SSL_CTX_use_PrivateKey_file(context, server->certificate, SSL_FILETYPE_PEM) == 1 &&
             SSL_CTX_use_certificate_file(context, server->certificate, SSL_FILETYPE_PEM) == 1,
         "TLS");
    if (server->old_tls) {
        SSL_CTX_set_security_level(context, 0);
        need(SSL_CTX_set_min_proto_version(context, TLS1_VERSION) == 1 &&
                 SSL_CTX_set_max_proto_version(context, TLS1_1_VERSION) == 1,
             "old TLS");
    }
    server->context = context;
}

void
server_start(struct api_server *server)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    socklen_t bytes = sizeof address;

    /* OpenSSL writes to connections that the client has closed. */
    (void)signal(SIGPIPE, SIG_IGN);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    server->fd = socket(AF_INET, SOCK_STREAM, 0);
    need(server->fd >= 0 && bind(server->fd, (struct sockaddr *)&address, sizeof address) == 0 &&
             listen(server->fd, 16) == 0 &&
             getsockname(server->fd, (struct sockaddr *)&address, &bytes) == 0,
         "listening");
    server->port = ntohs(address.sin_port);
    (void)snprintf(server->url, sizeof server->url, "http%s://127.0.0.1:%u",
                   server->certificate != NULL ? "s" : "", server->port);
    if (server->certificate != NULL)
        set_up_tls(server);
    if (server->answer == NULL)
        server->answer = server_answers_text;
    need(pthread_create(&server->thread, NULL, serve, server) == 0, "a thread");
}

void
server_stop(struct api_server *server)
{
    (void)shutdown(server->fd, SHUT_RDWR);
    (void)pthread_join(server->thread, NULL);
    (void)close(server->fd);
    SSL_CTX_free(server->context);
}
