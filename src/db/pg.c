/*
 * pg.c - the connection: statements are sent in libpq's pipeline mode and
 * awaited under a client-side deadline, and failures become errors of a kind
 * (pg_sqlstate.c). Parameters are params.c's, answers result.c's.
 */
#include "db/pg_internal.h"

#include "base/stop.h"
#include "core/error.h"

#include <errno.h>
#include <libpq-fe.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define CONNECT_TIMEOUT_S 5
#define STATEMENT_TIMEOUT_MS 30000
#define ROLLBACK_TIMEOUT_MS 2000
/* Once an end was asked for, a server that hangs must not keep the process for longer. */
#define STOP_TIMEOUT_MS 6000
#define STOP_LOOK_MS 500

/* Statements on their way; a batch sends sixty at most, and each may have to be prepared. */
#define SENT_MAX 160

struct sent {
    const struct statement *statement;
    struct result *result;
    bool *prepared; /* where it prepares: cleared if that fails */
};

struct pg {
    PGconn *conn;
    int timeout_ms;
    bool broken; /* an answer is overdue: the connection can only be closed */
    bool synced; /* the sync behind what was sent is on its way, too */
    char sqlstate[6];
    bool keeps_plans;
    bool prepared[PLANS_MAX]; /* by place in pg_plans.c */
    struct result commit_answer;
    size_t n_sent;
    struct sent sent[SENT_MAX];
};

static const struct statement begin = { "begin", "begin isolation level read committed" };
static const struct statement commit = { "commit", "commit" };
static const struct statement rollback = { "rollback", "rollback" };
static const struct statement check = { "check", "set constraints all immediate" };
static const struct statement savepoint = { "savepoint", "savepoint step" };
static const struct statement release = { "release", "release savepoint step" };
static const struct statement rollback_to = { "rollback_to", "rollback to savepoint step" };

static atomic_bool plans_are_safe = true; /* until a session did not know what was prepared in it */

/* ---- errors ------------------------------------------------------------ */

/* A message of libpq or the server as one line without its "FATAL:" and newlines. */
static void
one_line(const char *message, char *line, size_t size)
{
    size_t n = 0;

    for (const char *p = message == NULL ? "" : message; *p != '\0' && n + 1 < size; p++)
        line[n++] = (unsigned char)*p < ' ' ? ' ' : *p;
    while (n > 0 && line[n - 1] == ' ')
        n--;
    line[n] = '\0';
}

/*
 * The connection is of no use any more. Whoever has it closes it in time; the server is
 * to give up its transaction and its locks now, because somebody may wait for them.
 */
static void
hang_up(struct pg *pg)
{
    int fd = PQsocket(pg->conn);

    pg->broken = true;
    if (fd >= 0)
        (void)shutdown(fd, SHUT_RDWR);
}

static bool
lost(struct pg *pg, const struct statement *statement, struct quosync_error *err)
{
    char line[200];

    hang_up(pg);
    pg->sqlstate[0] = '\0';
    one_line(PQerrorMessage(pg->conn), line, sizeof line);
    return error_set(err, QUOSYNC_UNAVAILABLE, "could not run \"%s\": the connection was lost%s%s",
                     statement == NULL ? "sync" : statement->name, line[0] == '\0' ? "" : ": ",
                     line);
}

/*
 * The text of class 22 and 23 messages quotes values ("invalid input syntax
 * for type numeric: ..."), so only the names in them are passed on.
 */
static bool
refused(struct pg *pg, const struct statement *statement, const PGresult *answer,
        struct quosync_error *err)
{
    const char *state = PQresultErrorField(answer, PG_DIAG_SQLSTATE);
    const char *column = PQresultErrorField(answer, PG_DIAG_COLUMN_NAME);
    const char *constraint = PQresultErrorField(answer, PG_DIAG_CONSTRAINT_NAME);
    const char *table = PQresultErrorField(answer, PG_DIAG_TABLE_NAME);
    const char *name = statement == NULL ? "sync" : statement->name;
    enum quosync_error_kind kind;
    char line[200];

