/*
 * connect.c - see connect.h.
 */
#include "app/connect.h"

#include <stdio.h>

#include "db/migrate.h"

bool
connect_open_for(const struct config *config, const char *command, int timeout_ms,
                 struct pg **pg, struct quosync_error *err)
{
    char name[64];
    const struct pg_options options = { .conninfo = config->database, .application_name = name,
                                        .statement_timeout_ms = timeout_ms };

    (void)snprintf(name, sizeof name, "quosync %s", command);
    if (!pg_open(&options, pg, err))
        return false;
    if (schema_check(*pg, err))
        return true;
    pg_close(pg);
    return false;
}

bool
connect_open(const struct config *config, const char *command, struct pg **pg,
             struct quosync_error *err)
{
    return connect_open_for(config, command, 0, pg, err); /* pg.h's own timeout */
}
