/*
 * check_signature.c - secrets, signing and verifying, against vectors that were
 * signed by other code (tests/vectors/signature/make.py).
 */
#include <inttypes.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>

#include "quosync.h"
#include "support/suite.h"
#include "unit/vectors.h"

enum { NAME, SECRETS, ID, TIMESTAMP, SIGNATURE, CLOCK, BODY, VERDICT };

static struct vectors cases, secrets;
static int compared;

/* The linker puts this in the place of CRYPTO_memcmp (--wrap). */
int __real_CRYPTO_memcmp(const void *a, const void *b, size_t n);
int __wrap_CRYPTO_memcmp(const void *a, const void *b, size_t n);

int
__wrap_CRYPTO_memcmp(const void *a, const void *b, size_t n)
{
    compared++;
    return __real_CRYPTO_memcmp(a, b, n);
}

static size_t
read_secrets(const char *text, struct quosync_secret keys[3])
{
    size_t n = 0;

    while (*text != '\0') {
        size_t bytes = strcspn(text, " ");

        ck_assert(quosync_secret_parse(text, bytes, &keys[n++], NULL));
        text += bytes + (text[bytes] == ' ');
    }
    return n;
}

static const char *
verdict_name(enum quosync_verdict verdict)
{
    static const char *const names[] = { "verified", "malformed", "stale", "no match" };

    return names[verdict];
}

START_TEST(a_delivery_gets_the_verdict_of_its_vector)
{
    const struct vector *v = &cases.items[_i];
    struct quosync_headers headers = { v->fields[ID],   v->fields[TIMESTAMP], v->fields[SIGNATURE],
                                       v->bytes[ID],    v->bytes[TIMESTAMP],
                                       v->bytes[SIGNATURE] };
    struct quosync_secret keys[3];
    size_t n = read_secrets(v->fields[SECRETS], keys);
    int64_t now_s = strtoll(v->fields[CLOCK], NULL, 10);
    enum quosync_verdict verdict;
    struct quosync_error err;

    ck_assert(quosync_verify(keys, n, &headers, v->fields[BODY], v->bytes[BODY], now_s,
                             QUOSYNC_TOLERANCE_S, &verdict, &err));
    ck_assert_msg(strcmp(verdict_name(verdict), v->fields[VERDICT]) == 0, "%s: %s, not %s",
                  v->fields[NAME], verdict_name(verdict), v->fields[VERDICT]);
}
END_TEST

START_TEST(without_a_tolerance_no_delivery_is_stale)
{
    const struct vector *v = &cases.items[_i];
    struct quosync_headers headers = { v->fields[ID],   v->fields[TIMESTAMP], v->fields[SIGNATURE],
                                       v->bytes[ID],    v->bytes[TIMESTAMP],
                                       v->bytes[SIGNATURE] };
    struct quosync_secret keys[3];
    size_t n = read_secrets(v->fields[SECRETS], keys);
    enum quosync_verdict verdict;

    ck_assert(quosync_verify(keys, n, &headers, v->fields[BODY], v->bytes[BODY], 0, -1, &verdict,
                             NULL));
    if (strcmp(v->fields[VERDICT], "stale") == 0)
        ck_assert(verdict == QUOSYNC_VERIFIED || verdict == QUOSYNC_NO_MATCH);
    else
        ck_assert_str_eq(verdict_name(verdict), v->fields[VERDICT]);
}
END_TEST

START_TEST(what_is_signed_verifies_and_is_what_the_vector_says)
{
    const struct vector *v = &cases.items[_i];
    struct quosync_secret keys[3];
    char signature[QUOSYNC_SIGNATURE_SIZE];
    bool exact = strncmp(v->fields[NAME], "key ", 4) == 0 ||
                 strncmp(v->fields[NAME], "public vector", 13) == 0;

    /* The cases whose headers are one plain signature by the one key. */
    if (!exact || strcmp(v->fields[VERDICT], "verified") != 0)
        return;
    ck_assert_uint_eq(read_secrets(v->fields[SECRETS], keys), 1);
    ck_assert(quosync_sign(&keys[0], v->fields[ID], v->bytes[ID],
                           strtoll(v->fields[TIMESTAMP], NULL, 10), v->fields[BODY],
                           v->bytes[BODY], signature, NULL));
    ck_assert_str_eq(signature, v->fields[SIGNATURE]);
}
END_TEST