    if (state == NULL)
        return lost(pg, statement, err);
    (void)snprintf(pg->sqlstate, sizeof pg->sqlstate, "%s", state);
    kind = sqlstate_kind(state);
    if (kind != QUOSYNC_BAD_INPUT) {
        one_line(PQresultErrorField(answer, PG_DIAG_MESSAGE_PRIMARY), line, sizeof line);
        (void)error_set(err, kind, "could not run \"%s\": SQLSTATE %s: %s", name, state, line);
        if (strcmp(state, "42P01") == 0 || strncmp(state, "3F", 2) == 0)
            error_hint(err, "Run quosync migrate.");
        else if (strcmp(state, "42501") == 0)
            error_hint(err, "Run quosync doctor: it names the rights that this role lacks.");
        return false;
    }
    return error_set(err, kind, "cannot run \"%s\": SQLSTATE %s%s%s%s%s%s%s", name, state,
                     table == NULL ? "" : ", table ", table == NULL ? "" : table,
                     column == NULL ? "" : ", column ", column == NULL ? "" : column,
                     constraint == NULL ? "" : ", constraint ",
                     constraint == NULL ? "" : constraint);
}

const char *
pg_sqlstate(const struct pg *pg)
{
    return pg->sqlstate;
}

bool
pg_data_error(const struct pg *pg)
{
    return pg->sqlstate[0] != '\0' && sqlstate_kind(pg->sqlstate) == QUOSYNC_BAD_INPUT;
}

bool
pg_usable(const struct pg *pg)
{
    return !pg->broken && PQstatus(pg->conn) == CONNECTION_OK;
}

const struct pg_conn *
pg_connection(const struct pg *pg)
{
    return pg->conn;
}

/* ---- opening and closing ------------------------------------------------ */

/* Notices may quote values; nobody reads them. */
static void
drop_notice(void *context, const PGresult *notice)
{
    (void)context;
    (void)notice;
}

/*
 * libpq 15 does not tell the SQLSTATE of a refused connection. Under another
 * lc_messages these texts are not found and the error counts as temporary.
 */
