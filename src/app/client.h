/*
 * client.h - a client of Quo's API for one workspace: its key, and turns from the
 * rate that all processes with that key share.
 */
#ifndef QUOSYNC_APP_CLIENT_H
#define QUOSYNC_APP_CLIENT_H

#include "base/config.h"
#include "db/pg.h"
#include "net/api.h"

struct client {
    struct api *api;
    struct pg *pg; /* borrowed: the rate is kept in the database; NULL: it is not kept */
    char rate_key[40];
    int64_t interval_us; /* between two requests */
};

/*
 * client_open - a client that stops waiting when the program is asked to end.
 *
 *   pg      NULL: the requests take no turns (a look at Quo while the database is away)
 *   tries   how often a request is sent at most; 0: API_TRIES
 *   client  stays in place until client_done
 *
 * Errors   QUOSYNC_CONFIG (api_url, no key), QUOSYNC_NO_MEMORY.
 */
bool client_open(struct pg *pg, const struct config *config,
                 const struct config_workspace *workspace, unsigned tries,
                 struct client *client, struct quosync_error *err) QUOSYNC_MUST_CHECK;
void client_done(struct client *client); /* for AUTO; may run twice */

/* A refused request, QUOSYNC_BAD_INPUT: says which, Quo's words and the trace. Returns false. */
bool client_refused(const struct api_answer *answer, const char *what, struct quosync_error *err);

/*
 * client_get - one request, and `data` of its answer (owned by the caller).
 *
 * Errors   api_run's; QUOSYNC_UNAVAILABLE for an answer without data; client_refused.
 */
bool client_get(struct client *client, const char *path, struct api_answer *answer, json_t **data,
                struct quosync_error *err) QUOSYNC_MUST_CHECK;

#endif
