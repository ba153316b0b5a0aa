/*
 * check_config_values.c - how long a value of the configuration may be, and what it may not
 * hold.
 */
#include <stdio.h>
#include <string.h>

#include "base/config_parse.h"
#include "core/memory.h"
#include "support/suite.h"

static struct quosync_error err;

/* A letter, so often, behind what it begins with. */
static const char *
repeated(const char *begin, size_t bytes)
{
    static char text[5000];

    memset(text, 'x', bytes);
    memcpy(text, begin, strlen(begin));
    text[bytes] = '\0';
    return text;
}

static const struct {
    const char *key, *begin;
    size_t most; /* bytes that are taken */
} lengths[] = {
    { "path", "/", 255 },
    { "org_id", "OR", 255 },
    { "webhook_secrets_file", "/", 4000 },
    { "api_url", "https://a.b/", 1000 },
};

START_TEST(texts_have_a_length_that_they_may_not_exceed)
{
    const struct config_key *key = config_key_find(lengths[_i].key);
    AUTO(arena_done) struct arena arena = { 0 };

    ck_assert_ptr_nonnull(key);
    ck_assert(config_parse(key, repeated(lengths[_i].begin, lengths[_i].most), NULL, &arena, &err));
    ck_assert(!config_parse(key, repeated(lengths[_i].begin, lengths[_i].most + 1), NULL, &arena,
                            &err));
    ck_assert_int_eq(err.kind, QUOSYNC_CONFIG);
}
END_TEST

START_TEST(hosts_zones_and_addresses_of_any_length_are_refused)
{
    static const struct {
        const char *key, *begin;
    } bad[] = { { "api_url", "https://" }, { "timezone", "" }, { "listen", "" } };
    AUTO(arena_done) struct arena arena = { 0 };
    char address[104];

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert(!config_parse(config_key_find(bad[i].key), repeated(bad[i].begin, 400), NULL,
                                &arena, &err));
    (void)snprintf(address, sizeof address, "%.100s:80", repeated("", 100));
    ck_assert(!config_parse(config_key_find("listen"), address, NULL, &arena, &err));
    ck_assert(!config_parse(config_key_find("api_url"), repeated("https://", 280), NULL, &arena,
                            &err));
}
END_TEST

START_TEST(a_name_of_a_workspace_is_short_and_plain)
{
    ck_assert(config_workspace_name_ok("a-B_9"));
    ck_assert(config_workspace_name_ok(repeated("", 32)));
    ck_assert(!config_workspace_name_ok(repeated("", 33)));
    ck_assert(!config_workspace_name_ok(""));
    ck_assert(!config_workspace_name_ok("-a"));
    ck_assert(!config_workspace_name_ok("a b"));
}
END_TEST

START_TEST(names_are_compared_as_far_as_any_key_is_long)
{
    ck_assert_uint_eq(config_distance("max_bodi", "max_body"), 1);
    ck_assert_uint_eq(config_distance("", "abc"), 3);
    ck_assert_uint_eq(config_distance(repeated("", 33), "a"), 99);
    ck_assert_uint_eq(config_distance("a", repeated("", 33)), 99);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("config-values");
    TCase *tc = tcase_create("config-values");

    tcase_add_loop_test(tc, texts_have_a_length_that_they_may_not_exceed, 0,
                        sizeof lengths / sizeof lengths[0]);
    tcase_add_test(tc, hosts_zones_and_addresses_of_any_length_are_refused);
    tcase_add_test(tc, a_name_of_a_workspace_is_short_and_plain);
    tcase_add_test(tc, names_are_compared_as_far_as_any_key_is_long);
    suite_add_tcase(suite, tc);
    return suite_run(suite);
}
