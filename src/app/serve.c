/*
 * serve.c - ties the parts of receiving together, and takes them apart in the
 * order in which no answer is lost.
 */
#include <config.h>

#include "app/serve.h"

#include <sys/resource.h>

#include "app/admin.h"
#include "app/intake.h"
#include "app/receive.h"
#include "app/worker.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/stop.h"
#include "base/systemd.h"
#include "core/error.h"
#include "core/memory.h"
#include "net/httpd.h"

/*
 * An end takes at most 10 s: this long for what was begun, and then a moment to
 * send the answers that are left.
 */
#define FINISH_US (8 * CLOCK_US_PER_S)
#define LAST_ANSWERS_US (CLOCK_US_PER_S / 2)

/* The server ticks four times a second. */
#define TICKS_BETWEEN_SIGNS 4

struct serve {
    struct intake *intake;
    struct receive *receive;
    struct httpd *httpd;
    struct admin *admin;
    const struct workers *workers;
    unsigned ticks;
};

/*
 * Every connection is a descriptor; the usual soft limit is 1024. Where the hard one
 * does not allow what was configured, the server stops accepting at the limit.
 */
static void
allow_descriptors(size_t connections)
{
    rlim_t needed = (rlim_t)connections + SERVE_OTHER_DESCRIPTORS;
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY ||
        limit.rlim_cur >= needed)
        return;
    limit.rlim_cur = limit.rlim_max != RLIM_INFINITY && limit.rlim_max < needed ? limit.rlim_max
                                                                              : needed;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur < needed)
        log_warn("serve.few_descriptors", LOG_NUMBER("needed", needed),
                 LOG_NUMBER("allowed", limit.rlim_cur));
}

/* systemd restarts a process whose threads stand still; it is told every second or so. */
static void
tick(void *context)
{
    struct serve *serve = context;

    intake_tick(serve->intake);
    if (serve->ticks++ % TICKS_BETWEEN_SIGNS == 0 && intake_moves(serve->intake) &&
        (serve->workers == NULL || workers_move(serve->workers, clock_steady_us())))
        systemd_alive();
}

static bool
ready(void *context)
{
    return intake_ready(context);
}

static bool
listen_public(struct serve *serve, const struct config *config, struct quosync_error *err)
{
    struct httpd_options options = {
        .listen = &config->listen,
        .socket_name = "listen",
        .max_body_bytes = config->max_body_bytes,
        .all_bodies_bytes = config->intake_bytes,
        .max_connections = (unsigned)config->max_connections,
        .max_per_address = (unsigned)config->max_per_address,
        .deadline_us = config->request_deadline_s * CLOCK_US_PER_S,
        .tick = tick,
        .tick_context = serve,
    };

    options.endpoints = receive_endpoints(serve->receive, &options.n_endpoints);
    if (!httpd_open(&options, &serve->httpd, err))
        return false;
    log_info("serve.listening", LOG_TEXT("address", httpd_address(serve->httpd)));
    return true;
}

static bool
listen_admin(struct serve *serve, const struct serve_options *serving, struct quosync_error *err)
{
    const struct admin_options options = {
        .config = serving->config,
        .sources = { .httpd = serve->httpd,
                     .receive = serve->receive,
                     .intake = serve->intake,
                     .workers = serving->workers == NULL ? NULL
                                                         : workers_stats(serving->workers) },
        .ready = ready,
        .context = serve->intake,
    };

    return admin_open(&options, &serve->admin, err);
}

bool
serve_open(const struct serve_options *options, struct serve **serve, struct quosync_error *err)
{
    const struct config *config = options->config;
    const struct intake_options intake = { .config = config,
                                           .stored = options->stored,
                                           .context = options->context };
    AUTO(serve_close) struct serve *new = memory_get(sizeof(*new));

    if (new == NULL)
        return error_no_memory(err);
    *new = (struct serve) { .workers = options->workers };
    allow_descriptors(config->max_connections);
    if (!intake_open(&intake, &new->intake, err) ||
        !receive_open(config, new->intake, &new->receive, err) ||
        !listen_public(new, config, err) || !listen_admin(new, options, err))
        return false;
    systemd_ready();
    *serve = new;
    new = NULL;
    return true;
}

void
serve_close(struct serve **serve)
{
    struct serve *old = *serve;

    if (old == NULL)
        return;
    if (old->httpd != NULL) {
        systemd_stopping();
        httpd_quiesce(old->httpd);
        bool finished = httpd_drain(old->httpd, FINISH_US);

        log_info("serve.stopped", LOG_BOOLEAN("finished", finished));
    }
    admin_close(&old->admin);
    /* From here on intake answers everything, and the server may be stopped. */
    intake_stop(old->intake);
    if (old->httpd != NULL)
        (void)httpd_drain(old->httpd, LAST_ANSWERS_US);
    httpd_close(&old->httpd);
    receive_close(&old->receive);
    intake_close(&old->intake);
    memory_free(old);
    *serve = NULL;
}

void
serve_wait(const struct config *config)
{
    bool hangup = false;

    while (!stop_wait_hangup(-1, &hangup)) {
        if (!hangup)
            continue;
        config_reload_secrets(config);
        hangup = false;
    }
}

bool
serve_run(const struct config *config, struct quosync_error *err)
{
    const struct serve_options options = { .config = config };
    AUTO(serve_close) struct serve *serve = NULL;

    if (!serve_open(&options, &serve, err))
        return false;
    serve_wait(config);
    return true;
}

static void
wake(void *context)
{
    workers_wake(context);
}

bool
serve_run_with_workers(const struct config *config, struct quosync_error *err)
{
    const struct worker_options working = { .config = config };
    struct workers *workers = NULL;
    struct serve *serve = NULL;
    struct quosync_error other;

    if (!workers_open(&working, &workers, err))
        return false;
    const struct serve_options serving = { .config = config,
                                           .stored = wake,
                                           .context = workers,
                                           .workers = workers };

    if (!serve_open(&serving, &serve, err)) {
        stop_request();
        if (!workers_close(&workers, &other))
            log_failure(LOG_LEVEL_ERROR, "worker.failed", &other);
        return false;
    }
    serve_wait(config);
    serve_close(&serve);
    return workers_close(&workers, err);
}
