/*
 * config.h - what people configured, checked and in the units of the code.
 * Lowest to highest: built-in defaults, a file, the environment, flags. One
 * table (config_table.c) holds every key; all mistakes are reported together,
 * before the first connection.
 */
#ifndef QUOSYNC_BASE_CONFIG_H
#define QUOSYNC_BASE_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/log.h"
#include "base/secrets.h"
#include "quosync.h"

/* The org_id of a single workspace that configured none. */
#define CONFIG_ORG_ID_DEFAULT "default"

#define CONFIG_API_KEY_MAX_BYTES 512

/* Where to listen. */
struct config_address {
    const char *text; /* as configured, "127.0.0.1:8480" or "[::1]:8480" */
    struct sockaddr_storage socket;
    socklen_t socket_bytes;
    uint16_t port; /* 0: any free one */
};

struct config_workspace {
    const char *name;            /* of the section; "default" where there is none */
    const char *org_id;          /* CONFIG_ORG_ID_DEFAULT where none is configured */
    bool org_id_configured;      /* false: events may say any org_id, rows get the default */
    const char *path;            /* of the webhook, begins with '/' */
    struct secrets *secrets;     /* never NULL; empty set: none configured, or not asked for */
    const char *webhook_secrets_file; /* "": none */
    const char *api_key;         /* "": none, or not asked for */
    const char *api_key_file;    /* "": none */
    const char *timezone;        /* IANA name */
    size_t country_code;         /* 0: none; 1 */
};

/* All strings are never NULL and live as long as the struct. */
struct config {
    const char *file; /* the file that was read; "": none */
    const char *database; /* libpq connection string; "": libpq's PG* variables */
    struct config_address listen, admin_listen;
    bool admin_listen_set; /* someone configured it: then `work` alone listens too */
    size_t max_body_bytes, intake_bytes;
    size_t max_connections, max_per_address; /* per address 0: no limit */
    int64_t request_deadline_s;
    const char *api_url; /* without a slash at the end */
    size_t workers, batch, batch_bytes;
    size_t rate; /* REST requests per second */
    int64_t keep_events_s, keep_delivery_ids_s, keep_dead_letters_s; /* 0: for ever */
    int64_t keep_content_s; /* 0: for ever */
    int64_t status_max_age_s, status_max_silence_s, status_max_reconcile_age_s;
    enum log_level log;
    enum log_format log_format;

    struct config_workspace *workspaces; /* at least one, in the file's order */
    size_t n_workspaces;
    bool sections; /* the file holds [workspace NAME] sections */

    struct config_memory *memory; /* what owns it all */
};

/* What the command needs: only then are these files read, and missing ones mistakes. */
enum config_need {
    CONFIG_NEED_NOTHING = 0,
    CONFIG_NEED_SECRETS = 1, /* every workspace has a webhook secret */
    CONFIG_NEED_API_KEY = 2, /* every workspace that is meant has an API key */
    CONFIG_CHECK_ALL = 4,    /* read what is configured, miss nothing */
    CONFIG_WANT_API_KEY = 8  /* API keys that this user may read, no mistake where not */
};

/* A flag --key=value or --key value of the command line, key spelled with '_'. */
struct config_flag {
    const char *key;
    const char *value;
};

struct config_sources {
    const char *file;             /* --config; NULL: QUOSYNC_CONFIG, else the default file */
    const char *workspace;        /* --workspace: whom the command and flags mean; NULL: none */
    const struct config_flag *flags;
    size_t n_flags;
    unsigned need;                /* of enum config_need */
    bool one_workspace;           /* the command acts on one, which has to be named */
};

/* What is wrong, or odd: one text for each, with file and line. */
struct config_report {
    char **mistakes;
    size_t n_mistakes;
    char **warnings;
    size_t n_warnings;
    bool bad; /* there are mistakes, even where no memory was left to keep them */
};

