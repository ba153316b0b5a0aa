/*
 * connect.c - see connect.h.
 */
#include "app/connect.h"

#include <stdio.h>

#include "db/migrate.h"

bool
connect_open(const struct config *config, const char *command, struct pg **pg,
             struct quosync_error *err)
{
    char name[64];
    const struct pg_options options = { .conninfo = config->database, .application_name = name };

    (void)snprintf(name, sizeof name, "quosync %s", command);
    if (!pg_open(&options, pg, err))
        return false;
    if (schema_check(*pg, err))
        return true;
    pg_close(pg);
    return false;
}
