/*
 * reconcile_contacts.c - the whole listing of contacts into the merge, and which
 * contacts are gone: those that a complete listing did not show and that answer
 * 404 by their own id. Too many at once are a broken listing until a person
 * says otherwise.
 *
 * Notes: {"listing": {"began_us", "token"}} while a listing goes on, and
 * {"listing": {"began_us", "done": true}} until the missing ones were asked for.
 */
#include <stdlib.h>
#include <string.h>

#include "app/reconcile_internal.h"
#include "base/log.h"
#include "base/points.h"
#include "core/digest.h"
#include "core/error.h"

/* A listing that was cut is gone on with for so long: Quo's tokens are short-lived. */
#define RESUME_WITHIN_S 3600

/* More than this, and more than the share, seem gone: nothing is deleted unasked. */
#define GONE_AT_LEAST 10
#define GONE_SHARE 0.05

#define UNSEEN_AT_ONCE 1000
#define ASK_AT_ONCE 100 /* missing contacts that are asked for before anything is written */

struct contacts {
    int64_t began_us; /* T of the listing's first page; 0: not known yet */
    bool listed;      /* the listing is complete */
    char *forms;      /* of ids that REST uses, as an array literal */
    char *after;      /* the last id that was asked for; NULL: none yet */
    struct quosync_fold *found; /* what the answers to the missing ones said */
    /* A dry run leaves no sightings: digests of the ids that were listed. */
    uint64_t *seen;
    size_t n_seen, room;
};

/* ---- the listing ---------------------------------------------------------------- */

static bool
note_seen(struct step *step, const char *id, struct quosync_error *err)
{
    struct contacts *contacts = step->state;

    if (!step->run->options->dry_run)
        return true;
    if (contacts->n_seen == contacts->room) {
        size_t room = contacts->room * 2 + 1024;
        uint64_t *seen = memory_resize(contacts->seen, room * sizeof *seen);

        if (seen == NULL)
            return error_no_memory(err);
        contacts->seen = seen;
        contacts->room = room;
    }
    return digest_64(id, strlen(id), &contacts->seen[contacts->n_seen++], err);
}

/* An item that cannot be read was listed all the same. */
static bool
take_item(struct step *step, struct quosync_fold *fold, json_t *item, int64_t t_us,
          struct quosync_error *err)
{
    const char *id = json_string_value(json_object_get(item, "id"));
    struct quosync_error why;

    step->counts->read++;
    if (id != NULL && !note_seen(step, id, err))
        return false;
    if (rest_contact(fold, item, t_us, step->run->definitions, &why))
        return true;
    if (why.kind != QUOSYNC_BAD_INPUT) {
        *err = why;
        return false;
    }
    run_bad_item(step, item, &why);
    return id == NULL || rest_seen(fold, id, t_us, &why) || why.kind == QUOSYNC_BAD_INPUT ||
           error_no_memory(err);
}

/* NULL when there is no memory, which json_dumps of it then reports. */
static json_t *
notes(const struct contacts *contacts, const char *token)
{
    return token != NULL
               ? json_pack("{s:{s:I, s:s}}", "listing", "began_us",
                           (json_int_t)contacts->began_us, "token", token)
               : json_pack("{s:{s:I, s:b}}", "listing", "began_us",
                           (json_int_t)contacts->began_us, "done", 1);
}

static bool
take_page(struct walk *walk, json_t *data, int64_t t_us, bool *stop, struct quosync_error *err)
{
    AUTO(run_fold_free) struct quosync_fold *fold = NULL;
    struct step *step = walk->step;
    struct contacts *contacts = step->state;
    json_t *item;
    size_t i;

    (void)stop;
    if (contacts->began_us == 0)
        contacts->began_us = t_us;
    if (!run_fold(step->run, &fold, err))
        return false;
    json_array_foreach(data, i, item) {
        if (!take_item(step, fold, item, t_us, err))
            return false;
    }
    if (walk->next_token != NULL)
        run_progress_set(step, notes(contacts, walk->next_token));
    QUOSYNC_POINT("reconcile-contacts-page");
    return run_write(step, fold, err);
}

static int
by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

