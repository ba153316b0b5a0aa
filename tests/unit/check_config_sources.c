/*
 * check_config_sources.c - the configuration where it comes from: flags and variables
 * beside several workspaces, systemd's credentials, and files that are none.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/config.h"
#include "core/memory.h"
#include "support/suite.h"

#define KEY_1 "whsec_Zmlyc3Qta2V5LWZvci10ZXN0cy1vbmx5LTAwMDE="
#define KEY_2 "whsec_c2Vjb25kLWtleS1mb3ItdGVzdHMtb25seS0wMDI="
#define TWO "[workspace a]\norg_id = ORa\n[workspace b]\norg_id = ORb\n"

static char folder[64];
static struct config config;
static struct config_report report;
static struct quosync_error err;

static void
write_file(const char *name, const char *text)
{
    char path[256];
    FILE *file;

    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(text, file), 0);
    ck_assert_int_eq(fclose(file), 0);
    ck_assert_int_eq(chmod(path, 0600), 0);
}

static void
set_up(void)
{
    (void)snprintf(folder, sizeof folder, "/tmp/quosync-config.XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(setenv("CREDENTIALS_DIRECTORY", folder, 1), 0);
}

static void
tear_down(void)
{
    char command[128];

    config_done(&config);
    config_report_done(&report);
    (void)snprintf(command, sizeof command, "rm -rf %s", folder);
    ck_assert_int_eq(system(command), 0);
}

static bool
load(const char *text, unsigned need, const char *workspace, const struct config_flag *flag)
{
    char path[256];
    struct config_sources sources = { .file = path, .need = need, .flags = flag,
                                      .n_flags = flag != NULL, .workspace = workspace };

    config_done(&config);
    config_report_done(&report);
    write_file("conf", text);
    (void)snprintf(path, sizeof path, "%s/conf", folder);
    return config_load(&sources, &config, &report, &err);
}

static bool
is_told(const char *text)
{

    for (size_t i = 0; i < report.n_mistakes; i++)
        if (strstr(report.mistakes[i], text) != NULL)
            return true;
    return false;
}

static size_t
keys_of(size_t workspace)
{
    AUTO(secret_set_release) const struct secret_set *set =
        secrets_take(config.workspaces[workspace].secrets);

    return set->n;
}

/* ---- flags and variables ---------------------------------------------------------- */

START_TEST(a_flag_of_one_workspace_says_which_where_there_are_several)
{
    const struct config_flag flag = { "api_key_file", "/nowhere" };

    ck_assert(!load(TWO, 0, NULL, &flag));
    ck_assert(is_told("--api-key-file: names no workspace, and there are several: add --workspace"));
    ck_assert(!load(TWO, CONFIG_NEED_API_KEY, "b", &flag));
    ck_assert(is_told("/nowhere"));
    ck_assert(!is_told("workspace"));
}
END_TEST

START_TEST(a_flag_that_there_is_not_is_refused_and_so_is_a_secret)
{
    static const struct config_flag flags[] = { { "nothing", "1" }, { "api_key", "MARKER" } };

    for (int i = 0; i < 2; i++) {
        ck_assert(!load("", 0, NULL, &flags[i]));
        ck_assert(is_told("there is no such flag"));
        ck_assert(!is_told("MARKER"));
    }
}
END_TEST

START_TEST(a_variable_belongs_into_the_section_where_there_are_several)
{
    ck_assert_int_eq(setenv("QUOSYNC_ORG_ID", "ORx", 1), 0);
    ck_assert(!load(TWO, 0, NULL, NULL));
    ck_assert(is_told("environment: QUOSYNC_ORG_ID: names no workspace, and there are several: it"
                      " belongs in a [workspace NAME] section"));
    (void)unsetenv("QUOSYNC_ORG_ID");
}
END_TEST

/* ---- credentials ------------------------------------------------------------------ */

START_TEST(a_credential_may_bear_the_name_of_its_workspace)
{
    write_file("webhook_secrets.a", KEY_1);
    write_file("webhook_secrets.b", KEY_2 "\n" KEY_1 "xx");
    write_file("api_key.b", "key-of-b\n");
    ck_assert(!load(TWO, CONFIG_NEED_SECRETS | CONFIG_WANT_API_KEY, NULL, NULL));
    ck_assert(is_told("webhook_secrets"));
    write_file("webhook_secrets.b", KEY_2 "\n" "whsec_dGhpcmQta2V5LWZvci10ZXN0cy1vbmx5LTAwMDM=\n");
    ck_assert(load(TWO, CONFIG_NEED_SECRETS | CONFIG_WANT_API_KEY, NULL, NULL));
    ck_assert_uint_eq(keys_of(0), 1);
    ck_assert_uint_eq(keys_of(1), 2);
    ck_assert_str_eq(config.workspaces[1].api_key, "key-of-b");
}
END_TEST

