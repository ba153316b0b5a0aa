/*
 * reconcile_messages.c - messages of the workspace, by history.
 */
#include "app/reconcile_history.h"

static bool
take_message(struct step *step, struct quosync_fold *fold, json_t *item, int64_t t_us,
             struct quosync_error *err)
{
    (void)step;
    return rest_message(fold, item, t_us, err);
}

static bool
start(struct step *step, struct quosync_error *err)
{
    const struct history_options options = { .path = "/messages", .exclusive = true,
                                             .item = take_message };

    return history_start(step, &options, (struct history **)&step->state, err);
}

static bool
finish(struct step *step, struct quosync_error *err)
{
    return history_finish(step->state, err);
}

static void
done(struct step *step)
{
    history_free((struct history **)&step->state);
}

const struct step_module reconcile_messages = { start, finish, done };
