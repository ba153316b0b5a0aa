/*
 * fuzz_instant.c - any bytes as an instant and as a date: what is read lies
 * within the years that are allowed, is written in one form, and reads back as
 * the same number; a second's fraction never leads to the next second.
 */
#include <string.h>

#include "core/instant.h"
#include "fuzz/fuzz.h"
#include "quosync.h"

#define LAST_US INT64_C(253402300799999999) /* 9999-12-31T23:59:59.999999Z */

static void
check_written(int64_t us)
{
    char written[QUOSYNC_INSTANT_SIZE];
    int64_t again;

    quosync_instant_format(us, written);
    MUST(quosync_instant_parse(written, strlen(written), &again, NULL) && again == us);
}

/* Its fraction (at byte 19, after a '.') read by hand: digits beyond six are cut off. */
static void
check_fraction(const char *text, size_t bytes, int64_t us)
{
    int64_t fraction = 0, of_us = us % 1000000;
    size_t n = 0;

    for (size_t at = 20; bytes > 19 && text[19] == '.' && at < bytes; at++) {
        if (text[at] < '0' || text[at] > '9')
            break;
        if (n++ < 6)
            fraction = fraction * 10 + (text[at] - '0');
    }
    for (; n < 6; n++)
        fraction *= 10;
    MUST(of_us == fraction);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    const char *text = (const char *)data;
    char written[QUOSYNC_INSTANT_SIZE];
    int64_t us, again;

    if (quosync_instant_parse(text, bytes, &us, NULL)) {
        MUST(us >= 0 && us <= LAST_US);
        MUST(bytes >= 20 && memchr(text, '\0', bytes) == NULL);
        check_written(us);
        check_fraction(text, bytes, us);
        MUST(instant_parse_date(text, bytes, &again) && again == us);
    }
    if (instant_parse_date(text, bytes, &us)) {
        quosync_instant_format(us, written);
        MUST(instant_parse_date(written, strlen(written), &again) && again == us);
    }
    return 0;
}
