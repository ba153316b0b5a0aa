/*
 * workspaces.h - the row of each configured workspace: every transaction of a
 * workspace locks it, so it must be there before the first.
 */
#ifndef QUOSYNC_DB_WORKSPACES_H
#define QUOSYNC_DB_WORKSPACES_H

#include "db/pg.h"

/* Makes the row, or brings its name and time zone up to date. Errors: pg_run's. */
bool workspace_ensure(struct pg *pg, const char *org_id, const char *name, const char *timezone,
                      struct quosync_error *err) QUOSYNC_MUST_CHECK;

#endif
