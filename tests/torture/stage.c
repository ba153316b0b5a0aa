/* stage.c - see stage.h. Environment: TOP_SRCDIR, WORK, PG* and the program's own. */
#include "torture/stage.h"

#include <arpa/inet.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "quosync.h"

int quosync_main(int argc, char **argv);

#define HOPELESS_MS 2000

static PGconn *database;
static char log_path[4096], said_path[4096];

/* What a run and its parent share. */
struct shared {
    struct shim_seen shim;
    struct starve_seen starve;
    struct relay_seen relay;
    bool returned; /* from main: the program may also end at once, and owes no memory then */
};
static struct shared *shared;

static _Noreturn void
fall(const char *what, const char *why)
{
    (void)fprintf(stderr, "faults: %s: %s\n", what, why);
    exit(99);
}

static long long
now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* ---- the database ---------------------------------------------------------------- */

void
stage_open(void)
{
    const char *work = getenv("WORK");

    if (work == NULL || strlen(work) > sizeof log_path - 20)
        fall("WORK", "is not set");
    (void)snprintf(log_path, sizeof log_path, "%s/faults.log", work);
    (void)snprintf(said_path, sizeof said_path, "%s/faults.out", work);
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        fall("mmap", strerror(errno));
    database = PQconnectdb("");
    if (PQstatus(database) != CONNECTION_OK)
        fall("the database", PQerrorMessage(database));
    PQclear(PQexec(database, "set client_min_messages = warning"));
}

void
stage_close(void)
{
    PQfinish(database);
}

char *
stage_try(const char *text)
{
    PGresult *answer = PQexec(database, text);
    char *value = NULL;

    if (PQresultStatus(answer) == PGRES_TUPLES_OK && PQntuples(answer) > 0)
        value = strdup(PQgetvalue(answer, 0, 0));
    else if (PQresultStatus(answer) == PGRES_COMMAND_OK ||
             PQresultStatus(answer) == PGRES_TUPLES_OK)
        value = strdup("");
    PQclear(answer);
    return value;
}

char *
stage_ask(const char *text)
{
    char *value = stage_try(text);

    if (value == NULL)
        fall(text, PQerrorMessage(database));
    return value;
}

void
stage_sql(const char *text)
{
    free(stage_ask(text));
}

/* ---- the receiver's client -------------------------------------------------------- */

static int
connected_to(int port)
{
    struct sockaddr_in to = { .sin_family = AF_INET,
                              .sin_port = htons((uint16_t)port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    struct timeval patience = { .tv_sec = 8 };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to) == 0) {
        (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        return fd;
    }
    if (fd >= 0)
        (void)close(fd);
    return -1;
}

static int
free_port(void)
{
    struct sockaddr_in any = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t bytes = sizeof any;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd < 0 || bind(fd, (struct sockaddr *)&any, sizeof any) != 0 ||
        getsockname(fd, (struct sockaddr *)&any, &bytes) != 0)
        fall("no port", strerror(errno));
    (void)close(fd);
    return ntohs(any.sin_port);
}

/* Sends a request; the answer is read later, so that several wait at the same time. */
static int
posted(int port, size_t number, const char *body)
{
    const char *text = getenv("QUOSYNC_WEBHOOK_SECRETS");
    struct quosync_secret secret;
    char signature[QUOSYNC_SIGNATURE_SIZE], id[40], head[600];
    const long long now_s = (long long)time(NULL);
    int fd = connected_to(port);

    if (fd < 0)
        return -1;
    (void)snprintf(id, sizeof id, "posted_%zu", number);
    if (text == NULL || !quosync_secret_parse(text, strlen(text), &secret, NULL) ||
        !quosync_sign(&secret, id, strlen(id), now_s, body, strlen(body), signature, NULL))
        fall("no signature", "");
    (void)snprintf(head, sizeof head,
                   "POST /webhooks/quo HTTP/1.1\r\nHost: x\r\nwebhook-id: %s\r\n"
                   "webhook-timestamp: %lld\r\nwebhook-signature: %s\r\nContent-Length: %zu\r\n"
                   "Connection: close\r\n\r\n",
                   id, now_s, signature, strlen(body));
    (void)send(fd, head, strlen(head), MSG_NOSIGNAL | MSG_MORE);
    (void)send(fd, body, strlen(body), MSG_NOSIGNAL);
    return fd;
}

