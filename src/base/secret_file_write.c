/*
 * secret_file_write.c - adds a secret to a file so that no crash can lose it or
 * the ones before it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/secret_file.h"
#include "core/error.h"

#define PATH_SIZE 4096

static bool
write_all(int fd, const char *text, size_t bytes)
{
    while (bytes > 0) {
        ssize_t n = write(fd, text, bytes);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        text += n;
        bytes -= (size_t)n;
    }
    return true;
}

static bool
could_not(const char *what, const char *path, struct quosync_error *err)
{
    return error_set(err, QUOSYNC_CONFIG, "could not %s \"%s\": %s", what, path, strerror(errno));
}

/* The rename is durable once the folder is. */
static bool
sync_folder(const char *path, struct quosync_error *err)
{
    char folder[PATH_SIZE];
    const char *slash = strrchr(path, '/');
    size_t bytes = slash == NULL ? 0 : slash == path ? 1 : (size_t)(slash - path);
    bool good;
    int fd;

    memcpy(folder, bytes > 0 ? path : ".", bytes > 0 ? bytes : 1);
    folder[bytes > 0 ? bytes : 1] = '\0';
    fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    good = (fd >= 0 && fsync(fd) == 0) || could_not("sync", folder, err);
    if (fd >= 0)
        (void)close(fd);
    return good;
}

static bool
fill(int fd, const char *secret, const struct secret_file *old)
{
    if (old->text != NULL && (fchown(fd, old->stat.st_uid, old->stat.st_gid) != 0 ||
                              fchmod(fd, old->stat.st_mode & 07777) != 0))
        return false;
    return write_all(fd, secret, strlen(secret)) && write_all(fd, "\n", 1) &&
           (old->text == NULL || write_all(fd, old->text, old->bytes)) && fsync(fd) == 0;
}

static bool
replace(const char *path, const char *secret, const struct secret_file *old,
        struct quosync_error *err)
{
    char beside[PATH_SIZE];
    int fd;
    bool good;

    if (snprintf(beside, sizeof beside, "%s.new", path) >= (int)sizeof beside)
        return error_set(err, QUOSYNC_CONFIG, "\"%.64s...\" is too long for a path", path);
    (void)unlink(beside); /* of a run that was cut */
    fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return could_not("make", beside, err);
    good = fill(fd, secret, old) || could_not("write", beside, err);
    if (close(fd) != 0 && good)
        good = could_not("write", beside, err);
    if (good && rename(beside, path) != 0)
        good = could_not("replace", path, err);
    if (!good)
        (void)unlink(beside);
    return good && sync_folder(path, err);
}

bool
secret_file_prepend(const char *path, const char *secret, struct quosync_error *err)
{
    struct secret_file old = { 0 };
    struct stat stat_of;
    bool there = stat(path, &stat_of) == 0, good;

    /* A missing or empty file is a place to begin, anything else must be a good one. */
    if (!there && errno != ENOENT)
        return could_not("look at", path, err);
    if (there && stat_of.st_size > 0 && !secret_file_read(path, false, &old, err))
        return false;
    good = replace(path, secret, &old, err);
    secret_file_done(&old);
    return good;
}
