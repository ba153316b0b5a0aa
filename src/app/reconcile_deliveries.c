/*
 * reconcile_deliveries.c - reads Quo's log of deliveries for every subscription
 * of this workspace, and stores those that never came in: from
 * the log itself where it shows the whole envelope, else by asking Quo to
 * deliver once more. Deliveries that Quo still tries are left to Quo.
 *
 * Notes: {"checked_to_us"}: all deliveries dispatched before were looked at.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/reconcile_internal.h"
#include "app/webhook.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/points.h"
#include "core/digest.h"
#include "core/error.h"
#include "core/memory.h"
#include "db/store.h"

#define HOUR_US (INT64_C(3600) * CLOCK_US_PER_S)
/* Quo tries for 27 h 35 min; what was dispatched earlier than that is settled. */
#define SETTLED_US (28 * HOUR_US)
/* How far the clocks of Quo and of the database may be apart. */
#define CLOCKS_US (2 * HOUR_US)

struct deliveries_step {
    int64_t since_us;
    json_t *webhooks; /* ids of subscriptions, which their walks borrow */
};

/* One delivery that the mirror lacks. */
struct missing {
    char *webhook, *id;
};

static void
missing_free(struct missing *missing)
{
    free(missing->webhook);
    free(missing->id);
    memory_free(missing);
}

/* ---- storing what the log shows ------------------------------------------------------ */

/* Of memory like that of json_dumps. */
static char *
copied(const char *text)
{
    size_t bytes = strlen(text) + 1;
    char *copy = memory_get(bytes);

    return copy != NULL ? memcpy(copy, text, bytes) : NULL;
}

/* An envelope as text: the log's text itself, or the log's object; NULL where it is neither. */
static char *
envelope_text(const json_t *request_body)
{
    json_t *parsed = NULL;
    const json_t *envelope = request_body;
    char *text = NULL;

    if (json_is_string(request_body))
        envelope = parsed = json_loads(json_string_value(request_body), 0, NULL);
    if (json_is_string(json_object_get(envelope, "type")) &&
        json_is_object(json_object_get(envelope, "data")))
        text = parsed != NULL ? copied(json_string_value(request_body))
                              : json_dumps(request_body, JSON_COMPACT);
    json_decref(parsed);
    return text;
}

static bool
store(struct step *step, const char *id, const char *text, struct quosync_error *err)
{
    struct store_delivery delivery = { .webhook_id = id, .body = text,
                                       .body_bytes = strlen(text) };
    struct store_counts counts;

    if (step->run->options->dry_run)
        return true;
    return digest_64(text, delivery.body_bytes, &delivery.digest, err) &&
           store_deliveries(step->run->pg, step->run->workspace->org_id, &delivery, 1, true,
                            &counts, err);
}

static bool
got_retry(struct step *step, void *owner, const struct api_answer *answer, int64_t t_us,
          struct quosync_error *err)
{
    (void)owner;
    (void)t_us;
    (void)step;
    return answer == NULL || answer->status < 400 ||
           client_refused(answer, "to deliver once more", err);
}

static bool
path_of(const struct missing *missing, const char *end, char *path, size_t room)
{
    (void)snprintf(path, room, "/webhooks/");
    return api_path_add(path, room, missing->webhook) && api_path_join(path, room, "/events/") &&
           api_path_add(path, room, missing->id) && api_path_join(path, room, end);
}

/* The log shows too little to store: Quo has the original. */
static bool
ask_for_retry(struct step *step, const struct missing *missing, struct quosync_error *err)
{
    char path[2048];
    struct step_request request = { .method = API_POST, .path = path, .handler = got_retry };

    if (step->run->options->dry_run)
        return true;
    return path_of(missing, "/retry", path, sizeof path) && run_submit(step, &request, err);
}

static bool
got_detail(struct step *step, void *owner, const struct api_answer *answer, int64_t t_us,
           struct quosync_error *err)
{
    struct missing *missing = owner;
    json_t *data;
    char *text;
    bool good;

