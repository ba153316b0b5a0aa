/*
 * intake.c - the queues of the workspaces and the thread that empties them.
 * A delivery belongs to intake from intake_put on: its body stays until the
 * statement that carries it is over, even when its request was answered before
 * because the database took too long.
 */
#include <config.h>

#include "app/intake.h"

#include <pthread.h>
#include <string.h>

#include "app/migrate.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/points.h"
#include "core/digest.h"
#include "core/error.h"
#include "core/memory.h"
#include "db/migrate.h"
#include "db/pg.h"
#include "db/store.h"

/* A sender that waits longer has given up, or is about to. */
#define OVERDUE_US (5 * CLOCK_US_PER_S)

#define CONNECT_TIMEOUT_S 3
#define STATEMENT_TIMEOUT_MS 3500 /* leaves time for another connection before OVERDUE_US */

/*
 * A group's bytes, within batch_bytes: enough for thousands of ordinary bodies.
 * They are copied into the statement, and again into libpq's buffer, which stays.
 */
#define GROUP_BYTES ((size_t)2 * 1024 * 1024)

/* Between tries to connect: back within 5 s after the database is. */
#define FIRST_BACKOFF_MS 100
#define MOST_BACKOFF_MS 2000

/* When a workspace is tried again that somebody holds: an erasure, a renaming. */
#define HELD_US 50000

/* Longer than all deadlines of one round together. */
#define ROUND_US (30 * CLOCK_US_PER_S)

/* How often an idle connection is looked at, for readyz and for a schema that changed. */
#define PROBE_US (2 * CLOCK_US_PER_S)

/* How long intake_open waits for the first connection. */
#define FIRST_CONNECT_US (2 * CLOCK_US_PER_S)

const double intake_seconds_bounds[INTAKE_SECONDS - 1] = {
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5
};

/* A delivery that waits, or is on its way. */
struct waiting {
    struct waiting *next;
    struct httpd_request *request; /* NULL once it was answered */
    struct httpd_body body;
    int64_t since_us;
    uint64_t digest;
    char webhook_id[]; /* terminated */
};

/* Oldest first. */
struct queue {
    struct waiting *first, **end;
    size_t n;
    int64_t not_before_us; /* of a workspace: when it may be tried again; steady clock */
};

struct intake {
    struct intake_options options;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t work;  /* for the thread: something waits, or stop */
    pthread_cond_t first; /* for intake_open: the first connection was tried */
    struct queue *queues; /* one for each workspace */
    size_t turn;          /* whose queue is next */
    struct queue group;   /* on its way; known to intake_tick */
    bool asleep;          /* the thread waits for work */
    bool tried;           /* to connect */
    bool stop;
    int64_t round_us; /* when the thread last came round; steady clock */
    struct intake_stats stats;

    /* The thread's own. */
    struct pg *pg;
    struct store_delivery *batch; /* room for options.config->batch */
    unsigned failed_connects;     /* in a row */
    int64_t probe_us;             /* when to look at the connection again */
};

/* ---- queues ------------------------------------------------------------- */

static void
queue_add(struct queue *queue, struct waiting *waiting)
{
    if (queue->first == NULL)
        queue->end = &queue->first;
    waiting->next = NULL;
    *queue->end = waiting;
    queue->end = &waiting->next;
    queue->n++;
}

static struct waiting *
queue_take(struct queue *queue)
{
    struct waiting *first = queue->first;

    queue->first = first->next;
    queue->n--;
    return first;
}

static void
waiting_free(struct waiting *waiting)
{
    httpd_body_done(&waiting->body);
    memory_free(waiting);
}

/* Answers and frees them all. Without the lock: nobody else knows of them any more. */
static void
answer_all(struct queue *queue, unsigned status)
{
    size_t half = queue->n / 2;

    while (queue->first != NULL) {
        struct waiting *next = queue_take(queue);

        if (next->request != NULL)
            httpd_answer(next->request, status);
        waiting_free(next);
        if (queue->n == half)
            QUOSYNC_POINT("half-of-a-group-answered");
    }
}

/* ---- from the server's thread ------------------------------------------- */