/*
 * config_load - read all sources and check them.
 *
 *   report  gets every mistake and warning, also when false is returned; may
 *           not be NULL; freed with config_report_done
 *
 * Secret variables of the environment are wiped and unset. Secret files must
 * be regular, not readable by the world, and of at most 64 KiB; where no key
 * names one, $CREDENTIALS_DIRECTORY is looked at (webhook_secrets, api_key,
 * database; with sections webhook_secrets.NAME and api_key.NAME).
 *
 * Errors   QUOSYNC_CONFIG: see report, *config is filled as far as it goes (for
 *          `quosync config`); QUOSYNC_NO_MEMORY. Texts never hold a secret.
 * Memory   config_done frees and wipes, in both cases.
 * Threads  one, before all others.
 */
bool config_load(const struct config_sources *sources, struct config *config,
                 struct config_report *report, struct quosync_error *err) QUOSYNC_MUST_CHECK;
void config_done(struct config *config);
void config_report_done(struct config_report *report);

/*
 * config_workspace_find - the workspace of --workspace.
 *
 *   name  NULL: the only one
 *
 * Errors   QUOSYNC_CONFIG: no such workspace, or several and no name.
 */
bool config_workspace_find(const struct config *config, const char *name,
                           const struct config_workspace **workspace,
                           struct quosync_error *err) QUOSYNC_MUST_CHECK;

/*
 * config_reload_secrets - SIGHUP: each workspace's keys are read again; a
 * workspace whose new keys are bad keeps the old ones and is logged.
 */
void config_reload_secrets(const struct config *config);

/* ---- the table, for `quosync config`, help and the lint tests ----------------- */

enum config_type {
    CONFIG_TEXT,
    CONFIG_PATH,
    CONFIG_COUNT,
    CONFIG_BYTES,
    CONFIG_DURATION, /* seconds, or a number and s, m, h or d */
    CONFIG_ADDRESS,
    CONFIG_URL,
    CONFIG_URL_PATH,
    CONFIG_ORG_ID,
    CONFIG_COUNTRY,
    CONFIG_TIMEZONE,
    CONFIG_LOG_LEVEL,
    CONFIG_LOG_FORMAT,
    CONFIG_CONNINFO, /* may hold a password: masked where it is printed */
    CONFIG_SECRET    /* never printed, no flag */
};

struct config_key {
    const char *name;
    enum config_type type;
    bool workspace;       /* may stand in a section */
    bool inherited;       /* workspace keys: a global value stands for all sections */
    const char *fallback; /* the default, as it would be written; NULL: none */
    size_t offset;        /* in struct config or struct config_workspace */
    int64_t least, most;  /* of numbers, in their unit */
    bool none;            /* durations: "none" is a value, and 0 */
    const char *meaning;  /* one line: unit, range, sense */
};

/* Every key, in the order of the documentation; ends with a NULL name. */
extern const struct config_key config_keys[];

/* NULL: no such key. */
const struct config_key *config_key_find(const char *name);

enum config_origin {
    CONFIG_FROM_DEFAULT, CONFIG_FROM_FILE, CONFIG_FROM_ENVIRONMENT, CONFIG_FROM_FLAG,
    CONFIG_FROM_CREDENTIALS
};

/* One effective value as it may be shown. */
struct config_shown {
    const struct config_key *key;
    const char *workspace; /* NULL: global */
    char *value;           /* masked: secrets as "(set)"; NULL: not set */
    char *origin;          /* "default", "/etc/quosync/quosync.conf:12", "QUOSYNC_RATE", "--rate" */
};

/*
 * config_show - every effective value and where it came from, in the table's
 * order, globals first. For `quosync config`.
 *
 * Memory   shown is freed with config_shown_free; it borrows the workspaces' names.
 */
bool config_show(const struct config *config, struct config_shown **shown, size_t *n,
                 struct quosync_error *err) QUOSYNC_MUST_CHECK;
void config_shown_free(struct config_shown *shown, size_t n);

#endif
