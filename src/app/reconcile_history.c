/*
 * reconcile_history.c - ranges of createdAt that are still to be walked, the
 * walks in them, and how far each has safely come.
 */
#include "app/reconcile_history.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/points.h"
#include "core/error.h"

#define WEEK_US (INT64_C(7) * 86400 * CLOCK_US_PER_S)
#define WALKS_AT_ONCE 2
#define RANGES_AT_MOST 64
#define PAGE_ITEMS 50
/* A walk with fewer pages ahead of it is not worth sharing: each share costs part of a page. */
#define PAGES_WORTH_SHARING 10

/* [from, to] of createdAt, both included; from INT64_MIN: without a lower bound. */
struct range {
    int64_t from_us, to_us;
};

/*
 * A walk down a range. `at` is where its pages have come to; `safe` is where pages
 * and their details are written, which is what a later run goes on from.
 */
struct way {
    struct history *history;
    bool open;
    struct range range;
    int64_t at_us, safe_us;
    size_t items;
    struct history_hold *first, *last; /* pages whose details are open, oldest page first */
};

struct history_hold {
    struct way *way;
    struct history_hold *next;
    int64_t at_us; /* where the page ended */
    size_t open;   /* requests for its details */
    bool placed;   /* still being set up */
};

struct history {
    struct step *step;
    struct history_options options;
    int64_t walked_to_us, until_us;
    bool notes; /* false for --since: a part of history is no watermark */
    struct range waiting[RANGES_AT_MOST];
    size_t n_waiting;
    struct way ways[WALKS_AT_ONCE];
};

int64_t
history_walked_to_us(const struct history *history)
{
    return history->walked_to_us;
}

/* ---- notes ------------------------------------------------------------------------- */

static bool
add_range(json_t *list, int64_t from_us, int64_t to_us)
{
    return json_array_append_new(list, json_pack("[I, I]", (json_int_t)from_us,
                                                 (json_int_t)to_us)) == 0;
}

static bool
set_notes(struct history *history, struct quosync_error *err)
{
    json_t *remaining = json_array(), *notes;
    bool good = remaining != NULL;

    if (!history->notes) {
        json_decref(remaining);
        return true;
    }
    for (size_t i = 0; good && i < WALKS_AT_ONCE; i++) {
        const struct way *way = &history->ways[i];

        if (way->open || way->first != NULL)
            good = add_range(remaining, way->range.from_us, way->safe_us);
    }
    for (size_t i = 0; good && i < history->n_waiting; i++)
        good = add_range(remaining, history->waiting[i].from_us, history->waiting[i].to_us);
    notes = good ? json_pack("{s:I, s:I, s:O}", "walked_to_us",
                             (json_int_t)history->walked_to_us, "until_us",
                             (json_int_t)history->until_us, "remaining", remaining)
                 : NULL;
    json_decref(remaining);
    if (notes == NULL)
        return error_no_memory(err);
    run_progress_set(history->step, notes);
    return true;
}

static void
add_waiting(struct history *history, int64_t from_us, int64_t to_us)
{
    struct range *last;

    if (from_us > to_us)
        return;
    if (history->n_waiting < RANGES_AT_MOST) {
        history->waiting[history->n_waiting++] = (struct range){ from_us, to_us };
        return;
    }
    /* Too many to keep apart: what lies between is walked once more. */
    last = &history->waiting[RANGES_AT_MOST - 1];
    last->from_us = from_us < last->from_us ? from_us : last->from_us;
    last->to_us = to_us > last->to_us ? to_us : last->to_us;
}

/* What a run that was cut left over, but for what is walked again from `again_us` on. */
static void
take_remaining(struct history *history, const json_t *notes, int64_t again_us)
{
    const json_t *remaining = json_object_get(notes, "remaining");
    json_t *range;
    size_t i;

    json_array_foreach(remaining, i, range) {
        int64_t to_us = json_integer_value(json_array_get(range, 1));

        add_waiting(history, json_integer_value(json_array_get(range, 0)),
                    to_us < again_us ? to_us : again_us - 1);
    }
}

