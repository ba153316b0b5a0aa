/*
 * reconcile.c - one run: leases, the client, the steps side by side, and what is
 * noted of it.
 */
#include "app/reconcile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/reconcile_internal.h"
#include "base/clock.h"
#include "base/log.h"
#include "core/error.h"
#include "core/memory.h"
#include "db/reconcile.h"

/* Half of what a delivery's signature may be off (doc/quo.md, "signature"). */
#define CLOCK_OFF_WARN_S 150

static const char *const step_names[RECONCILE_STEPS] = { "directory", "contacts", "calls",
                                                         "messages", "deliveries" };

const struct step_module *const reconcile_modules[RECONCILE_STEPS] = {
    [RECONCILE_DIRECTORY] = &reconcile_directory, [RECONCILE_CONTACTS] = &reconcile_contacts,
    [RECONCILE_CALLS] = &reconcile_calls,         [RECONCILE_MESSAGES] = &reconcile_messages,
    [RECONCILE_DELIVERIES] = &reconcile_deliveries,
};

const char *
reconcile_step_name(enum reconcile_step step)
{
    return step < RECONCILE_STEPS ? step_names[step] : NULL;
}

/* ---- what every run reads first ---------------------------------------------------- */

/* When the workspace was made; where that cannot be read, when Quo was (as OpenPhone). */
static int64_t
created_us(const json_t *organization)
{
    const char *text = json_string_value(json_object_get(organization, "createdAt"));
    int64_t us;

    if (text != NULL && quosync_instant_parse(text, strlen(text), &us, NULL))
        return us;
    return INT64_C(1514764800) * CLOCK_US_PER_S; /* 2018-01-01 */
}

/*
 * Deliveries that are signed more than five minutes from this host's clock are
 * refused: better said before that happens.
 */
static void
warn_of_clock(const struct run *run)
{
    int64_t off_s = (clock_now_us() - run->now_us) / CLOCK_US_PER_S;

    if (off_s > CLOCK_OFF_WARN_S || off_s < -CLOCK_OFF_WARN_S)
        log_warn("reconcile.clock_off", LOG_NUMBER("seconds", off_s),
                 LOG_TEXT("hint", "This host's clock is not Quo's: beyond 300 s, deliveries are "
                                  "refused. Check it (timedatectl)."));
}

/* The key must be of the workspace under whose org_id its rows are stored. */
static bool
check_workspace(struct run *run, struct quosync_error *err)
{
    struct api_answer answer;
    json_t *data = NULL;
    const char *id;
    bool good = client_get(&run->client, "/organization", &answer, &data, err) &&
                run_time(&answer, &run->now_us, err);

    id = json_string_value(json_object_get(data, "id"));
    if (good && run->workspace->org_id_configured &&
        (id == NULL || strcmp(id, run->workspace->org_id) != 0)) {
        good = error_set(err, QUOSYNC_CONFIG,
                         "the API key is of workspace \"%s\", the configured org_id is \"%s\"",
                         id != NULL ? id : "", run->workspace->org_id);
        error_hint(err, "Correct org_id or api_key of workspace %s.", run->workspace->name);
    }
    if (good)
        warn_of_clock(run);
    run->oldest_us = created_us(data);
    json_decref(data);
    return good;
}

static bool
read_definitions(struct run *run, struct quosync_error *err)
{
    struct api_answer answer;
    json_t *data = NULL;
    bool good = client_get(&run->client, "/v1/contact-custom-fields", &answer, &data, err) &&
                run_time(&answer, &run->definitions_us, err) &&
                rest_definitions_read(data, &run->definitions, err);

    if (!good && err->kind == QUOSYNC_BAD_INPUT)
        err->kind = QUOSYNC_UNAVAILABLE;
    json_decref(data);
    return good;
}

/* ---- leases ------------------------------------------------------------------------- */

static void
name_holder(char holder[96])
{
    char host[64] = "unknown";

    (void)gethostname(host, sizeof host - 1);
    (void)snprintf(holder, 96, "%s:%ld", host, (long)getpid());
}

