/*
 * listen.c - listening sockets. Kept apart from httpd.c because libmicrohttpd
 * would tell neither why it failed nor which port the system chose.
 */
#include <config.h>

#include "net/listen.h"

#include <errno.h>
#include <linux/filter.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/systemd.h"
#include "core/error.h"

/* How many connections may wait to be accepted; the system may cut it further. */
#define BACKLOG 1024

static bool
name_of(int fd, char bound[LISTEN_ADDRESS_SIZE])
{
    struct sockaddr_storage name = { 0 };
    const struct sockaddr_un *local = (const struct sockaddr_un *)&name;
    socklen_t bytes = sizeof(name);
    char host[64], port[8];

    if (getsockname(fd, (struct sockaddr *)&name, &bytes) != 0)
        return false;
    if (name.ss_family == AF_UNIX) {
        /* Of systemd alone; one without a path has a name that begins with a NUL. */
        snprintf(bound, LISTEN_ADDRESS_SIZE, "unix:%.107s", local->sun_path);
        return true;
    }
    if (getnameinfo((struct sockaddr *)&name, bytes, host, sizeof(host), port, sizeof(port),
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0)
        return false;
    snprintf(bound, LISTEN_ADDRESS_SIZE, name.ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host,
             port);
    return true;
}

static void
refused(const struct config_address *address, struct quosync_error *err)
{
    const int why = errno;

    (void)error_set(err, QUOSYNC_CONFIG, "cannot listen on \"%s\": %s", address->text,
                    strerror(why));
    error_hint(err, "%s",
               why == EADDRINUSE ? "See who has it (ss -ltnp), and stop that or change the port."
               : why == EACCES   ? "Take a port from 1024 on, or grant CAP_NET_BIND_SERVICE."
                                 : "Take an address that this host has (ip address).");
}

static int
bind_and_listen(const struct config_address *address)
{
    const int fd = socket(address->socket.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int on = 1;

    if (fd < 0)
        return -1;
    /* A restart must not wait for the old connections to leave TIME_WAIT. */
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (bind(fd, (const struct sockaddr *)&address->socket, address->socket_bytes) == 0 &&
        listen(fd, BACKLOG) == 0)
        return fd;
    int why = errno;

    close(fd);
    errno = why;
    return -1;
}

bool
listen_open(const struct config_address *address, const char *name, struct listener *listener,
            struct quosync_error *err)
{
    if (!systemd_socket(name, &listener->fd, err))
        return false;
    listener->shared = listener->fd >= 0;
    if (!listener->shared)
        listener->fd = bind_and_listen(address);
    if (listener->fd >= 0 && name_of(listener->fd, listener->address))
        return true;
    refused(address, err);
    if (listener->fd >= 0)
        close(listener->fd);
    listener->fd = -1;
    return false;
}

void
listen_deafen(const struct listener *listener)
{
    static struct sock_filter drop[] = { BPF_STMT(BPF_RET | BPF_K, 0) };
    static const struct sock_fprog filter = { .len = 1, .filter = drop };

    /* What it guards against is rare, and the end must come: a refusal is no reason to stop. */
    (void)setsockopt(listener->fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter));
}

enum listen_outcome
listen_try(const struct config_address *address, struct quosync_error *err)
{
    const int fd = bind_and_listen(address);
    const enum listen_outcome outcome = fd >= 0                ? LISTEN_FREE
                                        : errno == EADDRINUSE ? LISTEN_TAKEN
                                                              : LISTEN_REFUSED;

    if (fd >= 0)
        close(fd);
    else
        refused(address, err);
    return outcome;
}

bool
listen_is_loopback(const struct config_address *address)
{
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)&address->socket;
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)&address->socket;

    if (address->socket.ss_family == AF_INET)
        return (ntohl(v4->sin_addr.s_addr) >> 24) == 127;
    return IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
}
