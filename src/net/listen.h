/*
 * listen.h - listening sockets.
 */
#ifndef QUOSYNC_NET_LISTEN_H
#define QUOSYNC_NET_LISTEN_H

#include "base/config.h"
#include "quosync.h"

/* Room for "[" IPv6 with a zone "]:65535" and a NUL. */
#define LISTEN_ADDRESS_SIZE 96

/*
 * listen_open - bind and listen; non-blocking and closed on exec.
 *
 *   fd     set to the socket, which the caller owns
 *   bound  set to the address in numbers, with the port that it really got
 *
 * Errors   QUOSYNC_CONFIG: the address cannot be bound.
 */
bool listen_open(const struct config_address *address, int *fd, char bound[LISTEN_ADDRESS_SIZE],
                 struct quosync_error *err) QUOSYNC_MUST_CHECK;

#endif
