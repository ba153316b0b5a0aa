/*
 * pg.h - one connection to PostgreSQL, used by one thread at a time. Runs
 * statements of sql/queries with typed parameters, under a client-side
 * deadline, and turns SQLSTATEs into error kinds (nobody else does).
 * No session state is needed: works behind PgBouncer in transaction mode.
 */
#ifndef QUOSYNC_DB_PG_H
#define QUOSYNC_DB_PG_H

#include "core/memory.h"
#include "db/statement.h"
#include "quosync.h"

struct pg;

struct pg_options {
    const char *conninfo;         /* libpq connection string or URI; NULL or "": PG* variables */
    const char *application_name; /* what this connection does: "quosync work" */
    int connect_timeout_s;        /* 0: 5 */
    int statement_timeout_ms;     /* client-side deadline of each statement; 0: 30000 */
};

/* Errors: QUOSYNC_UNAVAILABLE, QUOSYNC_CONFIG (refused credentials, bad conninfo), NO_MEMORY.
 * Error texts never hold the connection string or a password. */
bool pg_open(const struct pg_options *options, struct pg **pg,
             struct quosync_error *err) QUOSYNC_MUST_CHECK;
void pg_close(struct pg **pg); /* NULL is fine; sets NULL */

/*
 * pg_keep_plans - from now on prepare the statements of pg_plans.c once, where
 * the connection leads to the server itself. Behind a pooler, which may give
 * each transaction another session, nothing changes. Errors: pg_run's.
 */
