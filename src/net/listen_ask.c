/*
 * listen_ask.c - one short HTTP request over a plain socket: enough to tell
 * whether the program that holds an address is one of ours.
 */
#include <config.h>

#include "net/listen.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "core/error.h"

#define PATIENCE_US (2 * CLOCK_US_PER_S)
#define STATUS_BYTES (sizeof "HTTP/1.1 200" - 1)

static bool
wait_for(int fd, short events, int64_t end_us)
{
    struct pollfd look = { .fd = fd, .events = events };
    int64_t left_us = end_us - clock_steady_us();

    return left_us > 0 && poll(&look, 1, (int)(left_us / 1000) + 1) == 1;
}

static bool
talk(int fd, const char *request, char answer[STATUS_BYTES + 1], size_t *n)
{
    const int64_t end_us = clock_steady_us() + PATIENCE_US;
    ssize_t got;

    *n = 0;
    if (!wait_for(fd, POLLOUT, end_us) ||
        send(fd, request, strlen(request), MSG_NOSIGNAL) != (ssize_t)strlen(request))
        return false;
    while (*n < STATUS_BYTES && wait_for(fd, POLLIN, end_us)) {
        got = recv(fd, answer + *n, STATUS_BYTES - *n, 0);
        if (got <= 0)
            break;
        *n += (size_t)got;
    }
    answer[*n] = '\0';
    return *n > 0;
}

bool
listen_ask(const struct config_address *address, const char *target, unsigned *status,
           struct quosync_error *err)
{
    const int fd = socket(address->socket.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    char request[1024], answer[STATUS_BYTES + 1];
    bool told = false;
    size_t n;

    *status = 0;
    (void)snprintf(request, sizeof request,
                   "GET %.512s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", target);
    if (fd >= 0 &&
        (connect(fd, (const struct sockaddr *)&address->socket, address->socket_bytes) == 0 ||
         errno == EINPROGRESS))
        told = talk(fd, request, answer, &n);
    if (fd >= 0)
        (void)close(fd);
    if (!told)
        return error_set(err, QUOSYNC_UNAVAILABLE, "nothing answers on \"%s\"", address->text);
    if (n == STATUS_BYTES && strncmp(answer, "HTTP/1.", strlen("HTTP/1.")) == 0)
        *status = (unsigned)strtoul(answer + sizeof "HTTP/1.1 " - 1, NULL, 10);
    return true;
}
