/*
 * output.h - data for people or for programs, on stdout: the same calls print
 * `name  value` lines or one JSON document.
 */
#ifndef QUOSYNC_APP_OUTPUT_H
#define QUOSYNC_APP_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Where JSON is in the making. All-zero: nothing was written. */
struct output {
    FILE *file;
    unsigned depth;
    uint64_t filled; /* bit n: the container at depth n has a member */
};

/*
 * JSON only. name is NULL inside arrays and for the document itself. Text may
 * hold anything: what is no UTF-8 becomes U+FFFD, controls are escaped. A NULL
 * text is null.
 */
void output_begin(struct output *output, const char *name, char bracket); /* '{' or '[' */
void output_end(struct output *output, char bracket);                     /* '}' or ']' */
void output_text(struct output *output, const char *name, const char *text);
/* Text of a length, NULs and all; not UTF-8 is U+FFFD here, too. */
void output_bytes(struct output *output, const char *name, const void *text, size_t bytes);
void output_number(struct output *output, const char *name, int64_t number);
void output_boolean(struct output *output, const char *name, bool value);
void output_null(struct output *output, const char *name);
/* A literal that is JSON already, such as a number of any size. */
void output_literal(struct output *output, const char *name, const char *literal);
void output_instant(struct output *output, const char *name, int64_t us);

/* The bytes of the well-formed UTF-8 sequence at text, of `left`; 0: none begins there. */
size_t output_character(const unsigned char *text, size_t left);

/* Text for a terminal: as it is, but for controls and what is no UTF-8 (shown as U+FFFD). */
void output_plain(FILE *file, const char *text);
void output_plain_bytes(FILE *file, const void *text, size_t bytes);

#endif