bool pg_keep_plans(struct pg *pg, struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* False once the connection is lost: close it and open another. */
bool pg_usable(const struct pg *pg);

/* What a connection leads to, and how. The texts live as long as the connection. */
struct pg_peer {
    const char *host; /* a name, an address, or the folder of the Unix socket */
    const char *port, *database, *user;
    bool local;       /* a Unix socket, or a loopback address: nothing leaves this host */
    bool encrypted;   /* TLS, or GSSAPI */
    bool verified;    /* sslmode checks the server's certificate */
    const char *cipher; /* "TLSv1.3"; "GSSAPI"; "" where it is not encrypted */
    int version;      /* of the server, 150020 */
    const char *version_text; /* "15.20 (Debian ...)" */
    int process;      /* the backend's, as told at the start: a pooler tells another */
};
void pg_peer(const struct pg *pg, struct pg_peer *peer);

/* The SQLSTATE of the last failure, "" when the server gave none. */
const char *pg_sqlstate(const struct pg *pg);
/* True when the last failure is the data's fault (classes 22, 23, 54): worth splitting a batch. */
bool pg_data_error(const struct pg *pg);

/*
 * Parameters of one statement. Text is pointer and length; arrays are sent in
 * binary. A params is filled in the order of $1, $2, ...; it borrows what it is
 * given until pg_run returned. Allocation failures are remembered and reported
 * by pg_run.
 */
struct params;
struct params *params_new(void); /* never NULL: what no memory was there for fails in pg_run */
bool params_made(const struct params *params); /* for those who keep them: there was memory */
void params_free(struct params **params); /* for AUTO */
void params_reset(struct params *params); /* forgets the parameters, keeps the memory */
void params_no_memory(struct params *params); /* the caller could not make a value: pg_run fails */
void params_text(struct params *params, const char *text); /* NULL is null */
void params_bytes(struct params *params, const void *bytes, size_t n); /* bytea */
void params_bigint(struct params *params, int64_t value);
void params_boolean(struct params *params, bool value);
void params_instant(struct params *params, int64_t us); /* timestamptz; INT64_MIN: -infinity */
/* Arrays: begin, then n elements, each of the array's type. */
enum params_array { PARAMS_TEXT, PARAMS_BYTEA, PARAMS_BIGINT, PARAMS_BOOLEAN, PARAMS_INSTANT };
void params_array(struct params *params, enum params_array type, size_t n);
void params_item_null(struct params *params);
void params_item_text(struct params *params, const char *text); /* NULL is null */
void params_item_bytes(struct params *params, const void *bytes, size_t n);
void params_item_bigint(struct params *params, int64_t value);
void params_item_boolean(struct params *params, bool value);
void params_item_instant(struct params *params, int64_t us);

/* Rows of an answer, in binary. All-zero is the empty state. */
struct result {
    void *handle;
    size_t rows;
    size_t affected; /* the command tag's count */
};
void result_done(struct result *result);
bool result_null(const struct result *result, size_t row, int column);
const char *result_text(const struct result *result, size_t row, int column); /* "" when null */
const void *result_bytes(const struct result *result, size_t row, int column, size_t *n);
int64_t result_bigint(const struct result *result, size_t row, int column); /* int2, int4, int8 */
bool result_boolean(const struct result *result, size_t row, int column);
int64_t result_instant(const struct result *result, size_t row, int column); /* us since 1970 */
size_t result_columns(const struct result *result);
const char *result_column_name(const struct result *result, size_t column);
/* "bigint", "timestamp"; "other" for a type that no report uses. */
const char *result_column_type(const struct result *result, size_t column);
/* A null reads as 0, false, "" or an arbitrary instant: ask result_null where it matters. */

/*
 * pg_run - run one statement and wait for its whole answer.
 *
 *   params  NULL: none
 *   result  NULL: rows are not wanted
 *
 * Errors   by SQLSTATE class: 08, 53, 57, 58, 25006 and a passed deadline are
 *          QUOSYNC_UNAVAILABLE; 40, 55P03, 57014 QUOSYNC_TRY_LATER; 22, 23, 54
 *          QUOSYNC_BAD_INPUT; 28, 42501, 3D, 3F, 42P01 QUOSYNC_CONFIG; the rest
 *          QUOSYNC_BUG. The text names the statement, the SQLSTATE and the
 *          column or constraint, never DETAIL (it quotes values).
 */
bool pg_run(struct pg *pg, const struct statement *statement, struct params *params,
            struct result *result, struct quosync_error *err) QUOSYNC_MUST_CHECK;

/*
 * pg_send - hand a statement to the connection without waiting for its answer,
 * so that several share one round trip.
 *
 *   result  filled by the next pg_wait or pg_run (or tx_commit) of this
 *           connection, and only when all that was sent before it succeeded;
 *           NULL: rows are not wanted. It must stay in place until then.
 *
 * The parameters are copied. Outside a transaction the statements sent up to
 * the next pg_wait are one transaction.
 * Errors   those of pg_wait, which is where most of them show.
 */
bool pg_send(struct pg *pg, const struct statement *statement, struct params *params,
             struct result *result, struct quosync_error *err) QUOSYNC_MUST_CHECK;
/* The same, values as text: for answers of any columns. Of the readers above, only
 * result_null and result_text fit, and what describes the columns. */
bool pg_send_for_text(struct pg *pg, const struct statement *statement, struct params *params,
                      struct result *result, struct quosync_error *err) QUOSYNC_MUST_CHECK;
/* Waits for all answers. Errors: of the first statement that failed; those behind did not run. */
bool pg_wait(struct pg *pg, struct quosync_error *err) QUOSYNC_MUST_CHECK;

/*
 * pg_script - run a text of several statements, without parameters or answers
 * (a migration), inside the transaction that is open.
 *
 * Errors   as pg_run; the text names the script.
 */
bool pg_script(struct pg *pg, const struct statement *script,
               struct quosync_error *err) QUOSYNC_MUST_CHECK;

/*
 * pg_push - hand on what is still to be sent, without waiting for anything: for
 * a thread that has other things to do before it waits. After it, nothing may
 * be sent before pg_wait. Failures show in pg_wait.
 */
void pg_push(struct pg *pg);

/* A transaction. All-zero is the empty state; tx_end rolls back unless committed. */
struct tx {
    struct pg *pg;
    bool open;
};

/*
 * READ COMMITTED, with the planner and timeout settings of sql/queries/tx_begin.sql set locally.
 * Sent with the transaction's first statement, so errors show there.
 */
bool tx_begin(struct pg *pg, struct tx *tx, struct quosync_error *err) QUOSYNC_MUST_CHECK;
/* Errors: as pg_run; UNAVAILABLE also when the outcome is not known (repeating is harmless). */
bool tx_commit(struct tx *tx, struct quosync_error *err) QUOSYNC_MUST_CHECK;
/* The same in two steps, with pg_push and other work between them. */
bool tx_commit_send(struct tx *tx, struct quosync_error *err) QUOSYNC_MUST_CHECK;
bool tx_commit_wait(struct tx *tx, struct quosync_error *err) QUOSYNC_MUST_CHECK;
void tx_end(struct tx *tx);

/* Sends a savepoint (one at a time); back to it after a failure. Errors: pg_run's. */
bool tx_savepoint(struct tx *tx, struct quosync_error *err) QUOSYNC_MUST_CHECK;
bool tx_release(struct tx *tx, struct quosync_error *err) QUOSYNC_MUST_CHECK;
/* Sends a check of what deferred constraints would find at the commit. */
bool tx_check(struct tx *tx, struct quosync_error *err) QUOSYNC_MUST_CHECK;
bool tx_rollback_to(struct tx *tx, struct quosync_error *err) QUOSYNC_MUST_CHECK;

#endif
