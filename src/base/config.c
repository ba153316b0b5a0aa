/*
 * config.c - collects what file, environment, flags and credentials say into
 * slots, lowest first; config_check.c makes values of them.
 */
#include <ctype.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/config_slots.h"
#include "base/secret_file.h"
#include "core/error.h"

#define DEFAULT_FILE "/etc/quosync/quosync.conf"
#define PREFIX "QUOSYNC_"

extern char **environ;

/* ---- slots ----------------------------------------------------------------------- */

static size_t
key_index(const struct config_key *key)
{
    return (size_t)(key - config_keys);
}

struct config_slot *
config_slot(const struct config *config, const struct config_key *key, size_t workspace)
{
    const struct config_memory *memory = config->memory;

    return key->workspace ? &memory->sections[workspace][key_index(key)]
                          : &memory->global[key_index(key)];
}

struct config_slot *
config_workspace_slot(const struct config *config, size_t workspace, const char *name)
{
    return config_slot(config, config_key_find(name), workspace);
}

void
config_variable(const struct config_key *key, char variable[CONFIG_VARIABLE_SIZE])
{
    (void)snprintf(variable, CONFIG_VARIABLE_SIZE, PREFIX "%s", key->name);
    for (char *at = variable; *at != '\0'; at++)
        *at = (char)toupper((unsigned char)*at);
}

void
config_where(const struct config *config, const struct config_key *key,
             const struct config_slot *slot, char where[CONFIG_WHERE_SIZE])
{
    char variable[CONFIG_VARIABLE_SIZE];

    where[0] = '\0';
    switch (slot->origin) {
    case CONFIG_FROM_FILE:
        (void)snprintf(where, CONFIG_WHERE_SIZE, "%s:%u: %s", config->file, slot->line, key->name);
        break;
    case CONFIG_FROM_ENVIRONMENT:
        config_variable(key, variable);
        (void)snprintf(where, CONFIG_WHERE_SIZE, "environment: %s", variable);
        break;
    case CONFIG_FROM_FLAG:
        (void)snprintf(where, CONFIG_WHERE_SIZE, "--%s", key->name);
        for (char *at = where; *at != '\0'; at++)
            if (*at == '_')
                *at = '-';
        break;
    case CONFIG_FROM_CREDENTIALS:
        (void)snprintf(where, CONFIG_WHERE_SIZE, "%s: %s", config->memory->credentials, key->name);
        break;
    case CONFIG_FROM_DEFAULT:
        (void)snprintf(where, CONFIG_WHERE_SIZE, "%s", key->name);
        break;
    }
}

static bool
fill(struct config *config, struct config_slot *slot, const char *text,
     enum config_origin origin, unsigned line, struct quosync_error *err)
{
    slot->text = arena_text(&config->memory->arena, text, strlen(text));
    slot->origin = origin;
    slot->line = line;
    return slot->text != NULL || error_no_memory(err);
}

/* A value that names no workspace: of the only one, or of all where that makes sense. */
static bool
fill_everywhere(struct config *config, const struct config_key *key, const char *text,
                enum config_origin origin, unsigned line, struct config_report *report,
                struct quosync_error *err)
{
    struct config_slot told = { .origin = origin, .line = line };
    char where[CONFIG_WHERE_SIZE];

    if (key->workspace && config->n_workspaces > 1 && !key->inherited) {
        config_where(config, key, &told, where);
        config_mistake(report, "%s: names no workspace, and there are several%s", where,
                       origin == CONFIG_FROM_FLAG ? ": add --workspace NAME"
                                                  : ": it belongs in a [workspace NAME] section");
        return true;
    }
    for (size_t i = 0; i < config->n_workspaces; i++) {
        if (!fill(config, config_slot(config, key, i), text, origin, line, err))
            return false;
        if (!key->workspace)
            break;
    }
    return true;
}

/* ---- the file ---------------------------------------------------------------------- */

static bool
find_workspace(const struct config *config, const char *name, size_t *index)
{
    for (*index = 0; *index < config->n_workspaces; (*index)++)
        if (strcmp(config->workspaces[*index].name, name) == 0)
            return true;
    return false;
}

static bool
make_workspaces(struct config *config, const struct config_entries *entries,
                struct config_report *report, struct quosync_error *err)
{
    struct config_memory *memory = config->memory;
    size_t headings = 0, index;

