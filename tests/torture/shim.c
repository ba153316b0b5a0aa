/*
 * shim.c - see shim.h. Where a connection is lost, another socket, whose peer is
 * gone, takes the place of its descriptor.
 */
#include <config.h> /* memmem */

#include "torture/shim.h"

#include <fcntl.h>
#include <libpq-fe.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "db/statement.h"
#include "torture/starve.h"

const char *const shim_answer_names[SHIM_ANSWERS] = {
    "ok",    "40001", "40P01",      "53100",       "57014",       "57P01",   "22021",
    "23505", "lost before", "lost after", "lost during", "no result", "not sent",
};

bool
shim_answer_is_data(enum shim_answer answer)
{
    return answer == SHIM_22021 || answer == SHIM_23505;
}

/* Statements on their way over one connection: what is to become of their answers. */
#define DUE_MAX 128
struct link {
    PGconn *conn;
    enum shim_answer due[DUE_MAX];
    size_t first, n;
    enum shim_answer cut; /* how the connection is lost once all was sent; SHIM_OK: not */
};

static const struct shim_plan *plan;
static struct shim_seen *seen;
static size_t passages; /* statements of the plan's name */
static struct link links[16];
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

void
shim_begin(const struct shim_plan *plan_to_follow, struct shim_seen *seen_there)
{
    plan = plan_to_follow;
    seen = seen_there;
    memset(links, 0, sizeof links);
}

#define REAL(type, name, ...)    \
    type __real_##name(__VA_ARGS__); \
    type __wrap_##name(__VA_ARGS__)

REAL(PGconn *, PQconnectdbParams, const char *const *words, const char *const *values, int expand);
REAL(void, PQfinish, PGconn *conn);
REAL(int, PQsendQueryParams, PGconn *conn, const char *text, int n, const Oid *types,
     const char *const *values, const int *lengths, const int *formats, int format);
REAL(int, PQsendQuery, PGconn *conn, const char *text);
REAL(int, PQsendPrepare, PGconn *conn, const char *name, const char *text, int n, const Oid *types);
REAL(int, PQsendQueryPrepared, PGconn *conn, const char *name, int n, const char *const *values,
     const int *lengths, const int *formats, int format);
REAL(PGresult *, PQgetResult, PGconn *conn);
REAL(int, PQpipelineSync, PGconn *conn);
REAL(int, PQflush, PGconn *conn);
REAL(int, PQconsumeInput, PGconn *conn);
REAL(int, PQsetnonblocking, PGconn *conn, int on);
REAL(int, PQenterPipelineMode, PGconn *conn);
REAL(int, PQexitPipelineMode, PGconn *conn);
REAL(PGcancel *, PQgetCancel, PGconn *conn);

static struct link *
link_of(PGconn *conn)
{
    struct link *empty = NULL;

    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
        if (links[i].conn == conn)
            return &links[i];
        if (links[i].conn == NULL && empty == NULL)
            empty = &links[i];
    }
    if (empty == NULL)
        abort();
    *empty = (struct link){ .conn = conn };
    return empty;
}

/* ---- what goes wrong ---------------------------------------------------------- */

/* From now on the connection gives `bytes`, and then its end. */
static void
lose(PGconn *conn, const void *bytes, size_t n)
{
    int fd = PQsocket(conn);
    int pair[2];

    if (fd < 0)
        return;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        abort();
    if (n > 0 && write(pair[1], bytes, n) != (ssize_t)n)
        abort();
    (void)close(pair[1]);
    (void)fcntl(pair[0], F_SETFL, O_NONBLOCK);
    if (dup2(pair[0], fd) < 0)
        abort();
    (void)close(pair[0]);
}

/* ReadyForQuery is the last that comes. */
static bool
is_whole(const unsigned char *bytes, size_t n)
{
    static const unsigned char ready[] = { 'Z', 0, 0, 0, 5 };

    return n > sizeof ready && memcmp(bytes + n - 1 - sizeof ready, ready, sizeof ready) == 0;
}

/* Lets the server run all that was sent, then hangs up; `share` says what is read of it. */
static void
lose_after_running(PGconn *conn, enum shim_answer how)
{
    static unsigned char bytes[60000];
    size_t n = 0;
    struct pollfd fd = { .fd = PQsocket(conn), .events = POLLIN };

    for (int left; (left = __real_PQflush(conn)) == 1;)
        (void)poll(&(struct pollfd){ .fd = fd.fd, .events = POLLOUT }, 1, 1000);
    while (!is_whole(bytes, n) && poll(&fd, 1, 3000) > 0) {
        ssize_t got = read(fd.fd, bytes + n, sizeof bytes - n);

        if (got <= 0)
            break;
        n += (size_t)got;
        if (n == sizeof bytes)
            n = 0; /* more than anybody looks at */
    }
    lose(conn, bytes, how == SHIM_LOST_DURING ? n / 2 : 0);
}

