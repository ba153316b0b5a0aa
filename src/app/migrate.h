/*
 * migrate.h - what `quosync migrate` does: brings schema quo to the program's
 * version, makes the optional roles, gives a workspace another org_id. Safe to
 * run from several hosts at once and behind a pooler in transaction mode.
 *
 * The connection should have a statement timeout of an hour or so: a migration
 * may build indexes, and waits for another migrate.
 */
#ifndef QUOSYNC_APP_MIGRATE_H
#define QUOSYNC_APP_MIGRATE_H

#include "db/pg.h"

/* MIGRATE_TIMEOUT_MS: what to open the connection with. */
#define MIGRATE_TIMEOUT_MS (60 * 60 * 1000)

/* A migration that the program knows. */
struct migrate_step {
    int number;
    const char *name;   /* static */
    bool applied;
    bool by_this_run;   /* migrate_run applied it just now */
    int64_t applied_us; /* when, by the server's clock; only where applied */
};

/* In the order of their numbers. All-zero is the empty state. */
struct migrate_result {
    struct migrate_step *steps;
    size_t n_steps;
    size_t n_applied;   /* of all steps */
    size_t n_run;       /* by this run */
    size_t partitions;  /* of the archive, made by this run */
    size_t local;       /* tables that Citus is there for, and does not distribute */
};
void migrate_result_done(struct migrate_result *result);

/*
 * migrate_look - what was applied and what is missing; changes nothing
 * (--status, --dry-run).
 *
 * Errors   QUOSYNC_CONFIG when the schema is newer than the program, or a file
 *          is another one than was applied; else as pg_run.
 */
bool migrate_look(struct pg *pg, struct migrate_result *result,
                  struct quosync_error *err) QUOSYNC_MUST_CHECK;

/*
 * migrate_run - apply what is missing, each migration in a transaction of its
 * own, then make the archive's partitions and the columns of contacts_wide.
 *
 * What was applied before an error stays; the next run goes on from there.
 * Errors   as migrate_look.
 */
bool migrate_run(struct pg *pg, struct migrate_result *result,
                 struct quosync_error *err) QUOSYNC_MUST_CHECK;

/*
 * migrate_workspace - make the row of a configured workspace, or bring its name
 * and time zone up to date. Also for the start of serve, work and run.
 */
bool migrate_workspace(struct pg *pg, const char *org_id, const char *name, const char *timezone,
                       struct quosync_error *err) QUOSYNC_MUST_CHECK;

/*
 * migrate_contacts_wide - give the view contacts_wide a column for each custom
 * field that is defined now. Cheap when nothing is new. Never inside a
 * transaction that applies deliveries.
 *
 * Errors   as pg_run; a view that is in use for longer than a second is none: the
 *          next call finds it.
 */
bool migrate_contacts_wide(struct pg *pg, struct quosync_error *err) QUOSYNC_MUST_CHECK;

/*
 * migrate_roles - make or correct the roles quo_owner, quo_worker, quo_reader,
 * quo_reader_nocontent and one quo_org_<org_id> for each row of quo.workspaces,
 * their grants and the row level security; idempotent. doc/schema.md says what
 * each may do.
 *
 * Errors   QUOSYNC_CONFIG when the user may not do that (it takes CREATEROLE and
 *          ownership, or a superuser); schema_check's.
 */
bool migrate_roles(struct pg *pg, struct quosync_error *err) QUOSYNC_MUST_CHECK;

/*
 * migrate_rename - give all rows of a workspace another org_id, in one
 * transaction: they are copied, then the old ones are deleted. Workers wait.
 *
 *   rows  set to how many rows moved
 *
 * Errors   QUOSYNC_CONFIG: there is no workspace `from`, or `to` has rows already,
 *          or they are the same; schema_check's; else as pg_run.
 */
bool migrate_rename(struct pg *pg, const char *from, const char *to, size_t *rows,
                    struct quosync_error *err) QUOSYNC_MUST_CHECK;

#endif
