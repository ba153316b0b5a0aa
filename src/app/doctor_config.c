/*
 * doctor_config.c - the configuration: its mistakes, the files that hold
 * secrets, and secrets that are none.
 */
#include <config.h>

#include "app/doctor_internal.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/config_slots.h"

#define PATH_ROOM 4096

/* A key of random bytes has more different ones than this, all but certainly. */
#define FEW_BYTES 8

/* "text. Hint" of a mistake, in its two halves. */
static void
mistake(struct doctor *doctor, const char *text)
{
    const char *hint = strstr(text, ". Run: ");

    if (hint == NULL) {
        /* How everybody begins: the first key is Quo's to give. */
        const bool no_secret_yet = strstr(text, "webhook_secrets_file: ") != NULL &&
                                   (strstr(text, "No such file") != NULL ||
                                    strstr(text, "is empty") != NULL);

        failed_as(doctor, QUOSYNC_CONFIG, "configuration", NULL, "%s", text);
        remedy(doctor, "%s", no_secret_yet
                                 ? "Run quosync webhook ensure URL, which puts Quo's secret there "
                                   "(with api_key_file), or put it there yourself, mode 0600."
                                 : "Correct it: quosync.conf(5) explains each key.");
        return;
    }
    failed_as(doctor, QUOSYNC_CONFIG, "configuration", NULL, "%.*s", (int)(hint - text), text);
    remedy(doctor, "%s", hint + 2);
}

static void
judge_report(struct doctor *doctor)
{
    const struct config_report *report = doctor->options->report;
    const struct config *config = doctor->config;

    for (size_t i = 0; i < report->n_mistakes; i++)
        mistake(doctor, report->mistakes[i]);
    for (size_t i = 0; i < report->n_warnings; i++) {
        found(doctor, DOCTOR_WARNING, "configuration", NULL, "%s", report->warnings[i]);
        remedy(doctor, "%s", strstr(report->warnings[i], "can be read by") != NULL
                                 ? "Run: chmod 600 on that file."
                                 : "Correct its name, or unset it.");
    }
    if (!report->bad && report->n_warnings == 0)
        found(doctor, DOCTOR_OK, "configuration", NULL, "%s%s, %zu workspace%s",
              config->file[0] != '\0' ? config->file : "no file", config->sections
                  ? ", with sections" : "", config->n_workspaces,
              config->n_workspaces == 1 ? "" : "s");
}

/* ---- files ------------------------------------------------------------------------------ */

static void
folder_of(const char *path, char folder[PATH_ROOM])
{
    char *slash;

    (void)snprintf(folder, PATH_ROOM, "%s", path);
    slash = strrchr(folder, '/');
    if (slash == NULL)
        (void)snprintf(folder, PATH_ROOM, ".");
    else
        slash[slash == folder ? 1 : 0] = '\0';
}

/*
 * Who else could put another file, and so another secret or another database, in
 * its place. Root may look at what belongs to the service's user.
 */
static bool
in_strange_hands(struct doctor *doctor, const struct config_workspace *workspace,
                 const char *path)
{
    const uid_t self = geteuid();
    char folder[PATH_ROOM];
    struct stat file, around;

    folder_of(path, folder);
    if (stat(path, &file) != 0 || stat(folder, &around) != 0)
        return false; /* a mistake of the configuration, if it is needed */
    if ((around.st_mode & S_IWOTH) != 0 && (around.st_mode & S_ISVTX) == 0) {
        failed_as(doctor, QUOSYNC_CONFIG, "files", workspace,
                  "everybody can replace \"%s\": its folder can be written by all", path);
        remedy(doctor, "Run: chmod o-w %s", folder);
    } else if ((file.st_mode & S_IWOTH) != 0) {
        failed_as(doctor, QUOSYNC_CONFIG, "files", workspace, "everybody can change \"%s\"", path);
        remedy(doctor, "Run: chmod o-w %s", path);
    } else if (self != 0 && file.st_uid != 0 && file.st_uid != self) {
        found(doctor, DOCTOR_WARNING, "files", workspace,
              "\"%s\" belongs to user %ld, neither root nor this one (%ld)", path,
              (long)file.st_uid, (long)self);
        remedy(doctor, "Run: chown root %s, and let this user read it by its group.", path);
    } else {
        return false;
    }
    return true;
}

static void
judge_files(struct doctor *doctor)
{
    const struct config *config = doctor->config;
    size_t looked_at = 0;
    bool strange = false;

    if (config->file[0] != '\0') {
        looked_at++;
        strange = in_strange_hands(doctor, NULL, config->file);
    }
    for (size_t i = 0; i < config->n_workspaces; i++) {
        const struct config_workspace *workspace = &config->workspaces[i];
        const char *const paths[] = { workspace->webhook_secrets_file, workspace->api_key_file };

        for (size_t k = 0; k < sizeof paths / sizeof paths[0]; k++) {
            if (paths[k][0] == '\0')
                continue;
            looked_at++;
            strange = in_strange_hands(doctor, workspace, paths[k]) || strange;
        }
    }
    if (!strange)
        found(doctor, DOCTOR_OK, "files", NULL, "%zu file%s that nobody else can change",
              looked_at, looked_at == 1 ? "" : "s");
}

