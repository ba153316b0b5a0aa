/*
 * reconcile_directory.c - users, phone numbers and the definitions of custom
 * fields. The first two are gone when a complete listing is without them.
 */
#include <string.h>

#include "app/reconcile_internal.h"
#include "base/points.h"
#include "core/error.h"

/* One of the two lists. */
struct listing {
    enum quosync_table table;
    const char *path;
    const struct statement *present; /* the ids that the mirror shows */
    bool (*observe)(struct quosync_fold *, json_t *, int64_t, struct quosync_error *);
    json_t *seen;     /* ids as keys */
    int64_t first_us; /* T of the first page: what was there then is on some page */
};

struct directory {
    struct listing listings[2];
};

static bool
take_item(struct listing *listing, struct step *step, struct quosync_fold *fold, json_t *item,
          int64_t t_us, struct quosync_error *err)
{
    struct quosync_error why;
    const char *id = json_string_value(json_object_get(item, "id"));

    step->counts->read++;
    if (id != NULL && json_object_set_new(listing->seen, id, json_true()) != 0)
        return error_no_memory(err);
    if (listing->observe(fold, item, t_us, &why))
        return true;
    if (why.kind != QUOSYNC_BAD_INPUT) {
        *err = why;
        return false;
    }
    run_bad_item(step, item, &why);
    return true;
}

static bool
take_page(struct walk *walk, json_t *data, int64_t t_us, bool *stop, struct quosync_error *err)
{
    AUTO(run_fold_free) struct quosync_fold *fold = NULL;
    struct listing *listing = walk->owner;
    json_t *item;
    size_t i;

    (void)stop;
    if (walk->pages == 1)
        listing->first_us = t_us;
    if (!run_fold(walk->step->run, &fold, err))
        return false;
    json_array_foreach(data, i, item) {
        if (!take_item(listing, walk->step, fold, item, t_us, err))
            return false;
    }
    return run_write(walk->step, fold, err);
}

/* Those that the mirror shows and the listing did not. */
static bool
take_gone(struct step *step, struct listing *listing, struct quosync_error *err)
{
    AUTO(run_fold_free) struct quosync_fold *fold = NULL;
    AUTO(params_free) struct params *params = params_new();
    AUTO(result_done) struct result present = { 0 };

    params_text(params, step->run->workspace->org_id);
    if (!run_fold(step->run, &fold, err) ||
        !pg_run(step->run->pg, listing->present, params, &present, err))
        return false;
    for (size_t i = 0; i < present.rows; i++) {
        const char *id = result_text(&present, i, 0);

        if (json_object_get(listing->seen, id) != NULL)
            continue;
        if (!rest_gone(fold, listing->table, id, listing->first_us, err))
            return false;
        step->counts->gone++;
    }
    return run_write(step, fold, err);
}

static bool
end_listing(struct walk *walk, bool complete, struct quosync_error *err)
{
    QUOSYNC_POINT("reconcile-directory-listed");
    return !complete || take_gone(walk->step, walk->owner, err);
}

static bool
start(struct step *step, struct quosync_error *err)
{
    AUTO(run_fold_free) struct quosync_fold *fold = NULL;
    struct directory *directory = memory_get(sizeof *directory);

    if (directory == NULL)
        return error_no_memory(err);
    step->state = directory;
    *directory = (struct directory){ {
        { QUOSYNC_USERS, "/users", &sql_users_present, rest_user, json_object(), 0 },
        { QUOSYNC_PHONE_NUMBERS, "/phone-numbers", &sql_phone_numbers_present, rest_phone_number,
          json_object(), 0 },
    } };
    if (!run_fold(step->run, &fold, err) ||
        !rest_definitions_observe(fold, step->run->definitions, step->run->definitions_us, err) ||
        !run_write(step, fold, err))
        return false;
    for (size_t i = 0; i < 2; i++) {
        struct walk walk = { .step = step, .path = directory->listings[i].path,
                             .page = take_page, .end = end_listing,
                             .owner = &directory->listings[i] };

        if (directory->listings[i].seen == NULL)
            return error_no_memory(err);
        if (!walk_start(&walk, err))
            return false;
    }
    return true;
}

static void
done(struct step *step)
{
    struct directory *directory = step->state;

    json_decref(directory->listings[0].seen);
    json_decref(directory->listings[1].seen);
    memory_free(directory);
}

const struct step_module reconcile_directory = { start, NULL, done };
