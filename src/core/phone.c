/*
 * phone.c - E.164 out of typed phone numbers; guesses nothing.
 */
#include "core/phone.h"

#include <stddef.h>
#include <string.h>

#define DIGITS_AT_LEAST 8
#define DIGITS_AT_MOST 15

/* The digits of the value; false when it holds anything but digits and what is passed over. */
static bool
digits_of(const char *value, char digits[DIGITS_AT_MOST + 1], size_t *n)
{
    *n = 0;
    for (; *value != '\0'; value++) {
        if (strchr(" \t.-()", *value) != NULL)
            continue;
        if (*value < '0' || *value > '9' || *n == DIGITS_AT_MOST)
            return false;
        digits[(*n)++] = *value;
    }
    digits[*n] = '\0';
    return true;
}

bool
phone_e164(const char *value, int country_code, char e164[PHONE_E164_SIZE])
{
    bool international = value[0] == '+';
    char digits[DIGITS_AT_MOST + 1];
    size_t n;

    if (!digits_of(value + international, digits, &n))
        return false;
    e164[0] = '+';
    if (international) {
        if (n < DIGITS_AT_LEAST || digits[0] == '0')
            return false;
        memcpy(e164 + 1, digits, n + 1);
        return true;
    }
    if (country_code == 1 && n == 10) {
        e164[1] = '1';
        memcpy(e164 + 2, digits, n + 1);
        return true;
    }
    if (country_code == 1 && n == 11 && digits[0] == '1') {
        memcpy(e164 + 1, digits, n + 1);
        return true;
    }
    return false;
}
