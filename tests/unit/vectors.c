/*
 * vectors.c - reads test data. What it allocates lives as long as the program.
 */
#include "unit/vectors.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
give_up(const char *what, const char *path)
{
    fprintf(stderr, "%s: %s\n", path, what);
    exit(99);
}

static void *
must(void *block)
{
    if (block == NULL)
        give_up("out of memory", "vectors");
    return block;
}

static void
path_of(const char *path, char full[1024])
{
    const char *top = getenv("TOP_SRCDIR");

    (void)snprintf(full, 1024, "%s/tests/%s", top != NULL ? top : ".", path);
}

char *
vectors_file_maybe(const char *path, size_t *bytes)
{
    char full[1024];
    FILE *file;
    char *text;
    long size;

    path_of(path, full);
    file = fopen(full, "rb");
    if (file == NULL)
        return NULL;
    (void)fseek(file, 0, SEEK_END);
    size = ftell(file);
    rewind(file);
    text = must(malloc((size_t)size + 1));
    *bytes = fread(text, 1, (size_t)size, file);
    text[*bytes] = '\0';
    (void)fclose(file);
    return text;
}

char *
vectors_file(const char *path, size_t *bytes)
{
    char *text = vectors_file_maybe(path, bytes);

    if (text == NULL)
        give_up("cannot be read", path);
    return text;
}

static char
unescaped(const char **text)
{
    char hex[3] = "";

    switch (*++*text) {
    case 't':
        return '\t';
    case 'n':
        return '\n';
    case 'x':
        memcpy(hex, *text + 1, 2);
        *text += 2;
        return (char)strtol(hex, NULL, 16);
    default:
        return **text;
    }
}

/* Takes the next field from the line; the line's text is overwritten. */
static char *
take_field(char **line, size_t *bytes)
{
    char *start = *line, *out = start;
    const char *in = start;

    for (; *in != '\t' && *in != '\n' && *in != '\0'; in++)
        *out++ = *in == '\\' ? unescaped(&in) : *in;
    *line = start + (in - start) + (*in == '\t');
    *bytes = (size_t)(out - start);
    *out = '\0';
    return strcmp(start, "(none)") == 0 ? NULL : start;
}

struct vectors
vectors_load(const char *path)
{
    struct vectors vectors = { 0 };
    char full[256];
    size_t bytes;
    char *line, *next;

    (void)snprintf(full, sizeof full, "vectors/%s", path);
    line = vectors_file(full, &bytes);
    for (; *line != '\0'; line = next) {
        struct vector *vector;
        char *end = line + strcspn(line, "\n");
        bool more = true;

        next = *end == '\n' ? end + 1 : end;
        *end = '\0';
        vectors.items = must(realloc(vectors.items, (vectors.n + 1) * sizeof *vectors.items));
        vector = &vectors.items[vectors.n++];
        *vector = (struct vector){ 0 };
        while (more && vector->n < VECTOR_FIELDS) {
            char *tab = memchr(line, '\t', (size_t)(end - line));

            more = tab != NULL;
            vector->fields[vector->n] = take_field(&line, &vector->bytes[vector->n]);
            vector->n++;
            if (more)
                line = tab + 1;
        }
    }
    if (vectors.n == 0)
        give_up("holds no cases", path);
    return vectors;
}

static int
visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

char **
vectors_names(const char *folder)
{
    struct dirent **entries;
    char full[1024];
    char **names;
    int n;

    path_of(folder, full);
    n = scandir(full, &entries, visible, alphasort);
    if (n <= 0)
        give_up("holds nothing", folder);
    names = must(calloc((size_t)n + 1, sizeof *names));
    for (int i = 0; i < n; i++) {
        names[i] = must(strdup(entries[i]->d_name));
        free(entries[i]);
    }
    free(entries);
    return names;
}
