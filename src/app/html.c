/*
 * html.c - escapes. One loop over the characters of a text serves all of it.
 */
#include "app/html.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "app/output.h"

#define REPLACEMENT "\xEF\xBF\xBD"

static uint32_t
code_point(const unsigned char *at, size_t bytes)
{
    static const unsigned char first_bits[] = { 0, 0x7F, 0x1F, 0x0F, 0x07 };
    uint32_t code = at[0] & first_bits[bytes];

    for (size_t i = 1; i < bytes; i++)
        code = code << 6 | (at[i] & 0x3F);
    return code;
}

/* May HTML hold it, and does it leave the text around it as it reads? */
static bool
harmless(uint32_t code)
{
    if (code < 0x20)
        return code == '\n' || code == '\t';
    if (code >= 0x7F && code < 0xA0)
        return false;
    if (code == 0x202D || code == 0x202E)
        return false;
    return (code & 0xFFFE) != 0xFFFE && (code < 0xFDD0 || code > 0xFDEF);
}

static const char *
reference(uint32_t code)
{
    switch (code) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

/* One character from *at; moves past it. */
static void
put_one(FILE *file, const unsigned char **at, size_t *left)
{
    const size_t bytes = output_character(*at, *left);
    const uint32_t code = bytes == 0 ? 0 : code_point(*at, bytes);
    const char *escaped = reference(code);

    if (bytes == 0 || !harmless(code))
        (void)fputs(REPLACEMENT, file);
    else if (escaped != NULL)
        (void)fputs(escaped, file);
    else
        (void)fwrite(*at, 1, bytes, file);
    *at += bytes == 0 ? 1 : bytes;
    *left -= bytes == 0 ? 1 : bytes;
}

void
html_bytes(FILE *file, const void *text, size_t left)
{
    const unsigned char *at = text;

    while (left > 0)
        put_one(file, &at, &left);
}

void
html_text(FILE *file, const char *text)
{
    if (text != NULL)
        html_bytes(file, text, strlen(text));
}

size_t
html_characters(const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    size_t left = strlen(text), n = 0;

    while (left > 0) {
        const size_t bytes = output_character(at, left);
        const size_t step = bytes == 0 ? 1 : bytes;

        at += step;
        left -= step;
        n++;
    }
    return n;
}

void
html_text_cut(FILE *file, const char *text, size_t most)
{
    const unsigned char *at = (const unsigned char *)text;
    size_t left = strlen(text);

    if (html_characters(text) <= most) {
        html_text(file, text);
        return;
    }
    for (size_t i = 1; i < most; i++)
        put_one(file, &at, &left);
    (void)fputs("…", file);
}

void
html_id(FILE *file, const char *text)
{
    for (; *text != '\0'; text++) {
        const char c = *text;
        const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');

        (void)fputc(plain ? c : '-', file);
    }
}

void
html_words(FILE *file, const char *name)
{
    if (name[0] >= 'a' && name[0] <= 'z') {
        (void)fputc(name[0] - 'a' + 'A', file);
        name++;
    }
    while (*name != '\0') {
        const size_t run = strcspn(name, "_");

        html_bytes(file, name, run);
        name += run;
        if (*name == '_') {
            (void)fputc(' ', file);
            name++;
        }
    }
}
