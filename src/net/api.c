/*
 * api.c - the queue, the turns and the repeats of REST requests. How libcurl is
 * set up is in api_transfer.c; how an answer is read is in api_answer.c.
 */
#include "net/api.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "core/error.h"
#include "net/api_internal.h"

#define BACK_OFF_FIRST_MS 1000
#define BACK_OFF_MOST_MS 30000
#define POLL_MS 200 /* how soon a stop is noticed */

/* ---- the queue -------------------------------------------------------- */

static void
task_free(struct api_task *task)
{
    api_transfer_done(task);
    memory_free(task->path);
    memory_free(task->body);
    memory_free(task);
}

static char *
copy_text(const char *text)
{
    size_t bytes = strlen(text) + 1;
    char *copy = memory_get(bytes);

    if (copy != NULL)
        memcpy(copy, text, bytes);
    return copy;
}

/* Before the first task that is due later, or at the front of its equals when urgent. */
static void
enqueue(struct api *api, struct api_task *task, bool front)
{
    struct api_task **at = &api->queue;

    while (!front && *at != NULL)
        at = &(*at)->next;
    task->next = *at;
    *at = task;
    api->queued++;
}

bool
api_submit(struct api *api, const struct api_request *request, struct quosync_error *err)
{
    struct api_task *task;

    if (strlen(api->url) + strlen(request->path) >= API_URL_SIZE)
        return error_set(err, QUOSYNC_BUG, "cannot ask for \"%.64s...\": it is too long",
                         request->path);
    task = memory_get(sizeof *task);
    if (task == NULL)
        return error_no_memory(err);
    *task = (struct api_task){ .method = request->method,
                               .once = request->once,
                               .handler = request->handler,
                               .owner = request->owner,
                               .path = copy_text(request->path),
                               .body = request->body != NULL ? copy_text(request->body) : NULL };
    if (task->path == NULL || (request->body != NULL && task->body == NULL)) {
        task_free(task);
        return error_no_memory(err);
    }
    enqueue(api, task, request->urgent);
    return true;
}

size_t
api_pending(const struct api *api)
{
    return api->queued + api->open;
}

void
api_counts(const struct api *api, struct api_counts *counts)
{
    *counts = api->counts;
}

/* ---- what to do with an answer ------------------------------------------ */

/* Tells the handler; the task is gone afterwards. */
static bool
finish(struct api *api, struct api_task *task, const struct api_answer *answer,
       const struct quosync_error *why, struct quosync_error *err)
{
    api_handler handler = task->handler;
    void *owner = task->owner;

    (void)api;
    task_free(task);
    return handler(owner, answer, why, err);
}

static bool
is_overload(unsigned status)
{
    return status == 429 || status >= 500;
}

/* An answer that ends the run whatever the caller wanted; false: it is the caller's. */
static bool
is_refusal(const struct api *api, const struct api_answer *answer, struct quosync_error *why)
{
    const char *trace = answer->trace[0] != '\0' ? answer->trace : "none";

    if (answer->status == 401 || answer->status == 403) {
        (void)error_set(why, QUOSYNC_CONFIG, "Quo refuses %s (HTTP %u, \"%s\", trace %s)",
                        api->key_name, answer->status, answer->message, trace);
        error_hint(why, "Make a key in Quo's settings, or check which workspace this one is of.");
        return true;
    }
    if (answer->status == 402) {
        (void)error_set(why, QUOSYNC_UNAVAILABLE,
                        "Quo answers that the workspace's subscription has expired "
                        "(HTTP 402, trace %s)", trace);
        error_hint(why, "Renew its plan in Quo's settings.");
        return true;
    }
    return false;
}

