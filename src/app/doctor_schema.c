/*
 * doctor_schema.c - schema quo: its version, whether the migrations are the ones
 * that were applied, its objects, its roles, and what we may do in it.
 */
#include <config.h>

#include "app/doctor_internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/error.h"
#include "db/migrate.h"
#include "db/status.h"

#define ROLES 4

static const char *const checks[] = { "schema",     "migrations",   "tables",    "roles",
                                      "row-security", "privileges", "distribution",
                                      "workspaces", "rate-limit",   NULL };

/* ---- versions ---------------------------------------------------------------------------- */

static void
judge_versions(struct doctor *doctor)
{
    AUTO(applied_migrations_done) struct applied_migrations applied = { 0 };
    struct quosync_error err;

    if (!applied_migrations_read(doctor->pg, &applied, &err) || !schema_check(doctor->pg, &err)) {
        failed_with(doctor, "schema", NULL, &err, "Run: quosync migrate --roles, and connect as "
                                                  "a member of quo_worker.");
        if (applied.n == 0) {
            found(doctor, DOCTOR_SKIPPED, "migrations", NULL, "none is known to be applied");
            return;
        }
    } else {
        doctor->schema = true;
        found(doctor, DOCTOR_OK, "schema", NULL, "at migration \"%s\", which this program needs",
              applied.items[applied.n - 1].name);
    }
    if (!applied_migrations_check(&applied, &err))
        failed_with(doctor, "migrations", NULL, &err, "Install the quosync that migrated it.");
    else
        found(doctor, DOCTOR_OK, "migrations", NULL, "%zu, as they were released", applied.n);
}

/* ---- the catalog --------------------------------------------------------------------------- */

enum {
    EXISTS, OWNER, OF_OTHERS, OTHER, INVALID, UNATTACHED, SECURED, UNSECURED, STOPPED, OPEN_VIEWS
};

static void
judge_tables(struct doctor *doctor, const struct result *facts)
{
    if (!result_null(facts, 0, INVALID)) {
        found(doctor, DOCTOR_FAILED, "tables", NULL, "index \"%s\" is not valid: it was never "
              "built to the end", result_text(facts, 0, INVALID));
        remedy(doctor, "Run in psql: reindex index quo.%s;", result_text(facts, 0, INVALID));
    } else if (!result_null(facts, 0, UNATTACHED)) {
        found(doctor, DOCTOR_WARNING, "tables", NULL,
              "\"%s\" was detached from the archive and not dropped: a prune was cut",
              result_text(facts, 0, UNATTACHED));
        remedy(doctor, "Run: quosync prune");
    } else if (result_bigint(facts, 0, OF_OTHERS) > 0) {
        found(doctor, DOCTOR_WARNING, "tables", NULL,
              "the schema belongs to \"%s\", but %" PRId64 " of its objects to others (%.200s): "
              "the next migration will fail", result_text(facts, 0, OWNER),
              result_bigint(facts, 0, OF_OTHERS), result_text(facts, 0, OTHER));
        remedy(doctor, "Run: quosync migrate --roles, or in psql: alter %.200s owner to \"%s\";",
               result_text(facts, 0, OTHER), result_text(facts, 0, OWNER));
    } else {
        found(doctor, DOCTOR_OK, "tables", NULL, "all of them belong to \"%s\", every index is "
              "valid", result_text(facts, 0, OWNER));
    }
}

static bool
judge_roles(struct doctor *doctor, struct result *roles)
{
    const int64_t present = result_bigint(roles, 0, 0);

    if (present == 0) {
        found(doctor, DOCTOR_OK, "roles", NULL, "none were made; they are optional");
        return false;
    }
    if (present < ROLES) {
        found(doctor, DOCTOR_WARNING, "roles", NULL, "missing: %s", result_text(roles, 0, 1));
        remedy(doctor, "Run: quosync migrate --roles");
    } else if (result_boolean(roles, 0, 3)) {
        found(doctor, DOCTOR_WARNING, "roles", NULL, "quo_worker may create tables in schema quo");
        remedy(doctor, "Run: quosync migrate --roles, or: revoke create on schema quo from "
                       "quo_worker;");
    } else {
        return true;
    }
    return false;
}

/* quo_owner must log in between the nodes of Citus, and nowhere else. */
static void
judge_owner(struct doctor *doctor, const struct result *roles, bool citus)
{
    const bool logs_in = result_boolean(roles, 0, 2);

    if (logs_in == citus) {
        found(doctor, DOCTOR_OK, "roles", NULL, "quo_owner, quo_worker, quo_reader, "
              "quo_reader_nocontent");
    } else if (logs_in) {
        found(doctor, DOCTOR_WARNING, "roles", NULL, "quo_owner can log in: whoever does may "
              "change every row and table");
        remedy(doctor, "Run in psql: alter role quo_owner nologin;");
    } else {
        failed_as(doctor, QUOSYNC_CONFIG, "roles", NULL, "quo_owner cannot log in: on Citus its "
                  "functions (ensure_partitions, contacts_wide) fail");
        remedy(doctor, "Run in psql: alter role quo_owner login; and let it in from the nodes "
                       "alone: pg_hba.conf.");
    }
}

