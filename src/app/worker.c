/*
 * worker.c - the threads around apply.c: whose turn it is, how long to wait
 * when there is nothing or the database is gone, and the hourly chores.
 */
#include <config.h>

#include "app/worker.h"

#include "app/admin.h"
#include "app/apply.h"
#include "app/migrate.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/points.h"
#include "base/stop.h"
#include "base/systemd.h"
#include "core/error.h"
#include "db/attempts.h"
#include "db/migrate.h"

#include <errno.h>
#include <malloc.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

/* An empty inbox is looked at again after 5 ms, then ever less often. */
#define IDLE_FIRST_MS 5
#define IDLE_MOST_MS 250
/* So many empty looks in a row are half a second and more. */
#define IDLE_LOOKS 7
/* A server that cannot be reached. */
#define LOST_FIRST_MS 100
#define LOST_MOST_MS 2000
/* Deadlocks, lock timeouts: short, and not at once. */
#define BUSY_FIRST_MS 5
#define BUSY_MOST_MS 500
/* How long --drain bears a server that is not there. */
#define DRAIN_LOST_TRIES 5

/*
 * A thread that has not come round for so long stands still: of a batch's thirty statements
 * and more, each may take its deadline of 30 s, but not all of them.
 */
#define ROUND_US (INT64_C(20) * 60 * CLOCK_US_PER_S)

/* After a batch of this size, connections are made anew. */
#define GIVE_BACK_BYTES ((size_t)2 << 20)

#define CHORES_EVERY_US (INT64_C(3600) * CLOCK_US_PER_S)
/* How long a new custom field waits for its column in contacts_wide. */
#define WIDE_EVERY_US (INT64_C(60) * CLOCK_US_PER_S)

struct worker_thread {
    pthread_t id;
    struct workers *workers;
    size_t number;
    _Atomic int64_t round_us; /* steady clock; when its loop came round; INT64_MAX: it ended */
    char name[112]; /* host, process and thread, in attempts */
    char application[32];
    struct params *params;
    struct apply apply; /* with its connections, NULL while there are none */
    unsigned failures; /* in a row */
    bool lost;         /* counted in stats.failing */
    int64_t chores_us; /* steady clock; when they are due, of thread 0 */
    int64_t wide_us;   /* the same for contacts_wide */
};

struct workers {
    struct worker_options options;
    struct batch_workspace *workspaces;
    struct apply_side *side;
    struct worker_stats stats;
    int wake_fd;
    pthread_mutex_t mutex; /* of error and failed */
    bool failed;
    struct quosync_error error;
    size_t n, n_joined;
    struct worker_thread *threads;
};

const char *
worker_kind_name(enum quosync_event_kind kind)
{
    static const char *const names[BATCH_KINDS] = {
        [QUOSYNC_MESSAGE_RECEIVED] = "message.received",
        [QUOSYNC_MESSAGE_DELIVERED] = "message.delivered",
        [QUOSYNC_MESSAGE_FAILED] = "message.failed",
        [QUOSYNC_MESSAGE_UNDELIVERED] = "message.undelivered",
        [QUOSYNC_CALL_RINGING] = "call.ringing",
        [QUOSYNC_CALL_ANSWERED] = "call.answered",
        [QUOSYNC_CALL_COMPLETED] = "call.completed",
        [QUOSYNC_CALL_FORWARDED] = "call.forwarded",
        [QUOSYNC_CALL_MISSED] = "call.missed",
        [QUOSYNC_CALL_MENU_SELECTED] = "call.menu.selected",
        [QUOSYNC_CALL_RECORDING_COMPLETED] = "call.recording.completed",
        [QUOSYNC_CALL_SUMMARY_COMPLETED] = "call.summary.completed",
        [QUOSYNC_CALL_TRANSCRIPT_COMPLETED] = "call.transcript.completed",
        [QUOSYNC_CALL_VOICEMAIL_COMPLETED] = "call.voicemail.completed",
        [QUOSYNC_CONTACT_UPDATED] = "contact.updated",
        [QUOSYNC_CONTACT_DELETED] = "contact.deleted",
    };

    return (size_t)kind < BATCH_KINDS ? names[kind] : NULL;
}

/* ---- connecting, chores ----------------------------------------------------- */

/* pg_stat_activity tells the threads apart, as attempts do. */
static void
connection_options(struct worker_thread *thread, struct pg_options *options)
{
    (void)snprintf(thread->application, sizeof thread->application, "quosync work %zu",
                   thread->number + 1);
    *options = (struct pg_options){ .conninfo = thread->workers->options.config->database,
                                    .application_name = thread->application };
}

