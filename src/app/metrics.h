/*
 * metrics.h - what the parts of the process have counted, as Prometheus text.
 * Labels are fixed words and the configuration's names of workspaces: never an id, a
 * name or a number of anybody.
 */
#ifndef QUOSYNC_APP_METRICS_H
#define QUOSYNC_APP_METRICS_H

#include <stdio.h>

#include "app/depth.h"
#include "app/intake.h"
#include "app/receive.h"
#include "app/worker.h"
#include "net/httpd.h"

/* The parts that this process has; NULL: not this one. */
struct metrics_sources {
    struct httpd *httpd; /* the public one */
    struct receive *receive;
    struct intake *intake;
    const struct worker_stats *workers;
    struct depth *depth;
};

/* Errors of the stream are the caller's to look at. */
void metrics_write(FILE *out, const struct metrics_sources *sources);

#endif