/* ---- secrets ----------------------------------------------------------------------------- */

/* Whether a word of a kind that random bytes do not make is in the key. */
static bool
holds_word(const struct quosync_secret *secret, const char *word)
{
    const size_t n = strlen(word);

    for (size_t i = 0; i + n <= secret->key_bytes; i++)
        if (strncasecmp((const char *)secret->key + i, word, n) == 0)
            return true;
    return false;
}

static bool
is_placeholder(const struct quosync_secret *secret)
{
    static const char *const words[] = { "secret", "example", "replace", "change", "test",
                                         "placeholder", "password" };
    /* The key in the documentation of Standard Webhooks' libraries. */
    static const unsigned char published[] = { 0x31, 0xf2, 0x90, 0xf6, 0xbf, 0x06, 0x29, 0x8a,
                                               0xab, 0x4f, 0x08, 0xd4, 0x3c, 0x3f, 0x08, 0x2c,
                                               0xf6, 0x48, 0xa3, 0x62, 0xda, 0x2d, 0xa4, 0xb0 };
    bool seen[256] = { false };
    size_t different = 0;

    for (size_t i = 0; i < secret->key_bytes; i++) {
        different += !seen[secret->key[i]];
        seen[secret->key[i]] = true;
    }
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (holds_word(secret, words[i]))
            return true;
    return different < FEW_BYTES || (secret->key_bytes == sizeof published &&
                                     memcmp(secret->key, published, sizeof published) == 0);
}

/* Somebody named a secret or a file of them; what is wrong with it is a mistake already. */
static bool
names_secrets(const struct config *config, size_t workspace)
{
    return config_workspace_slot(config, workspace, "webhook_secrets")->text != NULL ||
           config->workspaces[workspace].webhook_secrets_file[0] != '\0';
}

static void
judge_no_secret(struct doctor *doctor, size_t index)
{
    const struct config_workspace *workspace = &doctor->config->workspaces[index];

    if (names_secrets(doctor->config, index))
        found(doctor, DOCTOR_SKIPPED, "webhook-secrets", workspace,
              "they cannot be read: see configuration");
    else if (workspace->api_key[0] != '\0') {
        found(doctor, DOCTOR_WARNING, "webhook-secrets", workspace,
              "neither webhook_secrets nor webhook_secrets_file is set: serve and run do not "
              "start, the mirror is only as fresh as the last reconciliation");
        remedy(doctor, "Set webhook_secrets_file, then run: quosync webhook ensure URL");
    } else {
        failed_as(doctor, QUOSYNC_CONFIG, "webhook-secrets", workspace,
                  "neither webhook_secrets nor webhook_secrets_file is set, nor an API key: "
                  "nothing can come in");
        remedy(doctor, "Put the subscription's whsec_... into webhook_secrets_file, mode 0600.");
    }
}

static void
judge_secrets(struct doctor *doctor, size_t index)
{
    const struct config_workspace *workspace = &doctor->config->workspaces[index];
    AUTO(secret_set_release) const struct secret_set *set = secrets_take(workspace->secrets);
    size_t placeholder = 0;

    if (set->n == 0) {
        judge_no_secret(doctor, index);
        return;
    }
    for (size_t i = set->n; i > 0; i--)
        if (is_placeholder(&set->items[i - 1]))
            placeholder = i;
    if (placeholder == 0) {
        found(doctor, DOCTOR_OK, "webhook-secrets", workspace, "%zu, well formed", set->n);
        return;
    }
    found(doctor, DOCTOR_WARNING, "webhook-secrets", workspace,
          "secret %zu of %zu looks like a placeholder: who knows it can forge deliveries",
          placeholder, set->n);
    remedy(doctor, "Take it out, and put in the subscription's (quosync webhook rotate ID).");
}

/* webhook ensure and rotate replace the file, which takes its folder. */
static void
judge_secrets_file(struct doctor *doctor, const struct config_workspace *workspace)
{
    char folder[PATH_ROOM];

    if (workspace->webhook_secrets_file[0] == '\0' || workspace->api_key[0] == '\0')
        return;
    folder_of(workspace->webhook_secrets_file, folder);
    if (access(folder, W_OK | X_OK) == 0)
        return;
    found(doctor, DOCTOR_WARNING, "webhook-secrets", workspace,
          "user %ld cannot write in \"%s\": quosync webhook ensure and rotate cannot keep a new "
          "key here", (long)geteuid(), folder);
    remedy(doctor, "Run quosync webhook as a user who can, or put the file in a folder of its "
                   "own.");
}

void
doctor_config(struct doctor *doctor)
{
    judge_report(doctor);
    judge_files(doctor);
    for (size_t i = 0; i < doctor->config->n_workspaces; i++) {
        const struct config_workspace *workspace = &doctor->config->workspaces[i];

        if (doctor->options->only != NULL && doctor->options->only != workspace)
            continue;
        judge_secrets(doctor, i);
        judge_secrets_file(doctor, workspace);
    }
}
