/*
 * check_config.c - the configuration: what is read from where, what overrides
 * what, and that every mistake is told with file, line and key, and no secret.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/config.h"
#include "base/config_parse.h"
#include "core/memory.h"
#include "support/suite.h"

#define KEY_1 "whsec_Zmlyc3Qta2V5LWZvci10ZXN0cy1vbmx5LTAwMDE="
#define KEY_2 "whsec_c2Vjb25kLWtleS1mb3ItdGVzdHMtb25seS0wMDI="

static char folder[64];
static struct config config;
static struct config_report report;
static struct quosync_error err;

static const char *
path_of(const char *name)
{
    static char path[256];

    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void
write_file(const char *name, const char *text, mode_t mode)
{
    FILE *file = fopen(path_of(name), "w");

    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(text, file), 0);
    ck_assert_int_eq(fclose(file), 0);
    ck_assert_int_eq(chmod(path_of(name), mode), 0);
}

static void
set_up(void)
{
    extern char **environ;

    for (char **at = environ; *at != NULL; at++)
        ck_assert_int_ne(strncmp(*at, "QUOSYNC_", 8), 0);
    (void)unsetenv("CREDENTIALS_DIRECTORY");
    (void)snprintf(folder, sizeof folder, "/tmp/quosync-config.XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
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

/* Loads a file of this text. */
static bool
load_with(const char *text, unsigned need, const struct config_flag *flags, size_t n_flags)
{
    struct config_sources sources = { .need = need, .flags = flags, .n_flags = n_flags };
    char path[256];

    write_file("conf", text, 0600);
    (void)snprintf(path, sizeof path, "%s", path_of("conf"));
    sources.file = path;
    return config_load(&sources, &config, &report, &err);
}

static bool
load(const char *text)
{
    return load_with(text, CONFIG_NEED_NOTHING, NULL, 0);
}

/* The mistakes without the folder's name, a line each. */
static const char *
mistakes(void)
{
    static char all[4096];
    size_t at = 0;

    all[0] = '\0';
    for (size_t i = 0; i < report.n_mistakes; i++) {
        const char *text = report.mistakes[i];

        if (strncmp(text, folder, strlen(folder)) == 0)
            text += strlen(folder) + 1;
        at += (size_t)snprintf(all + at, sizeof all - at, "%s\n", text);
    }
    return all;
}

START_TEST(defaults_hold_where_nothing_is_set)
{
    const struct config_sources sources = { .file = "/dev/null" };

    ck_assert(config_load(&sources, &config, &report, &err));
    ck_assert_uint_eq(config.n_workspaces, 1);
    ck_assert_str_eq(config.workspaces[0].name, "default");
    ck_assert_str_eq(config.workspaces[0].org_id, "default");
    ck_assert(!config.workspaces[0].org_id_configured);
    ck_assert_str_eq(config.workspaces[0].path, "/webhooks/quo");
    ck_assert_str_eq(config.listen.text, "127.0.0.1:8480");
    ck_assert_uint_eq(config.listen.port, 8480);
    ck_assert(!config.admin_listen_set);
    ck_assert_uint_eq(config.max_body_bytes, 4194304);
    ck_assert_int_eq(config.request_deadline_s, 10);
    ck_assert_int_eq(config.keep_events_s, 90 * 86400);
    ck_assert_int_eq(config.keep_content_s, 0);
    ck_assert_int_eq(config.log, LOG_LEVEL_INFO);
    ck_assert_uint_eq(config.workers, 2);
}
END_TEST

START_TEST(a_file_may_hold_nothing_but_sections)
{
    ck_assert(load("[workspace a]\norg_id = ORa\n[workspace b]\norg_id = ORb\npath = /b\n"));
    ck_assert_uint_eq(config.n_workspaces, 2);
    ck_assert_str_eq(config.workspaces[0].path, "/webhooks/quo/a");
    ck_assert_str_eq(config.workspaces[1].path, "/b");
    ck_assert(config.workspaces[1].org_id_configured);
}
END_TEST