static void
judge_row_security(struct doctor *doctor, const struct result *facts, const struct result *roles)
{
    const int64_t secured = result_bigint(facts, 0, SECURED);
    const int64_t unsecured = result_bigint(facts, 0, UNSECURED);

    if (result_boolean(facts, 0, STOPPED) && !result_boolean(roles, 0, 4)) {
        failed_as(doctor, QUOSYNC_CONFIG, "row-security", NULL,
                  "\"%s\" is no member of quo_worker: it sees no rows, and stores none",
                  doctor->role);
        remedy(doctor, "Run in psql: grant quo_worker to \"%s\";", doctor->role);
    } else if (secured > 0 && unsecured > 0) {
        found(doctor, DOCTOR_WARNING, "row-security", NULL,
              "it is off on %" PRId64 " of %" PRId64 " tables: their readers see all workspaces",
              unsecured, secured + unsecured);
        remedy(doctor, "Run: quosync migrate --roles");
    } else if (secured > 0 && doctor->peer.version < 150000) {
        found(doctor, DOCTOR_WARNING, "row-security", NULL,
              "on, but views of PostgreSQL %d do not obey it: their readers see all workspaces",
              doctor->peer.version / 10000);
        remedy(doctor, "Keep readers of one workspace to tables, or upgrade the server to 15.");
    } else if (secured > 0 && result_bigint(facts, 0, OPEN_VIEWS) > 0) {
        found(doctor, DOCTOR_WARNING, "row-security", NULL,
              "%" PRId64 " view%s rows by the rights of the owner: readers see all "
              "workspaces", result_bigint(facts, 0, OPEN_VIEWS),
              by_number(result_bigint(facts, 0, OPEN_VIEWS), " shows", "s show"));
        remedy(doctor, "Run: quosync migrate");
    } else {
        found(doctor, DOCTOR_OK, "row-security", NULL,
              secured > 0 ? "on for all tables" : "off: migrate --roles was not run");
    }
}

/* One finding for each command: "work lacks insert on quo.events; ...". */
static void
judge_privileges(struct doctor *doctor)
{
    AUTO(result_done) struct result lacks = { 0 };
    char list[280];
    size_t n = 0, left_out = 0;

    if (!doctor_ask(doctor, "privileges", NULL, &sql_doctor_privileges, NULL, &lacks))
        return;
    if (lacks.rows == 0)
        found(doctor, DOCTOR_OK, "privileges", NULL, "\"%s\" may do what every command does",
              doctor->role);
    for (size_t row = 0; row < lacks.rows; row++) {
        const char *command = result_text(&lacks, row, 0);
        const bool last =
            row + 1 == lacks.rows || strcmp(command, result_text(&lacks, row + 1, 0)) != 0;
        const int wrote = snprintf(list + n, sizeof list - n, "%s%s on %s", n == 0 ? "" : "; ",
                                   result_text(&lacks, row, 1), result_text(&lacks, row, 2));

        if (left_out == 0 && wrote > 0 && (size_t)wrote < sizeof list - n)
            n += (size_t)wrote;
        else
            left_out++;
        list[n] = '\0';
        if (!last)
            continue;
        failed_as(doctor, QUOSYNC_CONFIG, "privileges", NULL, "for quosync %s, \"%s\" lacks %s",
                  command, doctor->role, list);
        if (left_out > 0)
            also_found(doctor, " (and on %zu more)", left_out);
        remedy(doctor, "Run quosync migrate --roles as the schema's owner, then in psql: grant "
                       "quo_worker to \"%s\";", doctor->role);
        n = left_out = 0;
    }
}

/* True where Citus is there. */
static bool
judge_distribution(struct doctor *doctor)
{
    AUTO(result_done) struct result facts = { 0 };

    if (!doctor_ask(doctor, "distribution", NULL, &sql_doctor_distribution, NULL, &facts))
        return false;
    if (result_null(&facts, 0, 0)) {
        found(doctor, DOCTOR_OK, "distribution", NULL, "one server, without Citus");
        return false;
    }
    if (result_bigint(&facts, 0, 1) > 0) {
        found(doctor, DOCTOR_WARNING, "distribution", NULL,
              "Citus %s is there, and %" PRId64 " table%s local (\"%s\")",
              result_text(&facts, 0, 0), result_bigint(&facts, 0, 1),
              by_number(result_bigint(&facts, 0, 1), " is", "s are"), result_text(&facts, 0, 2));
        remedy(doctor, "Run, after each migrate: psql -f %s/citus.sql", PKGDATADIR);
    } else {
        found(doctor, DOCTOR_OK, "distribution", NULL, "Citus %s, all tables are distributed",
              result_text(&facts, 0, 0));
    }
    return true;
}

