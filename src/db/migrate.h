/*
 * migrate.h - the schema's version: what was applied, one migration applied,
 * and the check that every command makes before it trusts the tables. In what
 * order things happen is app/migrate's business.
 */
#ifndef QUOSYNC_DB_MIGRATE_H
#define QUOSYNC_DB_MIGRATE_H

#include "db/migrations.h"
#include "db/pg.h"

#define MIGRATION_CHECKSUM_CHARS 64

/* One row of quo.schema_migrations. */
struct applied_migration {
    int number;
    char name[64];
    char checksum[MIGRATION_CHECKSUM_CHARS + 1]; /* SHA-256 of the file, hex */
    int64_t applied_us;
};

/* In the order of their numbers. All-zero is the empty state. */
struct applied_migrations {
    struct applied_migration *items;
    size_t n;
};
void applied_migrations_done(struct applied_migrations *applied);

/*
 * applied_migrations_read - what was applied to this database; none where
 * there is no schema quo.
 *
 * Errors   as pg_run; QUOSYNC_NO_MEMORY.
 */
bool applied_migrations_read(struct pg *pg, struct applied_migrations *applied,
                             struct quosync_error *err) QUOSYNC_MUST_CHECK;

/*
 * applied_migrations_check - is what was applied what this program knows?
 *
 * Errors   QUOSYNC_CONFIG: the schema is newer than the program (both are
 *          named), a released file is another one than was applied, or one in
 *          the middle is missing; QUOSYNC_NO_MEMORY.
 */
bool applied_migrations_check(const struct applied_migrations *applied,
                              struct quosync_error *err) QUOSYNC_MUST_CHECK;

/*
 * migration_apply - apply one migration in a transaction of its own and record it.
 *
 *   done  set to whether this call applied it; false: someone else had, while
 *         this call waited for the lock
 *
 * The transaction takes an advisory lock first and looks again, so any number
 * of hosts may run it at once, also through a pooler in transaction mode. Where
 * the schema belongs to another role that the user is a member of (quo_owner),
 * it acts as that role.
 * Errors   as pg_script and applied_migrations_check.
 */
bool migration_apply(struct pg *pg, const struct migration *migration, bool *done,
                     struct quosync_error *err) QUOSYNC_MUST_CHECK;

/*
 * schema_check - is the schema at the version that this program needs?
 *
 * What commands other than migrate call before they read or write tables.
 * Errors   QUOSYNC_CONFIG when it is older, newer or missing: the text names
 *          both versions; else as pg_run.
 */
bool schema_check(struct pg *pg, struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* Takes the lock of migration_apply, and the owner's role, in an open transaction. */
bool migration_lock(struct pg *pg, struct quosync_error *err) QUOSYNC_MUST_CHECK;

#endif