static bool
acknowledged(int fd)
{
    char answer[200] = "";
    ssize_t n = fd < 0 ? -1 : recv(fd, answer, sizeof answer - 1, 0);

    if (fd >= 0)
        (void)close(fd);
    return n > 12 && memcmp(answer + 9, "200", 3) == 0;
}

static bool
has_ended(pid_t pid)
{
    siginfo_t what = { .si_pid = 0 };

    return waitid(P_PID, (id_t)pid, &what, WEXITED | WNOHANG | WNOWAIT) == 0 && what.si_pid == pid;
}

/* Posts all at once, then again what was not acknowledged, as Quo would. */
static bool
post_all(const struct stage_run *run, int port, pid_t pid, unsigned patience_ms, bool *done)
{
    const long long end_ms = now_ms() + patience_ms;
    size_t left = run->n_post;

    while (left > 0) {
        int fds[STAGE_MAX_POST];

        for (size_t i = 0; i < run->n_post; i++)
            fds[i] = done[i] ? -1 : posted(port, i, run->post[i]);
        for (size_t i = 0; i < run->n_post; i++)
            if (!done[i] && acknowledged(fds[i])) {
                done[i] = true;
                left--;
            }
        if (left > 0 && (now_ms() > end_ms || has_ended(pid)))
            return false;
        if (left > 0)
            (void)usleep(20000);
    }
    return true;
}

/* ---- the fake Quo ------------------------------------------------------------------- */

/* All that comes until the other side is done. */
static char *
read_to_end(int fd)
{
    size_t n = 0, room = 1 << 20;
    char *text = malloc(room);
    ssize_t got;

    if (text == NULL)
        fall("memory", "");
    while (n < room - 1 && (got = read(fd, text + n, room - 1 - n)) > 0)
        n += (size_t)got;
    text[n] = '\0';
    return text;
}

char *
stage_fake(const char *method, const char *path, const char *body)
{
    const char *port = getenv("FAKE_PORT");
    int fd = port == NULL ? -1 : connected_to(atoi(port));
    char head[500], *answer, *end;

    if (fd < 0)
        fall("the fake Quo", "is not there");
    (void)snprintf(head, sizeof head, "%s %s HTTP/1.0\r\nContent-Length: %zu\r\n\r\n", method,
                   path, strlen(body));
    (void)send(fd, head, strlen(head), MSG_NOSIGNAL | MSG_MORE);
    (void)send(fd, body, strlen(body), MSG_NOSIGNAL);
    answer = read_to_end(fd);
    (void)close(fd);
    end = strstr(answer, "\r\n\r\n");
    if (strncmp(answer + 9, "20", 2) != 0 || end == NULL)
        fall("the fake Quo", answer);
    memmove(answer, end + 4, strlen(end + 4) + 1);
    return answer;
}

/* ---- the program ------------------------------------------------------------------- */

#ifndef __SANITIZE_ADDRESS__
/* Where it crashed goes to the log; a core is never left. */
static void
on_crash(int number)
{
    void *frames[40];

    backtrace_symbols_fd(frames, backtrace(frames, 40), STDERR_FILENO);
    (void)signal(number, SIG_DFL);
    (void)raise(number);
}
#endif

static _Noreturn void
be_the_program(const struct stage_run *run, const struct trouble *trouble)
{
    char *words[32] = { "quosync" };
    const int how = O_WRONLY | O_CREAT | O_TRUNC | O_APPEND;
    int n = 1, out = open(said_path, how, 0600), log = open(log_path, how, 0600);
    int status;

    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (dup2(out, STDOUT_FILENO) < 0 || dup2(log, STDERR_FILENO) < 0)
        _exit(99);
    (void)close(out);
    (void)close(log);
    for (; run->words[n - 1] != NULL; n++)
        words[n] = strdup(run->words[n - 1]);
#ifndef __SANITIZE_ADDRESS__
    (void)signal(SIGSEGV, on_crash);
    (void)signal(SIGABRT, on_crash);
#endif
    shim_begin(&trouble->shim, &shared->shim);
    if (trouble->starves)
        starve_begin(&trouble->starve, &shared->starve);
    status = quosync_main(n, words);
    starve_end();
    shared->returned = true;
    exit(status);
}