static bool
end_listing(struct walk *walk, bool complete, struct quosync_error *err)
{
    struct contacts *contacts = walk->step->state;

    if (!complete)
        return error_set(err, QUOSYNC_UNAVAILABLE,
                         "Quo's list of contacts ended without saying so: nothing is concluded "
                         "from what it did not show");
    contacts->listed = true;
    if (contacts->n_seen > 0)
        qsort(contacts->seen, contacts->n_seen, sizeof *contacts->seen, by_value);
    run_progress_set(walk->step, notes(contacts, NULL));
    return run_write(walk->step, NULL, err);
}

static bool begin_listing(struct step *step, const char *token, struct quosync_error *err);

/* Quo no longer takes the token: once more from the start, quietly. */
static bool
begin_anew(struct walk *walk, struct quosync_error *err)
{
    struct contacts *contacts = walk->step->state;

    log_debug("reconcile.token_expired", LOG_TEXT("step", walk->step->name));
    contacts->began_us = 0;
    walk->step->counts->resumed = false;
    return begin_listing(walk->step, NULL, err);
}

static bool
begin_listing(struct step *step, const char *token, struct quosync_error *err)
{
    /* Urgent: its pages follow one another, so it is what a run waits for in the end. */
    struct walk walk = { .step = step, .path = "/v1/contacts", .token = token, .urgent = true,
                         .v1 = true, .page = take_page, .end = end_listing,
                         .expired = begin_anew };

    return walk_start(&walk, err);
}

/* ---- those that it did not show ---------------------------------------------------- */

static bool
was_seen(const struct contacts *contacts, const char *id, bool *seen, struct quosync_error *err)
{
    uint64_t digest;

    if (!digest_64(id, strlen(id), &digest, err))
        return false;
    *seen = contacts->n_seen > 0 && bsearch(&digest, contacts->seen, contacts->n_seen,
                                            sizeof digest, by_value) != NULL;
    return true;
}

/*
 * The next unseen ids after `after`. A dry run has written no
 * sightings, so it asks for all and leaves out what the listing showed.
 */
static bool
read_unseen(struct step *step, const char *after, struct result *answer,
            struct quosync_error *err)
{
    const struct contacts *contacts = step->state;
    AUTO(params_free) struct params *params = params_new();

    params_text(params, step->run->workspace->org_id);
    params_instant(params, contacts->began_us);
    params_instant(params, step->run->options->dry_run ? INT64_MAX / 2 : contacts->began_us);
    params_text(params, contacts->forms);
    params_text(params, after);
    params_bigint(params, UNSEEN_AT_ONCE);
    return pg_run(step->run->pg, &sql_contacts_unseen, params, answer, err);
}

typedef bool (*take_unseen)(struct step *step, const char *id, struct quosync_error *err);

/* Calls `take` for up to `most` unseen ids (0: all); *last is the one to go on after. */
static bool
each_unseen(struct step *step, char **last, size_t most, take_unseen take,
            struct quosync_error *err)
{
    const struct contacts *contacts = step->state;
    size_t taken = 0, rows = UNSEEN_AT_ONCE;

    while (rows == UNSEEN_AT_ONCE) {
        AUTO(result_done) struct result answer = { 0 };

        if (!read_unseen(step, *last != NULL ? *last : "", &answer, err))
            return false;
        rows = answer.rows;
        for (size_t i = 0; i < rows; i++) {
            const char *id = result_text(&answer, i, 0);
            bool seen;

            if (!was_seen(contacts, id, &seen, err) || (!seen && !take(step, id, err)))
                return false;
            taken += !seen;
            free(*last);
            *last = strdup(id);
            if (*last == NULL)
                return error_no_memory(err);
            if (taken == most && most > 0)
                return true;
        }
    }
    return true;
}

static bool
count_one(struct step *step, const char *id, struct quosync_error *err)
{
    (void)id;
    (void)err;
    step->run->result->seem_gone++;
    return true;
}

static bool
count_live(struct step *step, struct quosync_error *err)
{
    AUTO(params_free) struct params *params = params_new();
    AUTO(result_done) struct result answer = { 0 };

    params_text(params, step->run->workspace->org_id);
    if (!pg_run(step->run->pg, &sql_contacts_live, params, &answer, err))
        return false;
    step->run->result->live = (size_t)result_bigint(&answer, 0, 0);
    return true;
}

