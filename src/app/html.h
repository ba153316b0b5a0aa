/*
 * html.h - text of anybody's in HTML and in SVG within it: in an element, in a
 * quoted attribute, and as an id. There is no other way for data into a page.
 */
#ifndef QUOSYNC_APP_HTML_H
#define QUOSYNC_APP_HTML_H

#include <stddef.h>
#include <stdio.h>

/*
 * html_text - text as an element or a quoted attribute may hold it.
 *
 * The five characters that markup is made of become references; what is no
 * UTF-8, controls (but tab and line feed), what is no character, and the two
 * overrides of direction (U+202D, U+202E: they let a name read as another)
 * become U+FFFD. NULL writes nothing.
 */
void html_text(FILE *file, const char *text);
void html_bytes(FILE *file, const void *text, size_t bytes);

/* At most so many characters; a longer text is cut before an ellipsis. */
void html_text_cut(FILE *file, const char *text, size_t most);
/* The characters of text, for the estimate of a width. */
size_t html_characters(const char *text);

/* Text as a part of an id: small letters, digits and hyphens; anything else is a hyphen. */
void html_id(FILE *file, const char *text);

/* A column's or a report's name as words: "not_delivered" is "Not delivered". */
void html_words(FILE *file, const char *name);

#endif
