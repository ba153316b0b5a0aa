/*
 * secret_file.c - see secret_file.h.
 */
#include "base/secret_file.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <string.h>
#include <unistd.h>

#include "core/error.h"
#include "core/memory.h"

static bool
check_stat(const char *path, bool trusted, const struct stat *stat, struct quosync_error *err)
{
    if (!S_ISREG(stat->st_mode))
        return error_set(err, QUOSYNC_CONFIG, "%s is not a regular file", path);
    if (!trusted && (stat->st_mode & (S_IROTH | S_IWOTH)) != 0) {
        (void)error_set(err, QUOSYNC_CONFIG, "%s can be %s by everybody (mode %04o)", path,
                        (stat->st_mode & S_IROTH) != 0 ? "read" : "written",
                        (unsigned)(stat->st_mode & 07777));
        error_hint(err, "Run: chmod 600 %s", path);
        return false;
    }
    if (stat->st_size > (off_t)SECRET_FILE_MAX_BYTES)
        return error_set(err, QUOSYNC_CONFIG, "%s is larger than %zu bytes", path,
                         SECRET_FILE_MAX_BYTES);
    return true;
}

static bool
read_all(int fd, const char *path, struct secret_file *file, struct quosync_error *err)
{
    file->text = memory_get(SECRET_FILE_MAX_BYTES + 2);
    if (file->text == NULL)
        return error_no_memory(err);
    while (file->bytes <= SECRET_FILE_MAX_BYTES) {
        const ssize_t n =
            read(fd, file->text + file->bytes, SECRET_FILE_MAX_BYTES + 1 - file->bytes);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return error_set(err, QUOSYNC_CONFIG, "cannot read \"%s\": %s", path, strerror(errno));
        if (n == 0)
            break;
        file->bytes += (size_t)n;
    }
    if (file->bytes > SECRET_FILE_MAX_BYTES) /* it grew while we read */
        return error_set(err, QUOSYNC_CONFIG, "%s is larger than %zu bytes", path,
                         SECRET_FILE_MAX_BYTES);
    file->text[file->bytes] = '\0';
    if (file->bytes == 0)
        return error_set(err, QUOSYNC_CONFIG, "%s is empty", path);
    if (strlen(file->text) != file->bytes)
        return error_set(err, QUOSYNC_CONFIG, "%s holds a NUL byte", path);
    return true;
}

bool
secret_file_read(const char *path, bool trusted, struct secret_file *file,
                 struct quosync_error *err)
{
    /* Not blocking: opening a pipe that nobody writes to must not hang. */
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    bool ok;

    memset(file, 0, sizeof *file);
    if (fd < 0)
        return error_set(err, QUOSYNC_CONFIG, "cannot open \"%s\": %s", path, strerror(errno));
    ok = fstat(fd, &file->stat) == 0
             ? check_stat(path, trusted, &file->stat, err) && read_all(fd, path, file, err)
             : error_set(err, QUOSYNC_CONFIG, "cannot look at \"%s\": %s", path, strerror(errno));
    (void)close(fd);
    if (!ok)
        secret_file_done(file);
    file->group_readable = ok && !trusted && (file->stat.st_mode & S_IRGRP) != 0;
    return ok;
}

void
secret_file_done(struct secret_file *file)
{
    if (file->text != NULL)
        OPENSSL_cleanse(file->text, SECRET_FILE_MAX_BYTES + 2);
    memory_free(file->text);
    file->text = NULL;
    file->bytes = 0;
}

bool
secret_file_changed(const char *path, const struct stat *read)
{
    struct stat now;

    if (stat(path, &now) != 0)
        return true;
    return now.st_ino != read->st_ino || now.st_dev != read->st_dev ||
           now.st_size != read->st_size || now.st_mtim.tv_sec != read->st_mtim.tv_sec ||
           now.st_mtim.tv_nsec != read->st_mtim.tv_nsec ||
           now.st_ctim.tv_sec != read->st_ctim.tv_sec ||
           now.st_ctim.tv_nsec != read->st_ctim.tv_nsec;
}