static bool
take_leases(struct run *run, struct quosync_error *err)
{
    char holder[96];
    bool any = false;

    name_holder(holder);
    for (int s = 0; s < RECONCILE_STEPS; s++) {
        struct step *step = &run->steps[s];

        if (!step->active)
            continue;
        if (!run->options->dry_run &&
            !lease_take(run->pg, run->workspace->org_id, step->lease, holder, &step->lease_token,
                        err)) {
            if (err->kind != QUOSYNC_TRY_LATER)
                return false;
            run->result->errors[s] = *err;
            step->active = false;
            continue;
        }
        step->lease_renewed_us = clock_steady_us();
        run->result->ran[s] = true;
        any = true;
    }
    return any; /* else *err is the last lease's */
}

static void
release_leases(struct run *run)
{
    for (int s = 0; s < RECONCILE_STEPS; s++) {
        struct step *step = &run->steps[s];

        if (step->lease_token != 0 && pg_usable(run->pg))
            lease_release(run->pg, run->workspace->org_id, step->lease, step->lease_token);
    }
}

/* ---- what is noted of a run ------------------------------------------------------------ */

static bool
begin_run(struct run *run, struct quosync_error *err)
{
    char parts[128] = "{";
    size_t n = 1;

    if (run->options->dry_run)
        return true;
    for (int s = 0; s < RECONCILE_STEPS; s++)
        if (run->steps[s].active)
            n += (size_t)snprintf(parts + n, sizeof parts - n, "%s%s", n > 1 ? "," : "",
                                  step_names[s]);
    (void)snprintf(parts + n, sizeof parts - n, "}");
    return runs_begin(run->pg, run->workspace->org_id, parts, &run->id, err);
}

static json_t *
counts_json(const struct run *run)
{
    const struct reconcile_result *result = run->result;
    json_t *json = json_pack("{s:I, s:I, s:I, s:I}", "requests", (json_int_t)result->requests,
                             "retries", (json_int_t)result->retries, "limited",
                             (json_int_t)result->limited, "waited_ms",
                             (json_int_t)(result->waited_us / 1000));

    for (int s = 0; s < RECONCILE_STEPS; s++) {
        const struct reconcile_counts *counts = &result->counts[s];

        if (result->ran[s])
            json_object_set_new(
                json, step_names[s],
                json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:b}", "read",
                          (json_int_t)counts->read, "repaired", (json_int_t)counts->repaired,
                          "gone", (json_int_t)counts->gone, "bad", (json_int_t)counts->bad,
                          "details", (json_int_t)counts->details, "lost",
                          (json_int_t)counts->lost, "fetched", (json_int_t)counts->fetched,
                          "resumed", (int)counts->resumed));
    }
    return json;
}

static void
end_run(struct run *run, const struct quosync_error *worst)
{
    struct runs_end end = { .outcome = "done" };
    json_t *counts;
    char *text;
    struct quosync_error err;

    if (run->id == 0 || !pg_usable(run->pg))
        return;
    for (int s = 0; s < RECONCILE_STEPS; s++) {
        end.checked += (int64_t)run->result->counts[s].read;
        end.repaired += (int64_t)run->result->counts[s].repaired;
        if (run->result->counts[s].bad > 0)
            end.outcome = "incomplete";
    }
    if (run->result->refused_mass_delete)
        end.outcome = "incomplete";
    if (worst->kind != QUOSYNC_OK) {
        end.outcome = "failed";
        end.error = worst->text;
    }
    counts = counts_json(run);
    text = counts != NULL ? json_dumps(counts, JSON_COMPACT) : NULL;
    end.counts = text != NULL ? text : "{}";
    if (!runs_end(run->pg, run->workspace->org_id, run->id, &end, &err))
        log_failure(LOG_LEVEL_WARN, "reconcile.not_noted", &err);
    memory_free(text);
    json_decref(counts);
}

