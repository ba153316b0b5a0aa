/*
 * row_text.h - a row as people see it, as text: to compare rows, and to read
 * the difference when they are not equal.
 */
#ifndef QUOSYNC_TESTS_ROW_TEXT_H
#define QUOSYNC_TESTS_ROW_TEXT_H

#include <stdio.h>

#include "quosync.h"

/* Writes the table's name, the id, every column and every list item, a line each. */
void row_text_print(FILE *out, enum quosync_table table, const struct quosync_row *row);

/* One value: `null`, a JSON-like text, a number, an instant, {a,b}. */
void row_text_value(FILE *out, const struct quosync_value *value);

/* All rows of a fold, table by table; the caller frees the text. Aborts without memory. */
char *row_text_fold(struct quosync_fold *fold);

#endif