unsigned
intake_put(struct intake *intake, size_t workspace, struct httpd_request *request,
           const struct httpd_text *webhook_id)
{
    struct waiting *new = memory_get(sizeof(*new) + webhook_id->bytes + 1);

    if (new == NULL)
        return 503;
    *new = (struct waiting) { .request = request, .since_us = clock_steady_us() };
    memcpy(new->webhook_id, webhook_id->text, webhook_id->bytes);
    new->webhook_id[webhook_id->bytes] = '\0';

    pthread_mutex_lock(&intake->lock);
    if (!intake->stats.ready || intake->stop) {
        intake->stats.failed++;
        pthread_mutex_unlock(&intake->lock);
        memory_free(new);
        return 503;
    }
    new->body = httpd_body_take(request);
    httpd_suspend(request);
    queue_add(&intake->queues[workspace], new);
    intake->stats.waiting++;
    if (intake->asleep)
        pthread_cond_signal(&intake->work);
    pthread_mutex_unlock(&intake->lock);
    return HTTPD_LATER;
}

/* ---- overdue ------------------------------------------------------------ */

/* The oldest stand first, so the search ends at the first that is not overdue. */
void
intake_tick(struct intake *intake)
{
    struct queue overdue = { 0 };
    int64_t before_us = clock_steady_us() - OVERDUE_US;

    pthread_mutex_lock(&intake->lock);
    for (size_t i = 0; i < intake->options.config->n_workspaces; i++) {
        struct queue *queue = &intake->queues[i];

        while (queue->first != NULL && queue->first->since_us < before_us) {
            queue_add(&overdue, queue_take(queue));
            intake->stats.waiting--;
        }
    }
    intake->stats.overdue += overdue.n;
    intake->stats.failed += overdue.n;
    /* Those on their way are answered here and freed by the thread. */
    for (struct waiting *at = intake->group.first; at != NULL; at = at->next) {
        if (at->request == NULL || at->since_us >= before_us)
            continue;
        httpd_answer(at->request, 503);
        at->request = NULL;
        intake->stats.overdue++;
        intake->stats.failed++;
    }
    pthread_mutex_unlock(&intake->lock);
    answer_all(&overdue, 503);
}

static bool
stopping(struct intake *intake)
{
    pthread_mutex_lock(&intake->lock);
    bool stop = intake->stop;
    pthread_mutex_unlock(&intake->lock);
    return stop;
}

/* ---- the thread: connection --------------------------------------------- */

/* Everything that waits, in all queues: 503. */
static void
fail_waiting(struct intake *intake)
{
    struct queue failed = { 0 };

    pthread_mutex_lock(&intake->lock);
    for (size_t i = 0; i < intake->options.config->n_workspaces; i++)
        while (intake->queues[i].first != NULL)
            queue_add(&failed, queue_take(&intake->queues[i]));
    intake->stats.waiting = 0;
    intake->stats.failed += failed.n;
    pthread_mutex_unlock(&intake->lock);
    answer_all(&failed, 503);
}

static void
set_ready(struct intake *intake, bool ready, const struct quosync_error *why)
{
    pthread_mutex_lock(&intake->lock);
    bool changed = intake->stats.ready != ready || !intake->tried;
    intake->stats.ready = ready;
    intake->tried = true;
    pthread_cond_signal(&intake->first);
    pthread_mutex_unlock(&intake->lock);
    if (!changed)
        return;
    if (ready)
        log_info("intake.ready");
    else
        log_failure(LOG_LEVEL_ERROR, "intake.not_ready", why);
}

/* Finds out, too, whether the server takes writes: a standby refuses those that change nothing. */
static bool
ensure(struct intake *intake, size_t workspace, struct quosync_error *err)
{
    const struct config_workspace *which = &intake->options.config->workspaces[workspace];

    return migrate_workspace(intake->pg, which->org_id, which->name, which->timezone, err);
}

static bool
open_connection(struct intake *intake, struct quosync_error *err)
{
    const struct config *config = intake->options.config;
    const struct pg_options options = { .conninfo = config->database,
                                        .application_name = "quosync serve",
                                        .connect_timeout_s = CONNECT_TIMEOUT_S,
                                        .statement_timeout_ms = STATEMENT_TIMEOUT_MS };

    pg_close(&intake->pg);
    if (!pg_open(&options, &intake->pg, err) || !schema_check(intake->pg, err))
        return false;
    for (size_t i = 0; i < config->n_workspaces; i++)
        if (!ensure(intake, i, err))
            return false;
    return true;
}

/*
 * Sets ready; when it fails, whoever waits is told so, as all who come from now
 * on are. A connection to a server that cannot be used is not kept.
 */
