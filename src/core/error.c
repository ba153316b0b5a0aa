/*
 * error.c - fills struct quosync_error; see error.h for the form of the texts.
 */
#include "core/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool
error_set(struct quosync_error *err, enum quosync_error_kind kind, const char *format, ...)
{
    va_list args;

    if (err == NULL)
        return false;
    err->kind = kind;
    err->hint[0] = '\0';
    va_start(args, format);
    (void)vsnprintf(err->text, sizeof err->text, format, args);
    va_end(args);
    return false;
}

void
error_hint(struct quosync_error *err, const char *format, ...)
{
    va_list args;

    if (err == NULL)
        return;
    va_start(args, format);
    (void)vsnprintf(err->hint, sizeof err->hint, format, args);
    va_end(args);
}

void
error_prefix(struct quosync_error *err, const char *format, ...)
{
    char text[sizeof err->text];
    va_list args;
    int n;

    if (err == NULL)
        return;
    memcpy(text, err->text, sizeof text);
    va_start(args, format);
    n = vsnprintf(err->text, sizeof err->text, format, args);
    va_end(args);
    if (n >= 0 && (size_t)n < sizeof err->text - 3) {
        int room = (int)sizeof err->text - n - 3; /* beside the colon, the blank and the NUL */

        (void)snprintf(err->text + n, (size_t)room + 3, ": %.*s", room, text);
    }
}

bool
error_no_memory(struct quosync_error *err)
{
    return error_set(err, QUOSYNC_NO_MEMORY, "out of memory");
}
