/*
 * steps.c - see steps.h. Each worker stops at the first passage of each of six
 * points, tells so, and waits to be sent on. One that does not arrive in time is
 * blocked by the other, as it may be; it arrives later.
 */
#include "torture/steps.h"

#include <errno.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "torture/stage.h"

#define PATIENCE_MS 40

void __wrap_points_reached(const char *name);

static const char *const points[STEPS_OF_ONE] = {
    "apply-claimed", "rows-locked", "rows-inserted", "rows-lists-sent", "apply-rows-sent",
    "apply-before-commit",
};

struct side {
    sem_t arrived, go;
};

static struct side *sides; /* shared; NULL: nobody is stepped */
static int own = -1;       /* which side this process is */
static bool passed[STEPS_OF_ONE];

void
__wrap_points_reached(const char *name)
{
    if (own < 0)
        return;
    for (size_t i = 0; i < STEPS_OF_ONE; i++) {
        if (passed[i] || strcmp(points[i], name) != 0)
            continue;
        passed[i] = true;
        (void)sem_post(&sides[own].arrived);
        while (sem_wait(&sides[own].go) != 0 && errno == EINTR)
            ;
    }
}

void
steps_order(size_t number, int order[STEPS])
{
    size_t seen = 0;

    for (unsigned bits = 0; bits < 1U << STEPS; bits++) {
        int ones = 0;

        for (int i = 0; i < STEPS; i++)
            ones += (order[i] = (int)(bits >> i & 1));
        if (ones == STEPS_OF_ONE && seen++ == number)
            return;
    }
    abort();
}

static bool
arrives(struct side *side, int ms)
{
    struct timespec until;

    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += (ms % 1000) * 1000000L;
    until.tv_sec += ms / 1000 + until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    return sem_timedwait(&side->arrived, &until) == 0;
}

static void
become(void *number)
{
    own = *(const int *)number;
}

bool
steps_run(const char *const *words, const int order[STEPS], size_t *waits)
{
    const struct stage_run run = { .words = words, .deadline_ms = 60000 };
    const struct trouble none = { .starves = false };
    static struct outcome outcome;
    bool blocked[2] = { false, false }, well = true;
    pid_t pids[2];

    if (sides == NULL)
        sides = mmap(NULL, 2 * sizeof *sides, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
                     -1, 0);
    if (sides == MAP_FAILED)
        exit(99);
    *waits = 0;
    for (int i = 0; i < 2; i++) {
        (void)sem_init(&sides[i].arrived, 1, 0);
        (void)sem_init(&sides[i].go, 1, 0);
        pids[i] = stage_start(&run, &none, become, &i);
        well = arrives(&sides[i], 10000) && well; /* both have claimed, one after the other */
    }
    for (int step = 0; step < STEPS; step++) {
        const int i = order[step];

        /* Its step before is not done yet: the other one has to move on first. */
        if (blocked[i] && !arrives(&sides[i], PATIENCE_MS)) {
            ++*waits;
            continue;
        }
        (void)sem_post(&sides[i].go);
        blocked[i] = !arrives(&sides[i], PATIENCE_MS);
        *waits += blocked[i];
    }
    for (int i = 0; i < 2; i++)
        for (int step = 0; step < STEPS; step++)
            (void)sem_post(&sides[i].go);
    for (int i = 0; i < 2; i++) {
        stage_wait(&run, pids[i], &outcome);
        well = well && outcome.status == 0;
    }
    return well;
}