START_TEST(time_zone_and_country_before_the_sections_hold_for_all_that_have_none)
{
    ck_assert(load("timezone = Europe/Paris\ncountry_code = 1\n"
                   "[workspace a]\norg_id = ORa\n"
                   "[workspace b]\norg_id = ORb\ntimezone = UTC\ncountry_code = none\n"));
    ck_assert_str_eq(config.workspaces[0].timezone, "Europe/Paris");
    ck_assert_uint_eq(config.workspaces[0].country_code, 1);
    ck_assert_str_eq(config.workspaces[1].timezone, "UTC");
    ck_assert_uint_eq(config.workspaces[1].country_code, 0);
}
END_TEST

START_TEST(the_environment_overrides_the_file_and_flags_override_both)
{
    const struct config_flag flag = { "batch", "30" };

    ck_assert_int_eq(setenv("QUOSYNC_BATCH", "20", 1), 0);
    ck_assert_int_eq(setenv("QUOSYNC_WORKERS", "7", 1), 0);
    ck_assert_int_eq(setenv("QUOSYNC_RATE", "", 1), 0);
    ck_assert(load_with("batch = 10\nworkers = 3\nrate = 5\n", 0, &flag, 1));
    ck_assert_uint_eq(config.batch, 30);
    ck_assert_uint_eq(config.workers, 7);
    ck_assert_uint_eq(config.rate, 5); /* an empty variable is none */
}
END_TEST

START_TEST(secret_variables_are_wiped_and_unset)
{
    static char before[] = "QUOSYNC_WEBHOOK_SECRETS=" KEY_1;
    AUTO(secret_set_release) const struct secret_set *set = NULL;

    ck_assert_int_eq(putenv(before), 0); /* the environment's own bytes */
    ck_assert(load(""));
    ck_assert_ptr_null(getenv("QUOSYNC_WEBHOOK_SECRETS"));
    ck_assert_int_eq(before[sizeof "QUOSYNC_WEBHOOK_SECRETS=" - 1], '\0');
    ck_assert_int_eq(before[sizeof before - 2], '\0');
    set = secrets_take(config.workspaces[0].secrets);
    ck_assert_uint_eq(set->n, 1);
}
END_TEST

START_TEST(all_mistakes_are_told_at_once_with_file_line_and_key)
{
    ck_assert(!load("bogus = 1\n"
                    "max_bodi = 5\n"
                    "rate = 1e3\n"
                    "rate = 7\n"
                    "batch = -1\n"
                    "no key at all\n"
                    "org_id = ORx\n"
                    "log =\n"
                    "[workspace a]\n"
                    "keep_events = 5 d\n"
                    "org_id = ORa\n"
                    "[workspace a]\n"
                    "[elsewhere]\n"));
    ck_assert_int_eq(err.kind, QUOSYNC_CONFIG);
    ck_assert_str_eq(
        mistakes(),
        "conf:6: expected key = value or [workspace NAME]\n"
        "conf:13: a section is [workspace NAME], the name of at most 32 letters, digits, _ or -\n"
        "conf:12: workspace \"a\" has a section already\n"
        "conf:1: bogus: unknown key\n"
        "conf:2: max_bodi: unknown key (did you mean \"max_body\"?)\n"
        "conf:4: rate: was set in line 3 already\n"
        "conf:7: org_id: belongs in a [workspace NAME] section\n"
        "conf:8: log: has no value\n"
        "conf:10: keep_events: is no key of a workspace: it belongs before the first section\n"
        "conf:5: batch: \"-1\" is not a whole number from 1 to 10000\n"
        "conf:3: rate: \"1e3\" is not a whole number from 1 to 10000\n");
}
END_TEST

START_TEST(long_values_go_on_in_indented_lines_and_others_may_not)
{
    ck_assert(!load("database = host=a,b,c\n"
                    "    port=1,2,3\n"
                    "workers = 3\n"
                    "  batch = 7\n"));
    ck_assert_str_eq(config.database, "host=a,b,c port=1,2,3");
    ck_assert_str_eq(mistakes(), "conf:4: workers: this indented line would go on with its value, "
                                 "which takes one line\n");
}
END_TEST

START_TEST(a_line_that_would_be_cut_is_a_mistake)
{
    char text[400];

    memset(text, 'x', sizeof text - 1);
    memcpy(text, "database = ", 11);
    text[sizeof text - 1] = '\0';
    ck_assert(!load(text));
    ck_assert_str_eq(mistakes(), "conf:1: the line is longer than 198 bytes; long values go on in "
                                 "the next line, indented\n");
}
END_TEST

