/*
 * intake.h - group commit: whatever deliveries wait for one workspace go into
 * the database in one transaction as soon as the last one returned, and are all
 * answered then. One thread, one connection, no timer: a wait would only make
 * everybody slower, a second connection only the groups smaller.
 */
#ifndef QUOSYNC_APP_INTAKE_H
#define QUOSYNC_APP_INTAKE_H

#include "base/config.h"
#include "net/httpd.h"
#include "quosync.h"

struct intake;

struct intake_options {
    const struct config *config;     /* database, workspaces, batch, batch_bytes; borrowed */
    void (*stored)(void *context);   /* after a commit that stored something; NULL: nobody */
    void *context;
};

/* Group sizes up to 1, 2, 4, ... 512, and more. */
#define INTAKE_SIZES 11
/* Seconds of a commit up to 0.001, 0.0025, 0.005, ... 5, and more. */
#define INTAKE_SECONDS 13
extern const double intake_seconds_bounds[INTAKE_SECONDS - 1];

struct intake_stats {
    bool ready; /* connected, the schema is ours, the server takes writes */
    uint64_t stored, duplicates, conflicts;
    uint64_t failed;  /* answered 503 or 500: not stored, or not known to be */
    uint64_t overdue; /* of these: the database took too long */
    uint64_t connects, connect_failures;
    uint64_t groups;
    uint64_t group_sizes[INTAKE_SIZES], group_seconds[INTAKE_SECONDS]; /* not summed up */
    double group_seconds_sum;
    uint64_t group_sizes_sum;
    size_t waiting; /* now */
};

/*
 * intake_open - start. Waits a moment for the first connection, so that a
 * server that is there is known to be before the first request; one that is
 * not is tried again in the background.
 *
 * Errors   QUOSYNC_NO_MEMORY, QUOSYNC_UNAVAILABLE (no thread).
 */
bool intake_open(const struct intake_options *options, struct intake **intake,
                 struct quosync_error *err) QUOSYNC_MUST_CHECK;

/*
 * intake_put - take over a verified delivery of the workspace with this index.
 * Returns HTTPD_LATER: the request was suspended and will be answered, or the
 * status to answer with at once (503 while the database cannot be reached).
 */
unsigned intake_put(struct intake *intake, size_t workspace, struct httpd_request *request,
                    const struct httpd_text *webhook_id);

/* Answers those that wait too long (5 s) with 503. Several times a second. */
void intake_tick(struct intake *intake);

/*
 * intake_stop - store what waits, answer everything, end the thread. What is put
 * in afterwards gets 503. The server must still run, to send the answers, and may
 * be closed afterwards. NULL is fine; may run twice.
 */
void intake_stop(struct intake *intake);
/* After the server's end. NULL is fine; sets NULL. */
void intake_close(struct intake **intake);

bool intake_ready(struct intake *intake);
/* False when the thread has not come round for half a minute, which no deadline allows. */
bool intake_moves(struct intake *intake);
void intake_stats(struct intake *intake, struct intake_stats *stats);

#endif
