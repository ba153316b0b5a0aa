/*
 * process.c - see process.h.
 */
#include "app/process.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <locale.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/memory.h"

/*
 * A closed standard descriptor would be given to the next file or socket that
 * is opened, and what we print would go there. /dev/null takes its place, the
 * wrong way round: reading a closed stdin, or writing a closed stdout, must fail.
 */
static void
hold_descriptors(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF &&
            open("/dev/null", fd == STDOUT_FILENO ? O_RDONLY : O_WRONLY) != fd)
            _exit(71);
}

/*
 * By default glibc stops giving large blocks back once one of them was freed;
 * bodies and batches of megabytes are rare, and must not stay.
 */
static void
give_memory_back(void)
{
#ifdef __GLIBC__
    (void)mallopt(M_MMAP_THRESHOLD, 256 << 10);
    (void)mallopt(M_TRIM_THRESHOLD, 512 << 10);
#endif
}

/*
 * The end at once, as by a kill: whatever was not committed is done again. To go on
 * would be to read a body with a byte missing (see memory_pool_install).
 */
static _Noreturn void
no_memory_for_json(void)
{
    static const char text[] = "quosync: out of memory while reading or writing JSON\n";
    const ssize_t told = write(STDERR_FILENO, text, sizeof text - 1);

    (void)told;
    _exit(71);
}

void
process_prepare(void)
{
    static const struct rlimit none = { 0, 0 };

    hold_descriptors();
    give_memory_back();
    /* Secrets and people's messages must not lie in core files, nor be read by ptrace. */
    (void)prctl(PR_SET_DUMPABLE, 0);
    (void)setrlimit(RLIMIT_CORE, &none);
    /* A reader that goes away is an error of write, not the end. */
    (void)signal(SIGPIPE, SIG_IGN);
    /* Numbers are written and read with a point, also by libraries. */
    (void)setlocale(LC_NUMERIC, "C");
    /* A seed of its own against keys made to collide; must come before threads. */
    json_object_seed(0);
    memory_pool_install(no_memory_for_json);
}