static bool
read_notes(struct history *history, struct quosync_error *err)
{
    const struct reconcile_options *options = history->step->run->options;
    json_t *notes = NULL, *walked_to, *until;
    int64_t age_s, from_us;

    if (!run_progress_get(history->step, &notes, &age_s, err))
        return false;
    walked_to = json_object_get(notes, "walked_to_us");
    until = json_object_get(notes, "until_us");
    if (json_is_integer(walked_to))
        history->walked_to_us = json_integer_value(walked_to);
    from_us = history->walked_to_us == INT64_MIN ? INT64_MIN : history->walked_to_us - WEEK_US;
    if (options->since_us != INT64_MIN)
        from_us = options->since_us;
    else if (json_is_integer(until)) {
        /* Late changes of what the cut run had walked are found as those of any other. */
        from_us = json_integer_value(until) - WEEK_US;
        take_remaining(history, notes, from_us);
        history->step->counts->resumed = history->n_waiting > 0;
    }
    add_waiting(history, from_us, history->until_us);
    json_decref(notes);
    return true;
}

/* ---- walks --------------------------------------------------------------------------- */

static bool start_ways(struct history *history, struct quosync_error *err);

/* createdAt of an item; false when it has none that can be read. */
static bool
created_us(const json_t *item, int64_t *us)
{
    const char *text = json_string_value(json_object_get(item, "createdAt"));

    return text != NULL && quosync_instant_parse(text, strlen(text), us, NULL);
}

/* Where pages and details are done, the way has safely come. */
static void
advance(struct way *way)
{
    while (way->first != NULL && way->first->open == 0 && way->first->placed) {
        struct history_hold *hold = way->first;

        way->safe_us = hold->at_us;
        way->first = hold->next;
        if (way->first == NULL)
            way->last = NULL;
        memory_free(hold);
    }
}

static struct history_hold *
hold_new(struct way *way)
{
    struct history_hold *hold = memory_get(sizeof *hold);

    if (hold == NULL)
        return NULL;
    *hold = (struct history_hold){ .way = way, .at_us = way->at_us };
    if (way->last != NULL)
        way->last->next = hold;
    else
        way->first = hold;
    way->last = hold;
    return hold;
}

void
history_hold(struct history_hold *hold)
{
    hold->open++;
}

bool
history_release(struct history_hold *hold, struct quosync_error *err)
{
    struct history *history = hold->way->history;

    hold->open--;
    advance(hold->way);
    /* A way whose details were the last to come is free for what waits. */
    return set_notes(history, err) && start_ways(history, err);
}

/* Items into the fold; *past tells that the range of the way has been left. */
static bool
take_items(struct way *way, struct quosync_fold *fold, json_t *data, int64_t t_us, bool *past,
           struct quosync_error *err)
{
    struct history *history = way->history;
    struct step *step = history->step;
    json_t *item;
    size_t i;

    json_array_foreach(data, i, item) {
        struct quosync_error why;
        int64_t us;
        bool dated = created_us(item, &us);

        if (dated && us < way->range.from_us) {
            *past = true; /* the rest was given to another walk */
            return true;
        }
        step->counts->read++;
        way->items++;
        if (dated && us < way->at_us)
            way->at_us = us;
        if (history->options.item(step, fold, item, t_us, &why))
            continue;
        if (why.kind != QUOSYNC_BAD_INPUT) {
            *err = why;
            return false;
        }
        run_bad_item(step, item, &why);
    }
    return true;
}

/* Where the way will end: a guess where its range has no lower bound. */
static int64_t
lower_us(const struct way *way)
{
    return way->range.from_us != INT64_MIN ? way->range.from_us
                                           : way->history->step->run->oldest_us;
}

static double
items_ahead(const struct way *way)
{
    double walked_us = (double)(way->range.to_us - way->at_us);
    double ahead_us = (double)(way->at_us - lower_us(way));

    return walked_us > 0 && ahead_us > 0 ? (double)way->items / walked_us * ahead_us : 0;
}

static void
estimate(struct history *history)
{
    double ahead = 0;

    for (size_t i = 0; i < WALKS_AT_ONCE; i++)
        if (history->ways[i].open)
            ahead += items_ahead(&history->ways[i]);
    history->step->counts->expected = history->step->counts->read + (size_t)ahead;
}

static bool
take_page(struct walk *walk, json_t *data, int64_t t_us, bool *stop, struct quosync_error *err)
{
    AUTO(run_fold_free) struct quosync_fold *fold = NULL;
    struct way *way = walk->owner;
    struct history *history = way->history;
    struct history_hold *hold;
    bool good;

    if (!run_fold(walk->step->run, &fold, err) ||
        !take_items(way, fold, data, t_us, stop, err))
        return false;
    hold = hold_new(way);
    if (hold == NULL)
        return error_no_memory(err);
    QUOSYNC_POINT("reconcile-history-page");
    good = run_write(walk->step, fold, err) &&
           (history->options.written == NULL ||
            history->options.written(walk->step, data, hold, err));
    hold->placed = true;
    advance(way);
    estimate(history);
    return good && set_notes(history, err) && (*stop || start_ways(history, err));
}

