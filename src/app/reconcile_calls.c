/*
 * reconcile_calls.c - calls of the workspace by history, with summaries and
 * voicemails; before them, the calls that only call.missed named; after each
 * page, the recordings and transcripts that the mirror lacks.
 *
 * Whether a call was recorded REST does not say, so recordings are asked for
 * once: when the call is first walked, or within a day after it. Transcripts
 * hang on recordings.
 */
#include <stdlib.h>
#include <string.h>

#include "app/reconcile_history.h"
#include "base/clock.h"
#include "base/points.h"
#include "core/error.h"

#define DAY_US (INT64_C(86400) * CLOCK_US_PER_S)
#define DETAILS_DAYS 30

struct calls {
    struct history *history;
};

/* ---- details ----------------------------------------------------------------------- */

/* A call whose recordings or transcript are on their way. */
struct detail {
    char *call_id;
    bool transcript_known;
    bool transcripts; /* what the request asks for; else the recordings */
    struct history_hold *hold;
};

static void
detail_free(struct detail *detail)
{
    free(detail->call_id);
    memory_free(detail);
}

static bool got_detail(struct step *step, void *owner, const struct api_answer *answer,
                       int64_t t_us, struct quosync_error *err);

/* Takes the detail, also where it fails. */
static bool
ask(struct step *step, struct detail *detail, struct quosync_error *err)
{
    char path[1024] = "/calls/";
    struct step_request request = { .path = path, .urgent = true, .handler = got_detail,
                                    .owner = detail };
    const char *what = detail->transcripts ? "/transcripts?limit=50" : "/recordings?limit=50";

    if (!api_path_add(path, sizeof path, detail->call_id) ||
        !api_path_join(path, sizeof path, what) || !run_submit(step, &request, err)) {
        detail_free(detail);
        return error_no_memory(err);
    }
    step->counts->details++;
    return true;
}

static bool
has_recording(const json_t *data)
{
    json_t *item;
    size_t i;

    json_array_foreach(data, i, item) {
        const char *status = json_string_value(json_object_get(item, "status"));

        if (status != NULL && strcmp(status, "completed") == 0)
            return true;
    }
    return false;
}

static bool
write_detail(struct step *step, const struct detail *detail, json_t *data, int64_t t_us,
             struct quosync_error *err)
{
    AUTO(run_fold_free) struct quosync_fold *fold = NULL;
    struct quosync_error why;
    bool good;

    if (!run_fold(step->run, &fold, err))
        return false;
    good = detail->transcripts ? rest_transcripts(fold, detail->call_id, data, t_us, &why)
                               : rest_recordings(fold, detail->call_id, data, t_us, &why);
    if (!good && why.kind == QUOSYNC_BAD_INPUT) {
        run_bad_item(step, NULL, &why);
        return true;
    }
    if (!good)
        *err = why;
    if (!good)
        return false;
    /* That there are none is remembered, and is no repair. */
    return json_array_size(data) > 0 ? run_write(step, fold, err)
                                     : run_write_unseen(step, fold, err);
}

static bool
got_detail(struct step *step, void *owner, const struct api_answer *answer, int64_t t_us,
           struct quosync_error *err)
{
    struct detail *detail = owner;
    struct history_hold *hold = detail->hold;
    json_t *data = answer != NULL ? json_object_get(answer->json, "data") : NULL;

    if (answer == NULL) {
        detail_free(detail);
        return true;
    }
    QUOSYNC_POINT("reconcile-calls-detail");
    if (answer->status != 404 && (answer->status >= 400 || !json_is_array(data))) {
        detail_free(detail);
        return client_refused(answer, "the details of a call", err);
    }
    if (answer->status != 404 && !write_detail(step, detail, data, t_us, err)) {
        detail_free(detail);
        return false;
    }
    if (!detail->transcripts && !detail->transcript_known && has_recording(data)) {
        detail->transcripts = true;
        return ask(step, detail, err);
    }
    detail_free(detail);
    return history_release(hold, err);
}

/* Whether the call may have details that nobody has asked for yet. */
static bool
wants_details(const struct step *step, const json_t *item)
{
    const struct calls *calls = step->state;
    const struct reconcile_options *options = step->run->options;
    const char *created = json_string_value(json_object_get(item, "createdAt"));
    int64_t us, walked_to_us = history_walked_to_us(calls->history);

    if (!json_is_string(json_object_get(item, "answeredAt")) || created == NULL ||
        !json_is_string(json_object_get(item, "id")) ||
        !quosync_instant_parse(created, strlen(created), &us, NULL))
        return false;
    if (options->details_all)
        return true;
    if (us < step->run->now_us - DETAILS_DAYS * DAY_US)
        return false;
    return walked_to_us == INT64_MIN || us > walked_to_us - DAY_US;
}

