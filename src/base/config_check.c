/*
 * config_check.c - makes values of the slots, reads the secret files that the
 * command needs, and finds what does not fit together.
 */
#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/config_slots.h"
#include "base/secret_file.h"
#include "core/error.h"

#define PATH_ROOM 4096

/* ---- one by one --------------------------------------------------------------------- */

/* Stores the slot's value, or the default where it is bad, so that checking can go on. */
static bool
resolve_key(struct config *config, const struct config_key *key, size_t workspace,
            struct config_report *report, struct quosync_error *err)
{
    const struct config_slot *slot = config_slot(config, key, workspace);
    void *base = key->workspace ? (void *)&config->workspaces[workspace] : (void *)config;
    struct arena *arena = &config->memory->arena;
    char where[CONFIG_WHERE_SIZE];

    if (key->fallback != NULL && !config_parse(key, key->fallback, base, arena, err))
        return err->kind == QUOSYNC_NO_MEMORY
                   ? false
                   : error_set(err, QUOSYNC_BUG, "the default of %s is bad", key->name);
    /* Secrets are judged by what they are for, below. */
    if (slot->text == NULL || key->type == CONFIG_SECRET ||
        config_parse(key, slot->text, base, arena, err))
        return true;
    if (err->kind == QUOSYNC_NO_MEMORY)
        return false;
    config_where(config, key, slot, where);
    config_mistake(report, "%s: %s", where, err->text);
    return true;
}

static bool
resolve_workspace(struct config *config, size_t index, struct config_report *report,
                  struct quosync_error *err)
{
    struct config_workspace *workspace = &config->workspaces[index];
    char path[sizeof "/webhooks/quo/" + CONFIG_WORKSPACE_NAME_MAX];

    for (const struct config_key *key = config_keys; key->name != NULL; key++)
        if (key->workspace && !resolve_key(config, key, index, report, err))
            return false;
    if (config->sections && config_workspace_slot(config, index, "path")->text == NULL) {
        (void)snprintf(path, sizeof path, "/webhooks/quo/%s", workspace->name);
        workspace->path = arena_text(&config->memory->arena, path, strlen(path));
        if (workspace->path == NULL)
            return error_no_memory(err);
    }
    workspace->org_id_configured = config_workspace_slot(config, index, "org_id")->text != NULL &&
                                   strcmp(workspace->org_id, CONFIG_ORG_ID_DEFAULT) != 0;
    return true;
}

/* ---- secrets ------------------------------------------------------------------------- */

/* The credential of a workspace, where systemd left one: its path; "" where it did not. */
static bool
credential_path(const struct config *config, size_t index, const char *name,
                char path[PATH_ROOM])
{
    const char *folder = config->memory->credentials;

    if (folder != NULL && config->sections) {
        (void)snprintf(path, PATH_ROOM, "%s/%s.%s", folder, name, config->workspaces[index].name);
        if (access(path, F_OK) == 0)
            return true;
    }
    if (folder != NULL && config->n_workspaces == 1) {
        (void)snprintf(path, PATH_ROOM, "%s/%s", folder, name);
        if (access(path, F_OK) == 0)
            return true;
    }
    path[0] = '\0';
    return false;
}

/* What a secret is read from: the value itself, a file, or nothing. */
struct secret_place {
    const struct config_slot *inline_slot; /* NULL: none */
    char path[PATH_ROOM];                  /* "": no file */
    bool trusted;
    char where[CONFIG_WHERE_SIZE];         /* for messages */
};

static void
find_place(struct config *config, size_t index, const char *name, const char *file_name,
           struct secret_place *place, struct config_report *report)
{
    const struct config_key *key = config_key_find(name);
    const struct config_key *file_key = config_key_find(file_name);
    struct config_slot *slot = config_slot(config, key, index);
    struct config_slot *file_slot = config_slot(config, file_key, index);
    char other[CONFIG_WHERE_SIZE];

    memset(place, 0, sizeof *place);
    if (slot->text != NULL) {
        place->inline_slot = slot;
        config_where(config, key, slot, place->where);
        if (file_slot->text != NULL) {
            config_where(config, file_key, file_slot, other);
            config_mistake(report, "%s: %s is set too (%s): only one of them may be", place->where,
                           file_name, other);
        }
    } else if (file_slot->text != NULL) {
        (void)snprintf(place->path, sizeof place->path, "%s", file_slot->text);
        config_where(config, file_key, file_slot, place->where);
    } else if (credential_path(config, index, name, place->path)) {
        place->trusted = true;
        slot->origin = CONFIG_FROM_CREDENTIALS;
        (void)snprintf(place->where, sizeof place->where, "%s", name);
    }
}