static bool
ensure_workspaces(struct worker_thread *thread, struct quosync_error *err)
{
    const struct config *config = thread->workers->options.config;

    for (size_t w = 0; w < config->n_workspaces; w++)
        if (!migrate_workspace(thread->apply.pg, config->workspaces[w].org_id,
                               config->workspaces[w].name, config->workspaces[w].timezone, err))
            return false;
    return true;
}

static void
disconnect(struct worker_thread *thread)
{
    pg_close(&thread->apply.pg);
    pg_close(&thread->apply.second);
}

/*
 * A commit that is on its way keeps its connection, be it lost: applying the next
 * batch settles it first. Both are looked at when that has failed.
 */
static bool
connect_thread(struct worker_thread *thread, struct quosync_error *err)
{
    struct apply *apply = &thread->apply;
    struct pg_options options;

    if (apply->pending.open ||
        (apply->pg != NULL && pg_usable(apply->pg) && pg_usable(apply->second)))
        return true;
    disconnect(thread);
    connection_options(thread, &options);
    /*
     * After an outage it may be another server, or another schema; and after a
     * long one what waits may need partitions that nobody made.
     */
    if (!pg_open(&options, &apply->pg, err) || !pg_open(&options, &apply->second, err) ||
        !pg_keep_plans(apply->pg, err) || !pg_keep_plans(apply->second, err) ||
        !schema_check(apply->pg, err) || !ensure_workspaces(thread, err) ||
        !pg_run(apply->pg, &sql_events_ensure_partitions, NULL, NULL, err)) {
        disconnect(thread);
        return false;
    }
    return true;
}

/* contacts_wide, partitions four weeks ahead, notes of dead workers that nobody cleared. */
static bool
do_chores(struct worker_thread *thread, struct quosync_error *err)
{
    const struct workers *workers = thread->workers;
    int64_t now_us = clock_steady_us();

    if (thread->number != 0)
        return true;
    if (now_us >= thread->wide_us) {
        if (!migrate_contacts_wide(thread->apply.pg, err))
            return false;
        thread->wide_us = now_us + WIDE_EVERY_US;
    }
    if (now_us < thread->chores_us)
        return true;
    if (!pg_run(thread->apply.pg, &sql_events_ensure_partitions, NULL, NULL, err))
        return false;
    for (size_t w = 0; w < workers->options.config->n_workspaces; w++)
        if (!attempts_clear(thread->apply.pg, thread->params, workers->workspaces[w].org_id, err) ||
            !pg_wait(thread->apply.pg, err))
            return false;
    thread->chores_us = now_us + CHORES_EVERY_US;
    return true;
}

/* ---- turns --------------------------------------------------------------------- */

static void
count(struct worker_stats *stats, const struct apply_result *result, int64_t now_us)
{
    for (size_t k = 0; k < BATCH_KINDS; k++)
        if (result->counts.applied[k] > 0)
            atomic_fetch_add(&stats->applied[k], result->counts.applied[k]);
    atomic_fetch_add(&stats->archived, result->counts.archived);
    atomic_fetch_add(&stats->dead, result->counts.dead);
    atomic_fetch_add(&stats->batches, result->batches);
    atomic_fetch_add(&stats->batch_bytes, result->bytes);
    atomic_fetch_add(&stats->rows_inserted, result->rows.inserted);
    atomic_fetch_add(&stats->rows_updated, result->rows.updated);
    atomic_fetch_add(&stats->rows_unchanged, result->rows.unchanged);
    atomic_fetch_add(&stats->splits, result->splits);
    atomic_store(&stats->lag_us, now_us > result->received_us ? now_us - result->received_us : 0);
    atomic_store(&stats->applied_at_us, now_us);
}

/* Counts what was committed. */
static void
settled(struct worker_thread *thread, const struct apply_result *result, int64_t took_us)
{
    struct worker_stats *stats = &thread->workers->stats;

    if (result->batches == 0)
        return;
    count(stats, result, clock_now_us());
    log_debug("batch.applied", LOG_NUMBER("deliveries", result->deliveries),
              LOG_NUMBER("bytes", result->bytes), LOG_NUMBER("dead", result->counts.dead),
              LOG_NUMBER("inserted", result->rows.inserted),
              LOG_NUMBER("updated", result->rows.updated),
              LOG_NUMBER("unchanged", result->rows.unchanged), LOG_NUMBER("us", took_us));
}

/* malloc keeps what batches were decoded into. */
static void
give_memory_back(void)
{
#ifdef __GLIBC__
    (void)malloc_trim(0);
#endif
}