/* ---- values -------------------------------------------------------------------------- */

static const struct {
    const char *key, *text;
    int64_t number; /* -1: refused */
} values[] = {
    { "batch", "1", 1 },           { "batch", "10000", 10000 },  { "batch", "10001", -1 },
    { "batch", "0", -1 },          { "batch", "1e3", -1 },       { "batch", "-1", -1 },
    { "batch", "+1", -1 },         { "batch", " 8 ", -1 },       { "batch", "8 ", -1 },
    { "batch", "08", -1 },         { "batch", "0x10", -1 },      { "batch", "1.0", -1 },
    { "batch", "", -1 },           { "batch", "18446744073709551616", -1 },
    { "batch", "18446744073709551617", -1 },
    { "batch", "9223372036854775808", -1 },
    { "max_body", "4 MiB", 4194304 },  { "max_body", "1KiB", 1024 },
    { "max_body", "4 MB", -1 },        { "max_body", "64 GiB", -1 },
    { "max_body", "9223372036854775807 GiB", -1 },
    { "max_per_address", "0", 0 },
    { "keep_events", "90 d", 90 * 86400 }, { "keep_events", "36h", 36 * 3600 },
    { "keep_events", "none", 0 },          { "keep_events", "90", -1 },
    { "keep_events", "90 days", -1 },      { "keep_events", "90  d", -1 },
    { "keep_events", "9223372036854775807 d", -1 },
    { "keep_delivery_ids", "27 h", -1 },   { "keep_delivery_ids", "none", -1 },
    { "request_deadline", "5 m", 300 },    { "request_deadline", "301", -1 },
    { "country_code", "1", 1 },            { "country_code", "none", 0 },
    { "country_code", "44", -1 },
};

START_TEST(numbers_are_read_strictly)
{
    const struct config_key *key = config_key_find(values[_i].key);
    AUTO(arena_done) struct arena arena = { 0 };
    union {
        struct config config;
        struct config_workspace workspace;
    } base;
    const char *at;
    int64_t number;

    memset(&base, 0, sizeof base);
    ck_assert_ptr_nonnull(key);
    ck_assert_msg(config_parse(key, values[_i].text, &base, &arena, &err) ==
                      (values[_i].number >= 0),
                  "%s = \"%s\"", key->name, values[_i].text);
    if (values[_i].number < 0) {
        ck_assert_int_eq(err.kind, QUOSYNC_CONFIG);
        return;
    }
    at = (const char *)&base + key->offset;
    memcpy(&number, at, sizeof number);
    ck_assert_int_eq(number, values[_i].number);
}
END_TEST

