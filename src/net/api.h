/*
 * api.h - a client of Quo's REST API on libcurl: several requests at once over
 * connections that are kept, each under a deadline and a size limit, paced by
 * whoever owns the rate, repeated where repeating can help.
 *
 * It knows HTTP and the shape of Quo's errors; what the objects mean is the
 * caller's. Source: doc/quo.md, "REST".
 */
#ifndef QUOSYNC_NET_API_H
#define QUOSYNC_NET_API_H

#include <jansson.h>

#include "core/memory.h"
#include "quosync.h"

/* The version header of the unprefixed paths, kept in this one place. */
#define API_VERSION_HEADER "Quo-Api-Version: 2026-03-30"

/* An answer larger than this is refused, whatever it is (bytes). */
#define API_ANSWER_MAX_BYTES ((size_t)32 * 1024 * 1024)

/* A request is sent this often at most; then the run gives up. */
#define API_TRIES 5

/* A request leaves within this much of its turn, or has to take another (us). */
#define API_LATE_AT_MOST_US 8000

/* Longest wait that a Retry-After may ask for; beyond it the run ends with TRY_LATER. */
#define API_RETRY_AFTER_MAX_S 60

struct api;

struct api_options {
    const char *url; /* "https://api.quo.com"; http for loopback only */
    const char *key; /* sent bare in Authorization; never in a text or a log */
    const char *key_name; /* how messages call the key: "api_key_file of workspace main" */
    /*
     * Reserves a request's turn: *wait_us is how long from now until it may be sent.
     * *turn is its number; at the call it is 0, or that of a turn that passed unused
     * because its request was not ready to leave. NULL: no limit. Errors end the
     * request that needed the turn.
     */
    bool (*turn)(void *state, int64_t *turn, int64_t *wait_us, struct quosync_error *err);
    void *turn_state;
    const char *ca_file; /* borrowed; certificates to trust instead of the system's; NULL: those */
    /* True when the program is to stop: waits end early with TRY_LATER. NULL: never. */
    bool (*stopping)(void);
    unsigned tries; /* 0: API_TRIES; 1 where a person waits for an answer */
    /* For tests of waiting: divides every back-off; 0 or 1: none. */
    int back_off_divisor;
    /* The same: how long an answer may trickle in, and how long it may take; 0: as ever. */
    long low_speed_s, timeout_s;
};

enum api_method { API_GET, API_POST, API_PATCH, API_DELETE };

/* An answer that was read whole. json is NULL where there was no body, or no JSON. */
struct api_answer {
    unsigned status;
    json_t *json;        /* borrowed for the call of the handler */
    int64_t date_us;     /* the Date header: Quo's clock, whole seconds */
    bool has_date;
    char message[256];   /* of an error: Quo's own words, without control characters */
    char trace[64];      /* by which Quo's support finds the request; "" when there was none */
};

/*
 * Called once for each request: with an answer (any status but 429, 5xx and
 * refused keys), or with answer NULL and why. May submit further requests.
 * Returning false with *err filled ends api_run.
 */
typedef bool (*api_handler)(void *owner, const struct api_answer *answer,
                            const struct quosync_error *why, struct quosync_error *err);

struct api_request {
    enum api_method method;
    const char *path; /* with the query, percent-encoded; "/v1/..." gets no version header */
    const char *body; /* JSON text; NULL: none */
    bool once;        /* not safe to repeat (create, rotate): a cut answer is an error at once */
    bool urgent;      /* before those that wait */
    api_handler handler;
    void *owner;
};

/* Errors: QUOSYNC_CONFIG (a URL that is not allowed), QUOSYNC_NO_MEMORY. */
bool api_open(const struct api_options *options, struct api **api,
              struct quosync_error *err) QUOSYNC_MUST_CHECK;
void api_close(struct api **api); /* NULL is fine; sets NULL; drops what was not answered */

/* Queues a request; copies path and body. Errors: QUOSYNC_NO_MEMORY. */
bool api_submit(struct api *api, const struct api_request *request,
                struct quosync_error *err) QUOSYNC_MUST_CHECK;

/*
 * api_run - work until nothing is queued or open, or a handler returns false.
 *
 * Errors   what the handler said. QUOSYNC_CONFIG when the key is refused (401,
 *          403), QUOSYNC_UNAVAILABLE when the plan has expired (402) or
 *          API_TRIES did not help, QUOSYNC_TRY_LATER when the rate limit asks
 *          for longer than API_RETRY_AFTER_MAX_S or the program stops: these
 *          are given to the request's handler as `why`.
 */
bool api_run(struct api *api, struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* How many requests are queued or open. */
size_t api_pending(const struct api *api);

/* One request, and wait for it. *json is owned by the caller (json_decref). */
bool api_ask(struct api *api, enum api_method method, const char *path, const char *body,
             bool once, struct api_answer *answer, json_t **json,
             struct quosync_error *err) QUOSYNC_MUST_CHECK;

struct api_counts {
    uint64_t requests, retries, limited; /* sent; sent again; answered 429 */
    int64_t waited_us;                   /* for turns and back-off */
};
void api_counts(const struct api *api, struct api_counts *counts);

/* Appends text as it is; false when it does not fit. */
bool api_path_join(char *path, size_t room, const char *text) QUOSYNC_MUST_CHECK;

/* text percent-encoded for a path segment or a query value, appended to what is there. */
bool api_path_add(char *path, size_t room, const char *text) QUOSYNC_MUST_CHECK;

#endif
