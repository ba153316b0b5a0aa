/*
 * fuzz_values.c - any bytes as an instant, a date, a number, a phone number and
 * a secret: what is read is written in one form, which reads as the same.
 */
#include <string.h>

#include "core/instant.h"
#include "core/number.h"
#include "core/phone.h"
#include "fuzz/fuzz.h"
#include "quosync.h"

static void
check_instants(const char *text, size_t bytes)
{
    char written[QUOSYNC_INSTANT_SIZE];
    int64_t us, again, date_us;

    if (quosync_instant_parse(text, bytes, &us, NULL)) {
        quosync_instant_format(us, written);
        MUST(quosync_instant_parse(written, strlen(written), &again, NULL) && again == us);
        MUST(instant_parse_date(text, bytes, &date_us) && date_us == us);
    }
    if (instant_parse_date(text, bytes, &us)) {
        quosync_instant_format(us, written);
        MUST(instant_parse_date(written, strlen(written), &again) && again == us);
    }
}

static void
check_number(const char *text, size_t bytes)
{
    char first[NUMBER_SIZE], second[NUMBER_SIZE];

    if (number_canonical(text, bytes, first)) {
        MUST(number_canonical(first, strlen(first), second));
        MUST(strcmp(first, second) == 0);
    }
}

static void
check_phone(const char *text)
{
    char first[PHONE_E164_SIZE], second[PHONE_E164_SIZE];

    for (int country_code = 0; country_code <= 1; country_code++) {
        if (phone_e164(text, country_code, first)) {
            MUST(strlen(first) >= 9 && strlen(first) <= 16);
            /* "1" and ten digits may begin with 10; with "+" they are what they are. */
            MUST(phone_e164(first, 0, second) && strcmp(first, second) == 0);
        }
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    struct quosync_secret secret;
    char *text = malloc(bytes + 1);

    MUST(text != NULL);
    memcpy(text, data, bytes);
    text[bytes] = '\0';
    check_instants((const char *)data, bytes);
    check_number((const char *)data, bytes);
    check_phone(text);
    if (quosync_secret_parse((const char *)data, bytes, &secret, NULL))
        MUST(secret.key_bytes >= QUOSYNC_SECRET_MIN_BYTES);
    free(text);
    return 0;
}
