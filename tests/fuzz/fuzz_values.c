/*
 * fuzz_values.c - any bytes as a number and as a secret: a number that is read is
 * written in one form, which reads as the same.
 */
#include <string.h>

#include "core/number.h"
#include "fuzz/fuzz.h"
#include "quosync.h"

static void
check_number(const char *text, size_t bytes)
{
    char first[NUMBER_SIZE], second[NUMBER_SIZE];

    if (number_canonical(text, bytes, first)) {
        MUST(number_canonical(first, strlen(first), second));
        MUST(strcmp(first, second) == 0);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    struct quosync_secret secret;

    check_number((const char *)data, bytes);
    if (quosync_secret_parse((const char *)data, bytes, &secret, NULL))
        MUST(secret.key_bytes >= QUOSYNC_SECRET_MIN_BYTES);
    return 0;
}
