/*
 * locales.c - writes two locale definitions and has localedef (of glibc) build
 * them; PostgreSQL's Debian package depends on the data that it needs.
 */
#include "unit/locales.h"

#include <check.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const struct {
    const char *name, *point;
} made[LOCALES] = {
    [LOCALE_COMMA] = { "xx_comma", "," },
    [LOCALE_ARABIC] = { "xx_arabic", "<U066B>" },
};

static char directory[] = "/tmp/quosync-locales.XXXXXX";

static int
make(const char *name, const char *point)
{
    char command[512], path[128];
    FILE *file;

    (void)snprintf(path, sizeof path, "%s/%s.def", directory, name);
    file = fopen(path, "w");
    if (file == NULL)
        return 0;
    (void)fprintf(file, "LC_NUMERIC\ndecimal_point \"%s\"\nthousands_sep \"\"\ngrouping -1\n"
                        "END LC_NUMERIC\n", point);
    (void)fclose(file);
    /* It warns about the categories that are not there, and exits with 1. */
    (void)snprintf(command, sizeof command,
                   "localedef -c -f UTF-8 -i %s %s/%s >/dev/null 2>&1; test -d %s/%s", path,
                   directory, name, directory, name);
    return system(command) == 0;
}

int
locales_make(void)
{
    if (mkdtemp(directory) == NULL)
        return 0;
    for (int i = 0; i < LOCALES; i++) {
        if (!make(made[i].name, made[i].point))
            return 0;
    }
    return setenv("LOCPATH", directory, 1) == 0;
}

void
locales_enter(enum test_locale locale)
{
    char text[16];

    ck_assert_ptr_nonnull(setlocale(LC_NUMERIC, made[locale].name));
    /* It must be one that would do harm. */
    (void)snprintf(text, sizeof text, "%.1f", 0.5);
    ck_assert_str_ne(text, "0.5");
}

void
locales_leave(void)
{
    (void)setlocale(LC_NUMERIC, "C");
}

void
locales_remove(void)
{
    char command[128];

    (void)snprintf(command, sizeof command, "rm -rf %s", directory);
    if (system(command) != 0)
        fprintf(stderr, "%s could not be removed\n", directory);
}
