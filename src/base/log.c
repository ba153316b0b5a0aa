/*
 * log.c - makes the lines, escapes what could forge one, and writes them to
 * stderr without ever waiting for a reader that is stuck.
 */
#include "base/log.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"

/* What a pipe takes in one piece (PIPE_BUF of Linux), so that lines never mix. */
#define LINE_BYTES 4096
/* How long a line waits for a slow reader, unless the line before was lost already. */
#define PATIENCE_MS 100
/* log_warn_limited: one line in this time. */
#define LIMIT_US (60 * CLOCK_US_PER_S)

static enum log_level level_now = LOG_LEVEL_INFO;
static enum log_format format_now = LOG_FORMAT_LOGFMT;
static atomic_uint_fast64_t dropped;
static uint64_t dropped_told; /* under the lock */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* The line in the making: what does not fit is cut, room for the end is kept. */
struct line {
    char text[LINE_BYTES];
    size_t bytes;
};

static void
put(struct line *line, const char *text, size_t bytes)
{
    const size_t room = sizeof line->text - 8 - line->bytes; /* `…"}\n` still fits */

    if (bytes > room)
        bytes = 0; /* a whole sequence or nothing: escapes are never cut in the middle */
    memcpy(line->text + line->bytes, text, bytes);
    line->bytes += bytes;
}

static void
put_text(struct line *line, const char *text)
{
    put(line, text, strlen(text));
}

/* The bytes of the UTF-8 sequence at text, and its code point; 0: none begins there. */
static size_t
sequence(const unsigned char *text, uint32_t *code)
{
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    size_t bytes = text[0] < 0x80 ? 1 : text[0] >= 0xF0 ? 4 : text[0] >= 0xE0 ? 3 : 2;

    if (bytes == 1) {
        *code = text[0];
        return 1;
    }
    if (text[0] < 0xC2 || text[0] > 0xF4)
        return 0;
    *code = text[0] & (0x7FU >> bytes);
    for (size_t i = 1; i < bytes; i++) {
        if ((text[i] & 0xC0) != 0x80) /* also the NUL at the end */
            return 0;
        *code = *code << 6 | (text[i] & 0x3FU);
    }
    if (*code < least[bytes] || *code > 0x10FFFF || (*code >= 0xD800 && *code <= 0xDFFF))
        return 0;
    return bytes;
}

/* Controls, line separators and what turns the direction of writing: could forge a line. */
static bool
is_deceptive(uint32_t code)
{
    return code < 0x20 || (code >= 0x7F && code <= 0x9F) || code == 0x200E || code == 0x200F ||
           (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069) ||
           code == 0xFEFF;
}

static void
put_escaped(struct line *line, const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    char escape[16];

    while (*at != '\0') {
        uint32_t code = 0;
        const size_t bytes = sequence(at, &code);

        if (bytes == 0 && format_now == LOG_FORMAT_JSON)
            put_text(line, "\\ufffd");
        else if (bytes == 0) {
            (void)snprintf(escape, sizeof escape, "\\x%02x", *at);
            put_text(line, escape);
        } else if (code == '"' || code == '\\') {
            put(line, code == '"' ? "\\\"" : "\\\\", 2);
        } else if (code == '\n') {
            put(line, "\\n", 2);
        } else if (is_deceptive(code)) {
            (void)snprintf(escape, sizeof escape, "\\u%04x", code);
            put_text(line, escape);
        } else {
            put(line, (const char *)at, bytes);
        }
        at += bytes == 0 ? 1 : bytes;
        if (line->bytes > sizeof line->text - 64) { /* keep room for the end of the line */
            put_text(line, "…");
            break;
        }
    }
}

/* True for text that logfmt may show without quotes. */
static bool
is_plain(const char *text)
{
    static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                               "_-.:/+@%,#[]()";

    return text[0] != '\0' && text[strspn(text, safe)] == '\0';
}

static void
put_value(struct line *line, const struct log_field *field)
{
    char number[24];

    switch (field->type) {
    case LOG_FIELD_TEXT:
        if (format_now == LOG_FORMAT_LOGFMT && is_plain(field->text) &&
            line->bytes + strlen(field->text) < LINE_BYTES - 64) {
            put_text(line, field->text);
            break;
        }
        put_text(line, "\"");
        put_escaped(line, field->text);
        put_text(line, "\"");
        break;
    case LOG_FIELD_NUMBER:
        (void)snprintf(number, sizeof number, "%lld", (long long)field->number);
        put_text(line, number);
        break;
    case LOG_FIELD_BOOLEAN:
        put_text(line, field->number != 0 ? "true" : "false");
        break;
    case LOG_FIELD_NONE:
        break;
    }
}

static void
put_field(struct line *line, const struct log_field *field)
{
    if (field->type == LOG_FIELD_TEXT && field->text == NULL)
        return;
    if (line->bytes + strlen(field->key) + 64 > sizeof line->text)
        return; /* the line is full */
    if (format_now == LOG_FORMAT_JSON) {
        put_text(line, ",\"");
        put_text(line, field->key);
        put_text(line, "\":");
    } else {
        put_text(line, " ");
        put_text(line, field->key);
        put_text(line, "=");
    }
    put_value(line, field);
}

