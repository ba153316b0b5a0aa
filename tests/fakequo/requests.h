/*
 * requests.h - one request as the routes see it, and the answers they make.
 */
#ifndef QUOSYNC_TESTS_FAKEQUO_REQUESTS_H
#define QUOSYNC_TESTS_FAKEQUO_REQUESTS_H

#include <jansson.h>
#include <microhttpd.h>
#include <stdbool.h>

#include "faults.h"
#include "workspace.h"

#define SEGMENTS_AT_MOST 6
#define PAGE_AT_MOST 50

struct request {
    struct MHD_Connection *connection;
    const char *method, *path;
    char *segments[SEGMENTS_AT_MOST]; /* of the path, percent-decoded */
    size_t n_segments;
    json_t *body;                     /* NULL: none, or not JSON */
    enum fault fault;
    char argument[128];
};

struct answer {
    unsigned status;
    json_t *body; /* NULL: no body */
};

/* What every route shares: the workspace is changed under its lock alone. */
struct server {
    struct workspace ws;
    const char *key;
    unsigned rate;       /* requests in any second; 0: any number */
    bool real_tests;     /* test events look like real ones */
    bool v1_flat_errors; /* v1's errors in the documented shape, not the seen one */
};

extern struct server server;

/* The value of a query parameter; NULL when it is absent. */
const char *query(const struct request *request, const char *name);
/* Errors in the shapes of the two surfaces. */
struct answer refuse(const struct request *request, unsigned status, const char *message);
struct answer give(json_t *data); /* {"data": ...} */

/* routes.c: whether the version and the key are right, and what the path answers. */
bool admit(const struct request *request, struct answer *answer);
struct answer route(struct request *request);

/* control.c: a test's own paths; counting, true when it is one too many. */
struct answer control_route(struct request *request);
bool count_request(const struct request *request);
void count_refused(void);
void stats_reset(void);
void control_done(void);

/* sending.c: takes the answer's body. */
enum MHD_Result send_answer(struct request *request, struct answer answer);

/* Subscriptions and deliveries; segments[0] is "webhooks". */
struct answer webhooks_route(struct request *request);
/* POST /_fake/deliver: an event happens, and is delivered or lost. */
struct answer webhooks_deliver(const struct request *request);
/* GET and POST /_fake/subscriptions: what there is, with keys. */
struct answer webhooks_all(const struct request *request);
void webhooks_done(void);

#endif
