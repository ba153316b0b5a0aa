/*
 * config_table.c - every key that people may set: the one table that reads
 * file, environment and flags, prints `quosync config`, and that the sample
 * file and quosync.conf(5) are checked against.
 */
#include <string.h>

#include "base/config_parse.h"

#define KIB INT64_C(1024)
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)
#define HOUR INT64_C(3600)
#define DAY (24 * HOUR)
#define YEAR (365 * DAY)

#define OF(member) .offset = offsetof(struct config, member)
#define OF_WORKSPACE(member) .workspace = true, .offset = offsetof(struct config_workspace, member)
#define RANGE(from, to) .least = (from), .most = (to)

const struct config_key config_keys[] = {
    { "database", CONFIG_CONNINFO, .fallback = "", OF(database),
      .meaning = "libpq connection string or URI; without it libpq's PG* variables" },
    { "listen", CONFIG_ADDRESS, .fallback = "127.0.0.1:8480", OF(listen),
      .meaning = "address and port that webhooks are received on; port 0: any free one" },
    { "path", CONFIG_URL_PATH, .fallback = "/webhooks/quo", OF_WORKSPACE(path),
      .meaning = "URL path of the webhook; in a section /webhooks/quo/NAME unless set" },
    { "admin_listen", CONFIG_ADDRESS, .fallback = "127.0.0.1:8481", OF(admin_listen),
      .meaning = "address and port of /healthz, /readyz and /metrics; work alone: only where set" },
    { "max_body", CONFIG_BYTES, .fallback = "4194304", OF(max_body_bytes), RANGE(1, 64 * MIB),
      .meaning = "bytes of one delivery's body at most, 1 to 64 MiB" },
    { "intake_bytes", CONFIG_BYTES, .fallback = "16777216", OF(intake_bytes), RANGE(1, 4 * GIB),
      .meaning = "bytes of all bodies being received at most; 503 beyond; at least max_body" },
    { "max_connections", CONFIG_COUNT, .fallback = "512", OF(max_connections), RANGE(1, 65535),
      .meaning = "sockets at most, 1 to 65535" },
    { "max_per_address", CONFIG_COUNT, .fallback = "0", OF(max_per_address), RANGE(0, 65535),
      .meaning = "sockets of one address at most; 0: no limit (right behind a proxy)" },
    { "request_deadline", CONFIG_DURATION, .fallback = "10 s", OF(request_deadline_s),
      RANGE(1, 300), .meaning = "time for one whole request, 1 s to 5 m" },
    { "webhook_secrets", CONFIG_SECRET, .workspace = true, .offset = CONFIG_NOWHERE,
      .meaning = "signing secrets (whsec_...), separated by blanks, commas or newlines" },
    { "webhook_secrets_file", CONFIG_PATH, .fallback = "", OF_WORKSPACE(webhook_secrets_file),
      .meaning = "file that holds the signing secrets, mode 0600" },
    { "api_key", CONFIG_SECRET, .fallback = "", OF_WORKSPACE(api_key),
      .meaning = "key of the REST API" },
    { "api_key_file", CONFIG_PATH, .fallback = "", OF_WORKSPACE(api_key_file),
      .meaning = "file that holds the API key, mode 0600" },
    { "api_url", CONFIG_URL, .fallback = "https://api.quo.com", OF(api_url),
      .meaning = "base of the REST API; https, or http for this host alone" },
    { "org_id", CONFIG_ORG_ID, .fallback = CONFIG_ORG_ID_DEFAULT, OF_WORKSPACE(org_id),
      .meaning = "the workspace's id (OR...); required where there are several" },
    { "timezone", CONFIG_TIMEZONE, .fallback = "UTC", OF_WORKSPACE(timezone), .inherited = true,
      .meaning = "IANA time zone of reports" },
    { "country_code", CONFIG_COUNTRY, .fallback = "none", OF_WORKSPACE(country_code),
      .inherited = true,
      .meaning = "none, or 1: numbers of ten digits are North American" },
    { "workers", CONFIG_COUNT, .fallback = "2", OF(workers), RANGE(1, 64),
      .meaning = "worker threads, 1 to 64; each has a connection" },
    { "batch", CONFIG_COUNT, .fallback = "500", OF(batch), RANGE(1, 10000),
      .meaning = "deliveries per transaction at most, 1 to 10000" },
    { "batch_bytes", CONFIG_BYTES, .fallback = "8388608", OF(batch_bytes), RANGE(1, 256 * MIB),
      .meaning = "bytes of bodies per transaction at most, 1 to 256 MiB" },
    { "rate", CONFIG_COUNT, .fallback = "8", OF(rate), RANGE(1, 10000),
      .meaning = "REST requests per second at most, all processes together, 1 to 10000" },
    { "keep_events", CONFIG_DURATION, .fallback = "90 d", OF(keep_events_s),
      RANGE(HOUR, 100 * YEAR), .none = true,
      .meaning = "how long the archive is kept, 1 h or more; none: for ever" },
    { "keep_delivery_ids", CONFIG_DURATION, .fallback = "7 d", OF(keep_delivery_ids_s),
      RANGE(28 * HOUR, 100 * YEAR),
      .meaning = "how long repeated deliveries are known, 28 h or more (Quo repeats for 27 h 35)" },
    { "keep_dead_letters", CONFIG_DURATION, .fallback = "90 d", OF(keep_dead_letters_s),
      RANGE(HOUR, 100 * YEAR), .none = true,
      .meaning = "how long dead letters are kept, 1 h or more; none: for ever" },
    { "keep_content", CONFIG_DURATION, .fallback = "none", OF(keep_content_s),
      RANGE(HOUR, 100 * YEAR), .none = true,
      .meaning = "how long bodies, transcripts and summaries stay, 1 h or more; none: for ever" },
    { "status_max_age", CONFIG_DURATION, .fallback = "300 s", OF(status_max_age_s),
      RANGE(1, 10 * YEAR),
      .meaning = "age of the oldest waiting delivery that status calls degraded" },
    { "status_max_silence", CONFIG_DURATION, .fallback = "24 h", OF(status_max_silence_s),
      RANGE(1, 10 * YEAR), .meaning = "time without any delivery that status calls degraded" },
    { "status_max_reconcile_age", CONFIG_DURATION, .fallback = "26 h",
      OF(status_max_reconcile_age_s), RANGE(1, 10 * YEAR),
      .meaning = "age of the last successful reconciliation that status calls degraded" },
    { "log", CONFIG_LOG_LEVEL, .fallback = "info", OF(log),
      .meaning = "error, warn, info or debug" },
    { "log_format", CONFIG_LOG_FORMAT, .fallback = "logfmt", OF(log_format),
      .meaning = "logfmt or json" },
    { .name = NULL },
};

const size_t config_n_keys = sizeof config_keys / sizeof config_keys[0] - 1;

const struct config_key *
config_key_find(const char *name)
{
    for (const struct config_key *key = config_keys; key->name != NULL; key++)
        if (strcmp(key->name, name) == 0)
            return key;
    return NULL;
}
