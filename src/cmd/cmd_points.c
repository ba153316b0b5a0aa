/*
 * cmd_points.c - quosync points: the places where tests can kill this program.
 * Only in builds with --enable-points.
 */
#include "base/points.h"

#include <stdio.h>

#include "cmd/command.h"

#ifdef ENABLE_POINTS
static int
run(struct invocation *invocation)
{
    size_t n;
    const char *const *names = points_list(&n);

    (void)invocation;
    for (size_t i = 0; i < n; i++)
        (void)printf("%s\n", names[i]);
    return EXIT_DONE;
}

const struct command cmd_points = {
    .name = "points", .args = "", .run = run,
    .summary = "names of the places where QUOSYNC_POINT makes this test build die or fail",
    .traits = COMMAND_ANY_CONFIG,
};
#else
typedef int no_points_in_this_build; /* ISO C wants something in a file */
#endif