static bool
connect_database(struct intake *intake, struct quosync_error *err)
{
    bool connected = open_connection(intake, err);

    if (connected) {
        intake->failed_connects = 0;
        intake->probe_us = clock_steady_us() + PROBE_US;
    } else {
        pg_close(&intake->pg);
        intake->failed_connects++;
    }
    pthread_mutex_lock(&intake->lock);
    if (connected)
        intake->stats.connects++;
    else
        intake->stats.connect_failures++;
    pthread_mutex_unlock(&intake->lock);
    set_ready(intake, connected, err);
    if (!connected)
        fail_waiting(intake);
    return connected;
}

static void
probe(struct intake *intake)
{
    struct quosync_error err;

    intake->probe_us = clock_steady_us() + PROBE_US;
    if (schema_check(intake->pg, &err) && ensure(intake, 0, &err))
        return;
    /* A pooler or a restart may have closed it: that alone is no outage. */
    (void)connect_database(intake, &err);
}

/* ---- the thread: groups ------------------------------------------------- */

/*
 * What waits for the next workspace in turn, within the bounds of a batch. Where
 * there is nothing, *wake_us comes no later than a workspace that may not be tried yet.
 */
static bool
take_group(struct intake *intake, size_t *workspace, int64_t *wake_us)
{
    const struct config *config = intake->options.config;
    size_t most = config->batch_bytes < GROUP_BYTES ? config->batch_bytes : GROUP_BYTES;
    int64_t now_us = clock_steady_us();
    size_t bytes = 0;

    for (size_t i = 0; i < config->n_workspaces; i++) {
        *workspace = (intake->turn + i) % config->n_workspaces;
        struct queue *queue = &intake->queues[*workspace];

        if (queue->not_before_us > now_us) {
            if (queue->first != NULL && queue->not_before_us < *wake_us)
                *wake_us = queue->not_before_us;
            continue;
        }
        while (queue->first != NULL && intake->group.n < config->batch &&
               (intake->group.n == 0 || bytes + queue->first->body.n <= most)) {
            bytes += queue->first->body.n;
            queue_add(&intake->group, queue_take(queue));
        }
        if (intake->group.n != 0) {
            intake->stats.waiting -= intake->group.n;
            intake->turn = *workspace + 1;
            return true;
        }
    }
    return false;
}

/*
 * Somebody holds the workspace, or there was a deadlock: the group goes back to the
 * front of its queue, and the other workspaces come first. Those that wait too long
 * are intake_tick's.
 */
static void
put_back(struct intake *intake, size_t workspace)
{
    struct queue *queue = &intake->queues[workspace];
    struct queue answered = { 0 }, whole = { 0 };

    pthread_mutex_lock(&intake->lock);
    while (intake->group.first != NULL) {
        struct waiting *next = queue_take(&intake->group);

        queue_add(next->request == NULL ? &answered : &whole, next);
    }
    intake->stats.waiting += whole.n;
    while (queue->first != NULL)
        queue_add(&whole, queue_take(queue));
    *queue = whole;
    queue->not_before_us = clock_steady_us() + HELD_US;
    pthread_mutex_unlock(&intake->lock);
    answer_all(&answered, 503);
}

/*
 * Only this thread changes the links of the group, so it may read them without
 * the lock; intake_tick changes requests alone.
 */
static bool
store_once(struct intake *intake, size_t workspace, struct store_counts *counts,
           struct quosync_error *err)
{
    size_t n = 0;

    for (struct waiting *at = intake->group.first; at != NULL; at = at->next) {
        if (!digest_64(at->body.bytes == NULL ? "" : at->body.bytes, at->body.n, &at->digest, err))
            return false;
        intake->batch[n++] = (struct store_delivery) {
            .webhook_id = at->webhook_id,
            .body = at->body.bytes == NULL ? "" : at->body.bytes,
            .body_bytes = at->body.n,
            .digest = at->digest,
        };
    }
    return store_deliveries(intake->pg, intake->options.config->workspaces[workspace].org_id,
                            intake->batch, n, false, counts, err);
}

/*
 * One repetition, on a new connection when the old one turned out to be gone (or led
 * to a server that has become read-only). Whatever became of the first try, storing
 * again is harmless.
 */
static bool
store_group(struct intake *intake, size_t workspace, struct store_counts *counts,
            struct quosync_error *err)
{
    if (store_once(intake, workspace, counts, err))
        return true;
    bool gone = !pg_usable(intake->pg) || strcmp(pg_sqlstate(intake->pg), "25006") == 0;
    /* CONFIG: the schema may have changed, or a workspace's row be gone; connecting sees to it. */
    if ((!gone && err->kind != QUOSYNC_CONFIG) || stopping(intake))
        return false;
    log_warn_limited("intake.connects_again", LOG_TEXT("reason", err->text));
    return connect_database(intake, err) && store_once(intake, workspace, counts, err);
}

