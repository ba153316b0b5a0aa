/*
 * secrets.c - parses lists of signing keys and swaps whole sets under a short
 * lock; a set lives until its last reader has released it.
 */
#include "base/secrets.h"

#include <openssl/crypto.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/config_file.h"
#include "base/log.h"
#include "base/secret_file.h"
#include "core/error.h"
#include "core/memory.h"

#define SEPARATORS " \t\r\n\v\f,"
/* More keys than anybody rotates through; each costs a MAC per request. */
#define MOST_KEYS 16

struct secret_set_owner {
    struct secret_set set;
    atomic_uint readers;
    struct quosync_secret keys[MOST_KEYS];
};

struct secrets {
    pthread_mutex_t lock; /* guards current alone: never held while reading files */
    struct secret_set_owner *current;
    pthread_mutex_t reloading; /* one reload at a time, over all fields below */
    const char *name;
    struct secrets_source source;
    struct stat seen;
    _Atomic int64_t next_look_us;
    struct secrets *others; /* a list that never changes after the start */
    struct secrets *next;
};

static struct secret_set_owner *
owner_new(void)
{
    struct secret_set_owner *owner = memory_get(sizeof *owner);

    if (owner != NULL) {
        memset(owner, 0, sizeof *owner);
        owner->set.items = owner->keys;
        owner->set.owner = owner;
        atomic_store(&owner->readers, 1);
    }
    return owner;
}

const struct secret_set *
secrets_take(struct secrets *secrets)
{
    const struct secret_set *set;

    (void)pthread_mutex_lock(&secrets->lock);
    (void)atomic_fetch_add(&secrets->current->readers, 1);
    set = &secrets->current->set;
    (void)pthread_mutex_unlock(&secrets->lock);
    return set;
}

void
secret_set_release(const struct secret_set **set)
{
    struct secret_set_owner *owner = *set == NULL ? NULL : (*set)->owner;

    *set = NULL;
    if (owner != NULL && atomic_fetch_sub(&owner->readers, 1) == 1) {
        OPENSSL_cleanse(owner->keys, sizeof owner->keys);
        memory_free(owner);
    }
}

static size_t
count_words(const char *text)
{
    size_t n = 0;

    for (text += strspn(text, SEPARATORS); *text != '\0'; text += strspn(text, SEPARATORS)) {
        text += strcspn(text, SEPARATORS);
        n++;
    }
    return n;
}

static bool
parse_keys(const char *text, struct secret_set *set, struct quosync_error *err)
{
    const size_t all = count_words(text);

    if (all == 0)
        return error_set(err, QUOSYNC_CONFIG, "there is no secret in it");
    if (all > MOST_KEYS)
        return error_set(err, QUOSYNC_CONFIG, "more than %d secrets", MOST_KEYS);
    for (text += strspn(text, SEPARATORS); *text != '\0'; text += strspn(text, SEPARATORS)) {
        const size_t bytes = strcspn(text, SEPARATORS);

        if (!quosync_secret_parse(text, bytes, &set->items[set->n], err)) {
            error_prefix(err, "secret %zu of %zu", set->n + 1, all);
            return false;
        }
        set->n++;
        text += bytes;
    }
    return true;
}

static bool
share_a_key(const struct secret_set *a, const struct secret_set *b)
{
    for (size_t i = 0; i < a->n; i++)
        for (size_t k = 0; k < b->n; k++)
            if (a->items[i].key_bytes == b->items[k].key_bytes &&
                CRYPTO_memcmp(a->items[i].key, b->items[k].key, a->items[i].key_bytes) == 0)
                return true;
    return false;
}

/* A delivery must never verify for two workspaces. */
static bool
check_others(struct secrets *secrets, const struct secret_set *set, struct quosync_error *err)
{
    for (struct secrets *other = secrets->others; other != NULL; other = other->next) {
        AUTO(secret_set_release) const struct secret_set *theirs = NULL;

        if (other == secrets)
            continue;
        theirs = secrets_take(other);
        if (share_a_key(set, theirs))
            return error_set(err, QUOSYNC_CONFIG,
                             "workspace \"%s\" has one of these secrets already", other->name);
    }
    return true;
}

bool
secrets_put(struct secrets *secrets, const char *text, struct quosync_error *err)
{
    struct secret_set_owner *fresh = owner_new();
    AUTO(secret_set_release) const struct secret_set *old = NULL;

    if (fresh == NULL)
        return error_no_memory(err);
    if (!parse_keys(text, &fresh->set, err) || !check_others(secrets, &fresh->set, err)) {
        old = &fresh->set;
        return false;
    }
    (void)pthread_mutex_lock(&secrets->lock);
    old = &secrets->current->set;
    secrets->current = fresh;
    (void)pthread_mutex_unlock(&secrets->lock);
    return true;
}