/* How long until the next try; false with *why when there is none. */
static bool
plan_retry(struct api *api, struct api_task *task, const struct api_answer *answer,
           int64_t retry_after_s, struct quosync_error *why)
{
    int64_t wait_ms = clock_backoff_ms(task->tries - 1, BACK_OFF_FIRST_MS, BACK_OFF_MOST_MS);

    if (retry_after_s > API_RETRY_AFTER_MAX_S) {
        (void)error_set(why, QUOSYNC_TRY_LATER,
                        "Quo asks for a pause of %lld s, longer than this run may wait (%d s)",
                        (long long)retry_after_s, API_RETRY_AFTER_MAX_S);
        return false;
    }
    if (task->once || task->tries >= api->tries)
        return false;
    if (api->back_off_divisor > 1)
        wait_ms /= api->back_off_divisor;
    if (retry_after_s >= 0)
        wait_ms = retry_after_s * 1000 + wait_ms / 4;
    task->due_us = clock_steady_us() + wait_ms * 1000;
    /* A limit is the key's, not the request's: nobody else goes before it is over. */
    if (answer != NULL && answer->status == 429 && task->due_us > api->paused_until_us)
        api->paused_until_us = task->due_us;
    return true;
}

static void
repeat(struct api *api, struct api_task *task)
{
    api_transfer_done(task);
    api->counts.retries++;
    enqueue(api, task, true);
}

static bool
answer_is_bad(struct api *api, struct api_task *task, const struct api_answer *answer,
              struct quosync_error *why, struct quosync_error *err)
{
    int64_t retry_after_s = answer != NULL ? api_retry_after_s(task) : -1;

    if (answer != NULL && answer->status == 429)
        api->counts.limited++;
    log_debug("api.failed", LOG_TEXT("why", why->text), LOG_NUMBER("try", task->tries),
              LOG_TEXT("trace", answer != NULL ? answer->trace : NULL));
    if (plan_retry(api, task, answer, retry_after_s, why)) {
        repeat(api, task);
        return true;
    }
    if (task->once && why->kind == QUOSYNC_UNAVAILABLE) {
        why->kind = QUOSYNC_TRY_LATER;
        error_hint(why, "It may have been done all the same: look with `quosync webhook list`.");
    }
    return finish(api, task, NULL, why, err);
}

/* A transfer ended, well or not. */
static bool
settle(struct api *api, struct api_task *task, int code, struct quosync_error *err)
{
    struct api_answer answer = { 0 };
    struct quosync_error why = { 0 };
    bool going_on;

    if (task->why.kind != QUOSYNC_OK) {
        why = task->why;
        return finish(api, task, NULL, &why, err);
    }
    if (!api_answer_read(task, code, &answer, &why)) {
        if (why.kind == QUOSYNC_UNAVAILABLE)
            return answer_is_bad(api, task, NULL, &why, err);
        return finish(api, task, NULL, &why, err);
    }
    if (is_overload(answer.status)) {
        (void)error_set(&why, QUOSYNC_UNAVAILABLE, "Quo answers HTTP %u (\"%s\", trace %s)",
                        answer.status, answer.message,
                        answer.trace[0] != '\0' ? answer.trace : "none");
        if (answer.status == 429)
            why.kind = QUOSYNC_TRY_LATER;
        going_on = answer_is_bad(api, task, &answer, &why, err);
    } else if (is_refusal(api, &answer, &why))
        going_on = finish(api, task, NULL, &why, err);
    else
        going_on = finish(api, task, &answer, NULL, err);
    json_decref(answer.json);
    return going_on;
}

/* ---- the loop ----------------------------------------------------------- */

/* The first task that is due; NULL, and how long until one is. */
static struct api_task **
next_due(struct api *api, int64_t now_us, int64_t *wait_us)
{
    *wait_us = INT64_MAX;
    if (api->paused_until_us > now_us) {
        *wait_us = api->paused_until_us - now_us;
        return NULL;
    }
    for (struct api_task **at = &api->queue; *at != NULL; at = &(*at)->next) {
        if ((*at)->due_us <= now_us)
            return at;
        if ((*at)->due_us - now_us < *wait_us)
            *wait_us = (*at)->due_us - now_us;
    }
    return NULL;
}

