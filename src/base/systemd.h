/*
 * systemd.h - how the process is, said to systemd, and the sockets that it passes.
 * Says and gets nothing where the process does not run under systemd, or was built
 * without libsystemd. Any thread.
 */
#ifndef QUOSYNC_BASE_SYSTEMD_H
#define QUOSYNC_BASE_SYSTEMD_H

#include <stdbool.h>

#include "quosync.h"

/* The process listens (Type=notify waits for it). */
void systemd_ready(void);

/* The process was told to end, and finishes what it has begun. */
void systemd_stopping(void);

/* Its threads move; WatchdogSec of the unit says how often this must be heard. */
void systemd_alive(void);

/*
 * systemd_socket - the listening socket that was passed under a name
 * (FileDescriptorName= of a socket unit: the configuration's key of its address).
 *
 *   fd  set to the socket, or to -1 where none has this name
 *
 * The process does not own it alone: it may accept, and close its own copy, but
 * not shut it down.
 * Errors   QUOSYNC_CONFIG: several of this name, one of a name that is no key, or
 *          one that does not listen for streams.
 */
bool systemd_socket(const char *name, int *fd, struct quosync_error *err) QUOSYNC_MUST_CHECK;

#endif