    (void)t_us;
    if (answer == NULL || answer->status == 404) {
        missing_free(missing);
        return true;
    }
    QUOSYNC_POINT("reconcile-deliveries-detail");
    data = json_object_get(answer->json, "data");
    text = envelope_text(json_object_get(data, "requestBody"));
    if (answer->status >= 400)
        good = client_refused(answer, "a delivery", err);
    else if (text != NULL) {
        good = store(step, missing->id, text, err);
        step->counts->fetched += good;
    } else
        good = ask_for_retry(step, missing, err);
    step->counts->repaired += good;
    memory_free(text);
    missing_free(missing);
    return good;
}

/* ---- the log --------------------------------------------------------------------------- */

static bool
ask_for(struct step *step, const char *webhook, const char *id, struct quosync_error *err)
{
    char path[2048];
    struct missing *missing = memory_get(sizeof *missing);
    struct step_request request = { .path = path, .urgent = true, .handler = got_detail,
                                    .owner = missing };

    if (missing == NULL)
        return error_no_memory(err);
    *missing = (struct missing){ strdup(webhook), strdup(id) };
    if (missing->webhook == NULL || missing->id == NULL ||
        !path_of(missing, "", path, sizeof path) || !run_submit(step, &request, err)) {
        missing_free(missing);
        return error_no_memory(err);
    }
    step->counts->lost++;
    log_info("reconcile.delivery_lost", LOG_TEXT("webhook_id", id));
    return true;
}

/* A delivery that will not come by itself any more. */
static bool
is_settled(const json_t *item)
{
    const char *status = json_string_value(json_object_get(item, "status"));

    return json_is_string(json_object_get(item, "id")) && status != NULL &&
           (strcmp(status, "failed") == 0 || strcmp(status, "success") == 0);
}

static bool
dispatched_us(const json_t *item, int64_t *us)
{
    const char *text = json_string_value(json_object_get(item, "createdAt"));

    return text != NULL && quosync_instant_parse(text, strlen(text), us, NULL);
}

/* The settled ones of a page, and between which instants they can have come in. */
static size_t
look_at(struct step *step, json_t *data, int64_t *first_us, int64_t *last_us, bool *old)
{
    const struct deliveries_step *deliveries = step->state;
    size_t i, n = 0;
    json_t *item;

    *first_us = INT64_MAX / 2;
    *last_us = 0;
    json_array_foreach(data, i, item) {
        int64_t us;

        if (!dispatched_us(item, &us))
            continue;
        if (us < deliveries->since_us) {
            *old = true; /* the server's filter is not trusted alone: sources disagree on it */
            continue;
        }
        n += is_settled(item);
        *first_us = us < *first_us ? us : *first_us;
        *last_us = us > *last_us ? us : *last_us;
    }
    return n;
}

static bool
read_known(struct step *step, json_t *data, size_t n, int64_t first_us, int64_t last_us,
           struct result *known, struct quosync_error *err)
{
    const struct deliveries_step *deliveries = step->state;
    AUTO(params_free) struct params *params = params_new();
    json_t *item;
    size_t i;

    params_text(params, step->run->workspace->org_id);
    params_array(params, PARAMS_TEXT, n);
    json_array_foreach(data, i, item) {
        int64_t us;

        if (is_settled(item) && dispatched_us(item, &us) && us >= deliveries->since_us)
            params_item_text(params, json_string_value(json_object_get(item, "id")));
    }
    params_instant(params, first_us - CLOCKS_US);
    params_instant(params, last_us + SETTLED_US + CLOCKS_US);
    return pg_run(step->run->pg, &sql_delivery_ids_known, params, known, err);
}

static bool
is_known(const struct result *known, const char *id)
{
    for (size_t i = 0; i < known->rows; i++)
        if (strcmp(result_text(known, i, 0), id) == 0)
            return true;
    return false;
}