START_TEST(a_secret_is_read_or_refused_as_its_vector_says)
{
    const struct vector *v = &secrets.items[_i];
    struct quosync_secret secret;
    struct quosync_error err = { 0 };
    char hex[2 * QUOSYNC_SECRET_MAX_BYTES + 1] = "";

    if (quosync_secret_parse(v->fields[1], v->bytes[1], &secret, &err)) {
        for (size_t i = 0; i < secret.key_bytes; i++)
            (void)snprintf(hex + 2 * i, 3, "%02x", secret.key[i]);
        ck_assert_msg(strcmp(hex, v->fields[2]) == 0, "%s: %s", v->fields[0], hex);
        return;
    }
    ck_assert_int_eq(err.kind, QUOSYNC_CONFIG);
    ck_assert_msg(strcmp(err.text, v->fields[2]) == 0, "%s: %s", v->fields[0], err.text);
    /* Nothing of a refused key stays behind. */
    ck_assert_uint_eq(secret.key_bytes, 0);
    for (size_t i = 0; i < sizeof secret.key; i++)
        ck_assert_uint_eq(secret.key[i], 0);
}
END_TEST

START_TEST(a_secret_is_wiped)
{
    struct quosync_secret secret, empty = { 0 };
    const char *text = secrets.items[0].fields[1];

    ck_assert(quosync_secret_parse(text, strlen(text), &secret, NULL));
    quosync_secret_done(&secret);
    ck_assert_mem_eq(&secret, &empty, sizeof secret);
}
END_TEST

START_TEST(every_entry_is_compared_under_every_secret_wherever_the_match_is)
{
    static const char keys_text[] = "whsec_Zmlyc3Qta2V5LWZvci10ZXN0cy1vbmx5LTAwMDE= "
                                    "whsec_c2Vjb25kLWtleS1mb3ItdGVzdHMtb25seS0wMDI= "
                                    "whsec_QUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJD";
    struct quosync_secret keys[3];
    size_t n = read_secrets(keys_text, keys);

    for (size_t signer = 0; signer < n; signer++) {
        for (size_t place = 0; place < 4; place++) {
            char header[4 * QUOSYNC_SIGNATURE_SIZE] = "";
            char right[QUOSYNC_SIGNATURE_SIZE];
            struct quosync_headers headers = { "msg_1", "0", header, 5, 1, 0 };
            enum quosync_verdict verdict;

            ck_assert(quosync_sign(&keys[signer], "msg_1", 5, 0, "{}", 2, right, NULL));
            for (size_t i = 0; i < 4; i++) {
                const char *wrong = "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

                headers.signature_bytes += (size_t)snprintf(
                    header + headers.signature_bytes, sizeof header - headers.signature_bytes,
                    "%s%s", i > 0 ? " " : "", i == place ? right : wrong);
            }
            compared = 0;
            ck_assert(quosync_verify(keys, n, &headers, "{}", 2, 0, 0, &verdict, NULL));
            ck_assert_int_eq(verdict, QUOSYNC_VERIFIED);
            ck_assert_int_eq(compared, 12);
        }
    }
}
END_TEST

START_TEST(nothing_is_compared_before_form_and_clock_are_right)
{
    struct quosync_headers headers = { "msg_1", "01", "v1,x", 5, 2, 4 };
    struct quosync_secret key = { { 1 }, 24 };
    enum quosync_verdict verdict;

    compared = 0;
    ck_assert(quosync_verify(&key, 1, &headers, "{}", 2, 1, 300, &verdict, NULL));
    ck_assert_int_eq(verdict, QUOSYNC_MALFORMED);
    headers.timestamp = "1";
    headers.timestamp_bytes = 1;
    ck_assert(quosync_verify(&key, 1, &headers, "{}", 2, 1000, 300, &verdict, NULL));
    ck_assert_int_eq(verdict, QUOSYNC_STALE);
    ck_assert_int_eq(compared, 0);
}
END_TEST