static void
put_head(struct line *line, enum log_level level, const char *event)
{
    static const char *const names[] = { "error", "warn", "info", "debug" };
    static const char *const padded[] = { "error", "warn ", "info ", "debug" };
    char when[QUOSYNC_INSTANT_SIZE];
    char head[160];
    const int64_t now_us = clock_now_us();

    /* Milliseconds are enough here; the format leaves zeros at the end out. */
    quosync_instant_format(now_us - now_us % 1000, when);
    if (format_now == LOG_FORMAT_JSON)
        (void)snprintf(head, sizeof head, "{\"level\":\"%s\",\"event\":\"%s\",\"time\":\"%s\"",
                       names[level], event, when);
    else
        (void)snprintf(head, sizeof head, "%s %s time=%s", padded[level], event, when);
    put_text(line, head);
}

/* Under the lock. Returns false when the line is lost. */
static bool
write_line(const struct line *line)
{
    static bool lost;
    struct pollfd fd = { .fd = STDERR_FILENO, .events = POLLOUT };
    size_t done = 0;

    while (done < line->bytes) {
        ssize_t n;
        const int ready = poll(&fd, 1, lost ? 0 : PATIENCE_MS);

        if (ready < 0 && errno == EINTR)
            continue;
        if (ready <= 0 || (fd.revents & POLLOUT) == 0) {
            lost = true;
            return false;
        }
        n = write(STDERR_FILENO, line->text + done, line->bytes - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            lost = true;
            return false;
        }
        done += (size_t)n;
    }
    lost = false;
    return true;
}

static void
finish_and_write(struct line *line)
{
    const uint64_t lost = atomic_load(&dropped);

    if (lost > dropped_told) {
        const struct log_field field = LOG_NUMBER("lines_lost", lost - dropped_told);

        put_field(line, &field);
    }
    /* put keeps room for these. */
    if (format_now == LOG_FORMAT_JSON)
        line->text[line->bytes++] = '}';
    line->text[line->bytes++] = '\n';
    if (write_line(line))
        dropped_told = lost;
    else
        (void)atomic_fetch_add(&dropped, 1);
}

void
log_write(enum log_level level, const char *event, const struct log_field *fields)
{
    struct line line;
    const int saved = errno;

    if (!log_enabled(level))
        return;
    line.bytes = 0;
    put_head(&line, level, event);
    for (; fields->type != LOG_FIELD_NONE; fields++)
        put_field(&line, fields);
    (void)pthread_mutex_lock(&lock);
    finish_and_write(&line);
    (void)pthread_mutex_unlock(&lock);
    errno = saved;
}

void
log_write_limited(struct log_limit *limit, enum log_level level, const char *event,
                  const struct log_field *fields)
{
    struct log_field all[17];
    size_t n = 0;
    const int64_t now_us = clock_steady_us();
    int64_t next_us = atomic_load(&limit->next_us);

    if (now_us < next_us ||
        !atomic_compare_exchange_strong(&limit->next_us, &next_us, now_us + LIMIT_US)) {
        (void)atomic_fetch_add(&limit->suppressed, 1);
        return;
    }
    while (n < 15 && fields[n].type != LOG_FIELD_NONE) {
        all[n] = fields[n];
        n++;
    }
    all[n] = (struct log_field)LOG_NUMBER("suppressed", atomic_exchange(&limit->suppressed, 0));
    if (all[n].number > 0)
        n++;
    all[n] = (struct log_field){ 0 };
    log_write(level, event, all);
}

void
log_failure(enum log_level level, const char *event, const struct quosync_error *err)
{
    static const char *const kinds[] = { "none",   "bad-input", "unavailable", "try-later",
                                         "config", "no-memory", "bug" };

    log_write(level, event,
              (const struct log_field[]){
                  LOG_TEXT("kind", kinds[err->kind]),
                  LOG_TEXT("reason", err->text),
                  LOG_TEXT("hint", err->hint[0] != '\0' ? err->hint : NULL),
                  { 0 } });
}

void
log_setup(enum log_level level, enum log_format format)
{
    level_now = level;
    format_now = format;
}

bool
log_enabled(enum log_level level)
{
    return level <= level_now;
}

uint64_t
log_dropped(void)
{
    return atomic_load(&dropped);
}

const char *
log_phone(const char *number, char buffer[LOG_PHONE_SIZE])
{
    const size_t bytes = number == NULL ? 0 : strlen(number);
    const char *end = bytes < 2 ? "" : number + bytes - 2;

    /* A short code or a name of less than six characters would be shown by its end. */
    if (bytes < 6 || strspn(end, "0123456789") != 2)
        end = "";
    (void)snprintf(buffer, LOG_PHONE_SIZE, "…%s", end);
    return buffer;
}