static const char *
name_of(const char *text)
{
    for (const struct statement *s = statements; s->name != NULL; s++)
        if (s->text == text)
            return s->name;
    for (const char *const *own = (const char *const[]){ "begin", "commit", "rollback", "savepoint",
                                                         "release", "set constraints", NULL };
         *own != NULL; own++)
        if (strncmp(text, *own, strlen(*own)) == 0)
            return *own;
    return "script";
}

/* Names outlive the connection: they are noted for the parent. */
static const char *
name_of_prepared(const char *name)
{
    for (const struct statement *s = statements; s->name != NULL; s++)
        if (strcmp(s->name, name) == 0)
            return s->name;
    return "script";
}

static bool
holds(const char *const *values, const int *lengths, int n)
{
    for (int i = 0; plan != NULL && plan->holding != NULL && i < n; i++)
        if (values[i] != NULL && lengths[i] > 0 &&
            memmem(values[i], (size_t)lengths[i], plan->holding, strlen(plan->holding)) != NULL)
            return true;
    return false;
}

/* What is sent, and the calls that led to it: pg.c's, and some of those that called it. */
#define PLACE_FRAMES 10

static uint64_t
place_of(const char *name)
{
    uint64_t place = starve_site(PLACE_FRAMES);

    for (; *name != '\0'; name++)
        place = (place ^ (unsigned char)*name) * 1099511628211U;
    return place;
}

static bool
is_meant(const char *name, uint64_t place, bool held)
{
    if (plan == NULL)
        return false;
    if (plan->place != 0)
        return seen->fired == 0 && place == plan->place;
    if (plan->name == NULL || strcmp(plan->name, name) != 0)
        return false;
    passages++;
    return plan->holding != NULL ? held : passages == plan->passage;
}

/* Counts a statement, and says what becomes of it. */
static enum shim_answer
next_statement(const char *name, bool held)
{
    const uint64_t place = place_of(name);
    size_t number;

    if (seen == NULL)
        return SHIM_OK;
    number = ++seen->statements;
    if (number <= SHIM_MAX_SEEN) {
        seen->names[number - 1] = name;
        seen->holds[number - 1] = held;
        seen->places[number - 1] = place;
    }
    if (!is_meant(name, place, held))
        return SHIM_OK;
    seen->fired++;
    return plan->answer;
}

static bool
next_call_fails(const char *name)
{
    bool fails = false;

    (void)pthread_mutex_lock(&mutex);
    if (seen != NULL) {
        size_t number = ++seen->calls;

        if (number <= SHIM_MAX_SEEN)
            seen->call_names[number - 1] = name;
        fails = plan != NULL && plan->call == number;
        seen->fired += fails;
    }
    (void)pthread_mutex_unlock(&mutex);
    return fails;
}

/* The text that makes the server answer with this SQLSTATE; NULL: the statement's own. */
static const char *
refusal(enum shim_answer answer, char *text, size_t size)
{
    if (answer < SHIM_40001 || answer > SHIM_23505)
        return NULL;
    (void)snprintf(text, size,
                   "do $$ begin raise exception using errcode = '%s', message = 'injected'; end $$",
                   shim_answer_names[answer]);
    return text;
}

/* ---- statements ----------------------------------------------------------------- */

/* A statement as the program sends it: by its text, or by the name that it prepared it under. */
struct message {
    const char *text, *name;
    int n;
    const Oid *types;
    const char *const *values;
    const int *lengths, *formats;
    int format;
};

static int
send_as_it_is(PGconn *conn, const struct message *m)
{
    return m->text == NULL ? __real_PQsendQueryPrepared(conn, m->name, m->n, m->values, m->lengths,
                                                        m->formats, m->format)
                           : __real_PQsendQueryParams(conn, m->text, m->n, m->types, m->values,
                                                      m->lengths, m->formats, m->format);
}

static int
note_sent(struct link *link, int sent, enum shim_answer answer)
{
    if (sent == 1) {
        if (link->n == DUE_MAX)
            abort();
        link->due[(link->first + link->n++) % DUE_MAX] = answer;
    }
    return sent;
}

static int
send_or_fail(PGconn *conn, const struct message *message)
{
    char other[200];
    const char *instead;
    enum shim_answer answer;
    struct link *link;
    int sent;

    (void)pthread_mutex_lock(&mutex);
    link = link_of(conn);
    answer = next_statement(message->name, holds(message->values, message->lengths, message->n));
    instead = refusal(answer, other, sizeof other);
    if (answer == SHIM_LOST_BEFORE)
        lose(conn, NULL, 0);
    if (answer == SHIM_LOST_AFTER || answer == SHIM_LOST_DURING)
        link->cut = answer;
    if (answer == SHIM_NOT_SENT)
        sent = 0;
    else if (instead != NULL)
        sent = __real_PQsendQueryParams(conn, instead, 0, NULL, NULL, NULL, NULL, message->format);
    else
        sent = send_as_it_is(conn, message);
    sent = note_sent(link, sent, answer);
    (void)pthread_mutex_unlock(&mutex);
    return sent;
}

