/*
 * relay.h - a TCP relay between the program and its database or Quo's API, in a
 * process of its own, which cuts the connection after a given byte, or stops to
 * pass anything on.
 */
#ifndef QUOSYNC_TESTS_RELAY_H
#define QUOSYNC_TESTS_RELAY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * Longer than any statement's deadline of 30 s. Without an end, PostgreSQL would keep what
 * the session has locked: amid a pipeline it waits for the client without a limit, until
 * TCP's keepalives find that nobody is there.
 */
#define RELAY_HELD_S 40

struct relay_plan {
    const char *socket_path; /* where it relays to: a Unix socket, or else ... */
    int port;                /* ... a port of 127.0.0.1 */
    size_t cut_up, cut_down; /* after so many bytes of all connections together; 0: not */
    bool reset;              /* with a reset, not an orderly end */
    bool hold;               /* passes nothing on any more, and ends it RELAY_HELD_S later */
};

/* In memory that is shared with the relay. */
struct relay_seen {
    size_t up, down, connections;
    bool cut;
};

/* Returns the relay's process; *port is where it listens. Ends with its parent, or by SIGKILL. */
pid_t relay_start(const struct relay_plan *plan, struct relay_seen *seen, int *port);

#endif