static bool
read_forms(struct step *step, struct quosync_error *err)
{
    struct contacts *contacts = step->state;
    AUTO(params_free) struct params *params = params_new();
    AUTO(result_done) struct result answer = { 0 };

    params_text(params, step->run->workspace->org_id);
    if (!pg_run(step->run->pg, &sql_contacts_id_forms, params, &answer, err))
        return false;
    contacts->forms = strdup(result_text(&answer, 0, 0));
    return contacts->forms != NULL || error_no_memory(err);
}

/* Whether so few seem gone that they may be asked for one by one. */
static bool
may_delete(struct step *step, bool *may, struct quosync_error *err)
{
    struct reconcile_result *result = step->run->result;
    char *last = NULL;
    bool good = count_live(step, err) && each_unseen(step, &last, 0, count_one, err);

    free(last);
    *may = step->run->options->allow_mass_delete || result->seem_gone <= GONE_AT_LEAST ||
           (double)result->seem_gone <= GONE_SHARE * (double)result->live;
    result->refused_mass_delete = good && !*may;
    return good;
}

static bool
got_missing(struct step *step, void *owner, const struct api_answer *answer, int64_t t_us,
            struct quosync_error *err)
{
    AUTO(run_id_free) char *id = owner;
    struct contacts *contacts = step->state;
    json_t *item;

    if (answer == NULL)
        return true;
    if (answer->status == 404) {
        step->counts->gone++;
        return rest_gone(contacts->found, QUOSYNC_CONTACTS, id, t_us, err);
    }
    if (run_is_no_id(step, answer, id))
        return true;
    item = json_object_get(answer->json, "data");
    if (answer->status >= 400 || !json_is_object(item))
        return client_refused(answer, "a contact by its id", err);
    return take_item(step, contacts->found, item, t_us, err);
}

static bool
ask_for(struct step *step, const char *id, struct quosync_error *err)
{
    return run_ask_for(step, "/v1/contacts/", id, "", got_missing, err);
}

/* Writes what the last answers said, and asks for the next ones. */
static bool
go_on(struct step *step, struct quosync_error *err)
{
    struct contacts *contacts = step->state;

    if (contacts->found != NULL) {
        QUOSYNC_POINT("reconcile-contacts-gone");
        if (!run_write(step, contacts->found, err))
            return false;
        run_fold_free(&contacts->found);
    }
    return run_fold(step->run, &contacts->found, err) &&
           each_unseen(step, &contacts->after, ASK_AT_ONCE, ask_for, err);
}

static bool
finish(struct step *step, struct quosync_error *err)
{
    struct contacts *contacts = step->state;
    bool may = true;

    if (!contacts->listed)
        return true;
    if (contacts->forms == NULL && (!read_forms(step, err) || !may_delete(step, &may, err)))
        return false;
    if (may && !go_on(step, err))
        return false;
    if (step->pending > 0)
        return true;
    run_progress_set(step, json_object());
    return run_write(step, NULL, err);
}

/* ---- the step ----------------------------------------------------------------------- */

static bool
start(struct step *step, struct quosync_error *err)
{
    struct contacts *contacts = memory_get(sizeof *contacts);
    json_t *progress = NULL, *listing;
    const char *token;
    int64_t age_s;
    bool good;

    if (contacts == NULL)
        return error_no_memory(err);
    *contacts = (struct contacts){ 0 };
    step->state = contacts;
    if (!run_progress_get(step, &progress, &age_s, err))
        return false;
    listing = step->run->options->dry_run || age_s > RESUME_WITHIN_S
                  ? NULL
                  : json_object_get(progress, "listing");
    token = json_string_value(json_object_get(listing, "token"));
    contacts->began_us = json_integer_value(json_object_get(listing, "began_us"));
    step->counts->resumed = listing != NULL;
    contacts->listed = json_is_true(json_object_get(listing, "done"));
    good = contacts->listed ? finish(step, err) : begin_listing(step, token, err);
    json_decref(progress);
    return good;
}

static void
done(struct step *step)
{
    struct contacts *contacts = step->state;

    free(contacts->forms);
    free(contacts->after);
    run_fold_free(&contacts->found);
    memory_free(contacts->seen);
    memory_free(contacts);
}

const struct step_module reconcile_contacts = { start, finish, done };