static bool
a_person_must_act(const char *message)
{
    static const char *const texts[] = {
        "password authentication failed", "no password supplied", "no pg_hba.conf entry",
        "authentication failed for user", "is not permitted to log in", "does not exist",
        "permission denied for database", "definition of service", "could not open certificate",
        "root certificate file", "invalid sslmode", "invalid port number",
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (strstr(message, texts[i]) != NULL)
            return true;
    return false;
}

/* By libpq's words, as a_person_must_act. */
static const char *
what_to_do(const char *message)
{
    if (strstr(message, "Peer authentication failed") != NULL)
        return "Over a socket PostgreSQL lets in the operating system's user of the same name "
               "alone: run it as that user (sudo -u), or see pg_hba.conf.";
    if (strstr(message, "role \"") != NULL && strstr(message, "does not exist") != NULL)
        return "Name a role in database (user=...), or make this one, in psql: create role ... "
               "login; over a socket run it as the role's namesake (sudo -u).";
    if (strstr(message, "database \"") != NULL && strstr(message, "does not exist") != NULL)
        return "Correct database (quosync config shows it), or make it: createdb";
    return "Correct database (quosync config shows it), or let this user in: pg_hba.conf.";
}

static bool
refused_connection(const PGconn *conn, struct quosync_error *err)
{
    const char *message = PQerrorMessage(conn);
    char line[300];

    one_line(message, line, sizeof line);
    /* A missing socket file "does not exist" as well, and may come to be. */
    if (a_person_must_act(message) && strstr(message, "No such file") == NULL)
        (void)error_set(err, QUOSYNC_CONFIG, "cannot connect to the database: %s", line);
    else
        (void)error_set(err, QUOSYNC_UNAVAILABLE, "could not connect to the database: %s", line);
    error_hint(err, "%s",
               err->kind == QUOSYNC_CONFIG
                   ? what_to_do(message)
                   : "Is PostgreSQL running, and is database right? quosync config shows it; try "
                     "psql with the same words.");
    return false;
}

bool
pg_open(const struct pg_options *options, struct pg **pg, struct quosync_error *err)
{
    const char *conninfo = options->conninfo == NULL ? "" : options->conninfo;
    const char *application = options->application_name;
    char connect_timeout[16];
    struct pg *opened;
    /*
     * Words before dbname can be overridden by the connection string, those
     * after it cannot. A dead peer is noticed within half a minute.
     */
    const char *const words[] = { "fallback_application_name",
                                  "keepalives_idle",
                                  "keepalives_interval",
                                  "keepalives_count",
                                  "tcp_user_timeout",
                                  getenv("PGCONNECT_TIMEOUT") == NULL ? "connect_timeout" : "",
                                  "dbname",
                                  "client_encoding",
                                  NULL };
    const char *values[] = { application == NULL ? "quosync" : application,
                             "15",
                             "5",
                             "3",
                             "30000",
                             connect_timeout,
                             conninfo,
                             "UTF8",
                             NULL };
    const char *used_words[sizeof words / sizeof words[0]];
    const char *used_values[sizeof words / sizeof words[0]];
    size_t n = 0;

    *pg = NULL;
    if (!pg_conninfo_check(conninfo, err))
        return false;
    (void)snprintf(connect_timeout, sizeof connect_timeout, "%d",
                   options->connect_timeout_s > 0 ? options->connect_timeout_s
                                                  : CONNECT_TIMEOUT_S);
    for (size_t i = 0; words[i] != NULL; i++) {
        if (words[i][0] == '\0' || values[i][0] == '\0')
            continue;
        used_words[n] = words[i];
        used_values[n++] = values[i];
    }
    used_words[n] = used_values[n] = NULL;

    opened = memory_get(sizeof *opened);
    if (opened == NULL)
        return error_no_memory(err);
    memset(opened, 0, sizeof *opened);
    opened->timeout_ms =
        options->statement_timeout_ms > 0 ? options->statement_timeout_ms : STATEMENT_TIMEOUT_MS;
    opened->conn = PQconnectdbParams(used_words, used_values, 1);
    if (PQstatus(opened->conn) != CONNECTION_OK) {
        if (opened->conn == NULL)
            (void)error_no_memory(err);
        else
            (void)refused_connection(opened->conn, err);
        pg_close(&opened);
        return false;
    }
    PQsetNoticeReceiver(opened->conn, drop_notice, NULL);
    if (PQsetnonblocking(opened->conn, 1) != 0 || PQenterPipelineMode(opened->conn) != 1) {
        (void)error_set(err, QUOSYNC_UNAVAILABLE, "could not set up the database connection");
        pg_close(&opened);
        return false;
    }
    *pg = opened;
    return true;
}

void
pg_close(struct pg **pg)
{
    if (*pg == NULL)
        return;
    result_done(&(*pg)->commit_answer);
    PQfinish((*pg)->conn);
    memory_free(*pg);
    *pg = NULL;
}

/* ---- waiting ------------------------------------------------------------ */

static int64_t
monotonic_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void *
cancel_thread(void *cancel)
{
    char ignored[256];

    (void)PQcancel(cancel, ignored, sizeof ignored);
    PQfreeCancel(cancel);
    return NULL;
}

/*
 * Asks the server to stop what is overdue. PQcancel blocks, without a limit
 * when the server hangs, so it gets a thread that nobody waits for; the
 * connection is closed meanwhile.
 */
static void
cancel_in_background(PGconn *conn)
{
    PGcancel *cancel = PQgetCancel(conn);
    pthread_attr_t attributes;
    pthread_t thread;

    if (cancel == NULL)
        return;
    if (pthread_attr_init(&attributes) != 0) {
        PQfreeCancel(cancel);
        return;
    }
    (void)pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    if (pthread_create(&thread, &attributes, cancel_thread, cancel) != 0)
        PQfreeCancel(cancel);
    (void)pthread_attr_destroy(&attributes);
}

/* When any connection first saw that an end was asked for; 0: not yet. */
static _Atomic int64_t stop_seen_ms;

static bool
overdue(struct pg *pg, const struct statement *statement, int timeout_ms,
        struct quosync_error *err)
{
    cancel_in_background(pg->conn);
    hang_up(pg);
    pg->sqlstate[0] = '\0';
    return error_set(err, QUOSYNC_UNAVAILABLE, "could not run \"%s\": no answer within %d ms",
                     statement == NULL ? "sync" : statement->name,
                     stop_seen_ms == 0 ? timeout_ms : STOP_TIMEOUT_MS);
}

static int64_t
time_left_ms(int64_t deadline_ms)
{
    int64_t now_ms = monotonic_ms(), none = 0;

    if (stop_requested()) {
        (void)atomic_compare_exchange_strong(&stop_seen_ms, &none, now_ms);
        if (deadline_ms > stop_seen_ms + STOP_TIMEOUT_MS)
            deadline_ms = stop_seen_ms + STOP_TIMEOUT_MS;
    }
    return deadline_ms - now_ms;
}

/* Sends what is unsent and reads until the next answer is whole. */
static bool
await(struct pg *pg, const struct statement *statement, int64_t deadline_ms, int timeout_ms,
      struct quosync_error *err)
{
    for (;;) {
        struct pollfd fd = { .fd = PQsocket(pg->conn), .events = POLLIN };
        int unsent = PQflush(pg->conn);
        int64_t left_ms;
        int ready;

        if (!PQisBusy(pg->conn))
            return true;
        left_ms = time_left_ms(deadline_ms);
        if (left_ms <= 0)
            return overdue(pg, statement, timeout_ms, err);
        if (unsent == 1)
            fd.events |= POLLOUT;
        ready = poll(&fd, 1, (int)(left_ms < STOP_LOOK_MS ? left_ms : STOP_LOOK_MS));
        if (ready < 0 && errno != EINTR)
            return lost(pg, statement, err);
        /* What the server said before it hung up may still be in the buffer. */
        if (ready > 0 && (fd.revents & ~POLLOUT) != 0 && PQconsumeInput(pg->conn) != 1)
            return !PQisBusy(pg->conn) || lost(pg, statement, err);
    }
}

/* A session that does not know what it prepared (a pooler's), or a column's type has changed. */
static bool
is_stale(const struct pg *pg)
{
    return strcmp(pg->sqlstate, "26000") == 0 || strcmp(pg->sqlstate, "0A000") == 0;
}

/* Gives one answer to whoever wants it; false when it is a failure. */
static bool
take(struct pg *pg, const struct sent *sent, PGresult *answer, struct quosync_error *err)
{
    const char *affected;

    switch (PQresultStatus(answer)) {
    case PGRES_TUPLES_OK:
    case PGRES_COMMAND_OK:
    case PGRES_EMPTY_QUERY:
        break;
    case PGRES_PIPELINE_ABORTED:
        if (sent->prepared != NULL)
            *sent->prepared = false;
        PQclear(answer);
        return error_set(err, QUOSYNC_BUG, "\"%s\" was not run", sent->statement->name);
    default:
        (void)refused(pg, sent->statement, answer, err);
        if (sent->prepared != NULL)
            *sent->prepared = false;
        if (pg->keeps_plans && is_stale(pg)) {
            plans_are_safe = strcmp(pg->sqlstate, "26000") != 0;
            pg->broken = true;
            err->kind = QUOSYNC_UNAVAILABLE;
        }
        PQclear(answer);
        return false;
    }
    if (sent->result == NULL) {
        PQclear(answer);
        return true;
    }
    affected = PQcmdTuples(answer);
    sent->result->handle = answer;
    sent->result->rows = (size_t)PQntuples(answer);
    sent->result->affected = (size_t)strtoull(affected, NULL, 10);
    return true;
}

/* Reads the answers of all that was sent, then that of the sync. */
static bool
collect(struct pg *pg, int timeout_ms, struct quosync_error *err)
{
    int64_t deadline_ms = monotonic_ms() + timeout_ms;
    bool ok = true, answered = false;

    for (size_t i = 0; i <= pg->n_sent;) {
        const struct sent *sent = i < pg->n_sent ? &pg->sent[i] : NULL;
        struct quosync_error why;
        PGresult *answer;

        if (!await(pg, sent == NULL ? NULL : sent->statement, deadline_ms, timeout_ms, &why)) {
            if (ok)
                *err = why;
            return false;
        }
        answer = PQgetResult(pg->conn);
        if (answer == NULL) { /* the end of one statement's answers */
            /* None at all: those that come would be taken for other statements'. */
            if (PQstatus(pg->conn) != CONNECTION_OK || !answered) {
                hang_up(pg);
                if (ok) /* else what the server said stays */
                    (void)lost(pg, sent == NULL ? NULL : sent->statement, err);
                return false;
            }
            answered = false;
            i++;
            continue;
        }
        answered = true;
        if (sent == NULL) {
            if (ok && PQresultStatus(answer) != PGRES_PIPELINE_SYNC)
                ok = lost(pg, NULL, err);
            PQclear(answer);
            break;
        }
        if (!take(pg, sent, answer, &why) && ok) {
            *err = why;
            ok = false;
        }
    }
    return ok;
}

static bool
wait_for_all(struct pg *pg, int timeout_ms, struct quosync_error *err)
{
    bool ok;

    if (pg->broken || (!pg->synced && PQpipelineSync(pg->conn) != 1)) {
        pg->n_sent = 0;
        return lost(pg, NULL, err);
    }
    pg->synced = false;
    pg->sqlstate[0] = '\0';
    ok = collect(pg, timeout_ms, err);
    pg->n_sent = 0;
    if (PQstatus(pg->conn) != CONNECTION_OK)
        hang_up(pg);
    return ok;
}

void
pg_push(struct pg *pg)
{
    if (pg->broken || pg->n_sent == 0)
        return;
    if (!pg->synced && PQpipelineSync(pg->conn) != 1) {
        hang_up(pg);
        return;
    }
    pg->synced = true;
    /* Nothing is read here: the answers that are due are small. */
    if (PQflush(pg->conn) < 0)
        hang_up(pg);
}

bool
pg_wait(struct pg *pg, struct quosync_error *err)
{
    return pg->n_sent == 0 || wait_for_all(pg, pg->timeout_ms, err);
}

/*
 * Reads off what was sent before something else failed: its results belong to
 * scopes that may be gone, and must not meet the next statement.
 */
static void
abandon(struct pg *pg, int timeout_ms)
{
    struct quosync_error ignored;

    for (size_t i = 0; i < pg->n_sent; i++)
        pg->sent[i].result = NULL;
    if (!pg->broken && pg->n_sent > 0)
        (void)wait_for_all(pg, timeout_ms, &ignored);
    pg->n_sent = 0;
}

/* Runs a statement by the name under which this connection prepared it, or prepares it first. */
static bool
send_prepared(struct pg *pg, const struct statement *statement, size_t place,
              const struct params_view *use, int format)
{
    if (!pg->prepared[place]) {
        if (PQsendPrepare(pg->conn, statement->name, statement->text, use->n, use->types) != 1)
            return false;
        pg->prepared[place] = true;
        pg->sent[pg->n_sent++] =
            (struct sent){ .statement = statement, .prepared = &pg->prepared[place] };
    }
    return PQsendQueryPrepared(pg->conn, statement->name, use->n, use->values, use->lengths,
                               use->formats, format) == 1;
}

/* format: libpq's, 1 for values in binary, 0 for text. */
static bool
send_for(struct pg *pg, const struct statement *statement, struct params *params,
         struct result *result, int format, struct quosync_error *err)
{
    static const struct params_view none;
    struct params_view view;
    const struct params_view *use = &none;
    bool ok;

    if (pg->broken)
        return lost(pg, statement, err);
    if (pg->synced)
        return error_set(err, QUOSYNC_BUG, "\"%s\" was sent before a wait", statement->name);
    if (pg->n_sent + 2 > SENT_MAX) {
        abandon(pg, pg->timeout_ms);
        return error_set(err, QUOSYNC_BUG, "more than %d statements at once", SENT_MAX);
    }
    if (params != NULL && !params_look(params, &view, err)) {
        error_prefix(err, "cannot run \"%s\"", statement->name);
        abandon(pg, pg->timeout_ms);
        return false;
    }
    if (params != NULL)
        use = &view;
    if (pg->keeps_plans && plans_find(statement) < PLANS_MAX)
        ok = send_prepared(pg, statement, plans_find(statement), use, format);
    else
        ok = PQsendQueryParams(pg->conn, statement->text, use->n, use->types, use->values,
                               use->lengths, use->formats, format) == 1;
    if (!ok)
        return lost(pg, statement, err);
    pg->sent[pg->n_sent++] = (struct sent){ .statement = statement, .result = result };
    return true;
}

bool
pg_send(struct pg *pg, const struct statement *statement, struct params *params,
        struct result *result, struct quosync_error *err)
{
    return send_for(pg, statement, params, result, 1, err);
}

bool
pg_send_for_text(struct pg *pg, const struct statement *statement, struct params *params,
                 struct result *result, struct quosync_error *err)
{
    return send_for(pg, statement, params, result, 0, err);
}

bool
pg_run(struct pg *pg, const struct statement *statement, struct params *params,
       struct result *result, struct quosync_error *err)
{
    return pg_send(pg, statement, params, result, err) && pg_wait(pg, err);
}

bool
pg_keep_plans(struct pg *pg, struct quosync_error *err)
{
    AUTO(result_done) struct result answer = { 0 };

    if (!pg_run(pg, &sql_session_process, NULL, &answer, err))
        return false;
    /* A pooler tells its clients a number of its own. */
    pg->keeps_plans =
        plans_are_safe && result_bigint(&answer, 0, 0) == PQbackendPID(pg->conn);
    return true;
}

/* Reads all answers of a script; keeps the first failure. */
static bool
collect_script(struct pg *pg, const struct statement *script, struct quosync_error *err)
{
    int64_t deadline_ms = monotonic_ms() + pg->timeout_ms;
    bool ok = true, answered = false;

    for (;;) {
        const struct sent unwanted = { .statement = script };
        struct quosync_error why;
        PGresult *answer;

        if (!await(pg, script, deadline_ms, pg->timeout_ms, &why)) {
            if (ok)
                *err = why;
            return false;
        }
        answer = PQgetResult(pg->conn);
        if (answer == NULL)
            return ok && ((answered && PQstatus(pg->conn) == CONNECTION_OK) ||
                          lost(pg, script, err));
        answered = true;
        if (!take(pg, &unwanted, answer, &why) && ok) {
            *err = why;
            ok = false;
        }
    }
}

/* A pipeline takes one statement at a time, so it is left for the script. */
bool
pg_script(struct pg *pg, const struct statement *script, struct quosync_error *err)
{
    bool ok;

    if (!pg_wait(pg, err))
        return false;
    pg->sqlstate[0] = '\0';
    if (PQexitPipelineMode(pg->conn) != 1 || PQsendQuery(pg->conn, script->text) != 1)
        return lost(pg, script, err);
    ok = collect_script(pg, script, err);
    if (pg_usable(pg) && PQenterPipelineMode(pg->conn) != 1)
        return lost(pg, script, err);
    return ok;
}

/* ---- transactions -------------------------------------------------------- */

bool
tx_begin(struct pg *pg, struct tx *tx, struct quosync_error *err)
{
    *tx = (struct tx){ .pg = pg, .open = true };
    return pg_send(pg, &begin, NULL, NULL, err) &&
           pg_send(pg, &sql_tx_begin, NULL, NULL, err);
}

bool
tx_commit_send(struct tx *tx, struct quosync_error *err)
{
    return pg_send(tx->pg, &commit, NULL, &tx->pg->commit_answer, err);
}

bool
tx_commit_wait(struct tx *tx, struct quosync_error *err)
{
    struct result *answer = &tx->pg->commit_answer;
    bool rolled_back;

    if (!pg_wait(tx->pg, err)) {
        result_done(answer);
        /* A commit whose answer was lost may have happened. */
        if (!pg_usable(tx->pg))
            tx->open = false;
        return false;
    }
    tx->open = false;
    /* The server answers ROLLBACK to the commit of a failed transaction. */
    rolled_back = strcmp(PQcmdStatus(answer->handle), "COMMIT") != 0;
    result_done(answer);
    if (rolled_back)
        return error_set(err, QUOSYNC_BUG, "could not commit: the transaction had failed");
    return true;
}

bool
tx_commit(struct tx *tx, struct quosync_error *err)
{
    return tx_commit_send(tx, err) && tx_commit_wait(tx, err);
}

void
tx_end(struct tx *tx)
{
    struct quosync_error ignored;
    char state[sizeof tx->pg->sqlstate];

    if (!tx->open)
        return;
    tx->open = false;
    if (!pg_usable(tx->pg))
        return;
    /* The caller still asks for the SQLSTATE of what made it roll back. */
    memcpy(state, tx->pg->sqlstate, sizeof state);
    abandon(tx->pg, ROLLBACK_TIMEOUT_MS);
    if (!pg_usable(tx->pg))
        return;
    if (!pg_send(tx->pg, &rollback, NULL, NULL, &ignored) ||
        !wait_for_all(tx->pg, ROLLBACK_TIMEOUT_MS, &ignored))
        hang_up(tx->pg);
    memcpy(tx->pg->sqlstate, state, sizeof state);
}

bool
tx_savepoint(struct tx *tx, struct quosync_error *err)
{
    return pg_send(tx->pg, &savepoint, NULL, NULL, err);
}

bool
tx_release(struct tx *tx, struct quosync_error *err)
{
    return pg_send(tx->pg, &release, NULL, NULL, err);
}

bool
tx_check(struct tx *tx, struct quosync_error *err)
{
    return pg_send(tx->pg, &check, NULL, NULL, err);
}

bool
tx_rollback_to(struct tx *tx, struct quosync_error *err)
{
    abandon(tx->pg, tx->pg->timeout_ms);
    if (pg_run(tx->pg, &rollback_to, NULL, NULL, err))
        return true;
    /* Was there no savepoint, it is the whole that has to be done again. */
    if (err->kind == QUOSYNC_BUG)
        err->kind = QUOSYNC_TRY_LATER;
    return false;
}