    for (size_t i = 0; i < entries->n; i++)
        headings += entries->items[i].name == NULL;
    config->sections = headings > 0;
    if (headings == 0)
        headings = 1;
    config->workspaces = arena_get_zeroed(&memory->arena, headings, sizeof *config->workspaces);
    memory->sections = arena_get_zeroed(&memory->arena, headings, sizeof *memory->sections);
    memory->global = arena_get_zeroed(&memory->arena, config_n_keys, sizeof *memory->global);
    if (config->workspaces == NULL || memory->sections == NULL || memory->global == NULL)
        return error_no_memory(err);
    if (!config->sections)
        config->workspaces[config->n_workspaces++].name = "default";
    for (size_t i = 0; i < entries->n; i++) {
        const struct config_entry *entry = &entries->items[i];

        if (entry->name != NULL)
            continue;
        if (find_workspace(config, entry->workspace, &index)) {
            config_mistake(report, "%s:%u: workspace \"%s\" has a section already", config->file,
                           entry->line, entry->workspace);
            continue;
        }
        index = config->n_workspaces++;
        config->workspaces[index].name =
            arena_text(&memory->arena, entry->workspace, strlen(entry->workspace));
        if (config->workspaces[index].name == NULL)
            return error_no_memory(err);
    }
    for (size_t i = 0; i < config->n_workspaces; i++) {
        memory->sections[i] =
            arena_get_zeroed(&memory->arena, config_n_keys, sizeof *memory->sections[i]);
        if (memory->sections[i] == NULL)
            return error_no_memory(err);
    }
    return true;
}

/* The key that was probably meant: the one that differs in the fewest letters. */
static const char *
guess_key(const char *name)
{
    const char *best = NULL;
    size_t least = 3; /* a guess further off helps nobody */

    for (const struct config_key *key = config_keys; key->name != NULL; key++) {
        const size_t distance = config_distance(name, key->name);

        if (distance < least) {
            least = distance;
            best = key->name;
        }
    }
    return best;
}

static bool
take_entry(struct config *config, const struct config_entry *entry, struct config_report *report,
           struct quosync_error *err)
{
    const struct config_key *key = config_key_find(entry->name);
    struct config_slot *slot;
    size_t index = 0;

    if (key == NULL) {
        const char *guess = guess_key(entry->name);

        config_mistake(report, "%s:%u: %.64s: unknown key%s%s%s", config->file, entry->line,
                       entry->name, guess == NULL ? "" : " (did you mean \"",
                       guess == NULL ? "" : guess, guess == NULL ? "" : "\"?)");
        return true;
    }
    if (entry->workspace != NULL && !key->workspace) {
        config_mistake(report, "%s:%u: %s: is no key of a workspace: it belongs before the first "
                       "section", config->file, entry->line, key->name);
        return true;
    }
    if (entry->workspace == NULL && key->workspace && config->sections && !key->inherited) {
        config_mistake(report, "%s:%u: %s: belongs in a [workspace NAME] section", config->file,
                       entry->line, key->name);
        return true;
    }
    if (entry->workspace != NULL)
        (void)find_workspace(config, entry->workspace, &index);
    slot = config_slot(config, key, index);
    /* An inherited key may stand before the sections and in one. */
    if (slot->text != NULL && !(key->inherited && entry->workspace != NULL &&
                                slot->line < config->memory->first_section)) {
        config_mistake(report, "%s:%u: %s: was set in line %u already", config->file, entry->line,
                       key->name, slot->line);
        return true;
    }
    if (entry->value[0] == '\0' && key->type != CONFIG_CONNINFO) {
        config_mistake(report, "%s:%u: %s: has no value", config->file, entry->line, key->name);
        return true;
    }
    if (entry->workspace == NULL)
        return fill_everywhere(config, key, entry->value, CONFIG_FROM_FILE, entry->line, report,
                               err);
    return fill(config, slot, entry->value, CONFIG_FROM_FILE, entry->line, err);
}

static bool
read_file(const struct config_sources *sources, struct config *config,
          struct config_report *report, struct quosync_error *err)
{
    AUTO(config_entries_done) struct config_entries entries = { 0 };
    const char *path = sources->file;
    bool missing = false;