int
__wrap_PQsendQueryParams(PGconn *conn, const char *text, int n, const Oid *types,
                         const char *const *values, const int *lengths, const int *formats,
                         int format)
{
    return send_or_fail(conn, &(struct message){ text, name_of(text), n, types, values, lengths,
                                                 formats, format });
}

int
__wrap_PQsendQueryPrepared(PGconn *conn, const char *name, int n, const char *const *values,
                           const int *lengths, const int *formats, int format)
{
    return send_or_fail(conn, &(struct message){ NULL, name_of_prepared(name), n, NULL, values,
                                                 lengths, formats, format });
}

/* Has an answer of its own, ahead of the statement's. */
int
__wrap_PQsendPrepare(PGconn *conn, const char *name, const char *text, int n, const Oid *types)
{
    int sent;

    if (next_call_fails("PQsendPrepare"))
        return 0;
    (void)pthread_mutex_lock(&mutex);
    sent = note_sent(link_of(conn), __real_PQsendPrepare(conn, name, text, n, types), SHIM_OK);
    (void)pthread_mutex_unlock(&mutex);
    return sent;
}

/* Of scripts: outside of the pipeline, one at a time. */
int
__wrap_PQsendQuery(PGconn *conn, const char *text)
{
    char other[200];
    const char *instead;
    enum shim_answer answer;
    int sent = 0;

    (void)pthread_mutex_lock(&mutex);
    answer = next_statement(name_of(text), false);
    instead = refusal(answer, other, sizeof other);
    if (answer == SHIM_LOST_BEFORE)
        lose(conn, NULL, 0);
    if (answer != SHIM_NOT_SENT)
        sent = __real_PQsendQuery(conn, instead != NULL ? instead : text);
    if (answer == SHIM_LOST_AFTER || answer == SHIM_LOST_DURING)
        lose_after_running(conn, answer);
    if (sent == 1 && answer == SHIM_NOTHING)
        link_of(conn)->due[0] = answer, link_of(conn)->first = 0, link_of(conn)->n = 1;
    (void)pthread_mutex_unlock(&mutex);
    return sent;
}

/* NULL ends the answers of a statement; in place of an answer it says that there is none. */
PGresult *
__wrap_PQgetResult(PGconn *conn)
{
    PGresult *result = __real_PQgetResult(conn);
    struct link *link;

    (void)pthread_mutex_lock(&mutex);
    link = link_of(conn);
    if (link->n > 0) {
        if (result != NULL && link->due[link->first] == SHIM_NOTHING) {
            link->due[link->first] = SHIM_OK;
            PQclear(result);
            result = NULL;
        } else if (result == NULL) {
            link->first = (link->first + 1) % DUE_MAX;
            link->n--;
        }
    }
    (void)pthread_mutex_unlock(&mutex);
    return result;
}

/* ---- the other calls --------------------------------------------------------------- */

PGconn *
__wrap_PQconnectdbParams(const char *const *words, const char *const *values, int expand)
{
    return next_call_fails("PQconnectdbParams") ? NULL
                                                : __real_PQconnectdbParams(words, values, expand);
}

void
__wrap_PQfinish(PGconn *conn)
{
    (void)pthread_mutex_lock(&mutex);
    if (conn != NULL)
        *link_of(conn) = (struct link){ 0 };
    (void)pthread_mutex_unlock(&mutex);
    __real_PQfinish(conn);
}

int
__wrap_PQpipelineSync(PGconn *conn)
{
    struct link *link;
    int done;

    if (next_call_fails("PQpipelineSync"))
        return 0;
    done = __real_PQpipelineSync(conn);
    (void)pthread_mutex_lock(&mutex);
    link = link_of(conn);
    if (link->cut != SHIM_OK)
        lose_after_running(conn, link->cut);
    link->cut = SHIM_OK;
    (void)pthread_mutex_unlock(&mutex);
    return done;
}

int
__wrap_PQflush(PGconn *conn)
{
    if (next_call_fails("PQflush")) {
        lose(conn, NULL, 0);
        return -1;
    }
    return __real_PQflush(conn);
}

int
__wrap_PQconsumeInput(PGconn *conn)
{
    if (next_call_fails("PQconsumeInput")) {
        lose(conn, NULL, 0);
        return 0;
    }
    return __real_PQconsumeInput(conn);
}

int
__wrap_PQsetnonblocking(PGconn *conn, int on)
{
    return next_call_fails("PQsetnonblocking") ? -1 : __real_PQsetnonblocking(conn, on);
}

int
__wrap_PQenterPipelineMode(PGconn *conn)
{
    return next_call_fails("PQenterPipelineMode") ? 0 : __real_PQenterPipelineMode(conn);
}

int
__wrap_PQexitPipelineMode(PGconn *conn)
{
    return next_call_fails("PQexitPipelineMode") ? 0 : __real_PQexitPipelineMode(conn);
}

PGcancel *
__wrap_PQgetCancel(PGconn *conn)
{
    return next_call_fails("PQgetCancel") ? NULL : __real_PQgetCancel(conn);
}
