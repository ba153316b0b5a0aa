/*
 * config_file.c - feeds libinih line by line, so that every mistake is found
 * and has its line: the library itself reports the first one only, cuts long
 * lines in two and shortens long names without a word.
 */
#include "base/config_file.h"

#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <openssl/crypto.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/config_parse.h"
#include "core/error.h"
#include "core/memory.h"

#define BLANKS " \t\r\n\v\f"
#define HEADING "workspace "

/* ---- the report ------------------------------------------------------------- */

__attribute__((format(printf, 3, 0))) static void
add_text(char ***texts, size_t *n, const char *format, va_list args)
{
    char text[1024];
    char **more = memory_resize(*texts, (*n + 1) * sizeof *more);
    size_t bytes;

    if (more == NULL)
        return;
    *texts = more;
    (void)vsnprintf(text, sizeof text, format, args);
    bytes = strlen(text) + 1;
    more[*n] = memory_get(bytes);
    if (more[*n] == NULL)
        return;
    memcpy(more[*n], text, bytes);
    (*n)++;
}

void
config_mistake(struct config_report *report, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    add_text(&report->mistakes, &report->n_mistakes, format, args);
    va_end(args);
    report->bad = true;
}

void
config_warning(struct config_report *report, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    add_text(&report->warnings, &report->n_warnings, format, args);
    va_end(args);
}

void
config_report_done(struct config_report *report)
{
    for (size_t i = 0; i < report->n_mistakes; i++)
        memory_free(report->mistakes[i]);
    for (size_t i = 0; i < report->n_warnings; i++)
        memory_free(report->warnings[i]);
    memory_free(report->mistakes);
    memory_free(report->warnings);
    memset(report, 0, sizeof *report);
}

/* ---- entries ------------------------------------------------------------------ */

static char *
copy_text(const char *text, size_t bytes)
{
    char *copy = memory_get(bytes + 1);

    if (copy != NULL) {
        memcpy(copy, text, bytes);
        copy[bytes] = '\0';
    }
    return copy;
}

static void
wipe(char *text)
{
    if (text != NULL)
        OPENSSL_cleanse(text, strlen(text));
    memory_free(text);
}

void
config_entries_done(struct config_entries *entries)
{
    for (size_t i = 0; i < entries->n; i++) {
        memory_free(entries->items[i].workspace);
        memory_free(entries->items[i].name);
        wipe(entries->items[i].value);
    }
    memory_free(entries->items);
    memset(entries, 0, sizeof *entries);
}

static struct config_entry *
add_entry(struct config_entries *entries)
{
    if (entries->n == entries->room) {
        const size_t room = entries->room == 0 ? 32 : entries->room * 2;
        struct config_entry *items = memory_resize(entries->items, room * sizeof *items);

        if (items == NULL)
            return NULL;
        entries->items = items;
        entries->room = room;
    }
    memset(&entries->items[entries->n], 0, sizeof entries->items[0]);
    return &entries->items[entries->n++];
}

/* ---- lines ------------------------------------------------------------------------ */

/* Where we are in the file, for the reader and the handler that libinih calls. */
struct reading {
    const char *path;
    const char *at, *end;       /* what is left of the file */
    unsigned line;              /* of the line that libinih was last given */
    bool expects_key;           /* that line must reach the handler */
    bool indented;
    char section[CONFIG_WORKSPACE_NAME_MAX + 1]; /* "" before the first */
    bool ignoring;              /* inside a section that is wrong: told once */
    bool no_memory;
    struct config_entries *entries;
    struct config_report *report;
};

/* The line before was neither blank, comment, heading nor key. */
static void
check_last_line(struct reading *reading)
{
    if (reading->expects_key)
        config_mistake(reading->report,
                       "%s:%u: expected key = value or [workspace NAME]", reading->path,
                       reading->line);
    reading->expects_key = false;
}

static void
begin_section(struct reading *reading, const char *text, size_t bytes)
{
    const char *close = memchr(text, ']', bytes);
    char heading[sizeof HEADING + CONFIG_WORKSPACE_NAME_MAX + 1];
    const size_t inside = close == NULL ? 0 : (size_t)(close - text) - 1;
    struct config_entry *entry;

    reading->ignoring = true;
    if (inside > 0 && inside < sizeof heading) {
        memcpy(heading, text + 1, inside);
        heading[inside] = '\0';
        reading->ignoring = strncmp(heading, HEADING, sizeof HEADING - 1) != 0 ||
                            !config_workspace_name_ok(heading + sizeof HEADING - 1);
    }
    if (reading->ignoring) {
        config_mistake(reading->report,
                       "%s:%u: a section is [workspace NAME], the name of at most %d letters, "
                       "digits, _ or -", reading->path, reading->line,
                       CONFIG_WORKSPACE_NAME_MAX);
        return;
    }
    memcpy(reading->section, heading + sizeof HEADING - 1, inside - sizeof HEADING + 2);
    entry = add_entry(reading->entries);
    if (entry != NULL) {
        entry->line = reading->line;
        entry->workspace = copy_text(reading->section, strlen(reading->section));
    }
    if (entry == NULL || entry->workspace == NULL)
        reading->no_memory = true;
}