static const struct {
    const char *key, *text;
    bool good;
} texts[] = {
    { "api_url", "https://api.quo.com", true },
    { "api_url", "https://api.quo.com:8443/v2/", true },
    { "api_url", "http://127.0.0.1:8080", true },
    { "api_url", "http://localhost:1", true },
    { "api_url", "http://[::1]:1", true },
    { "api_url", "http://example.com", false },
    { "api_url", "http://127.0.0.1.evil", false },
    { "api_url", "http://127.0.0.1.evil.com", false },
    { "api_url", "http://localhost.evil.com", false },
    { "api_url", "ftp://api.quo.com", false },
    { "api_url", "file:///etc/passwd", false },
    { "api_url", "https://user:pass@api.quo.com", false },
    { "api_url", "https://api.quo.com@evil.com", false },
    { "api_url", "https://api.quo.com.", false },
    { "api_url", "https://169.254.169.254", false },
    { "api_url", "https://2130706433", false },
    { "api_url", "https://0x7f.1", false },
    { "api_url", "https://", false },
    { "api_url", "https://api.quo.com:0", false },
    { "api_url", "https://api.quo.com:65536", false },
    { "api_url", "https://api.quo.com/?a=b", false },
    { "api_url", "HTTPS://api.quo.com", false },
    { "listen", "127.0.0.1:0", true },
    { "listen", "[::1]:8480", true },
    { "listen", "localhost:8480", true },
    { "listen", "0.0.0.0:80", true },
    { "listen", "::1:8480", false },
    { "listen", "127.0.0.1", false },
    { "listen", "127.0.0.1:65536", false },
    { "listen", "127.0.0.1:http", false },
    { "listen", "example.com:80", false },
    { "listen", ":80", false },
    { "listen", "[::1:80", false },
    { "listen", "[::x]:80", false },
    { "path", "/webhooks/quo", true },
    { "path", "webhooks", false },
    { "path", "/a//b", false },
    { "path", "/a/../b", false },
    { "path", "/a?b", false },
    { "path", "/a%2fb", false },
    { "path", "/a b", false },
    { "org_id", "OR7kq2Xw9bVd", true },
    { "org_id", "OR", false },
    { "org_id", "US1", false },
    { "org_id", "OR'; drop", false },
    { "timezone", "America/New_York", true },
    { "timezone", "../../etc/passwd", false },
    { "timezone", "Mars/Olympus", false },
    { "timezone", "America", false },
    { "timezone", "/UTC", false },
    { "timezone", "U C", false },
    { "batch", "5", true },
    { "keep_events", "5 d", true },
    { "country_code", "1", true },
    { "webhook_secrets_file", "/etc/keys", true },
    { "webhook_secrets_file", "/etc/k\x7f", false },
    { "database", "host=a\x1b", false },
    { "log", "debug", true },
    { "log", "verbose", false },
    { "log_format", "json", true },
    { "log_format", "xml", false },
};

START_TEST(texts_are_read_strictly)
{
    const struct config_key *key = config_key_find(texts[_i].key);
    AUTO(arena_done) struct arena arena = { 0 };

    ck_assert_ptr_nonnull(key);
    ck_assert_msg(config_parse(key, texts[_i].text, NULL, &arena, &err) == texts[_i].good,
                  "%s = \"%s\": %s", key->name, texts[_i].text, err.text);
}
END_TEST

/* ---- secrets --------------------------------------------------------------------------- */

static void
load_secret_file(const char *text, mode_t mode, bool good)
{
    char conf[320];

    write_file("secrets", text, mode);
    (void)snprintf(conf, sizeof conf, "webhook_secrets_file = %s\n", path_of("secrets"));
    ck_assert_msg(load_with(conf, CONFIG_NEED_SECRETS, NULL, 0) == good, "%s", mistakes());
}

START_TEST(a_secret_file_may_hold_several_in_any_spacing)
{
    AUTO(secret_set_release) const struct secret_set *set = NULL;

    load_secret_file(KEY_1 ",\r\n\t" KEY_2 "\r\n", 0600, true);
    ck_assert_uint_eq(report.n_warnings, 0);
    set = secrets_take(config.workspaces[0].secrets);
    ck_assert_uint_eq(set->n, 2);
}
END_TEST

START_TEST(a_secret_file_that_everybody_can_read_is_refused)
{
    load_secret_file(KEY_1, 0604, false);
    ck_assert_ptr_nonnull(strstr(mistakes(), "conf:1: webhook_secrets_file: "));
    ck_assert_ptr_nonnull(strstr(mistakes(), "can be read by everybody (mode 0604)"));
    ck_assert_ptr_nonnull(strstr(mistakes(), "Run: chmod 600 "));
}
END_TEST

START_TEST(a_secret_file_that_its_group_can_read_is_warned_about)
{
    load_secret_file(KEY_1, 0640, true);
    ck_assert_uint_eq(report.n_warnings, 1);
    ck_assert_ptr_nonnull(strstr(report.warnings[0], "can be read by its group"));
}
END_TEST

START_TEST(a_secret_file_must_be_a_file_of_bearable_size)
{
    static char large[70000];
    char conf[320];
    const char *const bad[] = { "folder", "fifo", "empty", "large", "missing" };
    const char *const why[] = { "is not a regular file", "is not a regular file", "is empty",
                                "is larger than 65536 bytes", "cannot open" };

    memset(large, 'A', sizeof large - 1);
    ck_assert_int_eq(mkdir(path_of("folder"), 0700), 0);
    ck_assert_int_eq(mkfifo(path_of("fifo"), 0600), 0);
    write_file("empty", "", 0600);
    write_file("large", large, 0600);
    for (size_t i = 0; i < 5; i++) {
        (void)snprintf(conf, sizeof conf, "webhook_secrets_file = %s\n", path_of(bad[i]));
        ck_assert(!load_with(conf, CONFIG_NEED_SECRETS, NULL, 0));
        ck_assert_msg(strstr(mistakes(), why[i]) != NULL, "%s: %s", bad[i], mistakes());
        config_done(&config);
        config_report_done(&report);
    }
}
END_TEST

