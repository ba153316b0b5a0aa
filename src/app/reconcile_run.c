/*
 * reconcile_run.c - what every step does alike: requests that come back to it,
 * writing under its lease, and its notes.
 */
#include <stdlib.h>
#include <string.h>

#include "app/reconcile_internal.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/points.h"
#include "core/error.h"
#include "core/json_text.h"
#include "core/memory.h"
#include "db/erasures.h"
#include "db/inbox.h"
#include "db/reconcile.h"
#include "db/rows.h"

/* An answer dated further from our clock than this is no observation. */
#define DATE_OFF_AT_MOST_US (INT64_C(86400) * CLOCK_US_PER_S)
#define WRITE_TRIES 10

extern const struct step_module *const reconcile_modules[RECONCILE_STEPS];

/* ---- requests ------------------------------------------------------------------ */

/* A request on its way, for the handler that all share. */
struct errand {
    struct step *step;
    step_handler handler;
    void *owner;
};

static void
fail_step(struct step *step, const struct quosync_error *why)
{
    struct quosync_error *error = &step->run->result->errors[step->number];

    if (step->failed)
        return;
    step->failed = true;
    *error = *why;
    /* Nobody gave bad input: it is Quo's answer that cannot be used, today. */
    if (error->kind == QUOSYNC_BAD_INPUT)
        error->kind = QUOSYNC_UNAVAILABLE;
    error_prefix(error, "%s", step->name);
}

bool
run_time(const struct api_answer *answer, int64_t *t_us, struct quosync_error *err)
{
    int64_t off_us = answer->date_us - clock_now_us();

    if (!answer->has_date)
        return error_set(err, QUOSYNC_UNAVAILABLE, "Quo's answer has no usable Date");
    if (off_us > DATE_OFF_AT_MOST_US || off_us < -DATE_OFF_AT_MOST_US) {
        (void)error_set(err, QUOSYNC_UNAVAILABLE,
                        "Quo's answer is dated more than a day from this host's clock");
        error_hint(err, "Check this host's time (timedatectl).");
        return false;
    }
    *t_us = answer->date_us;
    return true;
}

static bool
renew_lease(struct step *step, struct quosync_error *err)
{
    struct run *run = step->run;
    int64_t now_us = clock_steady_us();

    if (run->options->dry_run || now_us - step->lease_renewed_us < LEASE_S * CLOCK_US_PER_S / 4)
        return true;
    step->lease_renewed_us = now_us;
    return lease_renew(run->pg, run->workspace->org_id, step->lease, step->lease_token, err);
}

static void
tell_progress(struct run *run)
{
    int64_t now_us = clock_steady_us();

    if (run->options->progress == NULL || now_us - run->progress_us < CLOCK_US_PER_S / 10)
        return;
    run->progress_us = now_us;
    run->options->progress(run->options->progress_state, run->result->counts);
}

/* With none of its requests open, the step goes on to what comes next, or is over. */
static void
finish_step(struct step *step)
{
    const struct step_module *module = reconcile_modules[step->number];
    struct quosync_error why;

    if (step->pending > 0 || step->failed || module->finish == NULL)
        return;
    if (!module->finish(step, &why))
        fail_step(step, &why);
}

static bool
on_answer(void *owner, const struct api_answer *answer, const struct quosync_error *why,
          struct quosync_error *err)
{
    struct errand errand = *(struct errand *)owner;
    struct step *step = errand.step;
    struct quosync_error problem;
    int64_t t_us = 0;

    (void)err;
    memory_free(owner);
    step->pending--;
    if (answer == NULL)
        fail_step(step, why);
    else if (!step->failed &&
             (!run_time(answer, &t_us, &problem) || !renew_lease(step, &problem)))
        fail_step(step, &problem);
    if (!errand.handler(step, errand.owner, step->failed ? NULL : answer, t_us, &problem))
        fail_step(step, &problem);
    finish_step(step);
    tell_progress(step->run);
    return true;
}

bool
run_submit(struct step *step, const struct step_request *request, struct quosync_error *err)
{
    struct errand *errand = memory_get(sizeof *errand);
    struct api_request to_send = { .method = request->method,
                                   .path = request->path,
                                   .body = request->body,
                                   .urgent = request->urgent,
                                   .handler = on_answer,
                                   .owner = errand };

    if (errand == NULL)
        return error_no_memory(err);
    *errand = (struct errand){ step, request->handler, request->owner };
    if (!api_submit(step->run->client.api, &to_send, err)) {
        memory_free(errand);
        return false;
    }
    step->pending++;
    return true;
}

/* ---- writing -------------------------------------------------------------------- */

bool
run_fold(struct run *run, struct quosync_fold **fold, struct quosync_error *err)
{
    return quosync_fold_new((int)run->workspace->country_code, fold, err);
}

void
run_fold_free(struct quosync_fold **fold)
{
    quosync_fold_free(*fold);
    *fold = NULL;
}

static bool
lock_workspace(struct run *run, struct quosync_error *err)
{
    AUTO(result_done) struct result answer = { 0 };

    params_reset(run->params);
    return workspace_lock(run->pg, run->params, run->workspace->org_id, &answer, err) &&
           pg_wait(run->pg, err) && workspace_locked(&answer, run->workspace->org_id, err);
}