/*
 * libpq's buffers grow to the largest batch and never shrink: after a large one
 * the connections are made anew.
 */
static void
give_back(struct worker_thread *thread, const struct apply_result *result)
{
    if (result->bytes < GIVE_BACK_BYTES || thread->apply.pending.open)
        return;
    disconnect(thread);
    give_memory_back();
}

/* One batch of one workspace. */
static bool
take_turn(struct worker_thread *thread, const struct batch_workspace *workspace, size_t *claimed,
          struct quosync_error *err)
{
    struct worker_stats *stats = &thread->workers->stats;
    struct apply_result result;
    int64_t started_us = clock_steady_us(), took_us;
    bool ok;

    /* The turn before may have given the connections back. */
    if (!connect_thread(thread, err))
        return false;
    ok = apply_batch(&thread->apply, workspace, clock_now_us(), &result, err);
    took_us = clock_steady_us() - started_us;
    settled(thread, &result, took_us);
    if (!ok)
        atomic_fetch_add(&stats->retries, 1);
    else if (result.claimed > 0)
        atomic_fetch_add(&stats->apply_us, (uint64_t)took_us);
    *claimed += result.claimed;
    give_back(thread, &result);
    return ok;
}

/* The batch that is still on its way. */
static bool
take_last_turn(struct worker_thread *thread, struct quosync_error *err)
{
    struct apply_result result = { 0 };
    bool ok = apply_settle(&thread->apply, &result, err);

    settled(thread, &result, 0);
    return ok;
}

/* Every workspace once, from `first` on. */
static bool
take_turns(struct worker_thread *thread, size_t first, size_t *claimed, struct quosync_error *err)
{
    const struct workers *workers = thread->workers;
    size_t n = workers->options.config->n_workspaces;

    *claimed = 0;
    for (size_t i = 0; i < n && !stop_requested(); i++)
        if (!take_turn(thread, &workers->workspaces[(first + i) % n], claimed, err))
            return false;
    return true;
}

static bool
all_empty(struct worker_thread *thread, bool *empty, struct quosync_error *err)
{
    const struct workers *workers = thread->workers;

    *empty = true;
    for (size_t w = 0; *empty && w < workers->options.config->n_workspaces; w++) {
        bool waiting;

        if (!inbox_waiting(thread->apply.pg, thread->params, workers->workspaces[w].org_id,
                           &waiting, err))
            return false;
        *empty = !waiting;
    }
    return true;
}

/* Sleeps until something was stored, an end is asked for, or ms have passed. */
static void
pause_ms(struct workers *workers, int64_t ms)
{
    struct pollfd fds[] = { { .fd = workers->wake_fd, .events = POLLIN },
                            { .fd = stop_fd(), .events = POLLIN } };
    uint64_t woken;

    if (poll(fds, 2, (int)ms) > 0 && fds[0].revents != 0 &&
        read(workers->wake_fd, &woken, sizeof woken) < 0 && errno != EAGAIN)
        log_warn_limited("worker.wake_failed", LOG_NUMBER("errno", errno));
}

/* ---- failures ------------------------------------------------------------------ */

static void
give_up(struct worker_thread *thread, const struct quosync_error *err)
{
    struct workers *workers = thread->workers;

    (void)pthread_mutex_lock(&workers->mutex);
    if (!workers->failed) {
        workers->failed = true;
        workers->error = *err;
    }
    (void)pthread_mutex_unlock(&workers->mutex);
    stop_request();
}

/* Waits as the failure wants it; false when the thread cannot go on. */
static bool
bear(struct worker_thread *thread, const struct quosync_error *err)
{
    struct workers *workers = thread->workers;
    unsigned failures = thread->failures++;

    switch (err->kind) {
    case QUOSYNC_UNAVAILABLE:
        if (workers->options.drain && failures >= DRAIN_LOST_TRIES)
            return false;
        if (!thread->lost)
            atomic_fetch_add(&workers->stats.failing, 1);
        thread->lost = true;
        if (failures < 3 || failures % 30 == 0)
            log_failure(LOG_LEVEL_WARN, "worker.waits", err);
        (void)stop_wait(clock_backoff_ms(failures, LOST_FIRST_MS, LOST_MOST_MS));
        return true;
    case QUOSYNC_TRY_LATER:
        log_failure(failures < 10 ? LOG_LEVEL_INFO : LOG_LEVEL_WARN, "batch.repeated", err);
        if (!thread->apply.careful)
            (void)stop_wait(clock_backoff_ms(failures, BUSY_FIRST_MS, BUSY_MOST_MS));
        return true;
    case QUOSYNC_OK:
    case QUOSYNC_BAD_INPUT:
    case QUOSYNC_CONFIG:
    case QUOSYNC_NO_MEMORY:
    case QUOSYNC_BUG:
        break;
    }
    return false;
}