/* Behind each header goes on what would make another verdict of it. */
START_TEST(headers_end_where_they_end)
{
    struct quosync_secret key = { { 1 }, 24 };
    char right[QUOSYNC_SIGNATURE_SIZE], text[3 * QUOSYNC_SIGNATURE_SIZE];
    struct quosync_headers headers = { "msg_1", "1000", text, 5, 4, 0 };
    enum quosync_verdict verdict;

    ck_assert(quosync_sign(&key, "msg_1", 5, 1000, "{}", 2, right, NULL));
    (void)snprintf(text, sizeof text, "v1,x %s", right);
    headers.signature_bytes = 4;
    ck_assert(quosync_verify(&key, 1, &headers, "{}", 2, 1000, 300, &verdict, NULL));
    ck_assert_int_eq(verdict, QUOSYNC_NO_MATCH);
    (void)snprintf(text, sizeof text, "%s x", right);
    headers.signature_bytes = strlen(right) - 1;
    ck_assert(quosync_verify(&key, 1, &headers, "{}", 2, 1000, 300, &verdict, NULL));
    ck_assert_int_eq(verdict, QUOSYNC_NO_MATCH);
    (void)snprintf(text, sizeof text, "%s", right);
    headers.signature_bytes = strlen(right);
    headers.id = "msg_1\x01";
    headers.timestamp = "1000x";
    ck_assert(quosync_verify(&key, 1, &headers, "{}", 2, 1000, 300, &verdict, NULL));
    ck_assert_int_eq(verdict, QUOSYNC_VERIFIED);
}
END_TEST

START_TEST(a_tolerance_is_taken_to_the_second)
{
    struct quosync_secret key = { { 1 }, 24 };
    struct quosync_headers headers = { "msg_1", "1000", NULL, 5, 4, QUOSYNC_SIGNATURE_SIZE - 1 };
    char signature[QUOSYNC_SIGNATURE_SIZE];
    enum quosync_verdict verdict;

    ck_assert(quosync_sign(&key, "msg_1", 5, 1000, "{}", 2, signature, NULL));
    headers.signature = signature;
    headers.signature_bytes = strlen(signature);
    for (int64_t tolerance_s = 0; tolerance_s < 3; tolerance_s++) {
        for (int64_t off_s = -4; off_s <= 4; off_s++) {
            bool fresh = off_s >= -tolerance_s && off_s <= tolerance_s;

            ck_assert(quosync_verify(&key, 1, &headers, "{}", 2, 1000 + off_s, tolerance_s,
                                     &verdict, NULL));
            ck_assert_int_eq(verdict, fresh ? QUOSYNC_VERIFIED : QUOSYNC_STALE);
        }
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("signature");
    TCase *tc = tcase_create("signature");

    cases = vectors_load("signature/cases.tsv");
    secrets = vectors_load("signature/secrets.tsv");
    tcase_add_loop_test(tc, a_delivery_gets_the_verdict_of_its_vector, 0, (int)cases.n);
    tcase_add_loop_test(tc, without_a_tolerance_no_delivery_is_stale, 0, (int)cases.n);
    tcase_add_loop_test(tc, what_is_signed_verifies_and_is_what_the_vector_says, 0, (int)cases.n);
    tcase_add_loop_test(tc, a_secret_is_read_or_refused_as_its_vector_says, 0, (int)secrets.n);
    tcase_add_test(tc, a_secret_is_wiped);
    tcase_add_test(tc, every_entry_is_compared_under_every_secret_wherever_the_match_is);
    tcase_add_test(tc, a_tolerance_is_taken_to_the_second);
    tcase_add_test(tc, headers_end_where_they_end);
    tcase_add_test(tc, nothing_is_compared_before_form_and_clock_are_right);
    suite_add_tcase(suite, tc);
    return suite_run(suite);
}
