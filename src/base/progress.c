/*
 * progress.c - draws the progress line of progress.h.
 */
#include "base/progress.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"

#define BAR_CELLS 24
#define REDRAW_US (CLOCK_US_PER_S / 10)

void
progress_start(struct progress *progress, const char *what, uint64_t total)
{
    memset(progress, 0, sizeof *progress);
    progress->active = isatty(STDERR_FILENO) == 1;
    progress->what = what;
    progress->total = total;
    progress->started_us = clock_steady_us();
}

static size_t
columns(void)
{
    struct winsize size;

    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return 80;
}

/* What is left, if it goes on as it went; nothing while that says little. */
static void
estimate(const struct progress *progress, int64_t now_us, double share, char *text, size_t room)
{
    const double passed_s = (double)(now_us - progress->started_us) / CLOCK_US_PER_S;
    const double left_s = share > 0 ? passed_s * (1 - share) / share : 0;

    text[0] = '\0';
    if (passed_s < 1 || share < 0.01 || share >= 1)
        return;
    if (left_s < 100)
        (void)snprintf(text, room, ", %.0f s left", left_s);
    else if (left_s < 100 * 60)
        (void)snprintf(text, room, ", %.0f min left", left_s / 60);
    else
        (void)snprintf(text, room, ", %.0f h left", left_s / 3600);
}

void
progress_show(struct progress *progress, uint64_t done, const char *note)
{
    const int64_t now_us = clock_steady_us();
    char line[256];
    const size_t width = columns();
    int n;

    if (!progress->active || now_us < progress->next_us)
        return;
    progress->next_us = now_us + REDRAW_US;
    if (progress->total > 0) {
        char bar[BAR_CELLS + 1], left[32];
        const uint64_t part = done < progress->total ? done : progress->total;
        const double share = (double)part / (double)progress->total;
        const size_t filled = (size_t)(share * BAR_CELLS);

        memset(bar, '-', BAR_CELLS);
        memset(bar, '#', filled);
        bar[BAR_CELLS] = '\0';
        estimate(progress, now_us, share, left, sizeof left);
        n = snprintf(line, sizeof line, "%s [%s] %3d %%%s %s", progress->what, bar,
                     (int)(share * 100), left, note);
    } else {
        n = snprintf(line, sizeof line, "%s %lld s %s", progress->what,
                     (long long)((now_us - progress->started_us) / CLOCK_US_PER_S), note);
    }
    if (n < 0)
        return;
    /* A line as wide as the terminal would scroll. */
    if (width > 1 && strlen(line) > width - 1)
        line[width - 1] = '\0';
    (void)fprintf(stderr, "\r%s\033[K", line);
    (void)fflush(stderr);
    progress->drawn = true;
}

void
progress_done(struct progress *progress)
{
    if (progress->drawn)
        (void)fprintf(stderr, "\r\033[K");
    progress->drawn = false;
    progress->active = false;
}
