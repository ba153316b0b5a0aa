/*
 * pg_internal.h - what pg.c, params.c and the other pg_*.c share: the form in
 * which parameters are handed to libpq, which statements are prepared, what an
 * SQLSTATE means, and libpq's connection. Nobody else includes it.
 */
#ifndef QUOSYNC_DB_PG_INTERNAL_H
#define QUOSYNC_DB_PG_INTERNAL_H

#include "db/pg.h"

/* The most parameters that one statement has; calls need about 60. */
#define PARAMS_MAX 96

/* libpq's and PostgreSQL's limit is 1 GB for a value; stay clear of both. */
#define PARAMS_VALUE_MAX_BYTES ((size_t)1 << 29)

/*
 * The parameters as PQsendQueryParams wants them, all of them binary.
 * Errors   QUOSYNC_NO_MEMORY; QUOSYNC_BAD_INPUT when a value is too large;
 *          QUOSYNC_BUG when an array has another length than was announced.
 */
struct params_view {
    int n;
    unsigned types[PARAMS_MAX];
    const char *values[PARAMS_MAX];
    int lengths[PARAMS_MAX];
    int formats[PARAMS_MAX];
};

bool params_look(const struct params *params, struct params_view *view,
                 struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* Statements that are prepared once; the place of one, PLANS_MAX where it is not. */
#define PLANS_MAX 39
size_t plans_find(const struct statement *statement);

/* The kind of error that an SQLSTATE stands for. */
enum quosync_error_kind sqlstate_kind(const char *state);

/* libpq's PGconn. */
struct pg_conn;
const struct pg_conn *pg_connection(const struct pg *pg);

/* Whether libpq can read it. Errors: QUOSYNC_CONFIG; the text holds nothing of it. */
bool pg_conninfo_check(const char *conninfo, struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* PostgreSQL counts microseconds from 2000-01-01, we from 1970-01-01. */
#define PG_EPOCH_US INT64_C(946684800000000)

#endif
