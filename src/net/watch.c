/*
 * watch.c - deadlines of connections. A connection is cut by shutdown(2), never
 * by close(2): libmicrohttpd owns the descriptor, notices the end of file and
 * closes it. The lock is also taken by watch_remove, which runs before the
 * descriptor is closed, so the number cannot have been reused.
 */
#include <config.h>

#include "net/watch.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sys/socket.h>
#include <time.h>

#include "base/clock.h"
#include "core/error.h"
#include "core/memory.h"

#define TICK_US 250000
#define HURRY_IDLE_US 1000000

/* What was accepted is added a moment later, or, for want of memory, never. */
#define ARRIVAL_US 100000

struct watch {
    struct watch_options options;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed; /* stop, or the last one arrived or left */
    struct watched *first;
    size_t connections;
    size_t arriving; /* accepted, and not added yet */
    uint64_t cuts;
    bool stop;
};

/* How much may arrive before it counts as another request: the kernel's clock is coarse. */
#define SLACK_US 10000

/*
 * Whether anything was received since the connection became idle. What came
 * within SLACK_US of the last answer goes unnoticed, until more follows.
 */
static bool
received_since_idle(struct watched *connection, int64_t now_us)
{
    /* The layout up to tcpi_bytes_received (Linux 4.1) is fixed; glibc's struct ends before. */
    struct {
        struct tcp_info known;
        uint64_t pacing_rate, max_pacing_rate, bytes_acked, bytes_received;
    } info;
    socklen_t bytes = sizeof(info);

    if (getsockopt(connection->fd, IPPROTO_TCP, TCP_INFO, &info, &bytes) != 0 ||
        bytes < sizeof(info))
        return false;
    if (connection->bytes_seen == 0)
        connection->bytes_seen = info.bytes_received;
    return info.bytes_received != connection->bytes_seen ||
           now_us - (int64_t)info.known.tcpi_last_data_recv * 1000 >
               connection->idle_us + SLACK_US;
}

static void
cut(struct watch *watch, struct watched *connection)
{
    connection->cut = true;
    watch->cuts++;
    (void)shutdown(connection->fd, SHUT_RDWR);
}

/*
 * Between two requests the clock stands still: since_us moves along until the
 * first byte of the next request shows. (libmicrohttpd tells of a request only
 * when its first line is whole, which a trickling client may never send.)
 */
static void
look_at(struct watch *watch, struct watched *connection, int64_t now_us)
{
    if (connection->cut || connection->waits_for_us)
        return;
    if (connection->between && !received_since_idle(connection, now_us)) {
        connection->since_us = now_us;
        if (now_us - connection->idle_us >= watch->options.idle_us)
            cut(watch, connection);
        return;
    }
    connection->between = false;
    if (now_us - connection->since_us >= watch->options.deadline_us)
        cut(watch, connection);
}

static void *
run(void *argument)
{
    struct watch *watch = argument;

    pthread_mutex_lock(&watch->lock);
    while (!watch->stop) {
        int64_t until_us = clock_steady_us() + TICK_US;
        struct timespec until = { .tv_sec = until_us / 1000000,
                                  .tv_nsec = until_us % 1000000 * 1000 };

        pthread_cond_timedwait(&watch->changed, &watch->lock, &until);
        int64_t now_us = clock_steady_us();
        for (struct watched *at = watch->first; at != NULL; at = at->next)
            look_at(watch, at, now_us);
        if (watch->options.tick != NULL) {
            pthread_mutex_unlock(&watch->lock);
            watch->options.tick(watch->options.context);
            pthread_mutex_lock(&watch->lock);
        }
    }
    pthread_mutex_unlock(&watch->lock);
    return NULL;
}

