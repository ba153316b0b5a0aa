/*
 * listen.c - listening sockets. Kept apart from httpd.c because libmicrohttpd
 * would tell neither why it failed nor which port the system chose.
 */
#include <config.h>

#include "net/listen.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/error.h"

/* How many connections may wait to be accepted; the system may cut it further. */
#define BACKLOG 1024

static bool
name_of(int fd, char bound[LISTEN_ADDRESS_SIZE])
{
    struct sockaddr_storage name;
    socklen_t bytes = sizeof(name);
    char host[64], port[8];

    if (getsockname(fd, (struct sockaddr *)&name, &bytes) != 0 ||
        getnameinfo((struct sockaddr *)&name, bytes, host, sizeof(host), port, sizeof(port),
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0)
        return false;
    snprintf(bound, LISTEN_ADDRESS_SIZE, name.ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host,
             port);
    return true;
}

bool
listen_open(const struct config_address *address, int *fd, char bound[LISTEN_ADDRESS_SIZE],
            struct quosync_error *err)
{
    int on = 1;

    *fd = socket(address->socket.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (*fd >= 0) {
        /* A restart must not wait for the old connections to leave TIME_WAIT. */
        (void)setsockopt(*fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
        if (bind(*fd, (const struct sockaddr *)&address->socket, address->socket_bytes) == 0 &&
            listen(*fd, BACKLOG) == 0 && name_of(*fd, bound))
            return true;
    }
    (void)error_set(err, QUOSYNC_CONFIG, "cannot listen on \"%s\": %s", address->text,
                    strerror(errno));
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
    return false;
}