/* libinih's fgets: the next line, and what we must know of it before it is parsed. */
static char *
next_line(char *buffer, int size, void *data)
{
    struct reading *reading = data;
    const char *newline;
    const char *text;
    size_t bytes, blank;

    check_last_line(reading);
    if (reading->at == reading->end)
        return NULL;
    reading->line++;
    text = reading->at;
    newline = memchr(text, '\n', (size_t)(reading->end - text));
    bytes = newline == NULL ? (size_t)(reading->end - text) : (size_t)(newline - text);
    reading->at = newline == NULL ? reading->end : newline + 1;

    for (blank = 0; blank < bytes && strchr(BLANKS, text[blank]) != NULL; blank++)
        ;
    reading->indented = blank > 0;
    if (bytes + 2 > (size_t)size) {
        if (text[blank] != '#' && text[blank] != ';')
            config_mistake(reading->report,
                           "%s:%u: the line is longer than %d bytes; long values go on in the "
                           "next line, indented", reading->path, reading->line, size - 2);
        bytes = 0; /* libinih sees an empty line */
    } else if (blank < bytes && text[blank] == '[') {
        begin_section(reading, text + blank, bytes - blank);
    } else {
        reading->expects_key = blank < bytes && text[blank] != '#' && text[blank] != ';';
    }
    memcpy(buffer, text, bytes);
    buffer[bytes] = '\n';
    buffer[bytes + 1] = '\0';
    return buffer;
}

/* True when text goes on with the value of the entry before; a mistake where it may not. */
static bool
go_on(struct reading *reading, const char *name, const char *text)
{
    struct config_entries *entries = reading->entries;
    struct config_entry *last = entries->n == 0 ? NULL : &entries->items[entries->n - 1];
    char glue;
    char *joined;
    size_t bytes;

    if (!reading->indented || last == NULL || last->name == NULL || strcmp(last->name, name) != 0)
        return false;
    if (strcmp(name, "database") == 0) {
        glue = ' ';
    } else if (strcmp(name, "webhook_secrets") == 0) {
        glue = '\n';
    } else {
        config_mistake(reading->report,
                       "%s:%u: %s: this indented line would go on with its value, which takes "
                       "one line", reading->path, reading->line, name);
        return true;
    }
    bytes = strlen(last->value);
    joined = memory_get(bytes + strlen(text) + 2);
    if (joined == NULL) {
        reading->no_memory = true;
        return true;
    }
    memcpy(joined, last->value, bytes);
    joined[bytes] = glue;
    memcpy(joined + bytes + 1, text, strlen(text) + 1);
    wipe(last->value);
    last->value = joined;
    return true;
}

/* libinih's handler. 1: go on. */
static int
on_key(void *data, const char *section, const char *name, const char *value)
{
    struct reading *reading = data;
    struct config_entry *entry;

    (void)section; /* shortened where it is long: begin_section has it whole */
    reading->expects_key = false;
    if (reading->no_memory || reading->ignoring || go_on(reading, name, value))
        return 1;
    entry = add_entry(reading->entries);
    if (entry == NULL) {
        reading->no_memory = true;
        return 1;
    }
    entry->line = reading->line;
    entry->name = copy_text(name, strlen(name));
    entry->value = copy_text(value, strlen(value));
    if (reading->section[0] != '\0')
        entry->workspace = copy_text(reading->section, strlen(reading->section));
    if (entry->name == NULL || entry->value == NULL ||
        (reading->section[0] != '\0' && entry->workspace == NULL))
        reading->no_memory = true;
    return 1;
}

/* ---- the file ------------------------------------------------------------------------ */

static bool
read_whole(int fd, const char *path, char *text, size_t *bytes, struct quosync_error *err)
{
    *bytes = 0;
    for (;;) {
        const ssize_t n = read(fd, text + *bytes, CONFIG_FILE_MAX_BYTES + 1 - *bytes);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return error_set(err, QUOSYNC_CONFIG, "cannot read \"%s\": %s", path, strerror(errno));
        *bytes += (size_t)n;
        if (*bytes > CONFIG_FILE_MAX_BYTES)
            return error_set(err, QUOSYNC_CONFIG, "%s is larger than %zu bytes", path,
                             CONFIG_FILE_MAX_BYTES);
        if (n == 0)
            break;
    }
    if (memchr(text, '\0', *bytes) != NULL)
        return error_set(err, QUOSYNC_CONFIG, "%s holds a NUL byte: it is not a text file", path);
    return true;
}

bool
config_file_read(const char *path, struct config_entries *entries, bool *missing,
                 struct config_report *report, struct quosync_error *err)
{
    struct reading reading = { .path = path, .entries = entries, .report = report };
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    char *text;
    size_t bytes = 0;
    bool ok;

    *missing = fd < 0 && errno == ENOENT;
    if (fd < 0)
        return error_set(err, QUOSYNC_CONFIG, "cannot open \"%s\": %s", path, strerror(errno));
    text = memory_get(CONFIG_FILE_MAX_BYTES + 1);
    if (text == NULL) {
        (void)close(fd);
        return error_no_memory(err);
    }
    if (fstat(fd, &entries->stat) == 0 && !S_ISDIR(entries->stat.st_mode))
        ok = read_whole(fd, path, text, &bytes, err);
    else
        ok = error_set(err, QUOSYNC_CONFIG, "cannot read \"%s\": it is not a file", path);
    (void)close(fd);
    if (ok) {
        reading.at = text;
        reading.end = text + bytes;
        if (bytes >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)
            reading.at += 3; /* a byte order mark, as some editors leave */
        (void)ini_parse_stream(next_line, &reading, on_key, &reading);
        if (reading.no_memory)
            ok = error_no_memory(err);
        OPENSSL_cleanse(text, bytes);
    }
    memory_free(text);
    return ok;
}