void
secrets_seen(struct secrets *secrets, const struct stat *stat)
{
    secrets->seen = *stat;
}

static bool
reload_from_config(struct secrets *secrets, struct quosync_error *err)
{
    AUTO(config_entries_done) struct config_entries entries = { 0 };
    AUTO(config_report_done) struct config_report report = { 0 };
    const char *workspace = secrets->source.workspace;
    bool missing;

    if (!config_file_read(secrets->source.path, &entries, &missing, &report, err))
        return false;
    secrets->seen = entries.stat;
    if (report.bad)
        return error_set(err, QUOSYNC_CONFIG, "%s",
                         report.n_mistakes > 0 ? report.mistakes[0] : "out of memory");
    for (size_t i = 0; i < entries.n; i++) {
        const struct config_entry *entry = &entries.items[i];
        const bool here = workspace == NULL ? entry->workspace == NULL
                                            : entry->workspace != NULL &&
                                                  strcmp(entry->workspace, workspace) == 0;

        if (here && entry->name != NULL && strcmp(entry->name, "webhook_secrets") == 0)
            return secrets_put(secrets, entry->value, err);
    }
    return error_set(err, QUOSYNC_CONFIG, "%s has no webhook_secrets for workspace \"%s\" now",
                     secrets->source.path, secrets->name);
}

static bool
reload_from_file(struct secrets *secrets, struct quosync_error *err)
{
    AUTO(secret_file_done) struct secret_file file = { 0 };
    struct stat now;

    /* Also a bad file is looked at once: what is remembered is the try, not its success. */
    if (stat(secrets->source.path, &now) == 0)
        secrets->seen = now;
    if (!secret_file_read(secrets->source.path, secrets->source.trusted, &file, err))
        return false;
    secrets->seen = file.stat;
    if (!secrets_put(secrets, file.text, err)) {
        error_prefix(err, "%s", secrets->source.path);
        return false;
    }
    return true;
}

/* With `reloading` held. */
static bool
reload(struct secrets *secrets, struct quosync_error *err)
{
    switch (secrets->source.kind) {
    case SECRETS_FILE:
        return reload_from_file(secrets, err);
    case SECRETS_CONFIG:
        return reload_from_config(secrets, err);
    case SECRETS_FIXED:
        break;
    }
    return true;
}

bool
secrets_reload(struct secrets *secrets, struct quosync_error *err)
{
    bool ok;

    (void)pthread_mutex_lock(&secrets->reloading);
    ok = reload(secrets, err);
    (void)pthread_mutex_unlock(&secrets->reloading);
    return ok;
}

bool
secrets_refresh(struct secrets *secrets, int64_t steady_us)
{
    struct quosync_error err = { 0 };
    int64_t next_us = atomic_load(&secrets->next_look_us);
    bool fresh = false;

    if (secrets->source.kind == SECRETS_FIXED || steady_us < next_us ||
        !atomic_compare_exchange_strong(&secrets->next_look_us, &next_us,
                                        steady_us + CLOCK_US_PER_S))
        return false;
    (void)pthread_mutex_lock(&secrets->reloading);
    if (secret_file_changed(secrets->source.path, &secrets->seen)) {
        fresh = reload(secrets, &err);
        if (!fresh)
            log_warn_limited("secrets.refused", LOG_TEXT("workspace", secrets->name),
                             LOG_TEXT("reason", err.text));
        else
            log_info("secrets.read", LOG_TEXT("workspace", secrets->name));
    }
    (void)pthread_mutex_unlock(&secrets->reloading);
    return fresh;
}

struct secrets *
secrets_new(const char *name, const struct secrets_source *source, struct secrets *others)
{
    struct secrets *secrets = memory_get(sizeof *secrets);

    if (secrets == NULL)
        return NULL;
    memset(secrets, 0, sizeof *secrets);
    secrets->current = owner_new();
    if (secrets->current == NULL) {
        memory_free(secrets);
        return NULL;
    }
    (void)pthread_mutex_init(&secrets->lock, NULL);
    (void)pthread_mutex_init(&secrets->reloading, NULL);
    secrets->name = name;
    secrets->source = *source;
    secrets->others = others == NULL ? secrets : others;
    if (others != NULL) {
        while (others->next != NULL)
            others = others->next;
        others->next = secrets;
    }
    return secrets;
}

void
secrets_free(struct secrets **secrets)
{
    const struct secret_set *set;

    if (*secrets == NULL)
        return;
    set = &(*secrets)->current->set;
    secret_set_release(&set);
    (void)pthread_mutex_destroy(&(*secrets)->lock);
    (void)pthread_mutex_destroy(&(*secrets)->reloading);
    memory_free(*secrets);
    *secrets = NULL;
}