static bool
ask_for_call(struct step *step, const struct result *answer, size_t row,
             struct history_hold *hold, struct quosync_error *err)
{
    bool recordings = result_boolean(answer, row, 1), transcript = result_boolean(answer, row, 2);
    struct detail *detail;

    if (recordings && transcript)
        return true;
    detail = memory_get(sizeof *detail);
    if (detail == NULL)
        return error_no_memory(err);
    *detail = (struct detail){ .call_id = strdup(result_text(answer, row, 0)),
                               .transcript_known = transcript, .transcripts = recordings,
                               .hold = hold };
    if (detail->call_id == NULL) {
        detail_free(detail);
        return error_no_memory(err);
    }
    if (!ask(step, detail, err))
        return false;
    history_hold(hold);
    return true;
}

/* After a page was written: what it lacks is asked for before the next page. */
static bool
ask_for_details(struct step *step, json_t *data, struct history_hold *hold,
                struct quosync_error *err)
{
    AUTO(params_free) struct params *params = params_new();
    AUTO(result_done) struct result answer = { 0 };
    size_t i, n = 0;
    json_t *item;

    json_array_foreach(data, i, item)
        n += wants_details(step, item);
    if (n == 0)
        return true;
    params_text(params, step->run->workspace->org_id);
    params_array(params, PARAMS_TEXT, n);
    json_array_foreach(data, i, item) {
        if (wants_details(step, item))
            params_item_text(params, json_string_value(json_object_get(item, "id")));
    }
    if (!pg_run(step->run->pg, &sql_calls_details, params, &answer, err))
        return false;
    for (size_t row = 0; row < answer.rows; row++)
        if (!ask_for_call(step, &answer, row, hold, err))
            return false;
    return true;
}

/* ---- calls that only call.missed named ------------------------------------------------- */

static bool
got_missed(struct step *step, void *owner, const struct api_answer *answer, int64_t t_us,
           struct quosync_error *err)
{
    AUTO(run_id_free) char *id = owner;
    AUTO(run_fold_free) struct quosync_fold *fold = NULL;
    json_t *item = answer != NULL ? json_object_get(answer->json, "data") : NULL;
    struct quosync_error why;

    if (answer == NULL || answer->status == 404 || run_is_no_id(step, answer, id))
        return true;
    if (answer->status >= 400 || !json_is_object(item))
        return client_refused(answer, "a call by its id", err);
    if (!run_fold(step->run, &fold, err))
        return false;
    step->counts->read++;
    if (!rest_call(fold, item, t_us, &why)) {
        if (why.kind == QUOSYNC_BAD_INPUT) {
            run_bad_item(step, item, &why);
            return true;
        }
        *err = why;
        return false;
    }
    return run_write(step, fold, err);
}

static bool
ask_for_missed(struct step *step, struct quosync_error *err)
{
    AUTO(params_free) struct params *params = params_new();
    AUTO(result_done) struct result answer = { 0 };

    params_text(params, step->run->workspace->org_id);
    params_instant(params, step->run->now_us - DETAILS_DAYS * DAY_US);
    if (!pg_run(step->run->pg, &sql_calls_missed_only, params, &answer, err))
        return false;
    for (size_t i = 0; i < answer.rows; i++)
        if (!run_ask_for(step, "/calls/", result_text(&answer, i, 0), "?include=summary,voicemail",
                         got_missed, err))
            return false;
    return true;
}

/* ---- the step -------------------------------------------------------------------------- */

static bool
take_call(struct step *step, struct quosync_fold *fold, json_t *item, int64_t t_us,
          struct quosync_error *err)
{
    (void)step;
    return rest_call(fold, item, t_us, err);
}

static bool
start(struct step *step, struct quosync_error *err)
{
    const struct history_options options = { .path = "/calls?include=summary,voicemail",
                                             .item = take_call, .written = ask_for_details };
    struct calls *calls = memory_get(sizeof *calls);

    if (calls == NULL)
        return error_no_memory(err);
    *calls = (struct calls){ 0 };
    step->state = calls;
    return ask_for_missed(step, err) && history_start(step, &options, &calls->history, err);
}

static bool
finish(struct step *step, struct quosync_error *err)
{
    struct calls *calls = step->state;

    return history_finish(calls->history, err);
}

static void
done(struct step *step)
{
    struct calls *calls = step->state;

    history_free(&calls->history);
    memory_free(calls);
}

const struct step_module reconcile_calls = { start, finish, done };
