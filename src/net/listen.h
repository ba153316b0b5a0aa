/*
 * listen.h - listening sockets, and a look at who holds one already.
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

/*
 * listen_deafen - the system drops whoever begins to connect from now on, so that the
 * backlog can be emptied for good. They try again after a second. Not for a socket that
 * is shared: the next process would be deaf, too. Does nothing to a Unix socket.
 */
void listen_deafen(const struct listener *listener);

/*
 * listen_try - whether an address could be bound now. What it bound it lets go.
 *
 * Errors   QUOSYNC_CONFIG for LISTEN_TAKEN and LISTEN_REFUSED.
 */
enum listen_outcome { LISTEN_FREE, LISTEN_TAKEN, LISTEN_REFUSED };
enum listen_outcome listen_try(const struct config_address *address,
                               struct quosync_error *err) QUOSYNC_MUST_CHECK;

/*
 * listen_ask - what answers on an address, for whoever finds it taken: sends
 * `GET target` and reads the status.
 *
 *   status  set to the HTTP status; 0: something else than HTTP answered
 *
 * Errors   QUOSYNC_UNAVAILABLE: nobody answers within two seconds.
 */
bool listen_ask(const struct config_address *address, const char *target, unsigned *status,
                struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* Whether only this host can reach the address. */
bool listen_is_loopback(const struct config_address *address);

#endif
