/*
 * points.h - named places where tests make the program die or pause.
 * Without --enable-points they are compiled out. With it the environment says
 * what happens:
 *
 *     QUOSYNC_POINT=name[:hits][:kill|stop]
 *
 * At the hits-th passage (1 unless told) the process kills itself (SIGKILL,
 * the default) or stops itself (SIGSTOP). `quosync points` prints all names.
 */
#ifndef QUOSYNC_BASE_POINTS_H
#define QUOSYNC_BASE_POINTS_H

#include <config.h> /* the build's; base/config.h is the user's */

#include <stddef.h>

#ifdef ENABLE_POINTS

void points_reached(const char *name);

/* All points of this program, each name once, sorted; the array is the callee's. */
const char *const *points_list(size_t *n);

/*
 * A place to be killed or stopped at: a statement. Each use leaves its name in a
 * section that the linker joins: points_list reads it.
 */
#define QUOSYNC_POINT(name)                                                             \
    __extension__({                                                                     \
        static const char *const point_name                                             \
            __attribute__((section("quosync_points"), used)) = (name);                  \
        points_reached(point_name);                                                     \
    })

#else

#define QUOSYNC_POINT(name) ((void)0)

#endif
#endif
