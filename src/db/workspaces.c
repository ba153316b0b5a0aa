/*
 * workspaces.c - writes the table workspaces.
 */
#include "db/workspaces.h"

#include "core/memory.h"

bool
workspace_ensure(struct pg *pg, const char *org_id, const char *name, const char *timezone,
                 struct quosync_error *err)
{
    AUTO(params_free) struct params *params = params_new();

    params_text(params, org_id);
    params_text(params, name);
    params_text(params, timezone);
    return pg_run(pg, &sql_workspaces_ensure, params, NULL, err);
}