    if (path == NULL)
        path = getenv("QUOSYNC_CONFIG");
    if (path == NULL || path[0] == '\0')
        path = DEFAULT_FILE;
    config->file = arena_text(&config->memory->arena, path, strlen(path));
    if (config->file == NULL)
        return error_no_memory(err);
    if (!config_file_read(path, &entries, &missing, report, err)) {
        if (err->kind == QUOSYNC_NO_MEMORY)
            return false;
        if (!missing || strcmp(path, DEFAULT_FILE) != 0)
            config_mistake(report, "%s", err->text);
        config->file = "";
    }
    config->memory->file_stat = entries.stat;
    for (size_t i = entries.n; i > 0; i--)
        if (entries.items[i - 1].name == NULL)
            config->memory->first_section = entries.items[i - 1].line;
    if (!make_workspaces(config, &entries, report, err))
        return false;
    for (size_t i = 0; i < entries.n; i++)
        if (entries.items[i].name != NULL &&
            !take_entry(config, &entries.items[i], report, err))
            return false;
    return true;
}

/* ---- environment, flags, credentials --------------------------------------------------- */

static bool
read_environment(struct config *config, struct config_report *report, struct quosync_error *err)
{
    for (const struct config_key *key = config_keys; key->name != NULL; key++) {
        char variable[CONFIG_VARIABLE_SIZE];
        char *text;
        bool ok;

        config_variable(key, variable);
        text = getenv(variable);
        if (text == NULL)
            continue;
        ok = text[0] == '\0' || fill_everywhere(config, key, text, CONFIG_FROM_ENVIRONMENT, 0,
                                                report, err);
        if (key->type == CONFIG_SECRET || key->type == CONFIG_CONNINFO) {
            /* Also what /proc/PID/environ shows: unsetenv alone leaves the bytes there. */
            OPENSSL_cleanse(text, strlen(text));
            (void)unsetenv(variable);
        }
        if (!ok)
            return false;
    }
    return true;
}

static bool
is_variable(const char *name)
{
    for (const struct config_key *key = config_keys; key->name != NULL; key++) {
        char variable[CONFIG_VARIABLE_SIZE];

        config_variable(key, variable);
        if (strcmp(variable, name) == 0)
            return true;
    }
    return strcmp(name, "QUOSYNC_CONFIG") == 0 || strcmp(name, "QUOSYNC_POINT") == 0 ||
           strncmp(name, "QUOSYNC_TEST", 12) == 0;
}

/* A misspelt variable would be ignored without a word. */
static void
warn_of_variables(struct config_report *report)
{
    for (char **at = environ; at != NULL && *at != NULL; at++) {
        char name[CONFIG_VARIABLE_SIZE]; /* one that is longer is none, however it goes on */

        (void)snprintf(name, sizeof name, "%.*s", (int)strcspn(*at, "="), *at);
        if (strncmp(name, PREFIX, sizeof PREFIX - 1) == 0 && !is_variable(name))
            config_warning(report, "environment: %s is not the variable of any key", name);
    }
}

static bool
read_flags(const struct config_sources *sources, struct config *config,
           struct config_report *report, struct quosync_error *err)
{
    for (size_t i = 0; i < sources->n_flags; i++) {
        const struct config_flag *flag = &sources->flags[i];
        const struct config_key *key = config_key_find(flag->key);
        size_t index;

        if (key == NULL || key->type == CONFIG_SECRET) {
            config_mistake(report, "--%s: there is no such flag", flag->key);
            continue;
        }
        if (key->type == CONFIG_CONNINFO && config_conninfo_has_password(flag->value)) {
            config_mistake(report, "--%s: a password on the command line can be seen by "
                           "everybody; use the file, QUOSYNC_DATABASE or a passfile", flag->key);
            continue;
        }
        if (key->workspace && sources->workspace != NULL &&
            find_workspace(config, sources->workspace, &index)) {
            if (!fill(config, config_slot(config, key, index), flag->value, CONFIG_FROM_FLAG, 0,
                      err))
                return false;
        } else if (!fill_everywhere(config, key, flag->value, CONFIG_FROM_FLAG, 0, report, err)) {
            return false;
        }
    }
    return true;
}