void
stage_wait(const struct stage_run *run, pid_t pid, struct outcome *outcome)
{
    const long long begin_ms = now_ms();
    bool told = false;
    int status;

    for (;;) {
        const long long past_ms = now_ms() - begin_ms;
        pid_t got = waitpid(pid, &status, WNOHANG);

        if (got == pid)
            break;
        if (past_ms > run->deadline_ms)
            (void)kill(pid, SIGKILL);
        else if (!told && run->term_after_ms > 0 && past_ms >= run->term_after_ms)
            told = kill(pid, SIGTERM) == 0;
        (void)usleep(past_ms < 50 ? 500 : 3000);
    }
    outcome->ms = (unsigned)(now_ms() - begin_ms);
    outcome->status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    outcome->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

pid_t
stage_start(const struct stage_run *run, const struct trouble *trouble, void (*first)(void *),
            void *argument)
{
    pid_t pid;

    (void)fflush(stdout);
    pid = fork();
    if (pid < 0)
        fall("fork", strerror(errno));
    if (pid == 0) {
        if (first != NULL)
            first(argument);
        be_the_program(run, trouble);
    }
    return pid;
}

/* Puts a relay before the database or the API; 0: none. */
static pid_t
relay_before(const struct trouble *trouble)
{
    static struct relay_plan plan;
    static char path[500], text[300];
    const char *api = getenv("FAKE_PORT");
    int port;
    pid_t pid;

    if (trouble->relayed == NOT_RELAYED)
        return 0;
    plan = trouble->relay;
    if (trouble->relayed == RELAYED_DATABASE) {
        (void)snprintf(path, sizeof path, "%s/.s.PGSQL.%s", getenv("PGHOST"), getenv("PGPORT"));
        plan.socket_path = path;
    } else {
        plan.port = api == NULL ? 0 : atoi(api);
    }
    pid = relay_start(&plan, &shared->relay, &port);
    if (trouble->relayed == RELAYED_DATABASE) {
        (void)snprintf(text, sizeof text, "host=127.0.0.1 port=%d dbname=%s user=%s", port,
                       getenv("PGDATABASE"), getenv("PGUSER"));
        (void)setenv("QUOSYNC_DATABASE", text, 1);
    } else {
        (void)snprintf(text, sizeof text, "http://127.0.0.1:%d", port);
        (void)setenv("QUOSYNC_API_URL", text, 1);
    }
    return pid;
}

static void
relay_gone(pid_t pid)
{
    char text[100];
    const char *api = getenv("FAKE_PORT");

    if (pid <= 0)
        return;
    (void)kill(pid, SIGKILL);
    (void)waitpid(pid, NULL, 0);
    (void)unsetenv("QUOSYNC_DATABASE");
    if (api != NULL) {
        (void)snprintf(text, sizeof text, "http://127.0.0.1:%s", api);
        (void)setenv("QUOSYNC_API_URL", text, 1);
    }
}

bool
stage_run(const struct stage_run *run, const struct trouble *trouble, struct outcome *outcome)
{
    /* Who never gets memory again never acknowledges. */
    const bool hopeless = trouble->starve.from_then_on && trouble->starve.call > 0;
    int port = free_port();
    char listen[40];
    bool all = true;
    pid_t pid, relay;

    (void)snprintf(listen, sizeof listen, "127.0.0.1:%d", port);
    (void)setenv("QUOSYNC_LISTEN", listen, 1);
    memset(shared, 0, sizeof *shared);
    memset(outcome, 0, sizeof *outcome);
    relay = relay_before(trouble);
    pid = stage_start(run, trouble, NULL, NULL);
    if (run->n_post > 0)
        all = post_all(run, port, pid, hopeless ? HOPELESS_MS : run->deadline_ms,
                       outcome->acknowledged);
    stage_wait(run, pid, outcome);
    relay_gone(relay);
    outcome->relay = shared->relay;
    outcome->shim = shared->shim;
    outcome->allocations = shared->starve.calls;
    outcome->allocations_failed = shared->starve.fired;
    outcome->n_sites = shared->starve.n_sites;
    memcpy(outcome->sites, shared->starve.sites, sizeof outcome->sites);
    outcome->leaked = shared->returned ? shared->starve.live : 0;
    return all;
}

char *
stage_said(void)
{
    int fd = open(said_path, O_RDONLY | O_CLOEXEC);
    char *text;

    if (fd < 0)
        fall(said_path, strerror(errno));
    text = read_to_end(fd);
    (void)close(fd);
    return text;
}

void
stage_log_tail(void)
{
    char line[1000];
    FILE *log = fopen(log_path, "r");

    if (log == NULL)
        return;
    (void)fseek(log, -3000, SEEK_END);
    while (fgets(line, sizeof line, log) != NULL)
        (void)printf("        %s", line);
    (void)fclose(log);
}
