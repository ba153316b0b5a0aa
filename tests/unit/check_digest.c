/*
 * check_digest.c - SHA-256, whole and in pieces.
 */
#include <string.h>

#include "core/digest.h"
#include "core/memory.h"
#include "support/suite.h"

START_TEST(a_digest_in_pieces_is_that_of_the_whole)
{
    AUTO(digest_done) struct digest_run run = { 0 };
    uint8_t whole[DIGEST_SHA256_BYTES], pieces[DIGEST_SHA256_BYTES];
    static uint8_t data[70000];
    struct quosync_error err;

    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)(i * 31 + i / 256);
    ck_assert(digest_sha256(data, sizeof data, whole, &err));
    ck_assert(digest_begin(&run, &err));
    ck_assert(digest_add(&run, data, 1, &err));
    ck_assert(digest_add(&run, data + 1, 0, &err));
    ck_assert(digest_add(&run, data + 1, sizeof data - 1, &err));
    ck_assert(digest_end(&run, pieces, &err));
    ck_assert(memcmp(whole, pieces, sizeof whole) == 0);
}
END_TEST

START_TEST(the_first_64_bits_are_those_of_the_known_vector)
{
    struct quosync_error err;
    uint64_t digest;

    /* FIPS 180-2, appendix B.1. */
    ck_assert(digest_64("abc", 3, &digest, &err));
    ck_assert_uint_eq(digest, 0xba7816bf8f01cfeaU);
}
END_TEST

START_TEST(a_run_that_was_not_ended_is_freed)
{
    struct digest_run run = { 0 };
    struct quosync_error err;

    digest_done(&run);
    ck_assert(digest_begin(&run, &err));
    digest_done(&run);
    ck_assert_ptr_null(run.context);
    digest_done(&run);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("digest");
    TCase *tc = tcase_create("digest");

    tcase_add_test(tc, a_digest_in_pieces_is_that_of_the_whole);
    tcase_add_test(tc, the_first_64_bits_are_those_of_the_known_vector);
    tcase_add_test(tc, a_run_that_was_not_ended_is_freed);
    suite_add_tcase(suite, tc);
    return suite_run(suite);
}
