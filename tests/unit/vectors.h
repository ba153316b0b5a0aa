/*
 * vectors.h - test data from tests/vectors and tests/samples: files as bytes,
 * and tables of lines whose fields stand between tabs. In a field \xNN is a
 * byte, \t a tab, \n a newline, \\ a backslash; (none) stands for NULL.
 */
#ifndef QUOSYNC_TESTS_VECTORS_H
#define QUOSYNC_TESTS_VECTORS_H

#include <stddef.h>

#define VECTOR_FIELDS 8

struct vector {
    char *fields[VECTOR_FIELDS]; /* each with a NUL behind it */
    size_t bytes[VECTOR_FIELDS];
    size_t n;
};

struct vectors {
    struct vector *items;
    size_t n;
};

/* The file below tests/, as it is; a NUL stands behind its bytes. Ends the test without it. */
char *vectors_file(const char *path, size_t *bytes);

/* The file below tests/, or NULL. */
char *vectors_file_maybe(const char *path, size_t *bytes);

/* The lines of a table below tests/vectors. Ends the program when it has none. */
struct vectors vectors_load(const char *path);

/* The names in a folder below tests/, sorted, each once; NULL after the last. */
char **vectors_names(const char *folder);

#endif
