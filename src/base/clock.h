/*
 * clock.h - the two clocks. Instants come from the wall clock, which may jump;
 * durations and deadlines come from the steady one, which does not.
 */
#ifndef QUOSYNC_BASE_CLOCK_H
#define QUOSYNC_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#define CLOCK_US_PER_S INT64_C(1000000)

/* Wall clock (CLOCK_REALTIME), microseconds since 1970 UTC. */
int64_t clock_now_us(void);

/* Steady clock (CLOCK_MONOTONIC), microseconds since an unknown point. */
int64_t clock_steady_us(void);

/*
 * clock_backoff_ms - how long to wait before the nth try (from 0): first_ms, doubled
 * each time up to most_ms, a random quarter less, so that processes that lost
 * the same server do not return at the same moment.
 *
 * Threads  any.
 */
int64_t clock_backoff_ms(unsigned try, int64_t first_ms, int64_t most_ms);

/* Sleeps; for tests and short pauses (stop_wait is what a loop sleeps with). */
void clock_sleep_ms(int64_t ms);

#endif
