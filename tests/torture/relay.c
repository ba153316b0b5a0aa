/* relay.c - see relay.h. One poll loop; a relay has few connections. */
#include "torture/relay.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define PAIRS_MAX 32

struct pair {
    int client, server; /* -1: free */
    time_t held_until;  /* 0: not held */
};

static const struct relay_plan *plan;
static struct relay_seen *seen;
static struct pair pairs[PAIRS_MAX];

static int
reach(void)
{
    struct sockaddr_un local = { .sun_family = AF_UNIX };
    struct sockaddr_in remote = { .sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)plan->port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    const bool here = plan->socket_path != NULL;
    int fd = socket(here ? AF_UNIX : AF_INET, SOCK_STREAM, 0);

    if (here) {
        if (strlen(plan->socket_path) >= sizeof local.sun_path)
            _exit(99);
        memcpy(local.sun_path, plan->socket_path, strlen(plan->socket_path) + 1);
    }
    if (fd >= 0 && connect(fd, here ? (struct sockaddr *)&local : (struct sockaddr *)&remote,
                           here ? sizeof local : sizeof remote) == 0)
        return fd;
    if (fd >= 0)
        (void)close(fd);
    return -1;
}

static void
end(struct pair *pair)
{
    const struct linger at_once = { .l_onoff = 1, .l_linger = 0 };

    if (plan->reset)
        (void)setsockopt(pair->client, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    (void)close(pair->client);
    (void)close(pair->server);
    *pair = (struct pair){ .client = -1, .server = -1 };
}

static bool
send_all(int fd, const char *bytes, size_t n)
{
    while (n > 0) {
        ssize_t sent = send(fd, bytes, n, MSG_NOSIGNAL);

        if (sent <= 0)
            return false;
        bytes += sent;
        n -= (size_t)sent;
    }
    return true;
}

/* Passes on what there is; the byte after which it is to be cut is the last. */
static void
pass_on(struct pair *pair, int from, int to, size_t *total, size_t cut_after)
{
    static char bytes[65536];
    ssize_t got = recv(from, bytes, sizeof bytes, 0);
    size_t n = got > 0 ? (size_t)got : 0;
    bool cut = false;

    if (got <= 0) {
        end(pair);
        return;
    }
    if (cut_after > 0 && *total < cut_after && *total + n >= cut_after) {
        n = cut_after - *total;
        cut = seen->cut = true;
    }
    *total += n;
    if (!send_all(to, bytes, n))
        cut = true;
    if (cut && plan->hold)
        pair->held_until = time(NULL) + RELAY_HELD_S;
    else if (cut)
        end(pair);
}

static void
take(int listener)
{
    int client = accept(listener, NULL, NULL), server = reach();

    for (size_t i = 0; i < PAIRS_MAX && client >= 0 && server >= 0; i++)
        if (pairs[i].client < 0) {
            pairs[i] = (struct pair){ .client = client, .server = server };
            seen->connections++;
            return;
        }
    if (client >= 0)
        (void)close(client);
    if (server >= 0)
        (void)close(server);
}

static _Noreturn void
relay(int listener)
{
    for (size_t i = 0; i < PAIRS_MAX; i++)
        pairs[i] = (struct pair){ .client = -1, .server = -1 };
    for (;;) {
        struct pollfd fds[1 + 2 * PAIRS_MAX] = { { .fd = listener, .events = POLLIN } };

        for (size_t i = 0; i < PAIRS_MAX; i++) {
            const bool passes = pairs[i].client >= 0 && pairs[i].held_until == 0;

            if (pairs[i].held_until != 0 && time(NULL) >= pairs[i].held_until)
                end(&pairs[i]);
            fds[1 + 2 * i] = (struct pollfd){ passes ? pairs[i].client : -1, POLLIN, 0 };
            fds[2 + 2 * i] = (struct pollfd){ passes ? pairs[i].server : -1, POLLIN, 0 };
        }
        if (poll(fds, 1 + 2 * PAIRS_MAX, plan->hold ? 1000 : -1) < 0 && errno != EINTR)
            _exit(99);
        if (fds[0].revents != 0)
            take(listener);
        for (size_t i = 0; i < PAIRS_MAX; i++) {
            struct pair *pair = &pairs[i];

            if (fds[1 + 2 * i].revents != 0)
                pass_on(pair, pair->client, pair->server, &seen->up, plan->cut_up);
            if (fds[2 + 2 * i].revents != 0 && pair->client >= 0 && pair->held_until == 0)
                pass_on(pair, pair->server, pair->client, &seen->down, plan->cut_down);
        }
    }
}

pid_t
relay_start(const struct relay_plan *plan_to_follow, struct relay_seen *seen_there, int *port)
{
    struct sockaddr_in any = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t bytes = sizeof any;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    pid_t pid;

    if (listener < 0 || bind(listener, (struct sockaddr *)&any, sizeof any) != 0 ||
        listen(listener, 32) != 0 || getsockname(listener, (struct sockaddr *)&any, &bytes) != 0)
        exit(99);
    *port = ntohs(any.sin_port);
    plan = plan_to_follow;
    seen = seen_there;
    pid = fork();
    if (pid < 0)
        exit(99);
    if (pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        relay(listener);
    }
    (void)close(listener);
    return pid;
}