/* systemd's LoadCredential=: the file of a connection string; those of secrets: config_check.c. */
static bool
read_credentials(struct config *config, struct config_report *report, struct quosync_error *err)
{
    const struct config_key *key = config_key_find("database");
    struct config_slot *slot = config_slot(config, key, 0);
    AUTO(secret_file_done) struct secret_file file = { 0 };
    const char *folder = getenv("CREDENTIALS_DIRECTORY");
    char path[4096];

    if (folder == NULL || folder[0] != '/')
        return true;
    config->memory->credentials = arena_text(&config->memory->arena, folder, strlen(folder));
    if (config->memory->credentials == NULL)
        return error_no_memory(err);
    (void)snprintf(path, sizeof path, "%s/%s", folder, key->name);
    if (slot->text != NULL || access(path, F_OK) != 0)
        return true;
    if (!secret_file_read(path, true, &file, err)) {
        if (err->kind == QUOSYNC_NO_MEMORY)
            return false;
        config_mistake(report, "%s", err->text);
        return true;
    }
    file.text[strcspn(file.text, "\r\n")] = '\0';
    return fill(config, slot, file.text, CONFIG_FROM_CREDENTIALS, 0, err);
}

/* ---- whole ------------------------------------------------------------------------------ */

bool
config_load(const struct config_sources *sources, struct config *config,
            struct config_report *report, struct quosync_error *err)
{
    memset(config, 0, sizeof *config);
    memset(report, 0, sizeof *report);
    config->memory = memory_get(sizeof *config->memory);
    if (config->memory == NULL)
        return error_no_memory(err);
    memset(config->memory, 0, sizeof *config->memory);
    if (!read_file(sources, config, report, err) || !read_environment(config, report, err) ||
        !read_flags(sources, config, report, err) || !read_credentials(config, report, err))
        return false;
    warn_of_variables(report);
    if (!config_resolve(config, sources, report, err))
        return false;
    if (report->bad) {
        (void)error_set(err, QUOSYNC_CONFIG, "the configuration has %zu mistake%s",
                        report->n_mistakes, report->n_mistakes == 1 ? "" : "s");
        error_hint(err, "See quosync.conf(5), and quosync config for what holds.");
        return false;
    }
    return true;
}

static void
wipe_slots(struct config_slot *slots)
{
    for (size_t i = 0; slots != NULL && i < config_n_keys; i++)
        if (slots[i].text != NULL && (config_keys[i].type == CONFIG_SECRET ||
                                      config_keys[i].type == CONFIG_CONNINFO))
            OPENSSL_cleanse(slots[i].text, strlen(slots[i].text));
}

void
config_done(struct config *config)
{
    struct config_memory *memory = config->memory;

    if (memory == NULL)
        return;
    for (size_t i = 0; i < config->n_workspaces; i++) {
        char *api_key = (char *)(uintptr_t)config->workspaces[i].api_key;

        if (memory->sections != NULL)
            wipe_slots(memory->sections[i]);
        if (api_key != NULL && api_key[0] != '\0')
            OPENSSL_cleanse(api_key, strlen(api_key));
        secrets_free(&config->workspaces[i].secrets);
    }
    wipe_slots(memory->global);
    if (config->database != NULL && config->database[0] != '\0')
        OPENSSL_cleanse((char *)(uintptr_t)config->database, strlen(config->database));
    arena_done(&memory->arena);
    memory_free(memory);
    memset(config, 0, sizeof *config);
}

bool
config_workspace_find(const struct config *config, const char *name,
                      const struct config_workspace **workspace, struct quosync_error *err)
{
    size_t index;

    if (name == NULL && config->n_workspaces == 1) {
        *workspace = &config->workspaces[0];
        return true;
    }
    if (name == NULL)
        return error_set(err, QUOSYNC_CONFIG,
                         "several workspaces are configured: --workspace NAME says which");
    if (!find_workspace(config, name, &index))
        return error_set(err, QUOSYNC_CONFIG, "no workspace \"%.64s\" is configured", name);
    *workspace = &config->workspaces[index];
    return true;
}

void
config_reload_secrets(const struct config *config)
{
    for (size_t i = 0; i < config->n_workspaces; i++) {
        const struct config_workspace *workspace = &config->workspaces[i];
        struct quosync_error err = { 0 };

        if (secrets_reload(workspace->secrets, &err))
            log_info("secrets.read", LOG_TEXT("workspace", workspace->name));
        else
            log_error("secrets.refused", LOG_TEXT("workspace", workspace->name),
                      LOG_TEXT("reason", err.text));
    }
}
