/*
 * admin.c - the admin endpoints. They answer from memory: a database that is
 * down or slow makes readyz say so and the others no slower.
 */
#include <config.h>

#include "app/admin.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "core/error.h"
#include "core/memory.h"
#include "net/httpd.h"

#define MAX_CONNECTIONS 16
#define DEADLINE_US (5 * CLOCK_US_PER_S)

#define ENDPOINTS 3

struct admin {
    struct admin_options options;
    struct httpd_endpoint endpoints[ENDPOINTS];
    struct depth *depth;
    struct httpd *httpd;
};

/* The process runs and its threads can be reached: whether it can work is readyz's. */
static unsigned
healthz(void *context, struct httpd_request *request)
{
    (void)context;
    (void)request;
    return 200;
}

static unsigned
readyz(void *context, struct httpd_request *request)
{
    const struct admin *admin = context;

    (void)request;
    return admin->options.ready(admin->options.context) ? 200 : 503;
}

static unsigned
metrics(void *context, struct httpd_request *request)
{
    const struct admin *admin = context;
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);

    if (out == NULL)
        return 500;
    metrics_write(out, &admin->options.sources);
    bool written = ferror(out) == 0;
    written = fclose(out) == 0 && written;
    written = written && httpd_say(request, "text/plain; version=0.0.4; charset=utf-8", text,
                                   bytes);
    free(text);
    return written ? 200 : 500;
}

static void
tick(void *context)
{
    struct admin *admin = context;

    /* Of a database that is known to be away there is nothing to ask. */
    if (admin->options.ready(admin->options.context))
        depth_sample(admin->depth);
}

bool
admin_open(const struct admin_options *options, struct admin **admin, struct quosync_error *err)
{
    AUTO(admin_close) struct admin *new = memory_get(sizeof(*new));

    if (new == NULL)
        return error_no_memory(err);
    *new = (struct admin) {
        .options = *options,
        .endpoints = { { .target = "/healthz", .method = "GET", .serve = healthz },
                       { .target = "/readyz", .method = "GET", .serve = readyz },
                       { .target = "/metrics", .method = "GET", .serve = metrics } },
    };
    for (size_t i = 0; i < ENDPOINTS; i++)
        new->endpoints[i].context = new;
    if (!depth_open(options->config, &new->depth, err))
        return false;
    new->options.sources.depth = new->depth;
    struct httpd_options http = { .listen = &options->config->admin_listen,
                                  .socket_name = "admin_listen",
                                  .endpoints = new->endpoints,
                                  .n_endpoints = ENDPOINTS,
                                  .max_connections = MAX_CONNECTIONS,
                                  .deadline_us = DEADLINE_US,
                                  .tick = tick,
                                  .tick_context = new };

    if (!httpd_open(&http, &new->httpd, err))
        return false;
    log_info("admin.listening", LOG_TEXT("address", httpd_address(new->httpd)));
    *admin = new;
    new = NULL;
    return true;
}

void
admin_close(struct admin **admin)
{
    struct admin *old = *admin;

    if (old == NULL)
        return;
    httpd_close(&old->httpd);
    depth_close(&old->depth);
    memory_free(old);
    *admin = NULL;
}
