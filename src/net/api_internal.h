/*
 * api_internal.h - what api.c, api_transfer.c and api_answer.c share.
 */
#ifndef QUOSYNC_NET_API_INTERNAL_H
#define QUOSYNC_NET_API_INTERNAL_H

#include <curl/curl.h>

#include "net/api.h"

/* More would not be faster at a handful of requests a second. */
#define API_CONNECTIONS_AT_MOST 6

/* Room for api_url and a path: the configuration takes 1000 bytes, and paths have their limits. */
#define API_URL_SIZE 4096

/* A request in the queue, or on its way. */
struct api_task {
    struct api_task *next, *previous; /* previous: of those on their way */
    enum api_method method;
    bool once;
    api_handler handler;
    void *owner;
    char *path, *body;
    unsigned tries;
    int64_t due_us; /* steady clock; not before */
    int64_t turn, turn_at_us; /* its turn's number, and when that is: steady clock */
    bool has_left;            /* the turn was used */
    struct quosync_error why; /* there is no turn to be had; QUOSYNC_OK: there was */

    struct api *api; /* while on its way */
    CURL *curl;
    char *text; /* of the answer so far */
    size_t bytes, room;
    bool too_large, no_memory;
    char date[64], retry_after[64];
};

struct api {
    bool (*turn)(void *, int64_t *, int64_t *, struct quosync_error *);
    void *turn_state;
    bool (*stopping)(void);
    const char *key_name;
    unsigned tries;
    int back_off_divisor;
    long low_speed_s, timeout_s;
    struct api_task *queue, *running;
    size_t queued, open;
    bool has_turn; /* for whoever comes next */
    int64_t next_turn, next_turn_at_us, paused_until_us; /* steady clock */
    struct api_counts counts;

    CURLM *multi;
    char *url; /* without a slash at the end */
    const char *ca_file; /* NULL: the system's certificates */
    struct curl_slist *v1_headers, *headers;
    bool loopback;
};

/*
 * The task's connection stands: waits, if need be, for a turn that it can use.
 * False with task->why when there is none.
 */
bool api_may_leave(struct api_task *task);

bool api_transfer_setup(struct api *api, const struct api_options *options,
                        struct quosync_error *err);
void api_transfer_teardown(struct api *api);
bool api_transfer_start(struct api *api, struct api_task *task, struct quosync_error *err);
bool api_transfer_wait(struct api *api, int64_t wait_us, struct quosync_error *err);
/* The next task whose transfer ended, and libcurl's code; NULL when there is none. */
struct api_task *api_transfer_ended(struct api *api, int *code);
/* Ends the transfer and forgets its answer; may run twice. */
void api_transfer_done(struct api_task *task);

/*
 * Reads what came. answer->json is owned by the caller.
 * Errors: UNAVAILABLE when trying again may help, BAD_INPUT when not.
 */
bool api_answer_read(struct api_task *task, int code, struct api_answer *answer,
                     struct quosync_error *err);
/* Seconds that Retry-After asks for, rounded up; -1 when there is none that can be read. */
int64_t api_retry_after_s(const struct api_task *task);

#endif