static bool
write_progress(struct step *step, struct quosync_error *err)
{
    char *text;
    bool good;

    if (step->progress == NULL)
        return true;
    text = json_dumps(step->progress, JSON_COMPACT);
    if (text == NULL)
        return error_no_memory(err);
    good = progress_write(step->run->pg, step->run->workspace->org_id, step->name, text, err);
    memory_free(text);
    return good;
}

static bool
write_once(struct step *step, struct quosync_fold *fold, size_t *visible, bool *again,
           struct quosync_error *err)
{
    struct run *run = step->run;
    bool dry = run->options->dry_run;
    struct rows_options options = { .org_id = run->workspace->org_id,
                                    .now_us = clock_now_us(),
                                    .look = dry };
    AUTO(tx_end) struct tx tx = { 0 };
    AUTO(arena_done) struct arena arena = { 0 };
    AUTO(rows_done) struct rows rows = { 0 };

    if (!tx_begin(run->pg, &tx, err) || !lock_workspace(run, err))
        return false;
    if (!dry && !lease_fence(run->pg, run->workspace->org_id, step->lease, step->lease_token, err))
        return false;
    QUOSYNC_POINT("reconcile-fenced");
    if (fold != NULL &&
        !erasures_look_rows(run->pg, run->params, run->workspace->org_id, &arena, fold, err))
        return false;
    if (fold != NULL && !rows_write(run->pg, run->params, &options, fold, &arena, &rows, err))
        return false;
    *again = rows.again;
    if (*again || dry) {
        *visible = rows.counts.visible;
        return true;
    }
    if (!write_progress(step, err))
        return false;
    QUOSYNC_POINT("reconcile-before-commit");
    if (!tx_commit(&tx, err))
        return false;
    QUOSYNC_POINT("reconcile-after-commit");
    *visible = rows.counts.visible;
    return true;
}

static bool
write_patiently(struct step *step, struct quosync_fold *fold, size_t *visible,
                struct quosync_error *err)
{
    for (unsigned try = 0; try < WRITE_TRIES; try++) {
        bool again = false;

        *visible = 0;
        if (write_once(step, fold, visible, &again, err)) {
            if (again)
                continue;
            json_decref(step->progress);
            step->progress = NULL;
            return true;
        }
        /* A deadlock or a lost race is worth another try, a lost lease is not. */
        if (err->kind != QUOSYNC_TRY_LATER || pg_sqlstate(step->run->pg)[0] == '\0')
            return false;
        clock_sleep_ms(clock_backoff_ms(try, 10, 1000));
    }
    return error_set(err, QUOSYNC_TRY_LATER, "workers change the same rows again and again");
}

bool
run_write(struct step *step, struct quosync_fold *fold, struct quosync_error *err)
{
    size_t visible;

    if (!write_patiently(step, fold, &visible, err))
        return false;
    step->counts->repaired += visible;
    return true;
}

bool
run_write_unseen(struct step *step, struct quosync_fold *fold, struct quosync_error *err)
{
    size_t visible;

    return write_patiently(step, fold, &visible, err);
}

void
run_bad_item(struct step *step, const json_t *item, const struct quosync_error *why)
{
    step->counts->bad++;
    log_warn("reconcile.bad_item", LOG_TEXT("step", step->name),
             LOG_TEXT("id", json_string_value(json_object_get(item, "id"))),
             LOG_TEXT("why", why->text));
}

void
run_id_free(char **id)
{
    free(*id);
}

bool
run_ask_for(struct step *step, const char *list, const char *id, const char *query,
            step_handler handler, struct quosync_error *err)
{
    char path[1024] = "";
    char *copy = strdup(id);
    struct step_request request = { .path = path, .handler = handler, .owner = copy };
    bool good = copy != NULL || error_no_memory(err);

    if (good && !(api_path_join(path, sizeof path, list) && api_path_add(path, sizeof path, id) &&
                  api_path_join(path, sizeof path, query)))
        good = error_set(err, QUOSYNC_BUG, "cannot ask for %s\"%.64s...\": its id is too long "
                         "for a path", list, id);
    good = good && run_submit(step, &request, err);
    if (!good)
        free(copy);
    return good;
}

bool
run_is_no_id(struct step *step, const struct api_answer *answer, const char *id)
{
    if (answer->status != 400)
        return false;
    log_warn("reconcile.refused_id", LOG_TEXT("step", step->name), LOG_TEXT("id", id),
             LOG_TEXT("trace", answer->trace));
    return true;
}

/* ---- notes ------------------------------------------------------------------------- */

bool
run_progress_get(struct step *step, json_t **progress, int64_t *age_s, struct quosync_error *err)
{
    char *text;
    bool good = true;

    *progress = NULL;
    if (!progress_read(step->run->pg, step->run->workspace->org_id, step->name, &text, age_s, err))
        return false;
    if (text != NULL)
        good = json_text_parse(text, strlen(text), progress, err);
    else if ((*progress = json_object()) == NULL)
        good = error_no_memory(err);
    memory_free(text);
    return good;
}

void
run_progress_set(struct step *step, json_t *progress)
{
    json_decref(step->progress);
    step->progress = progress;
}
