/*
 * connect.h - a connection for a command: to the configured database, whose
 * schema is the one that this program knows.
 */
#ifndef QUOSYNC_APP_CONNECT_H
#define QUOSYNC_APP_CONNECT_H

#include "base/config.h"
#include "db/pg.h"

/*
 * connect_open - connect and check the schema's version.
 *
 *   command  what the connection is for; the server's log shows "quosync <command>"
 *
 * Errors   pg_open's and schema_check's.
 */
bool connect_open(const struct config *config, const char *command, struct pg **pg,
                  struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* The same, for statements that may take as long as timeout_ms. */
bool connect_open_for(const struct config *config, const char *command, int timeout_ms,
                      struct pg **pg, struct quosync_error *err) QUOSYNC_MUST_CHECK;

#endif
