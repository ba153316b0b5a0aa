/*
 * shortage.c - what a host gives out beside memory, and may refuse: descriptors, threads,
 * the files' own troubles. Each is counted and fails as an allocation does (starve.h).
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <microhttpd.h>
#include <netdb.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "torture/starve.h"

/* Where starve_fails says so, errno is `number` and the answer `failure`. */
#define REFUSED(type, name, parameters, arguments, number, failure)                             \
    type __wrap_##name parameters;                                                              \
    type __real_##name parameters;                                                              \
    type __wrap_##name parameters                                                               \
    {                                                                                           \
        if (!starve_fails())                                                                    \
            return __real_##name arguments;                                                     \
        errno = number;                                                                         \
        return failure;                                                                         \
    }

REFUSED(int, eventfd, (unsigned first, int flags), (first, flags), EMFILE, -1)
REFUSED(int, socket, (int domain, int type, int protocol), (domain, type, protocol), EMFILE, -1)
REFUSED(int, getsockname, (int fd, struct sockaddr *name, socklen_t *bytes), (fd, name, bytes),
        ENOBUFS, -1)
REFUSED(int, getnameinfo,
        (const struct sockaddr *name, socklen_t bytes, char *host, socklen_t host_bytes, char *port,
         socklen_t port_bytes, int flags),
        (name, bytes, host, host_bytes, port, port_bytes, flags), ENOMEM, EAI_MEMORY)
REFUSED(int, pthread_create,
        (pthread_t *id, const pthread_attr_t *attributes, void *(*run)(void *), void *argument),
        (id, attributes, run, argument), EAGAIN, EAGAIN)
REFUSED(ssize_t, read, (int fd, void *to, size_t bytes), (fd, to, bytes), EIO, -1)
REFUSED(ssize_t, getrandom, (void *to, size_t bytes, unsigned flags), (to, bytes, flags), EAGAIN, -1)
REFUSED(int, fstat, (int fd, struct stat *file), (fd, file), EIO, -1)
REFUSED(int, fsync, (int fd), (fd), EIO, -1)
REFUSED(int, fchown, (int fd, uid_t owner, gid_t group), (fd, owner, group), EPERM, -1)
REFUSED(int, fchmod, (int fd, mode_t mode), (fd, mode), EIO, -1)
REFUSED(int, rename, (const char *from, const char *to), (from, to), EIO, -1)
REFUSED(struct MHD_Response *, MHD_create_response_from_buffer,
        (size_t bytes, void *text, enum MHD_ResponseMemoryMode mode), (bytes, text, mode), ENOMEM,
        NULL)
REFUSED(enum MHD_Result, MHD_add_response_header,
        (struct MHD_Response *response, const char *name, const char *value),
        (response, name, value), ENOMEM, MHD_NO)

int __wrap_open(const char *path, int flags, ...);
int __real_open(const char *path, int flags, ...);

int
__wrap_open(const char *path, int flags, ...)
{
    mode_t mode = 0;

    if (flags & O_CREAT) {
        va_list rest;

        va_start(rest, flags);
        mode = va_arg(rest, mode_t);
        va_end(rest);
    }
    if (!starve_fails())
        return __real_open(path, flags, mode);
    errno = EMFILE;
    return -1;
}