START_TEST(a_credential_without_a_name_is_the_only_workspace_s)
{
    write_file("webhook_secrets", KEY_1);
    ck_assert(load("[workspace a]\norg_id = ORa\n", CONFIG_NEED_SECRETS, NULL, NULL));
    ck_assert_uint_eq(keys_of(0), 1);
    ck_assert(!load(TWO, CONFIG_NEED_SECRETS, NULL, NULL));
    ck_assert(is_told("workspace \"a\""));
    ck_assert(is_told("workspace \"b\""));
    ck_assert(!is_told("cannot open"));
}
END_TEST

START_TEST(a_credential_that_is_not_there_is_not_missed_where_it_is_not_needed)
{
    write_file("webhook_secrets", KEY_1);
    ck_assert_msg(load("", CONFIG_NEED_SECRETS | CONFIG_CHECK_ALL, NULL, NULL), "%s",
                  report.n_mistakes > 0 ? report.mistakes[0] : err.text);
    ck_assert(!load("", CONFIG_NEED_API_KEY, NULL, NULL));
    ck_assert(is_told("neither api_key nor api_key_file is set"));
}
END_TEST

START_TEST(a_credential_that_cannot_be_used_is_named)
{
    char path[256];

    write_file("database", "host=a password=MARKER\x01\n");
    ck_assert(!load("", 0, NULL, NULL));
    ck_assert(is_told(": database: "));
    ck_assert(!is_told("MARKER"));
    (void)snprintf(path, sizeof path, "%s/database", folder);
    ck_assert_int_eq(remove(path), 0);
    ck_assert_int_eq(mkdir(path, 0700), 0);
    ck_assert(!load("", 0, NULL, NULL));
    ck_assert(is_told("/database"));
    ck_assert(load("database = host=b\n", 0, NULL, NULL));
    ck_assert_str_eq(config.database, "host=b");
}
END_TEST

START_TEST(it_is_shown_that_a_value_is_a_credential)
{
    struct config_shown *shown;
    size_t n, found = 0;

    write_file("database", "host=a\n");
    write_file("webhook_secrets", KEY_1);
    ck_assert(load("", CONFIG_NEED_SECRETS, NULL, NULL));
    ck_assert(config_show(&config, &shown, &n, &err));
    for (size_t i = 0; i < n; i++)
        if (strcmp(shown[i].origin, "credential") == 0) {
            ck_assert(shown[i].value == NULL || strstr(shown[i].value, "Zmlyc3") == NULL);
            found++;
        }
    ck_assert_uint_eq(found, 2);
    config_shown_free(shown, n);
    /* What is no absolute path names no folder. */
    ck_assert_int_eq(setenv("CREDENTIALS_DIRECTORY", "relative", 1), 0);
    ck_assert(!load("", CONFIG_NEED_SECRETS, NULL, NULL));
}
END_TEST

START_TEST(a_file_of_secrets_holds_some_and_not_too_many)
{
    char many[17 * sizeof KEY_1 + 1] = "";

    write_file("webhook_secrets", " , \n");
    ck_assert(!load("", CONFIG_NEED_SECRETS, NULL, NULL));
    ck_assert(is_told("there is no secret in it"));
    for (int i = 0; i < 17; i++)
        (void)snprintf(many + (size_t)i * sizeof KEY_1, sizeof KEY_1 + 1, "%s\n", KEY_1);
    write_file("webhook_secrets", many);
    ck_assert(!load("", CONFIG_NEED_SECRETS, NULL, NULL));
    ck_assert(is_told("more than 16 secrets"));
    write_file("api_key", "k\x01y\n");
    ck_assert(!load("", CONFIG_NEED_API_KEY, NULL, NULL));
    ck_assert(is_told("the API key holds characters that no key has"));
    write_file("api_key", "two words\n");
    ck_assert(!load("", CONFIG_NEED_API_KEY, NULL, NULL));
    ck_assert(is_told("it does not hold one API key"));
}
END_TEST

START_TEST(what_is_public_and_what_is_not_have_addresses_of_their_own)
{
    ck_assert(!load("listen = 127.0.0.1:8480\nadmin_listen = 127.0.0.1:8480\n", 0, NULL, NULL));
    ck_assert(is_told("listen and admin_listen are the same address"));
}
END_TEST

/* ---- files ------------------------------------------------------------------------- */

