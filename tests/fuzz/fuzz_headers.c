/*
 * fuzz_headers.c - any bytes as the three headers (a line each) and the body of
 * a delivery: verified only where the right signature stands in the header.
 */
#include <string.h>

#include "fuzz/fuzz.h"
#include "quosync.h"

/* The first line, and moves past it. */
static const char *
take_line(const uint8_t **at, size_t *left, size_t *bytes)
{
    const char *line = (const char *)*at;
    const uint8_t *end = *left > 0 ? memchr(*at, '\n', *left) : NULL;

    *bytes = end != NULL ? (size_t)(end - *at) : *left;
    *left -= *bytes + (end != NULL);
    *at += *bytes + (end != NULL);
    return line;
}

/* The header's text without what surrounds it. */
static void
trim(const char **text, size_t *bytes)
{
    while (*bytes > 0 && (**text == ' ' || **text == '\t')) {
        (*text)++;
        (*bytes)--;
    }
    while (*bytes > 0 && ((*text)[*bytes - 1] == ' ' || (*text)[*bytes - 1] == '\t'))
        (*bytes)--;
}

static int
holds(const char *text, size_t bytes, const char *signature)
{
    for (size_t at = 0; at + 47 <= bytes; at++) {
        if (memcmp(text + at, signature, 47) == 0)
            return 1;
    }
    return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    struct quosync_secret secret = { "01234567890123456789012345678901", 32 };
    struct quosync_headers h;
    enum quosync_verdict verdict, anytime;
    char right[QUOSYNC_SIGNATURE_SIZE], digits[24];
    int64_t timestamp_s;

    h.id = take_line(&data, &bytes, &h.id_bytes);
    h.timestamp = take_line(&data, &bytes, &h.timestamp_bytes);
    h.signature = take_line(&data, &bytes, &h.signature_bytes);
    MUST(quosync_verify(&secret, 1, &h, data, bytes, 1793800991, 300, &verdict, NULL));
    MUST(quosync_verify(&secret, 1, &h, data, bytes, 0, -1, &anytime, NULL));
    MUST((verdict == QUOSYNC_MALFORMED) == (anytime == QUOSYNC_MALFORMED));
    MUST(verdict == anytime || verdict == QUOSYNC_STALE);
    if (anytime != QUOSYNC_VERIFIED)
        return 0;
    trim(&h.id, &h.id_bytes);
    trim(&h.timestamp, &h.timestamp_bytes);
    /* The input ends where it ends, not with a NUL. */
    (void)snprintf(digits, sizeof digits, "%.*s", (int)h.timestamp_bytes, h.timestamp);
    timestamp_s = (int64_t)strtoll(digits, NULL, 10);
    MUST(quosync_sign(&secret, h.id, h.id_bytes, timestamp_s, data, bytes, right, NULL));
    MUST(holds(h.signature, h.signature_bytes, right));
    return 0;
}
