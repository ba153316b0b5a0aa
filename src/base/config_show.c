/*
 * config_show.c - the effective values as they may be shown: with their
 * origin, and without a secret.
 */
#include <stdio.h>
#include <string.h>

#include "base/config_slots.h"
#include "core/error.h"

static char *
copy(const char *text)
{
    const size_t bytes = strlen(text) + 1;
    char *made = memory_get(bytes);

    if (made != NULL)
        memcpy(made, text, bytes);
    return made;
}

/* The value's text; NULL where there is none. */
static const char *
value_of(const struct config *config, const struct config_key *key, size_t workspace)
{
    const struct config_slot *slot = config_slot(config, key, workspace);

    if (key->type == CONFIG_SECRET)
        return slot->text != NULL || slot->origin == CONFIG_FROM_CREDENTIALS ? "(set)" : NULL;
    if (key->type == CONFIG_CONNINFO && slot->text != NULL &&
        config_conninfo_has_password(slot->text))
        return "(set, holds a password)";
    /* One with a user or a query is refused, and is shown all the same. */
    if (key->type == CONFIG_URL && slot->text != NULL && strpbrk(slot->text, "@?") != NULL)
        return "(set, may hold a password)";
    if (slot->text != NULL)
        return slot->text;
    if (strcmp(key->name, "path") == 0) /* its default depends on the section */
        return config->workspaces[workspace].path;
    return key->fallback[0] == '\0' ? NULL : key->fallback; /* secrets alone may have none */
}

static char *
origin_of(const struct config *config, const struct config_key *key, size_t workspace)
{
    const struct config_slot *slot = config_slot(config, key, workspace);
    char where[CONFIG_WHERE_SIZE];

    switch (slot->origin) {
    case CONFIG_FROM_FILE:
        (void)snprintf(where, sizeof where, "%s:%u", config->file, slot->line);
        break;
    case CONFIG_FROM_ENVIRONMENT:
        config_variable(key, where);
        break;
    case CONFIG_FROM_CREDENTIALS:
        (void)snprintf(where, sizeof where, "credential");
        break;
    case CONFIG_FROM_FLAG:
        config_where(config, key, slot, where);
        break;
    case CONFIG_FROM_DEFAULT:
        (void)snprintf(where, sizeof where, "default");
        break;
    }
    return copy(where);
}

static bool
add(const struct config *config, const struct config_key *key, size_t workspace,
    struct config_shown *shown, struct quosync_error *err)
{
    const char *value = value_of(config, key, workspace);

    shown->key = key;
    shown->workspace = key->workspace ? config->workspaces[workspace].name : NULL;
    shown->origin = origin_of(config, key, workspace);
    shown->value = value == NULL ? NULL : copy(value);
    if (shown->origin == NULL || (value != NULL && shown->value == NULL))
        return error_no_memory(err);
    return true;
}

bool
config_show(const struct config *config, struct config_shown **shown, size_t *n,
            struct quosync_error *err)
{
    const size_t most = config_n_keys * (1 + config->n_workspaces);
    struct config_shown *all = memory_get(most * sizeof *all);

    *shown = NULL;
    *n = 0;
    if (all == NULL)
        return error_no_memory(err);
    memset(all, 0, most * sizeof *all);
    for (size_t scope = 0; scope <= config->n_workspaces; scope++)
        for (const struct config_key *key = config_keys; key->name != NULL; key++) {
            if (key->workspace != (scope > 0))
                continue;
            if (!add(config, key, scope == 0 ? 0 : scope - 1, &all[(*n)++], err)) {
                config_shown_free(all, *n);
                *n = 0;
                return false;
            }
        }
    *shown = all;
    return true;
}

void
config_shown_free(struct config_shown *shown, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        memory_free(shown[i].value);
        memory_free(shown[i].origin);
    }
    memory_free(shown);
}
