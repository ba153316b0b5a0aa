/*
 * fuzz_phone.c - any text as a phone number: E.164, or nothing; what came out
 * normalises to itself.
 */
#include <string.h>

#include "core/phone.h"
#include "fuzz/fuzz.h"

static void
check_e164(const char *text)
{
    size_t n = strlen(text);

    MUST(n >= 9 && n <= 16 && text[0] == '+' && text[1] >= '1' && text[1] <= '9');
    MUST(strspn(text + 1, "0123456789") == n - 1);
}

/* Its digits are those of the text, in order: none is made up, but for the country's. */
static void
check_digits(const char *text, const char *e164)
{
    char digits[32];
    size_t n = 0;

    for (; *text != '\0' && n + 1 < sizeof digits; text++) {
        if (*text >= '0' && *text <= '9')
            digits[n++] = *text;
    }
    digits[n] = '\0';
    MUST(strcmp(e164 + 1, digits) == 0 || (e164[1] == '1' && strcmp(e164 + 2, digits) == 0));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    char first[PHONE_E164_SIZE], second[PHONE_E164_SIZE];
    char *text = malloc(bytes + 1);

    MUST(text != NULL);
    memcpy(text, data, bytes);
    text[bytes] = '\0';
    for (int country_code = 0; country_code <= 1; country_code++) {
        if (!phone_e164(text, country_code, first))
            continue;
        check_e164(first);
        check_digits(text, first);
        MUST(country_code == 1 || text[0] == '+');
        /* "1" and ten digits may begin with 10; with "+" they are what they are. */
        MUST(phone_e164(first, 0, second) && strcmp(first, second) == 0);
    }
    free(text);
    return 0;
}
