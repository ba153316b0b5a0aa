/*
 * check_process.c - what a process does before all else: its standard descriptors are
 * its own, and JSON that finds no memory ends it. _exit is wrapped to leave counts.
 */
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/process.h"
#include "quosync.h"
#include "support/suite.h"

_Noreturn void __wrap__exit(int status);

_Noreturn void
__wrap__exit(int status)
{
    struct rlimit files;

    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &files);
    }
    exit(status);
}

/* How a process of its own ends that does this, and what it says on stderr. */
static int
ended(void (*child)(void), char *said, size_t room)
{
    int ends[2], status;
    ssize_t n;
    pid_t pid;

    ck_assert_int_eq(pipe(ends), 0);
    pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        (void)dup2(ends[1], STDERR_FILENO);
        child();
        exit(0);
    }
    (void)close(ends[1]);
    n = read(ends[0], said, room - 1);
    said[n > 0 ? n : 0] = '\0';
    (void)close(ends[0]);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void *
no_block(size_t bytes)
{
    (void)bytes;
    return NULL;
}

static void *
no_other_block(void *block, size_t bytes)
{
    (void)block, (void)bytes;
    return NULL;
}

static void
read_json_without_memory(void)
{
    quosync_set_allocator(no_block, no_other_block, free);
    process_prepare();
    (void)json_string("text");
}

START_TEST(json_that_finds_no_memory_ends_the_process)
{
    char said[200];

    ck_assert_int_eq(ended(read_json_without_memory, said, sizeof said), 71);
    ck_assert_str_eq(said, "quosync: out of memory while reading or writing JSON\n");
}
END_TEST

/* The answers as a status: a bit for each descriptor that is there, and fails as if closed. */
static void
begin_with_nothing_open(void)
{
    int good = 0;

    for (int fd = 0; fd < 3; fd++)
        (void)close(fd);
    process_prepare();
    for (int fd = 0; fd < 3; fd++)
        good |= ((fcntl(fd, F_GETFL) & O_ACCMODE) == (fd == 1 ? O_RDONLY : O_WRONLY)) << fd;
    exit(good);
}

START_TEST(closed_descriptors_are_taken_and_fail)
{
    char said[200];

    ck_assert_int_eq(ended(begin_with_nothing_open, said, sizeof said), 7);
}
END_TEST

static void
begin_where_none_can_be_opened(void)
{
    struct rlimit files;

    (void)getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = 0;
    (void)setrlimit(RLIMIT_NOFILE, &files);
    (void)close(STDOUT_FILENO);
    process_prepare();
}

START_TEST(one_that_cannot_be_taken_ends_the_process)
{
    char said[200];

    ck_assert_int_eq(ended(begin_where_none_can_be_opened, said, sizeof said), 71);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("process");
    TCase *tc = tcase_create("process");

    tcase_add_test(tc, json_that_finds_no_memory_ends_the_process);
    tcase_add_test(tc, closed_descriptors_are_taken_and_fail);
    tcase_add_test(tc, one_that_cannot_be_taken_ends_the_process);
    suite_add_tcase(suite, tc);
    return suite_run(suite);
}
