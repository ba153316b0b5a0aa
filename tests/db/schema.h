/*
 * schema.h - for tests of the schema: a connection, a line of SQL, and schema
 * quo as migrate makes it.
 */
#ifndef QUOSYNC_TESTS_DB_SCHEMA_H
#define QUOSYNC_TESTS_DB_SCHEMA_H

#include "app/migrate.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "support/suite.h"

static struct quosync_error err;

static inline struct pg *
open_pg(void)
{
    struct pg_options options = { .application_name = "test", .statement_timeout_ms = 60000 };
    struct pg *pg;

    ck_assert_msg(pg_open(&options, &pg, &err), "%s", err.text);
    return pg;
}

/* Runs a text that must succeed: of one statement, or (with `;` inside) of several. */
static inline void
sql(struct pg *pg, const char *format, ...) __attribute__((format(printf, 2, 3)));
static inline void
sql(struct pg *pg, const char *format, ...)
{
    char text[8192];
    struct statement statement = { "test", text };
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    ck_assert_msg(pg_script(pg, &statement, &err), "%s: %s", text, err.text);
}

/* The bigint that a query returns; it must be one row. */
static inline int64_t
number(struct pg *pg, const char *text)
{
    struct statement statement = { "test", text };
    struct result result = { 0 };
    int64_t value;

    ck_assert_msg(pg_run(pg, &statement, NULL, &result, &err), "%s: %s", text, err.text);
    ck_assert_uint_eq(result.rows, 1);
    value = result_bigint(&result, 0, 0);
    result_done(&result);
    return value;
}

/* No schema quo. */
static inline struct pg *
open_empty(void)
{
    struct pg *pg = open_pg();

    sql(pg, "drop schema if exists quo cascade");
    return pg;
}

/* Schema quo, just made, with workspaces OR1 and OR2. */
static inline struct pg *
open_migrated(void)
{
    struct pg *pg = open_empty();
    struct migrate_result result;

    ck_assert_msg(migrate_run(pg, &result, &err), "%s", err.text);
    migrate_result_done(&result);
    ck_assert(migrate_workspace(pg, "OR1", "one", "UTC", &err));
    ck_assert(migrate_workspace(pg, "OR2", "two", "Europe/Berlin", &err));
    return pg;
}

#endif
