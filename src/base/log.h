/*
 * log.h - one line to stderr for each thing that happened: level, a fixed event
 * name to grep for, the time, then key=value (or the same as a JSON object).
 *
 *     info  delivery.stored time=2026-11-24T22:15:00.123Z webhook_id=msg_1 body_bytes=812
 *
 * `error` wakes somebody, `warn` is for the morning, `info` follows a delivery
 * from end to end, `debug` is the rest. Never give it a secret, a message's
 * text, a name, an email or a whole phone number (log_phone shortens one).
 *
 * Any thread. Never blocks for long and never fails the caller: a line that
 * cannot be written (closed pipe, full disk) is dropped and counted, and the
 * next line that gets through says how many were lost.
 */
#ifndef QUOSYNC_BASE_LOG_H
#define QUOSYNC_BASE_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "quosync.h"

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARN, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };
enum log_format { LOG_FORMAT_LOGFMT, LOG_FORMAT_JSON };

enum log_field_type { LOG_FIELD_NONE, LOG_FIELD_TEXT, LOG_FIELD_NUMBER, LOG_FIELD_BOOLEAN };

/* One key and value. Text is borrowed for the call and may hold anything. */
struct log_field {
    const char *key;
    enum log_field_type type;
    const char *text; /* NULL: the field is left out */
    int64_t number;   /* a boolean too */
};

#define LOG_TEXT(key_, text_) { .key = (key_), .type = LOG_FIELD_TEXT, .text = (text_) }
#define LOG_NUMBER(key_, number_) \
    { .key = (key_), .type = LOG_FIELD_NUMBER, .number = (int64_t)(number_) }
#define LOG_BOOLEAN(key_, value_) { .key = (key_), .type = LOG_FIELD_BOOLEAN, .number = (value_) }

/*
 * log_info("delivery.stored", LOG_TEXT("webhook_id", id), LOG_NUMBER("body_bytes", n));
 */
#define log_error(event, ...) LOG_AT(LOG_LEVEL_ERROR, event, __VA_ARGS__)
#define log_warn(event, ...)  LOG_AT(LOG_LEVEL_WARN, event, __VA_ARGS__)
#define log_info(event, ...)  LOG_AT(LOG_LEVEL_INFO, event, __VA_ARGS__)
#define log_debug(event, ...) LOG_AT(LOG_LEVEL_DEBUG, event, __VA_ARGS__)
#define LOG_AT(level, event, ...) \
    log_write((level), (event), (const struct log_field[]){ __VA_ARGS__ __VA_OPT__(,) { 0 } })

/*
 * A line that hostile input could repeat without end: at most one a minute for
 * each place in the code; the next one carries suppressed=N.
 */
#define log_warn_limited(event, ...)                                                        \
    do {                                                                                    \
        static struct log_limit log_limit_here;                                             \
        log_write_limited(&log_limit_here, LOG_LEVEL_WARN, (event),                         \
                          (const struct log_field[]){ __VA_ARGS__ __VA_OPT__(,) { 0 } });   \
    } while (0)

struct log_limit {
    _Atomic int64_t next_us; /* steady clock */
    _Atomic int64_t suppressed;
};

/* Sets level and format; before the first thread. Without it: info, logfmt. */
void log_setup(enum log_level level, enum log_format format);

/* True when a line of this level would be written: saves the making of costly fields. */
bool log_enabled(enum log_level level);

/* How many lines were lost since the start. */
uint64_t log_dropped(void);

/* An error with its kind, text and hint, at the place where it is handled. */
void log_failure(enum log_level level, const char *event, const struct quosync_error *err);

/* "…89": the last two digits of a number, in a buffer of the caller. */
#define LOG_PHONE_SIZE 8
const char *log_phone(const char *number, char buffer[LOG_PHONE_SIZE]);

/* What the macros call; fields end with one of type LOG_FIELD_NONE. */
void log_write(enum log_level level, const char *event, const struct log_field *fields);
void log_write_limited(struct log_limit *limit, enum log_level level, const char *event,
                       const struct log_field *fields);

#endif
