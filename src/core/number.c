/*
 * number.c - decimal text to numbers and back. strtod and printf follow the
 * locale's decimal point; it is put in and taken out here.
 */
#include "core/number.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define POINT_SIZE 8 /* of a locale's decimal point; some have two or three bytes */

/* The decimal point that printf and strtod use in this thread now. */
static size_t
decimal_point(char point[POINT_SIZE])
{
    char half[POINT_SIZE + 2];
    int n = snprintf(half, sizeof half, "%.1f", 0.5); /* "0", the point, "5" */

    if (n < 3 || (size_t)n >= sizeof half) {
        memcpy(point, ".", 2);
        return 1;
    }
    memcpy(point, half + 1, (size_t)n - 2);
    point[n - 2] = '\0';
    return (size_t)n - 2;
}

static size_t
digits_at(const char *text, size_t bytes, size_t at)
{
    size_t n = 0;

    while (at + n < bytes && text[at + n] >= '0' && text[at + n] <= '9')
        n++;
    return n;
}

static bool
char_at(const char *text, size_t bytes, size_t at, const char *any_of)
{
    return at < bytes && text[at] != '\0' && strchr(any_of, text[at]) != NULL;
}

size_t
number_span(const char *text, size_t bytes, bool *whole)
{
    size_t at = char_at(text, bytes, 0, "-") ? 1 : 0;
    size_t n = digits_at(text, bytes, at);

    *whole = true;
    if (n == 0 || (n > 1 && text[at] == '0'))
        return 0;
    at += n;
    if (char_at(text, bytes, at, ".")) {
        *whole = false;
        n = digits_at(text, bytes, at + 1);
        if (n == 0)
            return 0;
        at += 1 + n;
    }
    if (char_at(text, bytes, at, "eE")) {
        *whole = false;
        at++;
        if (char_at(text, bytes, at, "+-"))
            at++;
        n = digits_at(text, bytes, at);
        if (n == 0)
            return 0;
        at += n;
    }
    return at;
}

bool
number_fits_int64(const char *text, size_t bytes)
{
    bool negative = text[0] == '-';
    const char *limit = negative ? "9223372036854775808" : "9223372036854775807";
    size_t digits = bytes - negative;

    if (digits != strlen(limit))
        return digits < strlen(limit);
    return memcmp(text + negative, limit, digits) <= 0;
}

/* Whether any digit before the exponent is not 0. */
static bool
is_not_zero(const char *text, size_t bytes)
{
    for (size_t i = 0; i < bytes && text[i] != 'e' && text[i] != 'E'; i++) {
        if (text[i] >= '1' && text[i] <= '9')
            return true;
    }
    return false;
}

bool
number_parse(const char *text, size_t bytes, double *value)
{
    char local[NUMBER_BYTES_AT_MOST + POINT_SIZE + 1];
    char point[POINT_SIZE];
    const char *dot;
    size_t n = bytes;

    if (bytes > NUMBER_BYTES_AT_MOST)
        return false;
    memcpy(local, text, bytes);
    dot = memchr(text, '.', bytes);
    if (dot != NULL) {
        size_t before = (size_t)(dot - text);
        size_t point_bytes = decimal_point(point);

        memcpy(local + before, point, point_bytes);
        memcpy(local + before + point_bytes, dot + 1, bytes - before - 1);
        n += point_bytes - 1;
    }
    local[n] = '\0';
    *value = strtod(local, NULL);
    return isfinite(*value) && (*value != 0 || !is_not_zero(text, bytes));
}

/* Whether the text, in the locale's form, reads back as the value. */
static bool
print(double value, int digits, char text[NUMBER_SIZE])
{
    (void)snprintf(text, NUMBER_SIZE, "%.*g", digits, value);
    return strtod(text, NULL) == value;
}

void
number_format(double value, char text[NUMBER_SIZE])
{
    char point[POINT_SIZE];
    size_t point_bytes;
    char *found;

    /* A subnormal has fewer good digits than 15; %g cuts zeros off everything else. */
    int digits = fabs(value) < DBL_MIN ? 1 : 15;

    /* PostgreSQL's numeric has no negative zero. */
    if (value == 0)
        value = 0;
    while (!print(value, digits, text) && digits < 17)
        digits++;

    point_bytes = decimal_point(point);
    found = strstr(text, point);
    if (found != NULL) {
        *found = '.';
        memmove(found + 1, found + point_bytes, strlen(found + point_bytes) + 1);
    }
}

void
number_format_whole(int64_t value, char text[NUMBER_SIZE])
{
    (void)snprintf(text, NUMBER_SIZE, "%" PRId64, value);
}

/* A whole number that fits; the text need not end with a NUL. */
static int64_t
whole_value(const char *text, size_t bytes)
{
    uint64_t value = 0;
    bool negative = text[0] == '-';

    for (size_t i = negative; i < bytes; i++)
        value = value * 10 + (uint64_t)(text[i] - '0');
    if (!negative || value == 0)
        return (int64_t)value;
    return -(int64_t)(value - 1) - 1; /* INT64_MIN has no positive twin */
}

bool
number_canonical(const char *text, size_t bytes, char canonical[NUMBER_SIZE])
{
    bool whole;
    double value;

    if (bytes == 0 || number_span(text, bytes, &whole) != bytes)
        return false;
    if (whole && number_fits_int64(text, bytes)) {
        number_format_whole(whole_value(text, bytes), canonical);
        return true;
    }
    if (!number_parse(text, bytes, &value))
        return false;
    number_format(value, canonical);
    return true;
}
