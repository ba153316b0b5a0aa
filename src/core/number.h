/*
 * number.h - numbers as JSON and PostgreSQL write them, whatever the locale:
 * whole ones within 64 bits exactly, every other as the shortest decimal that
 * reads back as the same double.
 */
#ifndef QUOSYNC_CORE_NUMBER_H
#define QUOSYNC_CORE_NUMBER_H

#include "quosync.h"

/* Room for the longest text that number_format writes, and its NUL. */
#define NUMBER_SIZE 32

/* A longer number is refused: the exact decimal expansion of a double has fewer digits. */
#define NUMBER_BYTES_AT_MOST 1100

/*
 * How many bytes at the start of the text are a number of JSON's grammar; 0
 * when there is none. *whole tells that it has neither fraction nor exponent.
 */
size_t number_span(const char *text, size_t bytes, bool *whole);

/* Whether a whole number of JSON's grammar fits int64_t. */
bool number_fits_int64(const char *text, size_t bytes);

/*
 * number_parse - read a number of JSON's grammar as a double.
 *
 * Returns false when it is longer than NUMBER_BYTES_AT_MOST, too large for a
 * double, or so small that it would become zero though it is not.
 */
bool number_parse(const char *text, size_t bytes, double *value);

void number_format(double value, char text[NUMBER_SIZE]); /* value is finite */
void number_format_whole(int64_t value, char text[NUMBER_SIZE]);

/*
 * number_canonical - the text of a number as the columns hold it, from a text
 * that may be one ("12" of a quoted custom field). Returns false when it is
 * not, as a whole, a number of JSON's grammar, or is out of range: that is no error.
 */
bool number_canonical(const char *text, size_t bytes, char canonical[NUMBER_SIZE]);

#endif