/* ---- rows ------------------------------------------------------------------------------ */

static bool
is_configured(const struct config *config, const char *org_id)
{
    for (size_t i = 0; i < config->n_workspaces; i++)
        if (strcmp(config->workspaces[i].org_id, org_id) == 0)
            return true;
    return false;
}

/* A migrate without the configuration notes "default", and nothing comes of it. */
static bool
has_rows(struct doctor *doctor, const char *org_id)
{
    struct quosync_error ignored;
    struct status_rows rows;

    return !status_rows_read(doctor->pg, org_id, &rows, &ignored) ||
           rows.contacts + rows.deleted_contacts + rows.messages + rows.calls + rows.voicemails +
                   rows.users + rows.phone_numbers > 0;
}

static void
judge_workspaces(struct doctor *doctor, bool roles)
{
    AUTO(result_done) struct result rows = { 0 };
    const struct config *config = doctor->config;
    bool sound = true;

    if (!doctor_ask(doctor, "workspaces", NULL, &sql_doctor_workspaces, NULL, &rows))
        return;
    for (size_t row = 0; row < rows.rows; row++) {
        const char *org_id = result_text(&rows, row, 0);

        if (is_configured(config, org_id)) {
            if (!roles || result_boolean(&rows, row, 2))
                continue;
            found(doctor, DOCTOR_WARNING, "workspaces", NULL,
                  "there is no role quo_org_%.128s: nobody but quo_worker can read that workspace",
                  org_id);
            remedy(doctor, "Run: quosync migrate --roles");
        } else if (!has_rows(doctor, org_id)) {
            continue;
        } else {
            found(doctor, DOCTOR_WARNING, "workspaces", NULL,
                  "there are rows of org_id \"%.128s\" (\"%.64s\"), which is not configured here",
                  org_id, result_text(&rows, row, 1));
            if (config->n_workspaces == 1)
                remedy(doctor, "If they are %s's, run: quosync migrate --rename-workspace %.128s "
                               "%.128s", config->workspaces[0].name, org_id,
                       config->workspaces[0].org_id);
            else
                remedy(doctor, "Give it a section, unless another host has one.");
        }
        sound = false;
    }
    if (sound)
        found(doctor, DOCTOR_OK, "workspaces", NULL, "all rows are of workspaces that are "
              "configured");
}

static void
judge_rates(struct doctor *doctor)
{
    AUTO(result_done) struct result ahead = { 0 };

    if (!doctor_ask(doctor, "rate-limit", NULL, &sql_doctor_rates, NULL, &ahead))
        return;
    if (result_bigint(&ahead, 0, 0) == 0) {
        found(doctor, DOCTOR_OK, "rate-limit", NULL, "requests wait for no more than their turn");
        return;
    }
    failed_as(doctor, QUOSYNC_OK, "rate-limit", NULL,
              "the next request may be sent in %" PRId64 " s: a clock was wrong",
              result_bigint(&ahead, 0, 1));
    remedy(doctor, "Run in psql: delete from quo.rate_limits;");
}

static void
skip_from(struct doctor *doctor, const char *first, const char *why)
{
    doctor_skip(doctor, checks, first, NULL, why);
}

void
doctor_schema(struct doctor *doctor)
{
    AUTO(result_done) struct result facts = { 0 };
    AUTO(result_done) struct result roles = { 0 };
    bool complete, citus;

    if (doctor_unreached(doctor) != NULL) {
        skip_from(doctor, "schema", doctor_unreached(doctor));
        return;
    }
    judge_versions(doctor);
    if (!doctor_ask(doctor, "tables", NULL, &sql_doctor_schema, NULL, &facts))
        return;
    if (!result_boolean(&facts, 0, EXISTS)) {
        skip_from(doctor, "tables", "there is no schema quo");
        return;
    }
    judge_tables(doctor, &facts);
    if (!doctor_ask(doctor, "roles", NULL, &sql_doctor_roles, NULL, &roles))
        return;
    complete = judge_roles(doctor, &roles);
    citus = judge_distribution(doctor);
    if (complete)
        judge_owner(doctor, &roles, citus);
    judge_row_security(doctor, &facts, &roles);
    judge_privileges(doctor);
    if (doctor->schema) {
        judge_workspaces(doctor, complete);
        judge_rates(doctor);
    } else {
        skip_from(doctor, "workspaces", "the schema is not the one that this program knows");
    }
}
