/*
 * clock.c - reads the clocks; the only place that does, so that everything
 * else can be given the time as a parameter.
 */
#include "base/clock.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

static int64_t
read_us(clockid_t id)
{
    struct timespec now;

    if (clock_gettime(id, &now) != 0)
        abort(); /* cannot happen with these two ids */
    return (int64_t)now.tv_sec * CLOCK_US_PER_S + now.tv_nsec / 1000;
}

int64_t
clock_now_us(void)
{
    return read_us(CLOCK_REALTIME);
}

int64_t
clock_steady_us(void)
{
    return read_us(CLOCK_MONOTONIC);
}

int64_t
clock_backoff_ms(unsigned try, int64_t first_ms, int64_t most_ms)
{
    int64_t wait_ms = first_ms;
    uint32_t dice = 0;

    for (unsigned i = 0; i < try && wait_ms < most_ms; i++)
        wait_ms *= 2;
    if (wait_ms > most_ms)
        wait_ms = most_ms;
    if (getrandom(&dice, sizeof dice, GRND_NONBLOCK) != (ssize_t)sizeof dice)
        dice = (uint32_t)clock_steady_us();
    return wait_ms - (int64_t)dice % (wait_ms / 4 + 1);
}

void
clock_sleep_ms(int64_t ms)
{
    struct timespec left = { .tv_sec = ms / 1000, .tv_nsec = (ms % 1000) * 1000000 };

    while (nanosleep(&left, &left) != 0 && errno == EINTR)
        ;
}
