/*
 * doctor_host.c - this host: descriptors for every socket, and addresses that
 * are free, or held by quosync itself.
 */
#include <config.h>

#include "app/doctor_internal.h"

#include <string.h>
#include <sys/resource.h>

#include "app/serve.h"
#include "core/error.h"
#include "net/listen.h"

static void
judge_descriptors(struct doctor *doctor)
{
    const rlim_t needed = (rlim_t)doctor->config->max_connections + SERVE_OTHER_DESCRIPTORS;
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    /* serve raises the soft limit itself: the hard one counts. */
    if (limit.rlim_max == RLIM_INFINITY || limit.rlim_max >= needed) {
        found(doctor, DOCTOR_OK, "descriptors", NULL, "max_connections = %zu needs %llu open files",
              doctor->config->max_connections, (unsigned long long)needed);
        return;
    }
    found(doctor, DOCTOR_WARNING, "descriptors", NULL,
          "max_connections = %zu needs %llu open files, this user may have %llu: no more is "
          "accepted then", doctor->config->max_connections, (unsigned long long)needed,
          (unsigned long long)limit.rlim_max);
    remedy(doctor, "Set LimitNOFILE=%llu in the service's unit, or lower max_connections.",
           (unsigned long long)needed);
}

/* Held by somebody: by us, if it answers as we do. */
static void
judge_taken(struct doctor *doctor, const char *check, const struct config_address *address,
            const char *target, unsigned expected)
{
    struct quosync_error err;
    unsigned status;

    if (!listen_ask(address, target, &status, &err)) {
        found(doctor, DOCTOR_WARNING, check, NULL, "\"%s\" is taken, by a program that does not "
              "answer", address->text);
        remedy(doctor, "See who it is: ss -ltnp; if it is quosync, look in its log.");
    } else if (status == expected) {
        found(doctor, DOCTOR_OK, check, NULL, "quosync listens on \"%s\"", address->text);
    } else {
        failed_as(doctor, QUOSYNC_CONFIG, check, NULL, "another program listens on \"%s\"",
                  address->text);
        remedy(doctor, "See which: ss -ltnp; stop it, or change %s.",
               strcmp(check, "listen") == 0 ? "listen" : "admin_listen");
    }
}

static void
judge_address(struct doctor *doctor, const char *check, const struct config_address *address,
              const char *target, unsigned expected)
{
    struct quosync_error err;

    switch (listen_try(address, &err)) {
    case LISTEN_TAKEN:
        judge_taken(doctor, check, address, target, expected);
        return;
    case LISTEN_REFUSED:
        failed_with(doctor, check, NULL, &err,
                    "Take a port from 1024 on, or an address that this host has (ip address).");
        return;
    case LISTEN_FREE:
        break;
    }
    if (listen_is_loopback(address)) {
        found(doctor, DOCTOR_OK, check, NULL, "\"%s\" is free: quosync does not run here",
              address->text);
        return;
    }
    found(doctor, DOCTOR_WARNING, check, NULL, "\"%s\" is free, and is not on the loopback: "
          "whoever reaches it speaks to quosync without TLS", address->text);
    remedy(doctor, "Listen on 127.0.0.1 behind a proxy with TLS, or let only the proxy in.");
}

void
doctor_host(struct doctor *doctor)
{
    const struct config *config = doctor->config;

    judge_descriptors(doctor);
    judge_address(doctor, "listen", &config->listen, config->workspaces[0].path, 405);
    judge_address(doctor, "admin-listen", &config->admin_listen, "/healthz", 200);
}
