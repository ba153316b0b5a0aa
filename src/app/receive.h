/*
 * receive.h - the webhook: which workspace a path belongs to, whether a
 * delivery is authentic, and what is answered. Storing is intake's.
 */
#ifndef QUOSYNC_APP_RECEIVE_H
#define QUOSYNC_APP_RECEIVE_H

#include "app/intake.h"
#include "base/config.h"
#include "net/httpd.h"
#include "quosync.h"

struct receive;

/* Counters since the start. */
struct receive_stats {
    uint64_t verified;
    uint64_t malformed; /* 400: a header is missing, there twice, or not of the form */
    uint64_t stale;     /* 401: the timestamp is too far from our clock */
    uint64_t no_match;  /* 401: no secret matches */
};

/*
 * receive_open - the endpoints of all configured workspaces.
 *
 *   config, intake  borrowed until receive_close
 *
 * Errors   QUOSYNC_NO_MEMORY.
 */
bool receive_open(const struct config *config, struct intake *intake, struct receive **receive,
                  struct quosync_error *err) QUOSYNC_MUST_CHECK;
void receive_close(struct receive **receive); /* after httpd_close; NULL is fine; sets NULL */

/* For httpd_open; borrowed. */
const struct httpd_endpoint *receive_endpoints(const struct receive *receive, size_t *n);

void receive_stats(const struct receive *receive, struct receive_stats *stats);

#endif