static size_t
place_of(double seconds)
{
    size_t place = 0;

    while (place < INTAKE_SECONDS - 1 && seconds > intake_seconds_bounds[place])
        place++;
    return place;
}

static void
count_group(struct intake_stats *stats, size_t n, double seconds)
{
    size_t place = 0;

    while (place < INTAKE_SIZES - 1 && n > (size_t)1 << place)
        place++;
    stats->groups++;
    stats->group_sizes[place]++;
    stats->group_sizes_sum += n;
    stats->group_seconds[place_of(seconds)]++;
    stats->group_seconds_sum += seconds;
}

/* Which of a group were new is counted, not known one by one. */
static void
log_stored(const struct intake *intake, size_t workspace, const struct store_counts *counts)
{
    const char *name = intake->options.config->workspaces[workspace].name;

    if (!log_enabled(LOG_LEVEL_DEBUG))
        return;
    for (const struct waiting *at = intake->group.first; at != NULL; at = at->next)
        log_debug("delivery.stored", LOG_TEXT("workspace", name),
                  LOG_TEXT("webhook_id", at->webhook_id), LOG_NUMBER("group", intake->group.n),
                  LOG_NUMBER("new", counts->stored), LOG_NUMBER("duplicate", counts->duplicate),
                  LOG_NUMBER("conflict", counts->conflict));
}

/* With the group taken; leaves it empty. */
static void
flush_group(struct intake *intake, size_t workspace)
{
    struct store_counts counts = { 0 };
    struct quosync_error err = { 0 };
    int64_t begun_us = clock_steady_us();
    bool stored = store_group(intake, workspace, &counts, &err);
    int64_t ended_us = clock_steady_us();

    if (!stored && err.kind == QUOSYNC_TRY_LATER) {
        put_back(intake, workspace);
        return;
    }
    if (stored) {
        QUOSYNC_POINT("after-commit-before-answer");
        intake->probe_us = ended_us + PROBE_US;
        log_stored(intake, workspace, &counts);
        if (counts.stored != 0 && intake->options.stored != NULL)
            intake->options.stored(intake->options.context);
    } else {
        log_warn_limited("intake.failed", LOG_TEXT("reason", err.text));
    }

    pthread_mutex_lock(&intake->lock);
    struct queue group = intake->group;
    intake->group = (struct queue) { 0 };
    count_group(&intake->stats, group.n, (double)(ended_us - begun_us) / CLOCK_US_PER_S);
    intake->stats.stored += counts.stored;
    intake->stats.duplicates += counts.duplicate;
    intake->stats.conflicts += counts.conflict;
    for (struct waiting *at = group.first; !stored && at != NULL; at = at->next)
        intake->stats.failed += at->request != NULL;
    pthread_mutex_unlock(&intake->lock);

    if (counts.conflict != 0)
        log_warn_limited("intake.conflict", LOG_NUMBER("deliveries", counts.conflict));
    answer_all(&group, stored ? 200 : err.kind == QUOSYNC_BUG ? 500 : 503);
}

/* With the lock. Sleeps until something waits, the end, or until_us. */
static void
sleep_until(struct intake *intake, int64_t until_us)
{
    struct timespec until = { .tv_sec = until_us / CLOCK_US_PER_S,
                              .tv_nsec = until_us % CLOCK_US_PER_S * 1000 };

    intake->asleep = true;
    pthread_cond_timedwait(&intake->work, &intake->lock, &until);
    intake->asleep = false;
}

static void
connect_or_wait(struct intake *intake)
{
    struct quosync_error err;

    if (connect_database(intake, &err))
        return;
    int64_t wait_ms =
        clock_backoff_ms(intake->failed_connects - 1, FIRST_BACKOFF_MS, MOST_BACKOFF_MS);
    int64_t until_us = clock_steady_us() + wait_ms * 1000;

    pthread_mutex_lock(&intake->lock);
    while (!intake->stop && clock_steady_us() < until_us)
        sleep_until(intake, until_us);
    pthread_mutex_unlock(&intake->lock);
}

