/*
 * result.c - reads the rows of an answer, in PostgreSQL's binary form (or as
 * text, where that was asked for). The answer itself was fetched by pg.c.
 */
#include "db/pg_internal.h"

#include <libpq-fe.h>

void
result_done(struct result *result)
{
    PQclear(result->handle);
    *result = (struct result){ 0 };
}

bool
result_null(const struct result *result, size_t row, int column)
{
    return PQgetisnull(result->handle, (int)row, column) != 0;
}

const char *
result_text(const struct result *result, size_t row, int column)
{
    /* libpq puts a NUL behind every value, and gives "" for null. */
    return PQgetvalue(result->handle, (int)row, column);
}

const void *
result_bytes(const struct result *result, size_t row, int column, size_t *n)
{
    *n = (size_t)PQgetlength(result->handle, (int)row, column);
    return PQgetvalue(result->handle, (int)row, column);
}

int64_t
result_bigint(const struct result *result, size_t row, int column)
{
    const unsigned char *at;
    int n = PQgetlength(result->handle, (int)row, column);
    uint64_t value = 0;

    if (n <= 0 || n > 8)
        return 0;
    at = (const unsigned char *)PQgetvalue(result->handle, (int)row, column);
    if (at[0] & 0x80)
        value = UINT64_MAX; /* extends the sign */
    for (int i = 0; i < n; i++)
        value = value << 8 | at[i];
    return (int64_t)value;
}

bool
result_boolean(const struct result *result, size_t row, int column)
{
    return PQgetlength(result->handle, (int)row, column) == 1 &&
           *PQgetvalue(result->handle, (int)row, column) != 0;
}

int64_t
result_instant(const struct result *result, size_t row, int column)
{
    int64_t us = result_bigint(result, row, column);

    return us == INT64_MIN || us == INT64_MAX ? us : us + PG_EPOCH_US;
}

size_t
result_columns(const struct result *result)
{
    return (size_t)PQnfields(result->handle);
}

const char *
result_column_name(const struct result *result, size_t column)
{
    return PQfname(result->handle, (int)column);
}

const char *
result_column_type(const struct result *result, size_t column)
{
    /* From pg_type.dat: fixed for ever. */
    static const struct {
        unsigned oid;
        const char *name;
    } types[] = {
        { 16, "boolean" },  { 20, "bigint" },     { 21, "smallint" },
        { 23, "integer" },  { 25, "text" },       { 701, "double precision" },
        { 1082, "date" },   { 1114, "timestamp" }, { 1700, "numeric" },
    };
    const unsigned oid = PQftype(result->handle, (int)column);

    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (types[i].oid == oid)
            return types[i].name;
    return "other";
}
