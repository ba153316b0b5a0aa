/*
 * listen.h - listening sockets.
 */
#ifndef QUOSYNC_NET_LISTEN_H
#define QUOSYNC_NET_LISTEN_H

#include "base/config.h"
#include "quosync.h"

/* Room for "unix:" and the path of a socket, and for "[" IPv6 with a zone "]:65535". */
#define LISTEN_ADDRESS_SIZE 128

struct listener {
    int fd;     /* non-blocking, closed on exec; -1: none */
    bool shared; /* systemd listens on it as well: close it, but do not shut it down */
    char address[LISTEN_ADDRESS_SIZE]; /* in numbers, with the port that it really got */
};

/*
 * listen_open - the socket that systemd passed under a name (base/systemd.h), or one
 * that is bound here and listens.
 *
 *   listener  all of it set; the caller closes the fd
 *
 * Errors   QUOSYNC_CONFIG: the address cannot be bound, or systemd_socket's.
 */
bool listen_open(const struct config_address *address, const char *name,
                 struct listener *listener, struct quosync_error *err) QUOSYNC_MUST_CHECK;

#endif
