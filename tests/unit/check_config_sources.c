/*
 * check_config_sources.c - the configuration where it comes from: flags and variables
 * beside several workspaces, systemd's credentials, and files that are none.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/config.h"
#include "base/config_file.h"
#include "base/secret_file.h"
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

START_TEST(a_flag_of_a_workspace_that_there_is_not_says_no_which)
{
    const struct config_flag flag = { "timezone", "Europe/Paris" };

    ck_assert(load(TWO, 0, "c", &flag));
    ck_assert_str_eq(config.workspaces[0].timezone, "Europe/Paris");
    ck_assert_str_eq(config.workspaces[1].timezone, "Europe/Paris");
}
END_TEST

START_TEST(a_variable_that_is_none_is_told_of_however_long_it_is)
{
    static const char *const names[] = {
        "QUOSYNC_BATHC",
        "QUOSYNC_STATUS_MAX_RECONCILE_AGE_AND_WHAT_ELSE_MAY_COME_TO_SOMEBODY_S_MIND",
    };

    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(setenv(names[i], "1", 1), 0);
    ck_assert_int_eq(setenv("QUOSYNC_TEST_OF_OURS", "1", 1), 0);
    ck_assert(load("", 0, NULL, NULL));
    ck_assert_uint_eq(report.n_warnings, 2);
    for (int i = 0; i < 2; i++) {
        bool told = false;

        for (size_t k = 0; k < 2; k++)
            told = told || strncmp(report.warnings[k] + strlen("environment: "), names[i], 40) == 0 ||
                   (i == 0 && strstr(report.warnings[k], "QUOSYNC_BATHC is not") != NULL);
        ck_assert_msg(told, "%s", names[i]);
    }
}
END_TEST

START_TEST(without_any_variable_there_is_nothing_to_read)
{
    char *path = getenv("PATH");
    char kept[4096];

    (void)snprintf(kept, sizeof kept, "%s", path == NULL ? "/usr/bin:/bin" : path);
    ck_assert_int_eq(clearenv(), 0);
    ck_assert(load("batch = 3\n", 0, NULL, NULL));
    ck_assert_uint_eq(config.batch, 3);
    ck_assert_int_eq(setenv("PATH", kept, 1), 0);
}
END_TEST

START_TEST(an_empty_variable_names_no_file)
{
    struct config_sources sources = { .file = NULL };

    ck_assert_int_eq(setenv("QUOSYNC_CONFIG", "", 1), 0);
    ck_assert(config_load(&sources, &config, &report, &err) || !is_told("cannot open \"\""));
    ck_assert(config.file[0] == '\0' || strcmp(config.file, "/etc/quosync/quosync.conf") == 0);
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

START_TEST(two_workspaces_may_not_have_one_key_by_their_credentials)
{
    write_file("api_key.a", "the-same\n");
    write_file("api_key.b", "the-same\n");
    ck_assert(!load(TWO, CONFIG_WANT_API_KEY, NULL, NULL));
    ck_assert(is_told("/conf: workspaces \"a\" and \"b\" have the same API key"));
    write_file("api_key.b", "the-SAME\n");
    ck_assert(load(TWO, CONFIG_WANT_API_KEY, NULL, NULL));
}
END_TEST

START_TEST(a_key_that_is_not_needed_is_read_where_it_can_be)
{
    ck_assert(load("api_key_file = /nowhere\n", CONFIG_WANT_API_KEY, NULL, NULL));
    ck_assert_str_eq(config.workspaces[0].api_key, "");
    ck_assert(!load("api_key_file = /nowhere\n", CONFIG_NEED_API_KEY, NULL, NULL));
    ck_assert(!load("api_key = two words\n", 0, NULL, NULL));
    ck_assert(is_told("conf:1: api_key: it does not hold one API key"));
}
END_TEST

START_TEST(a_key_has_a_length_that_it_may_not_exceed)
{
    char key[CONFIG_API_KEY_MAX_BYTES + 2];

    memset(key, 'k', sizeof key - 1);
    key[sizeof key - 1] = '\0';
    write_file("api_key", key);
    ck_assert(!load("", CONFIG_NEED_API_KEY, NULL, NULL));
    ck_assert(is_told("it does not hold one API key"));
    write_file("api_key", key + 1);
    ck_assert(load("", CONFIG_NEED_API_KEY, NULL, NULL));
    ck_assert_str_eq(config.workspaces[0].api_key, key + 1);
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

START_TEST(a_comment_may_be_longer_than_a_line)
{
    char text[800];

    (void)snprintf(text, sizeof text, "# %0250d\n  ; %0250d\n;\n\n  \nbatch = 3\n", 1, 1);
    ck_assert(load(text, 0, NULL, NULL));
    ck_assert_uint_eq(config.batch, 3);
}
END_TEST

START_TEST(an_empty_connection_string_is_libpq_s_own)
{
    ck_assert(load("database =\n", 0, NULL, NULL));
    ck_assert_str_eq(config.database, "");
}
END_TEST

/* It opens, and its first page cannot be read. */
START_TEST(a_file_that_cannot_be_read_is_named)
{
    struct config_sources sources = { .file = "/proc/self/mem" };

    ck_assert(!config_load(&sources, &config, &report, &err));
    ck_assert(is_told("cannot read \"/proc/self/mem\""));
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

/* ---- files of secrets ---------------------------------------------------------------- */

static const char *
path_of(const char *name)
{
    static char path[256];

    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

START_TEST(a_file_that_is_gone_or_full_of_mistakes_leaves_the_secrets)
{
    struct secrets *secrets;
    char conf[300];

    (void)snprintf(conf, sizeof conf, "webhook_secrets_file = %s\n", path_of("keys"));
    write_file("keys", KEY_1 "\n");
    ck_assert(load(conf, CONFIG_NEED_SECRETS, NULL, NULL));
    secrets = config.workspaces[0].secrets;
    ck_assert_int_eq(remove(path_of("keys")), 0);
    ck_assert(!secrets_reload(secrets, &err));
    ck_assert_ptr_nonnull(strstr(err.text, "cannot open"));
    ck_assert(!secrets_refresh(secrets, 0)); /* refused, and told so in the log */
    ck_assert_uint_eq(keys_of(0), 1);

    ck_assert(load("webhook_secrets = " KEY_1 "\n", CONFIG_NEED_SECRETS, NULL, NULL));
    secrets = config.workspaces[0].secrets;
    write_file("conf", "webhook_secrets = " KEY_2 "\nno key at all\n");
    ck_assert(!secrets_reload(secrets, &err));
    ck_assert_ptr_nonnull(strstr(err.text, "conf:2: expected key = value"));
    ck_assert_int_eq(remove(path_of("conf")), 0);
    ck_assert(!secrets_reload(secrets, &err));
    ck_assert_ptr_nonnull(strstr(err.text, "cannot open"));
    ck_assert_uint_eq(keys_of(0), 1);
}
END_TEST

START_TEST(secrets_that_came_from_no_file_are_never_read_again)
{
    ck_assert_int_eq(setenv("QUOSYNC_WEBHOOK_SECRETS", KEY_1, 1), 0);
    ck_assert(load("", CONFIG_NEED_SECRETS, NULL, NULL));
    ck_assert(secrets_reload(config.workspaces[0].secrets, &err));
    ck_assert(!secrets_refresh(config.workspaces[0].secrets, 0));
    ck_assert_uint_eq(keys_of(0), 1);
}
END_TEST

/* A file as it is, and what of it changed. */
START_TEST(whatever_changes_about_a_file_is_noticed)
{
    struct stat now, was[8];

    write_file("keys", KEY_1 "\n");
    ck_assert_int_eq(stat(path_of("keys"), &now), 0);
    for (int i = 0; i < 8; i++)
        was[i] = now;
    was[1].st_ino++;
    was[2].st_dev++;
    was[3].st_size++;
    was[4].st_mtim.tv_sec++;
    was[5].st_mtim.tv_nsec++;
    was[6].st_ctim.tv_sec++;
    was[7].st_ctim.tv_nsec++;
    for (int i = 0; i < 8; i++)
        ck_assert_int_eq(secret_file_changed(path_of("keys"), &was[i]), i > 0);
    ck_assert_int_eq(remove(path_of("keys")), 0);
    ck_assert(secret_file_changed(path_of("keys"), &now));
}
END_TEST

START_TEST(a_secret_that_everybody_can_write_is_refused)
{
    struct secret_file file;

    write_file("keys", KEY_1 "\n");
    ck_assert_int_eq(chmod(path_of("keys"), 0602), 0);
    ck_assert(!secret_file_read(path_of("keys"), false, &file, &err));
    ck_assert_ptr_nonnull(strstr(err.text, "can be written by everybody (mode 0602)"));
}
END_TEST

/* What the kernel makes while it is read has no size. */
START_TEST(a_file_that_is_longer_than_it_says_is_refused)
{
    const char *path = "/proc/kallsyms";
    struct secret_file file;

    ck_assert(!secret_file_read(path, true, &file, &err));
    if (strstr(err.text, "cannot") != NULL || strstr(err.text, "is empty") != NULL)
        return; /* a kernel that does not show it */
    ck_assert_ptr_nonnull(strstr(err.text, "is larger than"));
    ck_assert_ptr_null(file.text);
}
END_TEST

static void
holds(const char *path, const char *text)
{
    struct secret_file file;

    ck_assert_msg(secret_file_read(path, false, &file, &err), "%s", err.text);
    ck_assert_str_eq(file.text, text);
    ck_assert_uint_eq(file.stat.st_mode & 07777, 0600);
    secret_file_done(&file);
}

START_TEST(a_secret_is_put_before_the_others_wherever_the_file_is)
{
    const int here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    ck_assert_int_ge(here, 0);
    ck_assert_int_eq(chdir(folder), 0);
    ck_assert(secret_file_try("keys", &err));
    ck_assert_int_ne(access("keys", F_OK), 0);
    ck_assert(secret_file_prepend("keys", "first", &err));
    holds("keys", "first\n");
    ck_assert(secret_file_prepend("keys", "second", &err));
    holds("keys", "second\nfirst\n");
    write_file("empty", "");
    ck_assert(secret_file_prepend("empty", "first", &err));
    holds("empty", "first\n");
    ck_assert_int_ne(access("keys.new", F_OK), 0);
    ck_assert_int_eq(fchdir(here), 0);
    ck_assert_int_eq(close(here), 0);
}
END_TEST

START_TEST(where_no_file_can_be_is_told)
{
    static char path[5000];

    write_file("file", "x");
    ck_assert(!secret_file_try(path_of("file/keys"), &err));
    ck_assert_ptr_nonnull(strstr(err.text, "could not look at"));
    ck_assert(!secret_file_try(path_of("nowhere/keys"), &err));
    ck_assert_ptr_nonnull(strstr(err.text, "could not make"));
    memset(path, '/', 4094);
    (void)snprintf(path + 4090, 10, "keys");
    ck_assert(!secret_file_try(path, &err));
    ck_assert_ptr_nonnull(strstr(err.text, "is too long for a path"));
    ck_assert_int_eq(err.kind, QUOSYNC_CONFIG);
}
END_TEST

/* ---- memory -------------------------------------------------------------------------- */

/* How often an arena still gives; negative: always. */
static int left = -1;

void *__wrap_arena_get(struct arena *arena, size_t bytes);
void *__real_arena_get(struct arena *arena, size_t bytes);
void *__wrap_arena_get_zeroed(struct arena *arena, size_t n, size_t bytes);
void *__real_arena_get_zeroed(struct arena *arena, size_t n, size_t bytes);
char *__wrap_arena_text(struct arena *arena, const char *text, size_t bytes);
char *__real_arena_text(struct arena *arena, const char *text, size_t bytes);

void *
__wrap_arena_get(struct arena *arena, size_t bytes)
{
    return left >= 0 && left-- == 0 ? NULL : __real_arena_get(arena, bytes);
}

void *
__wrap_arena_get_zeroed(struct arena *arena, size_t n, size_t bytes)
{
    return left >= 0 && left-- == 0 ? NULL : __real_arena_get_zeroed(arena, n, bytes);
}

char *
__wrap_arena_text(struct arena *arena, const char *text, size_t bytes)
{
    return left >= 0 && left-- == 0 ? NULL : __real_arena_text(arena, text, bytes);
}

START_TEST(whatever_does_not_get_memory_says_so)
{
    const struct config_flag flag = { "timezone", "Europe/Paris" };
    const char *const workspace = _i == 0 ? NULL : "b";
    int n = 0;

    write_file("keys", KEY_1 "\n");
    for (bool done = false; !done; n++) {
        char text[400];

        (void)snprintf(text, sizeof text, "batch = 7\n" TWO "webhook_secrets_file = %s\n",
                       path_of("keys"));
        write_file("database", "host=a\n");
        write_file("api_key.a", "key-of-a\n");
        left = n;
        done = load(text, CONFIG_WANT_API_KEY, workspace, &flag);
        ck_assert_int_eq(done, left >= 0);
        ck_assert_int_eq(done ? QUOSYNC_NO_MEMORY : err.kind, QUOSYNC_NO_MEMORY);
        left = -1;
    }
    ck_assert_int_gt(n, 30);
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
    tcase_add_test(tc, a_flag_of_a_workspace_that_there_is_not_says_no_which);
    tcase_add_test(tc, a_variable_that_is_none_is_told_of_however_long_it_is);
    tcase_add_test(tc, without_any_variable_there_is_nothing_to_read);
    tcase_add_test(tc, an_empty_variable_names_no_file);
    tcase_add_test(tc, two_workspaces_may_not_have_one_key_by_their_credentials);
    tcase_add_test(tc, a_key_that_is_not_needed_is_read_where_it_can_be);
    tcase_add_test(tc, a_key_has_a_length_that_it_may_not_exceed);
    tcase_add_test(tc, a_comment_may_be_longer_than_a_line);
    tcase_add_test(tc, an_empty_connection_string_is_libpq_s_own);
    tcase_add_test(tc, a_file_that_cannot_be_read_is_named);
    tcase_add_test(tc, a_file_that_is_gone_or_full_of_mistakes_leaves_the_secrets);
    tcase_add_test(tc, secrets_that_came_from_no_file_are_never_read_again);
    tcase_add_test(tc, whatever_changes_about_a_file_is_noticed);
    tcase_add_test(tc, a_secret_that_everybody_can_write_is_refused);
    tcase_add_test(tc, a_file_that_is_longer_than_it_says_is_refused);
    tcase_add_test(tc, a_secret_is_put_before_the_others_wherever_the_file_is);
    tcase_add_test(tc, where_no_file_can_be_is_told);
    tcase_add_loop_test(tc, whatever_does_not_get_memory_says_so, 0, 2);
    tcase_add_loop_test(tc, values_are_read_as_they_are_meant, 0,
                        (int)(sizeof lines / sizeof lines[0]));
    tcase_add_test(tc, a_host_of_any_length_is_refused);
    suite_add_tcase(suite, tc);
    return suite_run(suite);
}