bool
watch_open(const struct watch_options *options, struct watch **watch, struct quosync_error *err)
{
    struct watch *new = memory_get(sizeof(*new));
    pthread_condattr_t monotonic;

    if (new == NULL)
        return error_no_memory(err);
    *new = (struct watch) { .options = *options };
    pthread_mutex_init(&new->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&new->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    if (pthread_create(&new->thread, NULL, run, new) != 0) {
        memory_free(new);
        return error_set(err, QUOSYNC_UNAVAILABLE, "could not start the thread that "
                         "watches connections: the system allows no more");
    }
    *watch = new;
    return true;
}

void
watch_close(struct watch **watch)
{
    struct watch *old = *watch;

    if (old == NULL)
        return;
    pthread_mutex_lock(&old->lock);
    old->stop = true;
    pthread_cond_broadcast(&old->changed);
    pthread_mutex_unlock(&old->lock);
    pthread_join(old->thread, NULL);
    pthread_cond_destroy(&old->changed);
    pthread_mutex_destroy(&old->lock);
    memory_free(old);
    *watch = NULL;
}

bool
watch_expect(struct watch *watch, size_t most)
{
    pthread_mutex_lock(&watch->lock);
    bool room = watch->connections < most;
    if (room)
        watch->arriving++;
    pthread_mutex_unlock(&watch->lock);
    return room;
}

/* With the lock. */
static void
arrived(struct watch *watch)
{
    if (watch->arriving > 0 && --watch->arriving == 0)
        pthread_cond_broadcast(&watch->changed);
}

void
watch_give_up(struct watch *watch)
{
    pthread_mutex_lock(&watch->lock);
    arrived(watch);
    pthread_mutex_unlock(&watch->lock);
}

void
watch_add(struct watch *watch, struct watched *connection, int fd)
{
    int64_t now_us = clock_steady_us();

    *connection = (struct watched) { .fd = fd, .since_us = now_us };
    pthread_mutex_lock(&watch->lock);
    connection->next = watch->first;
    if (watch->first != NULL)
        watch->first->previous = connection;
    watch->first = connection;
    watch->connections++;
    arrived(watch);
    pthread_mutex_unlock(&watch->lock);
}

void
watch_remove(struct watch *watch, struct watched *connection)
{
    pthread_mutex_lock(&watch->lock);
    if (connection->previous != NULL)
        connection->previous->next = connection->next;
    else
        watch->first = connection->next;
    if (connection->next != NULL)
        connection->next->previous = connection->previous;
    if (--watch->connections == 0)
        pthread_cond_broadcast(&watch->changed);
    pthread_mutex_unlock(&watch->lock);
}

void
watch_begun(struct watch *watch, struct watched *connection)
{
    pthread_mutex_lock(&watch->lock);
    connection->between = false;
    pthread_mutex_unlock(&watch->lock);
}

void
watch_owe(struct watch *watch, struct watched *connection, bool owe)
{
    int64_t now_us = clock_steady_us();

    pthread_mutex_lock(&watch->lock);
    connection->waits_for_us = owe;
    connection->between = false;
    connection->since_us = now_us;
    pthread_mutex_unlock(&watch->lock);
}

void
watch_answered(struct watch *watch, struct watched *connection)
{
    int64_t now_us = clock_steady_us();

    pthread_mutex_lock(&watch->lock);
    connection->waits_for_us = false;
    connection->between = true;
    connection->bytes_seen = 0;
    connection->since_us = now_us;
    connection->idle_us = now_us;
    pthread_mutex_unlock(&watch->lock);
}

void
watch_hurry(struct watch *watch)
{
    pthread_mutex_lock(&watch->lock);
    if (watch->options.idle_us > HURRY_IDLE_US)
        watch->options.idle_us = HURRY_IDLE_US;
    pthread_mutex_unlock(&watch->lock);
}

/* With the lock: waits until a count is 0, for so long at most. */
static void
wait_none(struct watch *watch, const size_t *count, int64_t wait_us)
{
    int64_t until_us = clock_steady_us() + wait_us;
    struct timespec until = { .tv_sec = until_us / 1000000, .tv_nsec = until_us % 1000000 * 1000 };

    while (*count != 0 &&
           pthread_cond_timedwait(&watch->changed, &watch->lock, &until) == 0)
        ;
}

bool
watch_wait_empty(struct watch *watch, int64_t wait_us)
{
    pthread_mutex_lock(&watch->lock);
    wait_none(watch, &watch->arriving, ARRIVAL_US);
    wait_none(watch, &watch->connections, wait_us);
    bool empty = watch->connections == 0;
    pthread_mutex_unlock(&watch->lock);
    return empty;
}

uint64_t
watch_cuts(struct watch *watch)
{
    pthread_mutex_lock(&watch->lock);
    uint64_t cuts = watch->cuts;
    pthread_mutex_unlock(&watch->lock);
    return cuts;
}

size_t
watch_connections(struct watch *watch)
{
    pthread_mutex_lock(&watch->lock);
    size_t connections = watch->connections;
    pthread_mutex_unlock(&watch->lock);
    return connections;
}
