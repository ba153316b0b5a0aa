/*
 * doctor_server.c - the way to the database, the server behind it, the role
 * that we are there, and settings that a promise hangs on.
 */
#include <config.h>

#include "app/doctor_internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/status.h"
#include "base/clock.h"
#include "base/config_slots.h"
#include "core/error.h"

/* Made for these. */
#define OLDEST_VERSION 13
#define NEWEST_VERSION 18

/* Receivers' and the server's clocks: ages in status are off by so much. */
#define CLOCK_WARN_US (10 * CLOCK_US_PER_S)
#define CLOCK_BAD_US (300 * CLOCK_US_PER_S)

/* What `run` opens beside two connections for each worker, and room for two commands. */
#define RUN_CONNECTIONS 3
#define COMMAND_CONNECTIONS 2

static const char *const checks[] = {
    "encryption", "server-version", "pooler", "writable", "encoding", "durability", "settings",
    "connections", "role", "database-clock", "storage", "collation", NULL
};

/* ---- reaching it --------------------------------------------------------------------------- */

/* Where the connection string is a mistake, libpq's defaults may lead to another database. */
static bool
knows_where(const struct doctor *doctor)
{
    const struct config *config = doctor->config;
    const char *text = config_slot(config, config_key_find("database"), 0)->text;

    return text == NULL || text[0] == '\0' || config->database[0] != '\0';
}

static void
skip_from(struct doctor *doctor, const char *first, const char *why)
{
    doctor_skip(doctor, checks, first, NULL, why);
}

static bool
reach(struct doctor *doctor)
{
    const struct pg_options options = { .conninfo = doctor->config->database,
                                        .application_name = "quosync doctor" };
    struct quosync_error err;

    if (!knows_where(doctor)) {
        found(doctor, DOCTOR_SKIPPED, "database", NULL, "the connection string is malformed: see "
              "configuration");
        skip_from(doctor, "encryption", "the database was not asked");
        return false;
    }
    if (!pg_open(&options, &doctor->pg, &err)) {
        failed_with(doctor, "database", NULL, &err, "Run quosync config: is database right?");
        skip_from(doctor, "encryption", doctor_unreached(doctor));
        return false;
    }
    pg_peer(doctor->pg, &doctor->peer);
    found(doctor, DOCTOR_OK, "database", NULL, "database \"%s\" at %s, port %s, as \"%s\"",
          doctor->peer.database, doctor->peer.host, doctor->peer.port, doctor->peer.user);
    return true;
}

static void
judge_encryption(struct doctor *doctor)
{
    const struct pg_peer *peer = &doctor->peer;

    if (peer->local) {
        found(doctor, DOCTOR_OK, "encryption", NULL, "the way to the server stays on this host%s",
              peer->encrypted ? ", and is encrypted" : "");
    } else if (!peer->encrypted) {
        found(doctor, DOCTOR_WARNING, "encryption", NULL,
              "everything goes to %s in the clear, contacts and messages included", peer->host);
        remedy(doctor, "Add to database: sslmode=verify-full sslrootcert=system (or the "
                       "server's CA).");
    } else if (!peer->verified) {
        found(doctor, DOCTOR_WARNING, "encryption", NULL,
              "%s, but nobody checks that %s is the server", peer->cipher, peer->host);
        remedy(doctor, "Add to database: sslmode=verify-full sslrootcert=system (or the "
                       "server's CA).");
    } else {
        found(doctor, DOCTOR_OK, "encryption", NULL, "%s, the server is verified", peer->cipher);
    }
}

static void
judge_version(struct doctor *doctor)
{
    const int major = doctor->peer.version / 10000;

    if (major < OLDEST_VERSION) {
        failed_as(doctor, QUOSYNC_CONFIG, "server-version", NULL,
                  "PostgreSQL %s is older than %d", doctor->peer.version_text, OLDEST_VERSION);
        remedy(doctor, "Upgrade the server.");
    } else if (major > NEWEST_VERSION) {
        found(doctor, DOCTOR_WARNING, "server-version", NULL,
              "PostgreSQL %s is newer than %d, which is the newest that this program was made for",
              doctor->peer.version_text, NEWEST_VERSION);
        remedy(doctor, "Look for a newer quosync.");
    } else {
        found(doctor, DOCTOR_OK, "server-version", NULL, "PostgreSQL %s",
              doctor->peer.version_text);
    }
}

/* ---- one row of facts ------------------------------------------------------------------------ */

enum {
    PROCESS, STANDBY, ENCODING, NOW, MOST, RESERVED, USED, MOST_OF_ROLE, USED_BY_ROLE,
    MOST_OF_DATABASE, USED_IN_DATABASE, ROLE, SUPERUSER, MAKES_ROLES, PASSES_ROW_SECURITY,
    DATABASE_BYTES
};