/* Reads the place's file. *ok false: a mistake was reported. */
static bool
read_place(const struct secret_place *place, struct secret_file *file, bool *ok,
           struct config_report *report, struct quosync_error *err)
{
    *ok = secret_file_read(place->path, place->trusted, file, err);
    if (!*ok && err->kind == QUOSYNC_NO_MEMORY)
        return false;
    if (!*ok)
        config_mistake(report, "%s: %s%s%s", place->where, err->text,
                       err->hint[0] == '\0' ? "" : ". ", err->hint);
    else if (file->group_readable)
        config_warning(report, "%s: %s can be read by its group", place->where, place->path);
    return true;
}

static bool
put_secrets(struct config_workspace *workspace, const struct secret_place *place,
            const char *text, struct config_report *report, struct quosync_error *err)
{
    if (secrets_put(workspace->secrets, text, err))
        return true;
    if (err->kind == QUOSYNC_NO_MEMORY)
        return false;
    config_mistake(report, "%s: %s%s%s", place->where, place->path,
                   place->path[0] == '\0' ? "" : ": ", err->text);
    return true;
}

static bool
load_secrets(struct config *config, size_t index, unsigned need, struct config_report *report,
             struct quosync_error *err)
{
    struct config_workspace *workspace = &config->workspaces[index];
    AUTO(secret_file_done) struct secret_file file = { 0 };
    struct secrets_source source = { 0 };
    struct secret_place place;
    bool ok;

    find_place(config, index, "webhook_secrets", "webhook_secrets_file", &place, report);
    if (place.inline_slot != NULL && place.inline_slot->origin == CONFIG_FROM_FILE) {
        source.kind = SECRETS_CONFIG;
        source.path = config->file;
        source.workspace = config->sections ? workspace->name : NULL;
    } else if (place.path[0] != '\0') {
        source.kind = SECRETS_FILE;
        source.path = arena_text(&config->memory->arena, place.path, strlen(place.path));
        source.trusted = place.trusted;
        if (source.path == NULL)
            return error_no_memory(err);
    }
    workspace->secrets =
        secrets_new(workspace->name, &source, index == 0 ? NULL : config->workspaces[0].secrets);
    if (workspace->secrets == NULL)
        return error_no_memory(err);
    if (place.inline_slot != NULL) {
        secrets_seen(workspace->secrets, &config->memory->file_stat);
        return put_secrets(workspace, &place, place.inline_slot->text, report, err);
    }
    if (place.path[0] != '\0' && (need & (CONFIG_NEED_SECRETS | CONFIG_CHECK_ALL)) != 0) {
        if (!read_place(&place, &file, &ok, report, err))
            return false;
        if (!ok)
            return true;
        secrets_seen(workspace->secrets, &file.stat);
        return put_secrets(workspace, &place, file.text, report, err);
    }
    if (place.path[0] == '\0' && (need & CONFIG_NEED_SECRETS) != 0)
        config_mistake(report, "workspace \"%s\": neither webhook_secrets nor "
                       "webhook_secrets_file is set", workspace->name);
    return true;
}

/* One word of printable ASCII; blanks and newlines around it do not count. */
static bool
put_api_key(struct config *config, size_t index, const struct secret_place *place,
            const char *text, struct config_report *report, struct quosync_error *err)
{
    size_t bytes;

    text += strspn(text, " \t\r\n");
    bytes = strcspn(text, " \t\r\n");
    if (bytes == 0 || bytes > CONFIG_API_KEY_MAX_BYTES ||
        text[bytes + strspn(text + bytes, " \t\r\n")] != '\0') {
        config_mistake(report, "%s: it does not hold one API key", place->where);
        return true;
    }
    for (size_t i = 0; i < bytes; i++)
        if (text[i] < 0x21 || text[i] > 0x7E) {
            config_mistake(report, "%s: the API key holds characters that no key has",
                           place->where);
            return true;
        }
    config->workspaces[index].api_key = arena_text(&config->memory->arena, text, bytes);
    return config->workspaces[index].api_key != NULL || error_no_memory(err);
}

static bool
load_api_key(struct config *config, size_t index, unsigned need, struct config_report *report,
             struct quosync_error *err)
{
    AUTO(secret_file_done) struct secret_file file = { 0 };
    struct secret_place place;
    bool ok;

    find_place(config, index, "api_key", "api_key_file", &place, report);
    if (place.inline_slot != NULL)
        return put_api_key(config, index, &place, place.inline_slot->text, report, err);
    if (place.path[0] != '\0' && ((need & (CONFIG_NEED_API_KEY | CONFIG_CHECK_ALL)) != 0 ||
                                  ((need & CONFIG_WANT_API_KEY) != 0 &&
                                   access(place.path, R_OK) == 0)))
        return read_place(&place, &file, &ok, report, err) &&
               (!ok || put_api_key(config, index, &place, file.text, report, err));
    if (place.path[0] == '\0' && (need & CONFIG_NEED_API_KEY) != 0)
        config_mistake(report, "workspace \"%s\": neither api_key nor api_key_file is set",
                       config->workspaces[index].name);
    return true;
}

