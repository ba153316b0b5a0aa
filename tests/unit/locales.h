/*
 * locales.h - locales whose decimal point is not '.', made for the test: the
 * machine need not have any installed.
 */
#ifndef QUOSYNC_TESTS_LOCALES_H
#define QUOSYNC_TESTS_LOCALES_H

enum test_locale {
    LOCALE_COMMA,  /* "," as in most of Europe */
    LOCALE_ARABIC, /* U+066B, two bytes, as in Persian */
    LOCALES
};

/* Makes them in a temporary directory; false when localedef is missing or refuses. */
int locales_make(void);

/* Takes LC_NUMERIC of one for this process; locales_leave goes back to C. */
void locales_enter(enum test_locale locale);
void locales_leave(void);

/* Removes the directory. */
void locales_remove(void);

#endif
