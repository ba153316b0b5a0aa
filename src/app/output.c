/*
 * output.c - writes JSON as a stream, so that no list has to fit in memory.
 */
#include "app/output.h"

#include <inttypes.h>
#include <string.h>

#include "quosync.h"

size_t
output_character(const unsigned char *text, size_t left)
{
    const unsigned char first = text[0];
    const size_t bytes = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    const unsigned char low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    const unsigned char high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;

    if (bytes == 1)
        return 1;
    if (first < 0xC2 || first > 0xF4 || bytes > left || text[1] < low || text[1] > high)
        return 0;
    for (size_t i = 2; i < bytes; i++)
        if ((text[i] & 0xC0) != 0x80)
            return 0;
    return bytes;
}

static void
put_string(FILE *file, const void *text, size_t left)
{
    const unsigned char *at = text;

    (void)fputc('"', file);
    while (left > 0) {
        const size_t bytes = output_character(at, left);
        const size_t step = bytes == 0 ? 1 : bytes;

        if (bytes == 0)
            (void)fputs("\\ufffd", file);
        else if (*at == '"' || *at == '\\')
            (void)fprintf(file, "\\%c", *at);
        else if (*at < 0x20 || *at == 0x7F)
            (void)fprintf(file, "\\u%04x", *at);
        else
            (void)fwrite(at, 1, bytes, file);
        at += step;
        left -= step;
    }
    (void)fputc('"', file);
}

/* Comma, new line, blanks and the name. */
static void
lead(struct output *output, const char *name)
{
    const uint64_t bit = UINT64_C(1) << output->depth;

    if ((output->filled & bit) != 0)
        (void)fputc(',', output->file);
    output->filled |= bit;
    if (output->depth > 0)
        (void)fprintf(output->file, "\n%*s", (int)output->depth * 2, "");
    if (name != NULL) {
        put_string(output->file, name, strlen(name));
        (void)fputs(": ", output->file);
    }
}

void
output_begin(struct output *output, const char *name, char bracket)
{
    lead(output, name);
    (void)fputc(bracket, output->file);
    output->depth++;
    output->filled &= ~(UINT64_C(1) << output->depth);
}

void
output_end(struct output *output, char bracket)
{
    const bool filled = (output->filled & UINT64_C(1) << output->depth) != 0;

    output->depth--;
    if (filled)
        (void)fprintf(output->file, "\n%*s", (int)output->depth * 2, "");
    (void)fputc(bracket, output->file);
    if (output->depth == 0)
        (void)fputc('\n', output->file);
}

void
output_bytes(struct output *output, const char *name, const void *text, size_t bytes)
{
    lead(output, name);
    if (text == NULL)
        (void)fputs("null", output->file);
    else
        put_string(output->file, text, bytes);
}

void
output_text(struct output *output, const char *name, const char *text)
{
    output_bytes(output, name, text, text == NULL ? 0 : strlen(text));
}

void
output_number(struct output *output, const char *name, int64_t number)
{
    lead(output, name);
    (void)fprintf(output->file, "%" PRId64, number);
}

void
output_boolean(struct output *output, const char *name, bool value)
{
    lead(output, name);
    (void)fputs(value ? "true" : "false", output->file);
}

void
output_null(struct output *output, const char *name)
{
    output_text(output, name, NULL);
}

void
output_literal(struct output *output, const char *name, const char *literal)
{
    lead(output, name);
    (void)fputs(literal, output->file);
}

void
output_instant(struct output *output, const char *name, int64_t us)
{
    char text[QUOSYNC_INSTANT_SIZE];

    quosync_instant_format(us, text);
    output_text(output, name, text);
}

void
output_plain_bytes(FILE *file, const void *text, size_t left)
{
    const unsigned char *at = text;

    while (left > 0) {
        const size_t bytes = output_character(at, left);
        const size_t step = bytes == 0 ? 1 : bytes;
        /* C1 controls (U+0080 to U+009F) are two bytes, the first of them C2. */
        const bool control = (*at < 0x20 && *at != '\n' && *at != '\t') || *at == 0x7F ||
                             (*at == 0xC2 && bytes == 2 && at[1] < 0xA0);

        if (bytes == 0 || control)
            (void)fputs("\xEF\xBF\xBD", file);
        else
            (void)fwrite(at, 1, bytes, file);
        at += step;
        left -= step;
    }
}

void
output_plain(FILE *file, const char *text)
{
    output_plain_bytes(file, text, strlen(text));
}