/* Secrets in a file that everybody can read: not refused, people mount such files; but said. */
static void
check_file_mode(const struct config *config, struct config_report *report)
{
    bool holds = false;

    if (config->file[0] == '\0' || (config->memory->file_stat.st_mode & S_IROTH) == 0)
        return;
    for (const struct config_key *key = config_keys; key->name != NULL; key++)
        for (size_t i = 0; i < config->n_workspaces; i++) {
            const struct config_slot *slot = config_slot(config, key, i);

            if (slot->text != NULL && slot->origin == CONFIG_FROM_FILE)
                holds = holds || key->type == CONFIG_SECRET ||
                        (key->type == CONFIG_CONNINFO && config_conninfo_has_password(slot->text));
        }
    if (holds)
        config_warning(report, "%s holds secrets and can be read by everybody", config->file);
}

/* ---- together -------------------------------------------------------------------------- */

/*
 * Names the place of the later workspace's, or of the earlier one's where the later has
 * its own by default. The API key comes from either of two keys.
 */
static void
place_of_the_same(const struct config *config, size_t a, size_t b, const char *const keys[2],
                  char where[CONFIG_WHERE_SIZE])
{
    const size_t workspaces[] = { b, a };

    for (size_t i = 0; i < 4; i++) {
        const struct config_slot *slot = config_workspace_slot(config, workspaces[i / 2],
                                                               keys[i % 2]);

        if (slot->text != NULL) {
            config_where(config, config_key_find(keys[i % 2]), slot, where);
            return;
        }
    }
    (void)snprintf(where, CONFIG_WHERE_SIZE, "%s", config->file);
}

static void
refuse_the_same(const struct config *config, size_t a, size_t b, const char *const keys[2],
                const char *what, const char *value, struct config_report *report)
{
    char where[CONFIG_WHERE_SIZE];

    place_of_the_same(config, a, b, keys, where);
    config_mistake(report, "%s: workspaces \"%s\" and \"%s\" have the same %s%s%s", where,
                   config->workspaces[a].name, config->workspaces[b].name, what,
                   value[0] == '\0' ? "" : " ", value);
}

static void
check_pair(const struct config *config, size_t a, size_t b, struct config_report *report)
{
    static const char *const path[] = { "path", "path" }, *const org_id[] = { "org_id", "org_id" },
                             *const api_key[] = { "api_key", "api_key_file" };
    const struct config_workspace *one = &config->workspaces[a];
    const struct config_workspace *two = &config->workspaces[b];

    if (strcmp(one->path, two->path) == 0)
        refuse_the_same(config, a, b, path, "path", one->path, report);
    if (one->org_id_configured && two->org_id_configured &&
        strcmp(one->org_id, two->org_id) == 0)
        refuse_the_same(config, a, b, org_id, "org_id", one->org_id, report);
    if (one->api_key[0] != '\0' && strlen(one->api_key) == strlen(two->api_key) &&
        CRYPTO_memcmp(one->api_key, two->api_key, strlen(one->api_key)) == 0)
        refuse_the_same(config, a, b, api_key, "API key", "", report);
}

static void
check_together(const struct config *config, struct config_report *report)
{
    if (config->intake_bytes < config->max_body_bytes)
        config_mistake(report, "intake_bytes (%zu) is less than max_body (%zu): no body of that "
                       "size could ever be received", config->intake_bytes,
                       config->max_body_bytes);
    if (config->listen.port != 0 && strcmp(config->listen.text, config->admin_listen.text) == 0)
        config_mistake(report, "listen and admin_listen are the same address, %s: metrics must "
                       "not be public", config->listen.text);
    for (size_t i = 0; i < config->n_workspaces; i++) {
        if (config->n_workspaces > 1 && !config->workspaces[i].org_id_configured)
            config_mistake(report, "%s: workspace \"%s\" has no org_id, which several workspaces "
                           "need", config->file, config->workspaces[i].name);
        for (size_t k = 0; k < i; k++)
            check_pair(config, k, i, report);
    }
}

/* What a workspace must have: where one is meant, the others need no API key. */
static unsigned
need_of(const struct config *config, size_t index, const struct config_sources *sources)
{
    bool meant = sources->workspace == NULL
                     ? !sources->one_workspace || config->n_workspaces == 1
                     : strcmp(sources->workspace, config->workspaces[index].name) == 0;

    return meant ? sources->need : sources->need & ~(unsigned)CONFIG_NEED_API_KEY;
}

bool
config_resolve(struct config *config, const struct config_sources *sources,
               struct config_report *report, struct quosync_error *err)
{
    for (const struct config_key *key = config_keys; key->name != NULL; key++)
        if (!key->workspace && !resolve_key(config, key, 0, report, err))
            return false;
    config->admin_listen_set =
        config_slot(config, config_key_find("admin_listen"), 0)->text != NULL;
    for (size_t i = 0; i < config->n_workspaces; i++)
        if (!resolve_workspace(config, i, report, err) ||
            !load_secrets(config, i, sources->need, report, err) ||
            !load_api_key(config, i, need_of(config, i, sources), report, err))
            return false;
    check_file_mode(config, report);
    check_together(config, report);
    return true;
}