START_TEST(a_secret_file_with_a_nul_is_refused)
{
    FILE *file;
    char conf[320];

    write_file("secrets", "", 0600);
    file = fopen(path_of("secrets"), "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(KEY_1 "\0x", 1, sizeof KEY_1 + 1, file), sizeof KEY_1 + 1);
    ck_assert_int_eq(fclose(file), 0);
    (void)snprintf(conf, sizeof conf, "webhook_secrets_file = %s\n", path_of("secrets"));
    ck_assert(!load_with(conf, CONFIG_NEED_SECRETS, NULL, 0));
    ck_assert_ptr_nonnull(strstr(mistakes(), "holds a NUL byte"));
}
END_TEST

START_TEST(a_bad_secret_is_named_by_its_place_and_never_shown)
{
    static const char *const bad[] = { "whsec_",
                                       "whsec_REPLACE_ME",
                                       "whpk_Zmlyc3Qta2V5LWZvci10ZXN0cy1vbmx5LTAwMDE=",
                                       "whsec_c2hvcnQ=",
                                       "whsec_MARKER!MARKER!MARKER!MARKER!MARKER" };
    char conf[320];

    (void)snprintf(conf, sizeof conf, "webhook_secrets = " KEY_1 " %s\n", bad[_i]);
    ck_assert(!load(conf));
    ck_assert_ptr_nonnull(strstr(mistakes(), "conf:1: webhook_secrets: secret 2 of 2: "));
    ck_assert_ptr_null(strstr(mistakes(), "MARKER"));
    ck_assert_ptr_null(strstr(mistakes(), "REPLACE"));
    ck_assert_ptr_null(strstr(mistakes(), "c2hvcnQ"));
}
END_TEST

START_TEST(a_receiver_without_secrets_is_a_mistake_of_each_workspace)
{
    ck_assert(!load_with("[workspace a]\norg_id = ORa\n[workspace b]\norg_id = ORb\n",
                         CONFIG_NEED_SECRETS, NULL, 0));
    ck_assert_str_eq(mistakes(),
                     "workspace \"a\": neither webhook_secrets nor webhook_secrets_file is set\n"
                     "workspace \"b\": neither webhook_secrets nor webhook_secrets_file is set\n");
}
END_TEST

START_TEST(a_secret_and_its_file_may_not_both_be_set)
{
    ck_assert(!load("api_key = abc\napi_key_file = /nowhere\n"));
    ck_assert_ptr_nonnull(strstr(mistakes(), "conf:1: api_key: api_key_file is set too"));
    ck_assert_ptr_nonnull(strstr(mistakes(), "conf:2: api_key_file): only one of them may be"));
}
END_TEST

START_TEST(two_workspaces_may_share_neither_path_nor_org_id_nor_secret_nor_key)
{
    ck_assert(!load("[workspace a]\norg_id = ORa\npath = /x\nwebhook_secrets = " KEY_1 "\n"
                    "api_key = same\n"
                    "[workspace b]\norg_id = ORa\npath = /x\nwebhook_secrets = " KEY_2 "," KEY_1
                    "\napi_key = same\n"));
    ck_assert_ptr_nonnull(strstr(mistakes(), "conf:8: path: workspaces \"a\" and \"b\" have the"
                                             " same path /x"));
    ck_assert_ptr_nonnull(strstr(mistakes(), "conf:7: org_id: workspaces"));
    ck_assert_ptr_nonnull(strstr(mistakes(), "have the same org_id ORa"));
    ck_assert_ptr_nonnull(strstr(mistakes(), "conf:10: api_key: workspaces"));
    ck_assert_ptr_nonnull(strstr(mistakes(), "have the same API key"));
    ck_assert_ptr_nonnull(strstr(mistakes(), "conf:9: webhook_secrets: workspace \"a\" has one of "
                                             "these secrets already"));
}
END_TEST

START_TEST(the_path_that_one_workspace_has_by_default_is_none_for_another)
{
    ck_assert(!load("[workspace a]\norg_id = ORa\npath = /b\n[workspace b]\norg_id = ORb\n"
                    "[workspace c]\norg_id = ORc\npath = /webhooks/quo/b\n"));
    ck_assert_ptr_nonnull(strstr(mistakes(), "conf:8: path: workspaces \"b\" and \"c\""));
}
END_TEST

START_TEST(several_workspaces_need_their_org_ids)
{
    ck_assert(!load("[workspace a]\norg_id = ORa\n[workspace b]\n"));
    ck_assert_ptr_nonnull(strstr(mistakes(), "workspace \"b\" has no org_id"));
}
END_TEST

START_TEST(credentials_of_systemd_are_read_whatever_their_mode)
{
    AUTO(secret_set_release) const struct secret_set *set = NULL;

    write_file("webhook_secrets", KEY_1 "\n", 0644);
    write_file("database", "host=a password=MARKER\n", 0644);
    ck_assert_int_eq(setenv("CREDENTIALS_DIRECTORY", folder, 1), 0);
    ck_assert_msg(load_with("", CONFIG_NEED_SECRETS, NULL, 0), "%s", mistakes());
    set = secrets_take(config.workspaces[0].secrets);
    ck_assert_uint_eq(set->n, 1);
    ck_assert_str_eq(config.database, "host=a password=MARKER");
}
END_TEST

START_TEST(a_password_may_not_stand_on_the_command_line)
{
    static const char *const bad[] = { "host=a password=MARKER", "postgresql://u:MARKER@h/d",
                                       "postgresql://h/d?password=MARKER" };
    const struct config_flag flag = { "database", bad[_i] };

    ck_assert(!load_with("", 0, &flag, 1));
    ck_assert_ptr_nonnull(strstr(mistakes(), "--database: a password on the command line"));
    ck_assert_ptr_null(strstr(mistakes(), "MARKER"));
}
END_TEST

START_TEST(what_is_shown_holds_no_secret)
{
    struct config_shown *shown;
    size_t n;

    ck_assert(load("database = postgresql://u:MARKER@h/d\napi_key = MARKER\n"
                   "webhook_secrets = " KEY_1 "\n"));
    ck_assert(config_show(&config, &shown, &n, &err));
    ck_assert_uint_eq(n, config_n_keys);
    for (size_t i = 0; i < n; i++) {
        ck_assert(shown[i].value == NULL || strstr(shown[i].value, "MARKER") == NULL);
        ck_assert(shown[i].value == NULL || strstr(shown[i].value, "Zmlyc3") == NULL);
        if (strcmp(shown[i].key->name, "api_key") == 0)
            ck_assert_str_eq(shown[i].value, "(set)");
    }
    config_shown_free(shown, n);
}
END_TEST

START_TEST(a_refused_url_is_shown_without_what_may_be_a_password)
{
    struct config_shown *shown;
    size_t n;

    ck_assert(!load("api_url = https://user:MARKER@api.quo.com\n"));
    ck_assert_ptr_null(strstr(mistakes(), "MARKER"));
    ck_assert(config_show(&config, &shown, &n, &err));
    for (size_t i = 0; i < n; i++)
        ck_assert(shown[i].value == NULL || strstr(shown[i].value, "MARKER") == NULL);
    config_shown_free(shown, n);
}
END_TEST

/* ---- memory ------------------------------------------------------------------------------- */

static long left; /* allocations until one fails, and all behind it */
static long blocks; /* that were not freed */

static void *
failing_malloc(size_t bytes)
{
    if (left-- <= 0)
        return NULL;
    blocks++;
    return malloc(bytes);
}

static void *
failing_realloc(void *block, size_t bytes)
{
    if (left-- <= 0)
        return NULL;
    blocks += block == NULL;
    return realloc(block, bytes);
}

static void
counting_free(void *block)
{
    blocks -= block != NULL;
    free(block);
}

START_TEST(any_allocation_may_fail)
{
    char text[600];
    long n = 0;
    bool good = false;

    write_file("secrets", KEY_1 " " KEY_2, 0640);
    (void)snprintf(text, sizeof text,
                   "bogus = 1\ndatabase = host=a\n  port=1\n[workspace a]\norg_id = ORa\n"
                   "webhook_secrets_file = %s/secrets\napi_key = x\n"
                   "[workspace b]\norg_id = ORb\nwebhook_secrets = whsec_c2Vjb25kLWtleS1mb3It"
                   "dGVzdHMtb25seS0wMDM=\n", folder);
    quosync_set_allocator(failing_malloc, failing_realloc, counting_free);
    for (; !good && n < 1000; n++) {
        left = n;
        ck_assert(!load_with(text, CONFIG_NEED_SECRETS, NULL, 0)); /* bogus is a mistake */
        good = left > 0;
        ck_assert_int_eq(err.kind, good ? QUOSYNC_CONFIG : err.kind);
        ck_assert(err.kind == QUOSYNC_CONFIG || err.kind == QUOSYNC_NO_MEMORY);
        config_done(&config);
        config_report_done(&report);
        ck_assert_int_eq(blocks, 0);
    }
    quosync_set_allocator(NULL, NULL, NULL);
    ck_assert(good);
    ck_assert_int_gt(n, 30);
}
END_TEST

/* ---- reloading ---------------------------------------------------------------------------- */

static size_t
keys_now(void)
{
    AUTO(secret_set_release) const struct secret_set *set =
        secrets_take(config.workspaces[0].secrets);

    return set->n;
}

START_TEST(a_changed_file_is_read_again_at_most_once_a_second)
{
    struct secrets *secrets;
    const int64_t now_us = clock_steady_us();

    load_secret_file(KEY_1, 0600, true);
    secrets = config.workspaces[0].secrets;
    ck_assert(!secrets_refresh(secrets, now_us)); /* nothing has changed */
    write_file("secrets", KEY_2 " " KEY_1, 0600);
    ck_assert(!secrets_refresh(secrets, now_us + CLOCK_US_PER_S - 1));
    ck_assert_uint_eq(keys_now(), 1);
    ck_assert(secrets_refresh(secrets, now_us + CLOCK_US_PER_S));
    ck_assert_uint_eq(keys_now(), 2);
    ck_assert(!secrets_refresh(secrets, now_us + 3 * CLOCK_US_PER_S));
}
END_TEST

START_TEST(a_bad_new_file_leaves_the_old_secrets)
{
    load_secret_file(KEY_1, 0600, true);
    write_file("secrets", "whsec_REPLACE_ME", 0600);
    ck_assert(!secrets_reload(config.workspaces[0].secrets, &err));
    ck_assert_int_eq(err.kind, QUOSYNC_CONFIG);
    ck_assert_ptr_null(strstr(err.text, "REPLACE_ME"));
    ck_assert_uint_eq(keys_now(), 1);
}
END_TEST

START_TEST(secrets_in_the_configuration_file_are_read_again_too)
{
    ck_assert(load("webhook_secrets = " KEY_1 "\n"));
    write_file("conf", "batch = 3\nwebhook_secrets = " KEY_1 "\n  " KEY_2 "\n", 0600);
    ck_assert(secrets_reload(config.workspaces[0].secrets, &err));
    ck_assert_uint_eq(keys_now(), 2);
    write_file("conf", "batch = 3\n", 0600);
    ck_assert(!secrets_reload(config.workspaces[0].secrets, &err));
    ck_assert_uint_eq(keys_now(), 2);
}
END_TEST

START_TEST(a_reader_keeps_the_set_that_it_took)
{
    AUTO(secret_set_release) const struct secret_set *old = NULL;

    load_secret_file(KEY_1, 0600, true);
    old = secrets_take(config.workspaces[0].secrets);
    write_file("secrets", KEY_1 " " KEY_2, 0600);
    ck_assert(secrets_reload(config.workspaces[0].secrets, &err));
    ck_assert_uint_eq(old->n, 1);
    ck_assert_uint_eq(keys_now(), 2);
}
END_TEST

static void *
read_for_a_while(void *unused)
{
    (void)unused;
    for (int i = 0; i < 20000; i++) {
        AUTO(secret_set_release) const struct secret_set *set =
            secrets_take(config.workspaces[0].secrets);

        if (set->n < 1 || set->n > 2 || set->items[0].key_bytes < QUOSYNC_SECRET_MIN_BYTES)
            return &config; /* ck_assert is for the main thread */
        if (i % 100 == 0)
            (void)secrets_refresh(config.workspaces[0].secrets, (int64_t)i * CLOCK_US_PER_S);
    }
    return NULL;
}

START_TEST(readers_never_see_half_of_a_reload)
{
    pthread_t threads[3];

    load_secret_file(KEY_1, 0600, true);
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, read_for_a_while, NULL), 0);
    for (int i = 0; i < 100; i++) {
        write_file("new", i % 2 == 0 ? KEY_1 " " KEY_2 : KEY_2, 0600);
        ck_assert_int_eq(renameat(AT_FDCWD, path_of("new"), AT_FDCWD,
                                  config.workspaces[0].webhook_secrets_file), 0);
        ck_assert(secrets_reload(config.workspaces[0].secrets, &err));
    }
    for (int i = 0; i < 3; i++) {
        void *wrong;

        ck_assert_int_eq(pthread_join(threads[i], &wrong), 0);
        ck_assert_ptr_null(wrong);
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("config");
    TCase *tc = tcase_create("config");

    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, defaults_hold_where_nothing_is_set);
    tcase_add_test(tc, a_file_may_hold_nothing_but_sections);
    tcase_add_test(tc, time_zone_and_country_before_the_sections_hold_for_all_that_have_none);
    tcase_add_test(tc, the_environment_overrides_the_file_and_flags_override_both);
    tcase_add_test(tc, secret_variables_are_wiped_and_unset);
    tcase_add_test(tc, all_mistakes_are_told_at_once_with_file_line_and_key);
    tcase_add_test(tc, long_values_go_on_in_indented_lines_and_others_may_not);
    tcase_add_test(tc, a_line_that_would_be_cut_is_a_mistake);
    tcase_add_loop_test(tc, numbers_are_read_strictly, 0, sizeof values / sizeof values[0]);
    tcase_add_loop_test(tc, texts_are_read_strictly, 0, sizeof texts / sizeof texts[0]);
    tcase_add_test(tc, a_secret_file_may_hold_several_in_any_spacing);
    tcase_add_test(tc, a_secret_file_that_everybody_can_read_is_refused);
    tcase_add_test(tc, a_secret_file_that_its_group_can_read_is_warned_about);
    tcase_add_test(tc, a_secret_file_must_be_a_file_of_bearable_size);
    tcase_add_test(tc, a_secret_file_with_a_nul_is_refused);
    tcase_add_loop_test(tc, a_bad_secret_is_named_by_its_place_and_never_shown, 0, 5);
    tcase_add_test(tc, a_receiver_without_secrets_is_a_mistake_of_each_workspace);
    tcase_add_test(tc, a_secret_and_its_file_may_not_both_be_set);
    tcase_add_test(tc, two_workspaces_may_share_neither_path_nor_org_id_nor_secret_nor_key);
    tcase_add_test(tc, the_path_that_one_workspace_has_by_default_is_none_for_another);
    tcase_add_test(tc, several_workspaces_need_their_org_ids);
    tcase_add_test(tc, credentials_of_systemd_are_read_whatever_their_mode);
    tcase_add_loop_test(tc, a_password_may_not_stand_on_the_command_line, 0, 3);
    tcase_add_test(tc, what_is_shown_holds_no_secret);
    tcase_add_test(tc, a_refused_url_is_shown_without_what_may_be_a_password);
    tcase_add_test(tc, any_allocation_may_fail);
    tcase_add_test(tc, a_changed_file_is_read_again_at_most_once_a_second);
    tcase_add_test(tc, a_bad_new_file_leaves_the_old_secrets);
    tcase_add_test(tc, secrets_in_the_configuration_file_are_read_again_too);
    tcase_add_test(tc, a_reader_keeps_the_set_that_it_took);
    tcase_add_test(tc, readers_never_see_half_of_a_reload);
    suite_add_tcase(suite, tc);
    return suite_run(suite);
}