static bool
take_page(struct walk *walk, json_t *data, int64_t t_us, bool *stop, struct quosync_error *err)
{
    const struct deliveries_step *deliveries = walk->step->state;
    AUTO(result_done) struct result known = { 0 };
    int64_t first_us, last_us;
    size_t i, n = look_at(walk->step, data, &first_us, &last_us, stop);
    json_t *item;

    (void)t_us;
    walk->step->counts->read += n;
    if (n == 0)
        return true;
    if (!read_known(walk->step, data, n, first_us, last_us, &known, err))
        return false;
    json_array_foreach(data, i, item) {
        const char *id = json_string_value(json_object_get(item, "id"));
        int64_t us;

        if (!is_settled(item) || !dispatched_us(item, &us) || us < deliveries->since_us ||
            is_known(&known, id))
            continue;
        if (!ask_for(walk->step, walk->owner, id, err))
            return false;
    }
    return true;
}

static bool
walk_log(struct step *step, const char *webhook, struct quosync_error *err)
{
    const struct deliveries_step *deliveries = step->state;
    char path[512], since[QUOSYNC_INSTANT_SIZE];
    json_t *id = json_string(webhook);
    struct walk walk = { .step = step, .path = path, .page = take_page,
                         .owner = (void *)(uintptr_t)json_string_value(id) };

    if (id == NULL || json_array_append_new(deliveries->webhooks, id) != 0)
        return error_no_memory(err);

    quosync_instant_format(deliveries->since_us / CLOCK_US_PER_S * CLOCK_US_PER_S, since);
    (void)snprintf(path, sizeof path, "/webhooks/%s/events?createdAt%%5Bgt%%5D=%s", webhook, since);
    return walk_start(&walk, err);
}

/* ---- subscriptions ----------------------------------------------------------------------- */

static bool
got_subscriptions(struct step *step, void *owner, const struct api_answer *answer, int64_t t_us,
                  struct quosync_error *err)
{
    json_t *data, *item;
    size_t i;

    (void)owner;
    (void)t_us;
    if (answer == NULL)
        return true;
    data = json_object_get(answer->json, "data");
    if (answer->status >= 400 || !json_is_array(data))
        return client_refused(answer, "GET /webhooks", err);
    json_array_foreach(data, i, item) {
        const char *id = json_string_value(json_object_get(item, "id"));

        if (id != NULL && strlen(id) < 64 && strspn(id, "0123456789") == strlen(id) &&
            webhook_is_ours(step->run->workspace, item) &&
            !walk_log(step, id, err))
            return false;
    }
    return true;
}

/* ---- the step ------------------------------------------------------------------------------ */

static int64_t
later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static bool
start(struct step *step, struct quosync_error *err)
{
    struct deliveries_step *deliveries = memory_get(sizeof *deliveries);
    struct step_request request = { .path = "/webhooks", .handler = got_subscriptions };
    int64_t keep_s = step->run->config->keep_events_s, age_s;
    json_t *notes = NULL, *checked;

    if (deliveries == NULL)
        return error_no_memory(err);
    step->state = deliveries;
    *deliveries = (struct deliveries_step){ .webhooks = json_array() };
    if (!run_progress_get(step, &notes, &age_s, err))
        return false;
    checked = json_object_get(notes, "checked_to_us");
    if (json_is_integer(checked))
        deliveries->since_us = json_integer_value(checked) - SETTLED_US - CLOCKS_US;
    json_decref(notes);
    if (step->run->options->since_us != INT64_MIN)
        deliveries->since_us = step->run->options->since_us;
    /* What the archive would not keep any more is not fetched again. */
    if (keep_s > 0)
        deliveries->since_us =
            later(deliveries->since_us, step->run->now_us - keep_s * CLOCK_US_PER_S);
    deliveries->since_us = later(deliveries->since_us, 0);
    return run_submit(step, &request, err);
}

static bool
finish(struct step *step, struct quosync_error *err)
{
    json_t *notes;

    if (step->run->options->since_us != INT64_MIN)
        return true;
    notes = json_pack("{s:I}", "checked_to_us", (json_int_t)step->run->now_us);
    if (notes == NULL)
        return error_no_memory(err);
    run_progress_set(step, notes);
    return run_write(step, NULL, err);
}

static void
done(struct step *step)
{
    struct deliveries_step *deliveries = step->state;

    json_decref(deliveries->webhooks);
    memory_free(deliveries);
}

const struct step_module reconcile_deliveries = { start, finish, done };