/* A pooler that hands each statement to another server process cannot hold a transaction. */
static void
judge_pooler(struct doctor *doctor, const struct result *facts)
{
    AUTO(tx_end) struct tx tx = { 0 };
    struct quosync_error err;
    struct result ignored = { 0 };

    doctor->pooled = result_bigint(facts, 0, PROCESS) != doctor->peer.process;
    if (!doctor->pooled) {
        found(doctor, DOCTOR_OK, "pooler", NULL, "none: this is the server itself");
        return;
    }
    if (tx_begin(doctor->pg, &tx, &err) &&
        pg_run(doctor->pg, &sql_schema_migrations_exists, NULL, &ignored, &err) &&
        tx_commit(&tx, &err)) {
        found(doctor, DOCTOR_OK, "pooler", NULL,
              "one is in between (PgBouncer, or alike), and holds transactions");
    } else {
        failed_as(doctor, QUOSYNC_CONFIG, "pooler", NULL,
                  "one is in between and does not hold a transaction: %s", err.text);
        remedy(doctor, "Set in pgbouncer.ini: pool_mode = transaction");
    }
    result_done(&ignored);
}

static void
judge_encoding(struct doctor *doctor, const struct result *facts)
{
    const char *encoding = result_text(facts, 0, ENCODING);

    if (strcmp(encoding, "UTF8") == 0) {
        found(doctor, DOCTOR_OK, "encoding", NULL, "UTF8");
        return;
    }
    failed_as(doctor, QUOSYNC_CONFIG, "encoding", NULL,
              "the database's encoding is %s: it cannot hold every name and message", encoding);
    remedy(doctor, "Make another: createdb --template=template0 --encoding=UTF8 NAME, and migrate "
                   "there.");
}

static int64_t
lesser(int64_t limit, int64_t other)
{
    return other >= 0 && other < limit ? other : limit;
}

static void
judge_connections(struct doctor *doctor, const struct result *facts)
{
    const int64_t needed = 2 * (int64_t)doctor->config->workers + RUN_CONNECTIONS +
                           COMMAND_CONNECTIONS;
    const int64_t kept = doctor->superuser ? 0 : result_bigint(facts, 0, RESERVED);
    const int64_t of_role = result_bigint(facts, 0, MOST_OF_ROLE);
    const int64_t of_database = result_bigint(facts, 0, MOST_OF_DATABASE);
    const int64_t most =
        lesser(lesser(result_bigint(facts, 0, MOST) - kept, of_role), of_database);
    int64_t left = result_bigint(facts, 0, MOST) - kept - result_bigint(facts, 0, USED);

    if (of_role >= 0)
        left = lesser(left, of_role - result_bigint(facts, 0, USED_BY_ROLE));
    if (of_database >= 0)
        left = lesser(left, of_database - result_bigint(facts, 0, USED_IN_DATABASE));
    if (doctor->pooled)
        found(doctor, DOCTOR_OK, "connections", NULL,
              "run takes %" PRId64 " of the pooler's (workers = %zu)", needed,
              doctor->config->workers);
    else if (most < needed) {
        failed_as(doctor, QUOSYNC_CONFIG, "connections", NULL,
                  "run and a command beside it take %" PRId64 " (workers = %zu), the server gives "
                  "%" PRId64, needed, doctor->config->workers, most);
        remedy(doctor, "Raise max_connections (or the role's or database's CONNECTION LIMIT), or "
                       "lower workers.");
    } else if (left < COMMAND_CONNECTIONS) {
        found(doctor, DOCTOR_WARNING, "connections", NULL,
              "%" PRId64 " of %" PRId64 " are left: receivers and workers that reconnect may be "
              "refused", left < 0 ? 0 : left, most);
        remedy(doctor, "Raise max_connections, or put PgBouncer in between.");
    } else {
        found(doctor, DOCTOR_OK, "connections", NULL,
              "%" PRId64 " of %" PRId64 " are left; run takes %" PRId64 " (workers = %zu)", left,
              most, needed, doctor->config->workers);
    }
}

static void
judge_role(struct doctor *doctor, const struct result *facts)
{
    const char *what = doctor->superuser ? "a superuser"
                       : result_boolean(facts, 0, PASSES_ROW_SECURITY)
                           ? "free of row level security (BYPASSRLS)"
                       : result_boolean(facts, 0, MAKES_ROLES)
                           ? "allowed to make roles (CREATEROLE)" : NULL;

    if (what == NULL) {
        found(doctor, DOCTOR_OK, "role", NULL, "\"%s\", no more than an ordinary role",
              doctor->role);
        return;
    }
    found(doctor, DOCTOR_WARNING, "role", NULL,
          "\"%s\" is %s: a defect here could touch more than schema quo", doctor->role, what);
    remedy(doctor, "Run quosync migrate --roles, then: create role quosync login in role "
                   "quo_worker; and connect as that.");
}

