/*
 * stop.c - signal handlers that only write to eventfds (all that is safe in a
 * handler), and the waits that poll them.
 */
#include "base/stop.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "core/error.h"

static atomic_bool requested; /* by a signal, or from inside */
static atomic_bool signalled;
static int request_fd = -1; /* readable for ever once asked: nobody reads it */
static int hangup_fd = -1;

static void
ring(int fd)
{
    const uint64_t one = 1;

    /* A full counter (EAGAIN) is as readable as can be. */
    if (fd >= 0 && write(fd, &one, sizeof one) < 0)
        return;
}

static void
on_end(int number)
{
    const int saved = errno;

    /* An end that the process came to by itself is not the person's first word. */
    if (atomic_exchange(&signalled, true)) {
        /* Asked twice: the person wants it now. The signal is delivered when we return. */
        (void)signal(number, SIG_DFL);
        (void)raise(number);
    }
    atomic_store(&requested, true);
    ring(request_fd);
    errno = saved;
}

static void
on_hangup(int number)
{
    const int saved = errno;

    (void)number;
    ring(hangup_fd);
    errno = saved;
}

/* Fails for a number that is none alone. */
static void
handle(int number, void (*handler)(int))
{
    struct sigaction action;

    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(number, &action, NULL);
}

bool
stop_install(struct quosync_error *err)
{
    if (request_fd < 0)
        request_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (hangup_fd < 0)
        hangup_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (request_fd < 0 || hangup_fd < 0)
        return error_set(err, QUOSYNC_UNAVAILABLE, "could not take over the signals: %s",
                         strerror(errno));
    handle(SIGTERM, on_end);
    handle(SIGINT, on_end);
    handle(SIGHUP, on_hangup);
    handle(SIGPIPE, SIG_IGN);
    return true;
}

bool
stop_requested(void)
{
    return atomic_load(&requested);
}

void
stop_request(void)
{
    atomic_store(&requested, true);
    ring(request_fd);
}

int
stop_fd(void)
{
    return request_fd;
}

/* Polls until an end, a hangup where asked for, or ms have passed. */
static bool
wait_for(int64_t ms, bool *hangup)
{
    const int64_t until_us = clock_steady_us() + ms * 1000;
    struct pollfd fds[2] = { { .fd = request_fd, .events = POLLIN },
                             { .fd = hangup == NULL ? -1 : hangup_fd, .events = POLLIN } };

    while (!stop_requested()) {
        int64_t left_ms = -1;
        uint64_t count;

        if (ms >= 0) {
            left_ms = (until_us - clock_steady_us() + 999) / 1000;
            if (left_ms <= 0)
                break;
            if (left_ms > 60000)
                left_ms = 60000;
        }
        if (poll(fds, 2, (int)left_ms) > 0 && hangup != NULL && (fds[1].revents & POLLIN) != 0 &&
            read(hangup_fd, &count, sizeof count) == (ssize_t)sizeof count) {
            *hangup = true;
            break;
        }
    }
    return stop_requested();
}

bool
stop_wait(int64_t ms)
{
    return wait_for(ms, NULL);
}

bool
stop_wait_hangup(int64_t ms, bool *hangup)
{
    *hangup = false;
    return wait_for(ms, hangup);
}