static bool
take_turn(const struct api *api, int64_t *turn, int64_t *at_us, struct quosync_error *why)
{
    int64_t asked_us = clock_steady_us(), until_us;

    if (!api->turn(api->turn_state, turn, &until_us, why))
        return false;
    /* Whoever answered looked at a clock some time between. */
    *at_us = asked_us + (clock_steady_us() - asked_us) / 2 + until_us;
    return true;
}

/* A turn is reserved when it can be used, and kept until it has come. */
static bool
turn_has_come(struct api *api, int64_t *wait_us, struct quosync_error *why)
{
    if (api->turn == NULL)
        return true;
    if (!api->has_turn) {
        api->next_turn = 0;
        if (!take_turn(api, &api->next_turn, &api->next_turn_at_us, why))
            return false;
        api->has_turn = true;
    }
    *wait_us = api->next_turn_at_us - clock_steady_us();
    return true;
}

static bool
sleep_until(const struct api *api, int64_t then_us, struct quosync_error *why)
{
    int64_t left_us;

    while ((left_us = then_us - clock_steady_us()) > 0) {
        if (api->stopping != NULL && api->stopping())
            return error_set(why, QUOSYNC_TRY_LATER,
                             "asked to stop before Quo was read to the end");
        clock_sleep_ms(left_us < POLL_MS * 1000 ? (left_us + 999) / 1000 : POLL_MS);
    }
    return true;
}

/*
 * A turn is worth what it promises only if the request leaves at that time. One whose
 * connection had to be made first, or that libcurl sends a second time because
 * a kept connection was dead, needs another; so does one that we were too busy
 * to send. Waiting here holds up the other transfers, but none of them could
 * send anything before this one, and it is rare.
 */
bool
api_may_leave(struct api_task *task)
{
    struct api *api = task->api;

    while (api->turn != NULL) {
        if (!task->has_left && clock_steady_us() - task->turn_at_us <= API_LATE_AT_MOST_US)
            break;
        if (task->has_left) {
            task->turn = 0;
            api->counts.requests++;
        }
        if (!take_turn(api, &task->turn, &task->turn_at_us, &task->why) ||
            !sleep_until(api, task->turn_at_us, &task->why))
            return false;
        task->has_left = false;
    }
    task->has_left = true;
    return true;
}

static struct api_task *
dequeue(struct api *api, struct api_task **at)
{
    struct api_task *task = *at;

    *at = task->next;
    task->next = NULL;
    api->queued--;
    return task;
}

/*
 * Starts one that may start now, or *wait_us tells when to look again. One at a time:
 * it has to leave before the next one's turn is asked for, which takes a while.
 */
static bool
start_due(struct api *api, int64_t *wait_us, struct quosync_error *err)
{
    struct api_task **at;

    while (api->open < API_CONNECTIONS_AT_MOST &&
           (at = next_due(api, clock_steady_us(), wait_us)) != NULL) {
        struct quosync_error why = { 0 };
        struct api_task *task;

        *wait_us = 0;
        if (!turn_has_come(api, wait_us, &why)) {
            if (!finish(api, dequeue(api, at), NULL, &why, err))
                return false;
            continue;
        }
        if (*wait_us > 0)
            return true;
        api->has_turn = false;
        task = dequeue(api, at);
        task->turn = api->next_turn;
        task->turn_at_us = api->next_turn_at_us;
        task->has_left = false;
        task->tries++;
        api->counts.requests++;
        if (!api_transfer_start(api, task, &why)) {
            if (!finish(api, task, NULL, &why, err))
                return false;
        }
        *wait_us = 0;
        return true;
    }
    return true;
}