static void
recovered(struct worker_thread *thread)
{
    if (thread->lost)
        atomic_fetch_sub(&thread->workers->stats.failing, 1);
    thread->lost = false;
    thread->failures = 0;
}

/* ---- the thread ------------------------------------------------------------------ */

/* One pass: connect if need be, chores, turns, and the pause when there was nothing. */
static bool
pass(struct worker_thread *thread, size_t first, unsigned *idle, bool *done,
     struct quosync_error *err)
{
    struct workers *workers = thread->workers;
    size_t claimed;

    if (!connect_thread(thread, err) || !do_chores(thread, err) ||
        !take_turns(thread, first, &claimed, err))
        return false;
    recovered(thread);
    if (claimed > 0) {
        *idle = 0;
        return true;
    }
    if (workers->options.drain) {
        if (!all_empty(thread, done, err))
            return false;
        if (*done) /* nobody comes after us: new custom fields get their columns now */
            return thread->number != 0 || migrate_contacts_wide(thread->apply.pg, err);
    }
    QUOSYNC_POINT("worker-idle");
    if (*idle == IDLE_LOOKS)
        give_memory_back();
    pause_ms(workers, clock_backoff_ms((*idle)++, IDLE_FIRST_MS, IDLE_MOST_MS));
    return true;
}

/* A batch that fails now waits in the inbox for the next worker. */
static void
end(struct worker_thread *thread)
{
    struct quosync_error err;

    if (!take_last_turn(thread, &err))
        log_failure(LOG_LEVEL_WARN, "batch.left", &err);
    disconnect(thread);
}

static void *
worker_main(void *argument)
{
    struct worker_thread *thread = argument;
    struct workers *workers = thread->workers;
    size_t turn = (size_t)clock_now_us() + thread->number;
    unsigned idle = 0;
    bool done = false;

    while (!done && !stop_requested()) {
        struct quosync_error err, also;

        atomic_store(&thread->round_us, clock_steady_us());
        if (pass(thread, turn++ % workers->options.config->n_workspaces, &idle, &done, &err))
            continue;
        if (!take_last_turn(thread, &also))
            log_failure(LOG_LEVEL_INFO, "batch.repeated", &also);
        if (!bear(thread, &err)) {
            give_up(thread, &err);
            break;
        }
    }
    end(thread);
    atomic_store(&thread->round_us, INT64_MAX);
    return NULL;
}

/* ---- opening and closing ------------------------------------------------------------ */

static void
workers_free(struct workers *workers)
{
    for (size_t i = 0; workers->threads != NULL && i < workers->options.config->workers; i++)
        params_free(&workers->threads[i].params);
    memory_free(workers->threads);
    memory_free(workers->workspaces);
    apply_side_free(&workers->side);
    if (workers->wake_fd >= 0)
        (void)close(workers->wake_fd);
    (void)pthread_mutex_destroy(&workers->mutex);
    memory_free(workers);
}

static void
thread_init(struct workers *workers, size_t i)
{
    const struct config *config = workers->options.config;
    struct worker_thread *thread = &workers->threads[i];
    char host[65] = "";

    (void)gethostname(host, sizeof host - 1);
    thread->workers = workers;
    thread->number = i;
    atomic_init(&thread->round_us, clock_steady_us());
    thread->params = params_new();
    (void)snprintf(thread->name, sizeof thread->name, "%s/%ld/%zu", host, (long)getpid(), i);
    thread->apply = (struct apply){ .side = workers->side,
                                    .params = thread->params,
                                    .worker = thread->name,
                                    .rows = config->batch,
                                    .bytes = config->batch_bytes };
}

