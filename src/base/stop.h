/*
 * stop.h - how a person or systemd ends the process: SIGTERM and SIGINT ask
 * for an orderly end, the second one ends it at once; SIGHUP asks for the
 * secrets to be read again. SIGPIPE is ignored.
 */
#ifndef QUOSYNC_BASE_STOP_H
#define QUOSYNC_BASE_STOP_H

#include <stdbool.h>
#include <stdint.h>

#include "quosync.h"

/*
 * stop_install - take the signals over; once, before the first thread.
 *
 * Errors   QUOSYNC_UNAVAILABLE when there is no descriptor left.
 */
bool stop_install(struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* True once an end was asked for, by a signal or by stop_request. Any thread. */
bool stop_requested(void);

/* Asks for the end from inside: a thread that cannot go on, --drain. Any thread. */
void stop_request(void);

/*
 * stop_wait - sleep at most ms (negative: without limit), less when an end is
 * asked for. Returns stop_requested(). Any thread, any number of them.
 */
bool stop_wait(int64_t ms);

/*
 * stop_wait_hangup - as stop_wait, for the one thread that looks after SIGHUP:
 * also wakes at SIGHUP and then sets *hangup (once for any number of signals
 * that came before).
 */
bool stop_wait_hangup(int64_t ms, bool *hangup);

/* A descriptor that is readable from the request on, for poll; never read from it. */
int stop_fd(void);

#endif