START_TEST(a_byte_order_mark_is_no_part_of_the_first_key)
{
    ck_assert_msg(load("\xEF\xBB\xBFworkers = 3\n", 0, NULL, NULL), "%s", err.text);
    ck_assert_uint_eq(config.workers, 3);
}
END_TEST

START_TEST(a_file_that_is_none_or_too_large_is_refused)
{
    static char large[(1 << 20) + 100];
    struct config_sources sources = { .file = folder };

    ck_assert(!config_load(&sources, &config, &report, &err));
    ck_assert(is_told("it is not a file"));
    memset(large, '#', sizeof large - 1);
    ck_assert(!load(large, 0, NULL, NULL));
    ck_assert(is_told("is larger than"));
}
END_TEST

START_TEST(a_body_must_fit_into_the_intake)
{
    ck_assert(!load("intake_bytes = 1000000\nmax_body = 2000000\n", 0, NULL, NULL));
    ck_assert(is_told("is less than max_body"));
}
END_TEST

static const struct {
    const char *text, *told; /* NULL: it is good */
} lines[] = {
    { "listen = [::1]:8480\n", NULL },
    { "listen = [::g]:8480\n", "is not an address and a port" },
    { "api_url = http://[::1]:80\n", NULL },
    { "api_url = https://api.quo.com//\n", NULL },
    { "api_url = https://a..quo.com\n", "is not a name" },
    { "api_url = https://.quo.com\n", "is not a name" },
    { "api_url = https://quo.com.\n", "is not a name" },
    { "api_url = https://quo.0x1\n", "is not a name" },
    { "api_url = https://api.quo.com/a/../b\n", "plain names" },
    { "path = webhooks\n", "is not a plain URL path" },
    { "path = /a//b\n", "is not a plain URL path" },
    { "path = /.a\n", "is not a plain URL path" },
    { "org_id = OR\n", "is not a workspace id" },
    { "org_id = OR a\n", "is not a workspace id" },
    { "timezone = /etc/passwd\n", "is not a time zone" },
    { "timezone = Europe/../UTC\n", "is not a time zone" },
    { "timezone = Europe\n", "is not a time zone" },
    { "[workspace -a]\norg_id = ORa\n", "" },
    { "[workspace a.b]\norg_id = ORa\n", "" },
};

START_TEST(values_are_read_as_they_are_meant)
{
    const bool good = load(lines[_i].text, 0, NULL, NULL);

    if (lines[_i].told == NULL)
        ck_assert_msg(good, "%s", report.n_mistakes > 0 ? report.mistakes[0] : err.text);
    else
        ck_assert_msg(!good && is_told(lines[_i].told), "%s", lines[_i].text);
}
END_TEST

START_TEST(a_host_of_any_length_is_refused)
{
    static char text[600];
    const struct config_flag flag = { "api_url", text };

    (void)snprintf(text, sizeof text, "https://%0400d.com", 1);
    ck_assert(!load("", 0, NULL, &flag));
    ck_assert(is_told("--api-url: its host is too long"));
    (void)snprintf(text, sizeof text, "https://%0260d.com", 1);
    ck_assert(!load("", 0, NULL, &flag));
    ck_assert(is_told("--api-url: its host is not a name"));
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("config sources");
    TCase *tc = tcase_create("config sources");

    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, a_flag_of_one_workspace_says_which_where_there_are_several);
    tcase_add_test(tc, a_flag_that_there_is_not_is_refused_and_so_is_a_secret);
    tcase_add_test(tc, a_variable_belongs_into_the_section_where_there_are_several);
    tcase_add_test(tc, a_credential_may_bear_the_name_of_its_workspace);
    tcase_add_test(tc, a_credential_without_a_name_is_the_only_workspace_s);
    tcase_add_test(tc, a_credential_that_is_not_there_is_not_missed_where_it_is_not_needed);
    tcase_add_test(tc, a_credential_that_cannot_be_used_is_named);
    tcase_add_test(tc, it_is_shown_that_a_value_is_a_credential);
    tcase_add_test(tc, a_file_of_secrets_holds_some_and_not_too_many);
    tcase_add_test(tc, what_is_public_and_what_is_not_have_addresses_of_their_own);
    tcase_add_test(tc, a_byte_order_mark_is_no_part_of_the_first_key);
    tcase_add_test(tc, a_file_that_is_none_or_too_large_is_refused);
    tcase_add_test(tc, a_body_must_fit_into_the_intake);
    tcase_add_loop_test(tc, values_are_read_as_they_are_meant, 0,
                        (int)(sizeof lines / sizeof lines[0]));
    tcase_add_test(tc, a_host_of_any_length_is_refused);
    suite_add_tcase(suite, tc);
    return suite_run(suite);
}
