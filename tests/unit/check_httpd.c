/*
 * check_httpd.c - the server by itself, over real sockets: what it does at its limits, and
 * for want of memory. And who listens where, as it is asked before a start.
 */
#include "net/httpd.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "net/listen.h"
#include "net/watch.h"
#include "support/suite.h"

#define BODY_MAX 8000

static struct config_address address;
static struct httpd *httpd;
static struct quosync_error err;
static atomic_int say_twice;

/* ---- a client ------------------------------------------------------------------------ */

static struct config_address
loopback(unsigned short port)
{
    struct config_address made = { .text = "127.0.0.1", .port = port };
    struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons(port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

    memcpy(&made.socket, &v4, sizeof v4);
    made.socket_bytes = sizeof v4;
    return made;
}

static struct config_address
own_address(void)
{
    return loopback((unsigned short)atoi(strrchr(httpd_address(httpd), ':') + 1));
}

static int
connected(void)
{
    const struct config_address to = own_address();
    const struct timeval patience = { .tv_sec = 20 };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), 0);
    ck_assert_int_eq(connect(fd, (const struct sockaddr *)&to.socket, to.socket_bytes), 0);
    return fd;
}

static void
say(int fd, const char *text)
{
    ck_assert_int_eq(send(fd, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
}

/* So many bytes of a body. */
static void
pour(int fd, size_t bytes)
{
    static char body[BODY_MAX];

    memset(body, 'b', sizeof body);
    ck_assert_int_eq(send(fd, body, bytes, MSG_NOSIGNAL), (ssize_t)bytes);
}

/* What comes, until the server closes or, with `whole`, that text is there. */
static const char *
heard(int fd, const char *whole)
{
    static char text[4096];
    size_t n = 0;
    ssize_t got;

    text[0] = '\0';
    while ((whole == NULL || strstr(text, whole) == NULL) && n < sizeof text - 1 &&
           (got = recv(fd, text + n, sizeof text - 1 - n, 0)) > 0) {
        n += (size_t)got;
        text[n] = '\0';
    }
    return text;
}

static void
wait_for_counts(bool (*enough)(const struct httpd_stats *stats))
{
    struct httpd_stats stats;

    for (int i = 0; i < 2000; i++) {
        httpd_stats(httpd, &stats);
        if (enough(&stats))
            return;
        clock_sleep_ms(10);
    }
    ck_abort_msg("it never came");
}

/* ---- the server ---------------------------------------------------------------------- */

static unsigned
take(void *context, struct httpd_request *request)
{
    (void)context;
    return httpd_body(request)->n > 0 ? 200 : 503;
}

static unsigned
tell(void *context, struct httpd_request *request)
{
    (void)context;
    if (!httpd_say(request, "text/plain", "first", 5))
        return 500;
    if (atomic_load(&say_twice) && !httpd_say(request, "text/plain", "second", 6))
        return 500;
    return 200;
}

static const struct httpd_endpoint endpoints[] = { { "/in", "POST", take, NULL },
                                                   { "/out", "GET", tell, NULL } };

static void
serve(unsigned max_connections)
{
    const struct httpd_options options = { .listen = &address,
                                           .socket_name = "listen",
                                           .endpoints = endpoints,
                                           .n_endpoints = 2,
                                           .max_body_bytes = BODY_MAX,
                                           .all_bodies_bytes = BODY_MAX,
                                           .max_connections = max_connections,
                                           .deadline_us = 20 * CLOCK_US_PER_S };

    ck_assert_msg(httpd_open(&options, &httpd, &err), "%s", err.text);
}

static void
set_up(void)
{
    address = loopback(0);
    serve(4);
}

static void
tear_down(void)
{
    httpd_close(&httpd);
    httpd_close(&httpd);
    ck_assert_ptr_null(httpd);
}

#define POST(length) "POST /in HTTP/1.1\r\nHost: x\r\nContent-Length: " length "\r\n\r\n"

static bool
holds_a_body(const struct httpd_stats *stats)
{
    return stats->body_bytes == BODY_MAX;
}

static bool
holds_no_body(const struct httpd_stats *stats)
{
    return stats->body_bytes == 0;
}

START_TEST(beyond_the_bytes_of_all_bodies_a_sender_is_told_to_come_again)
{
    const int first = connected(), second = connected();
    struct httpd_stats stats;

    say(first, POST("8000"));
    pour(first, 6000);
    wait_for_counts(holds_a_body);
    say(second, POST("100"));
    pour(second, 100);
    ck_assert_ptr_nonnull(strstr(heard(second, NULL), "Retry-After: 2\r\n"));
    pour(first, 2000);
    ck_assert_ptr_nonnull(strstr(heard(first, "ok\n"), "200 OK"));
    wait_for_counts(holds_no_body);
    httpd_stats(httpd, &stats);
    ck_assert_uint_eq(stats.saturated, 1);
    ck_assert_uint_eq(stats.answered_503, 1);
    (void)close(first);
    (void)close(second);
}
END_TEST

static bool
refused_one(const struct httpd_stats *stats)
{
    return stats->answered_413 == 1 && stats->connections == 0;
}

/* It sends what it is asked not to, chunk by chunk. */
START_TEST(a_body_that_grows_too_large_is_refused_in_its_middle)
{
    const int fd = connected();

    say(fd, "POST /in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1f40\r\n");
    pour(fd, BODY_MAX);
    say(fd, "\r\n64\r\n");
    pour(fd, 100);
    ck_assert_ptr_nonnull(strstr(heard(fd, NULL), "413 Content Too Large"));
    say(fd, "\r\n0\r\n\r\n"); /* is read, and ends it */
    (void)close(fd);
    wait_for_counts(refused_one);
}
END_TEST

/* ---- sending -------------------------------------------------------------------------- */

static atomic_int sends_fail;

ssize_t __wrap_send(int fd, const void *bytes, size_t n, int flags);
ssize_t __real_send(int fd, const void *bytes, size_t n, int flags);

/* The server alone does not wait. */
ssize_t
__wrap_send(int fd, const void *bytes, size_t n, int flags)
{
    if (atomic_load(&sends_fail) && (flags & MSG_DONTWAIT) != 0)
        return -1;
    return __real_send(fd, bytes, n, flags);
}

START_TEST(who_cannot_be_answered_in_the_middle_is_left)
{
    const int fd = connected();

    atomic_store(&sends_fail, 1);
    say(fd, "POST /in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1f40\r\n");
    pour(fd, BODY_MAX);
    say(fd, "\r\n64\r\n");
    pour(fd, 100);
    ck_assert_str_eq(heard(fd, NULL), "");
    (void)close(fd);
    wait_for_counts(refused_one);
}
END_TEST

/* ---- answers -------------------------------------------------------------------------- */

START_TEST(what_was_said_last_is_sent)
{
    const int fd = connected();

    say(fd, "GET /out HTTP/1.1\r\nHost: x\r\n\r\n");
    ck_assert_ptr_nonnull(strstr(heard(fd, "first"), "200 OK"));
    atomic_store(&say_twice, 1);
    say(fd, "GET /out HTTP/1.1\r\nHost: x\r\n\r\n");
    ck_assert_ptr_nonnull(strstr(heard(fd, "second"), "Content-Length: 6"));
    say(fd, "HEAD /out HTTP/1.1\r\nHost: x\r\n\r\n");
    ck_assert_ptr_nonnull(strstr(heard(fd, "\r\n\r\n"), "200 OK"));
    say(fd, "POST /out HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
    ck_assert_ptr_nonnull(strstr(heard(fd, NULL), "Allow: GET, HEAD"));
    (void)close(fd);
}
END_TEST

START_TEST(a_head_of_what_is_posted_is_no_method)
{
    const int fd = connected();

    say(fd, "HEAD /in HTTP/1.1\r\nHost: x\r\n\r\n");
    ck_assert_ptr_nonnull(strstr(heard(fd, NULL), "405 Method Not Allowed"));
    (void)close(fd);
}
END_TEST

/* ---- memory ------------------------------------------------------------------------------ */

static atomic_int nothing_left;

static void *
failing_malloc(size_t bytes)
{
    return atomic_load(&nothing_left) ? NULL : malloc(bytes);
}

static void *
failing_realloc(void *block, size_t bytes)
{
    return atomic_load(&nothing_left) ? NULL : realloc(block, bytes);
}

START_TEST(without_memory_a_connection_is_closed_and_a_body_put_off)
{
    int fd;

    fd = connected();
    say(fd, "GET /out HTTP/1.1\r\nHost: x\r\n\r\n");
    (void)heard(fd, "first");
    atomic_store(&nothing_left, 1);
    say(fd, POST("100")); /* of a connection that there is */
    pour(fd, 100);
    ck_assert_ptr_nonnull(strstr(heard(fd, NULL), "503 Service Unavailable"));
    (void)close(fd);
    fd = connected();
    ck_assert_str_eq(heard(fd, NULL), "");
    (void)close(fd);
    atomic_store(&nothing_left, 0);
    fd = connected();
    say(fd, POST("100"));
    pour(fd, 100);
    ck_assert_ptr_nonnull(strstr(heard(fd, "ok\n"), "200 OK"));
    (void)close(fd);
}
END_TEST

static void
set_up_failing(void)
{
    quosync_set_allocator(failing_malloc, failing_realloc, free);
    set_up();
}

/* ---- its end ------------------------------------------------------------------------------ */

static bool
one_is_there(const struct httpd_stats *stats)
{
    return stats->connections == 1;
}

START_TEST(an_end_waits_for_a_request_as_long_as_it_is_told_to)
{
    const int fd = connected();

    say(fd, POST("100"));
    wait_for_counts(one_is_there);
    httpd_quiesce(httpd);
    httpd_quiesce(httpd);
    ck_assert(!httpd_drain(httpd, 1000));
    pour(fd, 100);
    ck_assert_ptr_nonnull(strstr(heard(fd, NULL), "Connection: close"));
    (void)close(fd);
    ck_assert(httpd_drain(httpd, 20 * CLOCK_US_PER_S));
}
END_TEST

/* ---- who listens ---------------------------------------------------------------------------- */

START_TEST(an_address_is_free_or_taken_or_not_this_host_s)
{
    struct config_address other = own_address();

    ck_assert_int_eq(listen_try(&other, &err), LISTEN_TAKEN);
    ck_assert_ptr_nonnull(strstr(err.hint, "See who has it"));
    other = loopback(0);
    ck_assert_int_eq(listen_try(&other, &err), LISTEN_FREE);
    ((struct sockaddr_in *)&other.socket)->sin_addr.s_addr = htonl(0xC0000201); /* 192.0.2.1 */
    ck_assert_int_eq(listen_try(&other, &err), LISTEN_REFUSED);
    ck_assert_ptr_nonnull(strstr(err.hint, "Take an address that this host has"));
}
END_TEST

START_TEST(loopback_is_what_this_host_alone_can_reach)
{
    struct config_address one = loopback(80);
    struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };

    ck_assert(listen_is_loopback(&one));
    ((struct sockaddr_in *)&one.socket)->sin_addr.s_addr = htonl(0xC0000201);
    ck_assert(!listen_is_loopback(&one));
    memcpy(&one.socket, &v6, sizeof v6);
    ck_assert(listen_is_loopback(&one));
    v6.sin6_addr = (struct in6_addr)IN6ADDR_ANY_INIT;
    memcpy(&one.socket, &v6, sizeof v6);
    ck_assert(!listen_is_loopback(&one));
}
END_TEST

/* Listens, answers one client with these bytes and leaves; in a process of its own. */
static struct config_address
answers_with(const char *text)
{
    struct sockaddr_in name;
    socklen_t bytes = sizeof name;
    struct config_address any = loopback(0);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    pid_t child;

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(bind(fd, (const struct sockaddr *)&any.socket, any.socket_bytes), 0);
    ck_assert_int_eq(listen(fd, 5), 0);
    ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&name, &bytes), 0);
    child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        char request[2000];
        int peer = accept(fd, NULL, NULL);

        (void)!recv(peer, request, sizeof request, 0);
        (void)!__real_send(peer, text, strlen(text), MSG_NOSIGNAL);
        _exit(0);
    }
    (void)close(fd);
    return loopback(ntohs(name.sin_port));
}