/* Every request that waits is told that there is no more time. */
static bool
give_up(struct api *api, struct quosync_error *err)
{
    struct quosync_error why;

    (void)error_set(&why, QUOSYNC_TRY_LATER, "asked to stop before Quo was read to the end");
    while (api->queue != NULL) {
        if (!finish(api, dequeue(api, &api->queue), NULL, &why, err))
            return false;
    }
    return true;
}

bool
api_run(struct api *api, struct quosync_error *err)
{
    while (api_pending(api) > 0) {
        int64_t wait_us = INT64_MAX, began_us;
        struct api_task *task;
        int code;

        if (api->stopping != NULL && api->stopping() && !give_up(api, err))
            return false;
        if (!start_due(api, &wait_us, err))
            return false;
        if (wait_us > POLL_MS * 1000)
            wait_us = POLL_MS * 1000;
        began_us = clock_steady_us();
        if (api_pending(api) > 0 && !api_transfer_wait(api, wait_us, err))
            return false;
        if (api->open == 0)
            api->counts.waited_us += clock_steady_us() - began_us;
        while ((task = api_transfer_ended(api, &code)) != NULL) {
            if (!settle(api, task, code, err))
                return false;
        }
    }
    return true;
}

/* ---- one request -------------------------------------------------------- */

struct ask {
    struct api_answer *answer;
    json_t **json;
};

static bool
asked(void *owner, const struct api_answer *answer, const struct quosync_error *why,
      struct quosync_error *err)
{
    struct ask *ask = owner;

    if (answer == NULL) {
        *err = *why;
        return false;
    }
    *ask->answer = *answer;
    ask->answer->json = NULL;
    *ask->json = json_incref(answer->json);
    return true;
}

bool
api_ask(struct api *api, enum api_method method, const char *path, const char *body, bool once,
        struct api_answer *answer, json_t **json, struct quosync_error *err)
{
    struct ask ask = { answer, json };
    struct api_request request = { .method = method, .path = path, .body = body, .once = once,
                                   .urgent = true, .handler = asked, .owner = &ask };

    *json = NULL;
    return api_submit(api, &request, err) && api_run(api, err);
}

/* ---- opening and closing -------------------------------------------------- */

bool
api_open(const struct api_options *options, struct api **api, struct quosync_error *err)
{
    *api = memory_get(sizeof **api);
    if (*api == NULL)
        return error_no_memory(err);
    **api = (struct api){ .turn = options->turn,
                          .turn_state = options->turn_state,
                          .stopping = options->stopping,
                          .key_name = options->key_name,
                          .ca_file = options->ca_file,
                          .tries = options->tries > 0 ? options->tries : API_TRIES,
                          .back_off_divisor = options->back_off_divisor,
                          .low_speed_s = options->low_speed_s,
                          .timeout_s = options->timeout_s };
    if (!api_transfer_setup(*api, options, err)) {
        api_close(api);
        return false;
    }
    return true;
}

void
api_close(struct api **api)
{
    if (*api == NULL)
        return;
    while ((*api)->queue != NULL)
        task_free(dequeue(*api, &(*api)->queue));
    while ((*api)->running != NULL)
        task_free((*api)->running);
    api_transfer_teardown(*api);
    memory_free(*api);
    *api = NULL;
}

bool
api_path_join(char *path, size_t room, const char *text)
{
    size_t at = strlen(path), bytes = strlen(text);

    if (bytes >= room - at)
        return false;
    memcpy(path + at, text, bytes + 1);
    return true;
}

bool
api_path_add(char *path, size_t room, const char *text)
{
    static const char hex[] = "0123456789ABCDEF";
    size_t n = strlen(path);

    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     c == '-' || c == '_' || c == '.' || c == '~';

        if (n + (plain ? 1U : 3U) >= room)
            return false;
        if (plain)
            path[n++] = (char)c;
        else {
            path[n++] = '%';
            path[n++] = hex[c >> 4];
            path[n++] = hex[c & 15];
        }
    }
    path[n] = '\0';
    return true;
}
