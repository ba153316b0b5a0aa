/*
 * framing.c - Content-Length, Transfer-Encoding and the form of header lines.
 * The library parses them first; this refuses what it accepted and should not
 * have. Headers are iterated: a lookup would show the first of several only.
 */
#include <config.h>

#include "net/framing.h"

#include <microhttpd.h>
#include <string.h>
#include <strings.h>

/* This version cuts a header's value at a NUL byte without a word; newer ones refuse it. */
#define CUTS_AT_NUL "0.9.75"

struct reading {
    struct framing framing;
    unsigned lengths, encodings;
    bool cuts_at_nul;
    const char *next_line; /* where the next header's name must begin; NULL: the first */
};

/* RFC 9110, 5.6.2: what names consist of. */
static bool
is_name(const char *name, size_t bytes)
{
    static const char marks[] = "!#$%&'*+-.^_`|~";

    for (size_t i = 0; i < bytes; i++) {
        unsigned char c = (unsigned char)name[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');

        if (!letter && (c == '\0' || strchr(marks, c) == NULL))
            return false;
    }
    return bytes != 0;
}

static bool
is(const char *text, size_t bytes, const char *wanted)
{
    return bytes == strlen(wanted) && strncasecmp(text, wanted, bytes) == 0;
}

static void
trim(const char **text, size_t *bytes)
{
    while (*bytes != 0 && (**text == ' ' || **text == '\t')) {
        (*text)++;
        (*bytes)--;
    }
    while (*bytes != 0 && ((*text)[*bytes - 1] == ' ' || (*text)[*bytes - 1] == '\t'))
        (*bytes)--;
}

static bool
read_length(const char *text, size_t bytes, uint64_t *length)
{
    uint64_t read = 0;

    for (size_t i = 0; i < bytes; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        if (read > (UINT64_MAX - 9) / 10)
            return false;
        read = read * 10 + (uint64_t)(text[i] - '0');
    }
    *length = read;
    return bytes != 0;
}

static enum MHD_Result
on_header(void *cls, enum MHD_ValueKind kind, const char *name, size_t name_bytes,
          const char *value, size_t bytes)
{
    struct reading *reading = cls;
    struct framing *framing = &reading->framing;

    (void)kind;
    if (!is_name(name, name_bytes))
        framing->bad = true;
    if (value == NULL) {
        framing->bad = true;
        return MHD_YES;
    }
    /*
     * That version ends a line by writing NUL over its CR and LF and leaves names
     * and values where they were received. A value that does not reach up to them
     * went on behind a NUL of the sender's, was folded, or its line had no CR.
     */
    if (reading->cuts_at_nul) {
        if (value[bytes + 1] != '\0' ||
            (reading->next_line != NULL && reading->next_line != name))
            framing->bad = true;
        reading->next_line = value + bytes + 2;
    }
    if (is(name, name_bytes, "Content-Length")) {
        reading->lengths++;
        trim(&value, &bytes);
        if (!read_length(value, bytes, &framing->bytes))
            framing->bad = true;
    } else if (is(name, name_bytes, "Transfer-Encoding")) {
        reading->encodings++; /* with a blank behind it the library would not see the chunks */
        if (!is(value, bytes, "chunked"))
            framing->bad = true;
    }
    return MHD_YES;
}

void
framing_read(struct MHD_Connection *connection, struct framing *framing)
{
    struct reading reading = { .cuts_at_nul = strcmp(MHD_get_version(), CUTS_AT_NUL) == 0 };

    (void)MHD_get_connection_values_n(connection, MHD_HEADER_KIND, on_header, &reading);
    if (reading.lengths + reading.encodings > 1)
        reading.framing.bad = true;
    reading.framing.has_body = reading.lengths + reading.encodings != 0;
    *framing = reading.framing;
}

struct search {
    const char *name, *value;
    size_t bytes, found;
};

static enum MHD_Result
on_candidate(void *cls, enum MHD_ValueKind kind, const char *name, size_t name_bytes,
             const char *value, size_t bytes)
{
    struct search *search = cls;

    (void)kind;
    if (is(name, name_bytes, search->name) && search->found++ == 0) {
        search->value = value == NULL ? "" : value;
        search->bytes = bytes;
    }
    return MHD_YES;
}

size_t
framing_header(struct MHD_Connection *connection, const char *name, const char **value,
               size_t *bytes)
{
    struct search search = { .name = name, .value = "" };

    (void)MHD_get_connection_values_n(connection, MHD_HEADER_KIND, on_candidate, &search);
    *value = search.value;
    *bytes = search.bytes;
    return search.found;
}