static const struct {
    const char *text;
    bool told;
    unsigned status;
} answers[] = {
    { "HTTP/1.1 200 OK\r\n\r\n", true, 200 }, { "HTTP/1.0 404", true, 404 },
    { "SSH-2.0-OpenSSH_9.2p1", true, 0 },     { "220 ", true, 0 },
    { "", false, 0 },
};

START_TEST(who_listens_is_told_by_what_he_answers)
{
    const struct config_address to = answers_with(answers[_i].text);
    unsigned status = 1;

    ck_assert_int_eq(listen_ask(&to, "/healthz", &status, &err), answers[_i].told);
    ck_assert_uint_eq(status, answers[_i].status);
}
END_TEST

START_TEST(where_nobody_listens_nothing_answers)
{
    struct config_address to = own_address();
    unsigned status = 1;
    struct rlimit few, before;

    httpd_close(&httpd);
    ck_assert(!listen_ask(&to, "/healthz", &status, &err));
    ck_assert_int_eq(err.kind, QUOSYNC_UNAVAILABLE);
    ck_assert_uint_eq(status, 0);
    /* And where this process may not even ask. */
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
    few = before;
    few.rlim_cur = 0;
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &few), 0);
    ck_assert(!listen_ask(&to, "/healthz", &status, &err));
    ck_assert_int_eq(listen_try(&to, &err), LISTEN_REFUSED);
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("httpd");
    TCase *tc = tcase_create("httpd");

    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, beyond_the_bytes_of_all_bodies_a_sender_is_told_to_come_again);
    tcase_add_test(tc, a_body_that_grows_too_large_is_refused_in_its_middle);
    tcase_add_test(tc, who_cannot_be_answered_in_the_middle_is_left);
    tcase_add_test(tc, what_was_said_last_is_sent);
    tcase_add_test(tc, a_head_of_what_is_posted_is_no_method);
    tcase_add_test(tc, an_end_waits_for_a_request_as_long_as_it_is_told_to);
    tcase_add_test(tc, an_address_is_free_or_taken_or_not_this_host_s);
    tcase_add_test(tc, loopback_is_what_this_host_alone_can_reach);
    tcase_add_loop_test(tc, who_listens_is_told_by_what_he_answers, 0,
                        (int)(sizeof answers / sizeof answers[0]));
    tcase_add_test(tc, where_nobody_listens_nothing_answers);
    suite_add_tcase(suite, tc);
    tc = tcase_create("memory");
    tcase_add_checked_fixture(tc, set_up_failing, tear_down);
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, without_memory_a_connection_is_closed_and_a_body_put_off);
    suite_add_tcase(suite, tc);
    return suite_run(suite);
}
