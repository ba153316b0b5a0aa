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

/* What is there: `file` is of it where it holds something. */
struct old {
    struct secret_file file;
    struct stat stat;
    bool exists;
};

/* A missing or empty file is a place to begin, anything else must be a good one. */
static bool
look_at(const char *path, struct old *old, struct quosync_error *err)
{
    old->exists = stat(path, &old->stat) == 0;
    if (!old->exists && errno != ENOENT)
        return could_not("look at", path, err);
    return !old->exists || old->stat.st_size == 0 ||
           secret_file_read(path, false, &old->file, err);
}

/* The owner that somebody gave it, and the mode; but others may never read a secret. */
static bool
keep_owner(int fd, const struct old *old)
{
    return !old->exists || (fchown(fd, old->stat.st_uid, old->stat.st_gid) == 0 &&
                            fchmod(fd, old->stat.st_mode & 0770) == 0);
}

static bool
fill(int fd, const char *secret, const struct old *old)
{
    return write_all(fd, secret, strlen(secret)) && write_all(fd, "\n", 1) &&
           (old->file.text == NULL || write_all(fd, old->file.text, old->file.bytes)) &&
           fsync(fd) == 0;
}

/* Without a secret it goes as far as a trial can, and leaves everything as it was. */
static bool
replace(const char *path, const char *secret, const struct old *old, struct quosync_error *err)
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
    good = (keep_owner(fd, old) && (secret == NULL || fill(fd, secret, old))) ||
           could_not("write", beside, err);
    if (close(fd) != 0 && good)
        good = could_not("write", beside, err);
    if (good && secret != NULL && rename(beside, path) != 0)
        good = could_not("replace", path, err);
    if (!good || secret == NULL)
        (void)unlink(beside);
    return good && (secret == NULL || sync_folder(path, err));
}

static bool
prepend(const char *path, const char *secret, struct quosync_error *err)
{
    struct old old = { 0 };
    bool good = look_at(path, &old, err) && replace(path, secret, &old, err);

    secret_file_done(&old.file);
    return good;
}

bool
secret_file_prepend(const char *path, const char *secret, struct quosync_error *err)
{
    return prepend(path, secret, err);
}

bool
secret_file_try(const char *path, struct quosync_error *err)
{
    return prepend(path, NULL, err);
}
