/*
 * admin.h - /healthz, /readyz and /metrics, on an address of their own with a
 * server of its own: what floods the webhook does not reach them.
 */
#ifndef QUOSYNC_APP_ADMIN_H
#define QUOSYNC_APP_ADMIN_H

#include "app/metrics.h"
#include "base/config.h"
#include "quosync.h"

struct admin;

struct admin_options {
    const struct config *config;    /* admin_listen, and the database; borrowed */
    struct metrics_sources sources; /* without depth, which is admin's own */
    bool (*ready)(void *context); /* can the process do its work now? Any thread */
    void *context;
};

/* Errors: httpd_open's. Logs admin.listening with the address. */
bool admin_open(const struct admin_options *options, struct admin **admin,
                struct quosync_error *err) QUOSYNC_MUST_CHECK;
/* Before the sources are closed. NULL is fine; sets NULL. */
void admin_close(struct admin **admin);

#endif