static void
judge_clock(struct doctor *doctor, int64_t ahead_us)
{
    const int64_t off_us = ahead_us < 0 ? -ahead_us : ahead_us;
    char span[DOCTOR_SPAN_SIZE];

    if (off_us < CLOCK_WARN_US) {
        found(doctor, DOCTOR_OK, "database-clock", NULL, "agrees with this host's");
        return;
    }
    found(doctor, off_us < CLOCK_BAD_US ? DOCTOR_WARNING : DOCTOR_FAILED, "database-clock", NULL,
          "the server's clock is %s this host's: ages and leases are wrong by as much",
          doctor_span(ahead_us, span));
    remedy(doctor, "Set both by NTP: timedatectl set-ntp true");
}

static void
judge_storage(struct doctor *doctor, const struct result *facts)
{
    AUTO(result_done) struct result kept = { 0 };

    if (!doctor_ask(doctor, "storage", NULL, &sql_doctor_storage, NULL, &kept))
        return;
    if (result_bigint(&kept, 0, 0) > 0) {
        found(doctor, DOCTOR_WARNING, "storage", NULL,
              "%" PRId64 " replication slot%s not in use (\"%s\"): the server keeps all WAL until "
              "the disk is full", result_bigint(&kept, 0, 0),
              by_number(result_bigint(&kept, 0, 0), " is", "s are"), result_text(&kept, 0, 1));
        remedy(doctor, "Start who reads it, or: select pg_drop_replication_slot('%.64s')",
               result_text(&kept, 0, 1));
    } else if (result_bigint(&kept, 0, 2) > 0) {
        found(doctor, DOCTOR_WARNING, "storage", NULL,
              "%" PRId64 " prepared transaction%s older than an hour (\"%s\"): nothing can be "
              "vacuumed", result_bigint(&kept, 0, 2),
              by_number(result_bigint(&kept, 0, 2), " is", "s are"), result_text(&kept, 0, 3));
        remedy(doctor, "Decide it: rollback prepared '%.200s'", result_text(&kept, 0, 3));
    } else {
        found(doctor, DOCTOR_OK, "storage", NULL,
              "the database takes %" PRId64 " MB; how full the disk is, SQL cannot see",
              result_bigint(facts, 0, DATABASE_BYTES) / 1000000);
    }
}

static void
judge_collation(struct doctor *doctor)
{
    AUTO(result_done) struct result changed = { 0 };

    if (doctor->peer.version < 150000) {
        found(doctor, DOCTOR_SKIPPED, "collation", NULL,
              "PostgreSQL %d does not note a database's", doctor->peer.version / 10000);
        return;
    }
    if (!doctor_ask(doctor, "collation", NULL, &sql_doctor_collation, NULL, &changed))
        return;
    if (changed.rows == 0) {
        found(doctor, DOCTOR_OK, "collation", NULL, "text sorts as when the database was made");
        return;
    }
    found(doctor, DOCTOR_WARNING, "collation", NULL,
          "text sorts by version %s now, the indexes were built by %s: rows may not be found",
          result_text(&changed, 0, 2), result_text(&changed, 0, 1));
    remedy(doctor, "Run in psql: reindex database \"%s\"; alter database \"%s\" refresh collation "
                   "version;", doctor->peer.database, doctor->peer.database);
}

void
doctor_server(struct doctor *doctor)
{
    AUTO(result_done) struct result facts = { 0 };
    int64_t before_us, ahead_us;

    if (!reach(doctor))
        return;
    judge_encryption(doctor);
    judge_version(doctor);
    before_us = clock_now_us();
    if (!doctor_ask(doctor, "pooler", NULL, &sql_doctor_server, NULL, &facts)) {
        skip_from(doctor, "writable", "the server did not say");
        pg_close(&doctor->pg);
        return;
    }
    ahead_us = result_instant(&facts, 0, NOW) - (before_us + (clock_now_us() - before_us) / 2);
    (void)snprintf(doctor->role, sizeof doctor->role, "%s", result_text(&facts, 0, ROLE));
    doctor->superuser = result_boolean(&facts, 0, SUPERUSER);
    judge_pooler(doctor, &facts);
    doctor_settings(doctor, result_boolean(&facts, 0, STANDBY));
    judge_encoding(doctor, &facts);
    judge_connections(doctor, &facts);
    judge_role(doctor, &facts);
    judge_clock(doctor, ahead_us);
    judge_storage(doctor, &facts);
    judge_collation(doctor);
}