static void *
run(void *argument)
{
    struct intake *intake = argument;

    for (;;) {
        size_t workspace = 0;

        if (intake->pg != NULL && !pg_usable(intake->pg))
            pg_close(&intake->pg);
        pthread_mutex_lock(&intake->lock);
        bool stop = intake->stop;
        intake->round_us = clock_steady_us();
        if (stop && (intake->pg == NULL || intake->stats.waiting == 0)) {
            pthread_mutex_unlock(&intake->lock);
            break;
        }
        if (intake->pg == NULL) {
            pthread_mutex_unlock(&intake->lock);
            connect_or_wait(intake);
            continue;
        }
        int64_t wake_us = intake->probe_us;
        bool taken = take_group(intake, &workspace, &wake_us);
        if (!taken && clock_steady_us() < wake_us)
            sleep_until(intake, wake_us);
        pthread_mutex_unlock(&intake->lock);
        if (taken)
            flush_group(intake, workspace);
        else if (clock_steady_us() >= intake->probe_us)
            probe(intake);
    }
    fail_waiting(intake);
    pg_close(&intake->pg);
    return NULL;
}

/* ---- opening and closing ------------------------------------------------ */

static bool
start(struct intake *intake, struct quosync_error *err)
{
    const struct config *config = intake->options.config;
    pthread_condattr_t steady;

    pthread_mutex_init(&intake->lock, NULL);
    pthread_condattr_init(&steady);
    pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
    pthread_cond_init(&intake->work, &steady);
    pthread_cond_init(&intake->first, &steady);
    pthread_condattr_destroy(&steady);
    intake->queues = memory_get(config->n_workspaces * sizeof(*intake->queues));
    intake->batch = memory_get(config->batch * sizeof(*intake->batch));
    if (intake->queues == NULL || intake->batch == NULL)
        return error_no_memory(err);
    memset(intake->queues, 0, config->n_workspaces * sizeof(*intake->queues));
    if (pthread_create(&intake->thread, NULL, run, intake) != 0)
        return error_set(err, QUOSYNC_UNAVAILABLE, "could not start the thread that stores: "
                         "the system allows no more");
    return true;
}

static void
intake_free(struct intake *intake)
{
    pthread_cond_destroy(&intake->first);
    pthread_cond_destroy(&intake->work);
    pthread_mutex_destroy(&intake->lock);
    memory_free(intake->queues);
    memory_free(intake->batch);
    memory_free(intake);
}

bool
intake_open(const struct intake_options *options, struct intake **intake,
            struct quosync_error *err)
{
    struct intake *new = memory_get(sizeof(*new));

    if (new == NULL)
        return error_no_memory(err);
    *new = (struct intake) { .options = *options, .round_us = clock_steady_us() };
    if (!start(new, err)) {
        intake_free(new);
        return false;
    }
    int64_t until_us = clock_steady_us() + FIRST_CONNECT_US;
    struct timespec until = { .tv_sec = until_us / CLOCK_US_PER_S,
                              .tv_nsec = until_us % CLOCK_US_PER_S * 1000 };

    pthread_mutex_lock(&new->lock);
    int timed_out = 0;
    while (!new->tried && timed_out == 0)
        timed_out = pthread_cond_timedwait(&new->first, &new->lock, &until);
    pthread_mutex_unlock(&new->lock);
    *intake = new;
    return true;
}

void
intake_stop(struct intake *intake)
{
    if (intake == NULL || stopping(intake))
        return;
    pthread_mutex_lock(&intake->lock);
    intake->stop = true;
    pthread_cond_signal(&intake->work);
    pthread_mutex_unlock(&intake->lock);
    pthread_join(intake->thread, NULL);
}

void
intake_close(struct intake **intake)
{
    if (*intake == NULL)
        return;
    intake_stop(*intake);
    intake_free(*intake);
    *intake = NULL;
}

bool
intake_ready(struct intake *intake)
{
    pthread_mutex_lock(&intake->lock);
    bool ready = intake->stats.ready;
    pthread_mutex_unlock(&intake->lock);
    return ready;
}

bool
intake_moves(struct intake *intake)
{
    pthread_mutex_lock(&intake->lock);
    bool moves = clock_steady_us() - intake->round_us < ROUND_US;
    pthread_mutex_unlock(&intake->lock);
    return moves;
}

void
intake_stats(struct intake *intake, struct intake_stats *stats)
{
    pthread_mutex_lock(&intake->lock);
    *stats = intake->stats;
    pthread_mutex_unlock(&intake->lock);
}