/* ---- the run ---------------------------------------------------------------------------- */

static void
start_steps(struct run *run)
{
    for (int s = 0; s < RECONCILE_STEPS; s++) {
        struct step *step = &run->steps[s];

        if (!step->active)
            continue;
        if (!reconcile_modules[s]->start(step, &run->result->errors[s])) {
            step->failed = true;
            error_prefix(&run->result->errors[s], "%s", step->name);
        }
    }
}

static bool
run_steps(struct run *run, struct quosync_error *err)
{
    bool fields = run->steps[RECONCILE_DIRECTORY].active || run->steps[RECONCILE_CONTACTS].active;

    if (!client_open(run->pg, run->config, run->workspace, 0, &run->client, err) ||
        !check_workspace(run, err) ||
        (fields && !read_definitions(run, err)))
        return false;
    start_steps(run);
    return api_run(run->client.api, err);
}

/* How grave an error is, in the order in which exit codes win (design of the commands). */
static int
gravity(enum quosync_error_kind kind)
{
    static const enum quosync_error_kind order[] = { QUOSYNC_OK,          QUOSYNC_BAD_INPUT,
                                                     QUOSYNC_TRY_LATER,   QUOSYNC_UNAVAILABLE,
                                                     QUOSYNC_CONFIG,      QUOSYNC_NO_MEMORY,
                                                     QUOSYNC_BUG };

    for (int i = 0; i < (int)(sizeof order / sizeof *order); i++)
        if (order[i] == kind)
            return i;
    return 0;
}

static void
find_worst(const struct run *run, struct quosync_error *worst)
{
    for (int s = 0; s < RECONCILE_STEPS; s++)
        if (gravity(run->result->errors[s].kind) > gravity(worst->kind))
            *worst = run->result->errors[s];
}

static void
take_counts(struct run *run, int64_t began_us)
{
    struct api_counts counts = { 0 };

    if (run->client.api != NULL)
        api_counts(run->client.api, &counts);
    run->result->requests = counts.requests;
    run->result->retries = counts.retries;
    run->result->limited = counts.limited;
    run->result->waited_us = counts.waited_us;
    run->result->took_us = clock_steady_us() - began_us;
}

static void
run_done(struct run *run)
{
    for (int s = 0; s < RECONCILE_STEPS; s++) {
        struct step *step = &run->steps[s];

        if (step->state != NULL && reconcile_modules[s]->done != NULL)
            reconcile_modules[s]->done(step);
        json_decref(step->progress);
    }
    rest_definitions_free(&run->definitions);
    params_free(&run->params);
}

static void
set_up_steps(struct run *run)
{
    for (int s = 0; s < RECONCILE_STEPS; s++) {
        struct step *step = &run->steps[s];

        *step = (struct step){ .run = run,
                               .number = (enum reconcile_step)s,
                               .name = step_names[s],
                               .counts = &run->result->counts[s],
                               .active = run->options->steps == 0 ||
                                         (run->options->steps & (1U << s)) != 0 };
        (void)snprintf(step->lease, sizeof step->lease, "reconcile %s", step->name);
    }
}

bool
reconcile_run(struct pg *pg, const struct config *config, const struct config_workspace *workspace,
              const struct reconcile_options *options, struct reconcile_result *result,
              struct quosync_error *err)
{
    int64_t began_us = clock_steady_us();
    struct run run = { .pg = pg, .params = params_new(), .config = config, .workspace = workspace,
                       .options = options, .result = result };
    struct quosync_error worst = { 0 };

    *result = (struct reconcile_result){ 0 };
    set_up_steps(&run);
    if (take_leases(&run, &worst) && begin_run(&run, &worst))
        (void)!run_steps(&run, &worst);
    find_worst(&run, &worst);
    take_counts(&run, began_us);
    client_done(&run.client);
    end_run(&run, &worst);
    release_leases(&run);
    run_done(&run);
    if (worst.kind == QUOSYNC_OK)
        return true;
    *err = worst;
    return false;
}