static bool
workers_make(struct workers *workers, struct quosync_error *err)
{
    const struct config *config = workers->options.config;
    struct pg_options side = { .conninfo = config->database,
                               .application_name = "quosync attempts" };

    workers->threads = memory_get(config->workers * sizeof *workers->threads);
    if (workers->threads == NULL)
        return error_no_memory(err);
    memset(workers->threads, 0, config->workers * sizeof *workers->threads);
    workers->workspaces = memory_get(config->n_workspaces * sizeof *workers->workspaces);
    if (workers->workspaces == NULL)
        return error_no_memory(err);
    if (!apply_side_new(&side, &workers->side, err))
        return false;
    for (size_t w = 0; w < config->n_workspaces; w++) {
        const struct config_workspace *workspace = &config->workspaces[w];

        workers->workspaces[w] = (struct batch_workspace){
            .org_id = workspace->org_id,
            .org_id_configured = workspace->org_id_configured,
            .country_code = (int)workspace->country_code,
        };
    }
    for (size_t i = 0; i < config->workers; i++) {
        thread_init(workers, i);
        if (!params_made(workers->threads[i].params))
            return error_no_memory(err);
    }
    workers->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    return workers->wake_fd >= 0 ||
           error_set(err, QUOSYNC_UNAVAILABLE, "could not make an eventfd: errno %d", errno);
}

bool
workers_open(const struct worker_options *options, struct workers **opened,
             struct quosync_error *err)
{
    struct workers *workers = memory_get(sizeof *workers);

    *opened = NULL;
    if (workers == NULL)
        return error_no_memory(err);
    memset(workers, 0, sizeof *workers);
    workers->options = *options;
    workers->wake_fd = -1;
    if (pthread_mutex_init(&workers->mutex, NULL) != 0) {
        memory_free(workers);
        return error_no_memory(err);
    }
    if (!workers_make(workers, err)) {
        workers_free(workers);
        return false;
    }
    *opened = workers;
    for (; workers->n < options->config->workers; workers->n++) {
        struct worker_thread *thread = &workers->threads[workers->n];
        struct quosync_error ignored;

        if (pthread_create(&thread->id, NULL, worker_main, thread) == 0)
            continue;
        (void)error_set(err, QUOSYNC_UNAVAILABLE, "could not start worker thread %zu: the "
                        "system allows no more", workers->n);
        stop_request();
        if (!workers_close(opened, &ignored))
            log_failure(LOG_LEVEL_ERROR, "worker.failed", &ignored);
        return false;
    }
    return true;
}

void
workers_wake(struct workers *workers)
{
    const uint64_t one = 1;

    /* A counter that is full wakes as well. */
    if (write(workers->wake_fd, &one, sizeof one) < 0 && errno != EAGAIN)
        log_warn_limited("worker.wake_failed", LOG_NUMBER("errno", errno));
}

const struct worker_stats *
workers_stats(const struct workers *workers)
{
    return &workers->stats;
}

bool
workers_move(const struct workers *workers, int64_t now_us)
{
    for (size_t i = 0; i < workers->n; i++)
        if (now_us - ROUND_US > atomic_load(&workers->threads[i].round_us))
            return false;
    return true;
}

void
workers_wait(struct workers *workers)
{
    for (; workers->n_joined < workers->n; workers->n_joined++) {
        const pthread_t thread = workers->threads[workers->n_joined].id;
        struct timespec until;

        do {
            (void)clock_gettime(CLOCK_REALTIME, &until);
            until.tv_sec++;
            if (workers_move(workers, clock_steady_us()))
                systemd_alive();
        } while (pthread_timedjoin_np(thread, NULL, &until) == ETIMEDOUT);
    }
}

bool
workers_close(struct workers **closed, struct quosync_error *err)
{
    struct workers *workers = *closed;
    bool failed;

    if (workers == NULL)
        return true;
    *closed = NULL;
    workers_wait(workers);
    failed = workers->failed;
    if (failed)
        *err = workers->error;
    workers_free(workers);
    return !failed;
}

static bool
ready(void *context)
{
    const struct worker_stats *stats = context;

    return atomic_load(&stats->failing) == 0;
}

/* Beside the workers where it was asked for; --drain listens nowhere. */
static bool
listen_admin(const struct worker_options *options, struct workers *workers, struct admin **admin,
             struct quosync_error *err)
{
    const struct admin_options admin_options = {
        .config = options->config,
        .sources = { .workers = &workers->stats },
        .ready = ready,
        .context = &workers->stats,
    };

    if (options->drain || !options->config->admin_listen_set)
        return true;
    return admin_open(&admin_options, admin, err);
}

bool
worker_run(const struct worker_options *options, struct quosync_error *err)
{
    struct workers *workers;
    struct admin *admin = NULL;
    struct quosync_error other;

    if (!workers_open(options, &workers, err))
        return false;
    if (!listen_admin(options, workers, &admin, err)) {
        stop_request();
        if (!workers_close(&workers, &other))
            log_failure(LOG_LEVEL_ERROR, "worker.failed", &other);
        return false;
    }
    if (!options->drain)
        systemd_ready();
    workers_wait(workers);
    admin_close(&admin);
    return workers_close(&workers, err);
}