static bool
end_way(struct walk *walk, bool complete, struct quosync_error *err)
{
    struct way *way = walk->owner;

    (void)complete;
    way->open = false;
    way->at_us = way->range.from_us;
    if (way->first == NULL)
        way->safe_us = way->at_us;
    return start_ways(way->history, err);
}

static bool
start_way(struct history *history, struct way *way, struct range range, struct quosync_error *err)
{
    char path[512], from[QUOSYNC_INSTANT_SIZE], to[QUOSYNC_INSTANT_SIZE];
    bool exclusive = history->options.exclusive;
    struct walk walk = { .step = history->step, .path = path, .page = take_page, .end = end_way,
                         .owner = way };
    int n;

    *way = (struct way){ .history = history, .open = true, .range = range,
                         .at_us = range.to_us, .safe_us = range.to_us };
    /* Whole seconds beyond the bounds, whatever precision Quo compares with. */
    quosync_instant_format((range.to_us / CLOCK_US_PER_S + 1) * CLOCK_US_PER_S, to);
    n = snprintf(path, sizeof path, "%s%screatedAt%%5B%s%%5D=%s", history->options.path,
                 strchr(history->options.path, '?') != NULL ? "&" : "?", exclusive ? "lt" : "lte",
                 to);
    if (range.from_us != INT64_MIN) {
        quosync_instant_format((range.from_us / CLOCK_US_PER_S - 1) * CLOCK_US_PER_S, from);
        (void)snprintf(path + n, sizeof path - (size_t)n, "&createdAt%%5B%s%%5D=%s",
                       exclusive ? "gt" : "gte", from);
    }
    return walk_start(&walk, err);
}

/* Gives the older half of the longest walk to another one. */
static bool
share(struct history *history, struct way *idle, struct quosync_error *err)
{
    struct way *longest = NULL;
    int64_t middle_us;

    for (size_t i = 0; i < WALKS_AT_ONCE; i++) {
        struct way *way = &history->ways[i];

        if (way->open && (longest == NULL || items_ahead(way) > items_ahead(longest)))
            longest = way;
    }
    if (longest == NULL || items_ahead(longest) < PAGES_WORTH_SHARING * PAGE_ITEMS)
        return true;
    middle_us = lower_us(longest) + (longest->at_us - lower_us(longest)) / 2;
    if (!start_way(history, idle, (struct range){ longest->range.from_us, middle_us - 1 }, err))
        return false;
    longest->range.from_us = middle_us;
    return true;
}

/* Whatever waits, else half of what another walk has before it. */
static bool
start_ways(struct history *history, struct quosync_error *err)
{
    for (size_t i = 0; i < WALKS_AT_ONCE; i++) {
        struct way *way = &history->ways[i];

        if (way->open || way->first != NULL)
            continue;
        if (history->n_waiting > 0) {
            if (!start_way(history, way, history->waiting[--history->n_waiting], err))
                return false;
        } else if (!share(history, way, err))
            return false;
    }
    return true;
}

/* ---- the whole ------------------------------------------------------------------------ */

bool
history_start(struct step *step, const struct history_options *options, struct history **history,
              struct quosync_error *err)
{
    *history = memory_get(sizeof **history);
    if (*history == NULL)
        return error_no_memory(err);
    **history = (struct history){ .step = step, .options = *options, .walked_to_us = INT64_MIN,
                                  .until_us = step->run->now_us,
                                  .notes = step->run->options->since_us == INT64_MIN };
    return read_notes(*history, err) && start_ways(*history, err);
}

bool
history_finish(struct history *history, struct quosync_error *err)
{
    json_t *notes;

    if (history->n_waiting > 0)
        return start_ways(history, err);
    if (!history->notes)
        return true;
    notes = json_pack("{s:I}", "walked_to_us", (json_int_t)history->until_us);
    if (notes == NULL)
        return error_no_memory(err);
    run_progress_set(history->step, notes);
    return run_write(history->step, NULL, err);
}

void
history_free(struct history **history)
{
    if (*history == NULL)
        return;
    for (size_t i = 0; i < WALKS_AT_ONCE; i++) {
        struct history_hold *hold = (*history)->ways[i].first;

        while (hold != NULL) {
            struct history_hold *next = hold->next;

            memory_free(hold);
            hold = next;
        }
    }
    memory_free(*history);
    *history = NULL;
}
