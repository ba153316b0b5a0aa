/*
 * serve.h - the receiving side of the process: the public server, intake behind
 * it, the admin server beside it.
 */
#ifndef QUOSYNC_APP_SERVE_H
#define QUOSYNC_APP_SERVE_H

#include "app/metrics.h"
#include "base/config.h"
#include "quosync.h"

/* Descriptors beside the public sockets: database, workers, logs, epoll, a few to refuse with. */
#define SERVE_OTHER_DESCRIPTORS 256

struct serve;

struct serve_options {
    const struct config *config;   /* with secrets; borrowed until serve_close */
    void (*stored)(void *context); /* after deliveries were committed; NULL: nobody */
    void *context;
    const struct workers *workers; /* of this process, for metrics and watchdog; NULL: none */
};

/*
 * serve_open - listen and receive. A database that cannot be reached is no
 * error: requests are answered 503 until it can.
 *
 * Errors   QUOSYNC_CONFIG: an address cannot be used. QUOSYNC_NO_MEMORY,
 *          QUOSYNC_UNAVAILABLE.
 */
bool serve_open(const struct serve_options *options, struct serve **serve,
                struct quosync_error *err) QUOSYNC_MUST_CHECK;

/*
 * serve_close - accept nobody any more, finish what was begun (within 9 s; what
 * is then left gets 503), end. NULL is fine; sets NULL.
 */
void serve_close(struct serve **serve);

/*
 * serve_run - the command `serve`: until an end is asked for; SIGHUP reads the
 * secrets again. Errors: serve_open's.
 */
bool serve_run(const struct config *config, struct quosync_error *err) QUOSYNC_MUST_CHECK;

/*
 * The command `run`: receiving and applying in one process; what is stored wakes
 * the workers. At the end they finish their batches while serve_close finishes
 * the requests.
 *
 * Errors   serve_open's, workers_open's, and what made a worker stop.
 */
bool serve_run_with_workers(const struct config *config,
                            struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* Sleeps until an end is asked for and looks after SIGHUP meanwhile. */
void serve_wait(const struct config *config);

#endif
