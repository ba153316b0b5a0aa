/*
 * doctor_settings.c - settings of the server, the database and the role under
 * which what we promise would not hold, and where each of them was set.
 */
#include <config.h>

#include "app/doctor_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct rule {
    const char *name;
    const char *bad;  /* the value that is; NULL: a time in ms, 0 for none, bad below `least` */
    long least;
    const char *good; /* what to set it to */
    const char *check;
    enum doctor_state state;
    enum quosync_error_kind kind;
    const char *why;
};

static const struct rule rules[] = {
    { "fsync", "off", 0, "on", "durability", DOCTOR_FAILED, QUOSYNC_OK,
      "a crash of the machine can lose what was acknowledged, or the whole database" },
    { "full_page_writes", "off", 0, "on", "durability", DOCTOR_FAILED, QUOSYNC_OK,
      "a crash of the machine can leave torn pages" },
    { "synchronous_commit", "off", 0, "on", "durability", DOCTOR_FAILED, QUOSYNC_OK,
      "a crash of the server can lose deliveries that were acknowledged" },
    { "zero_damaged_pages", "on", 0, "off", "durability", DOCTOR_FAILED, QUOSYNC_OK,
      "damaged rows vanish without a word" },
    { "default_transaction_read_only", "on", 0, "off", "writable", DOCTOR_FAILED, QUOSYNC_CONFIG,
      "nothing can be stored" },
    { "row_security", "off", 0, "on", "settings", DOCTOR_FAILED, QUOSYNC_CONFIG,
      "statements fail wherever row level security holds" },
    { "session_replication_role", "replica", 0, "origin", "settings", DOCTOR_WARNING, QUOSYNC_OK,
      "constraints and triggers of your own do not hold" },
    { "autovacuum", "off", 0, "on", "settings", DOCTOR_WARNING, QUOSYNC_OK,
      "the inbox grows with every delivery, and each claim gets slower" },
    { "track_counts", "off", 0, "on", "settings", DOCTOR_WARNING, QUOSYNC_OK,
      "autovacuum does not know what to do, and the inbox grows with every delivery" },
    { "default_transaction_isolation", "repeatable read", 0, "read committed", "settings",
      DOCTOR_WARNING, QUOSYNC_OK, "statements outside a transaction fail with 40001" },
    { "default_transaction_isolation", "serializable", 0, "read committed", "settings",
      DOCTOR_WARNING, QUOSYNC_OK, "statements outside a transaction fail with 40001" },
    { "plan_cache_mode", "force_generic_plan", 0, "auto", "settings", DOCTOR_WARNING, QUOSYNC_OK,
      "plans do not fit what is asked, and Citus refuses them" },
    { "statement_timeout", NULL, 30000, "0", "settings", DOCTOR_WARNING, QUOSYNC_OK,
      "it cuts large batches, prune and migrate (quosync has deadlines of its own)" },
    { "transaction_timeout", NULL, 300000, "0", "settings", DOCTOR_WARNING, QUOSYNC_OK,
      "it cuts erase, replay and migrate" },
    { "idle_session_timeout", NULL, 3600000, "0", "settings", DOCTOR_WARNING, QUOSYNC_OK,
      "a quiet receiver loses its connection, and the next delivery is answered 503" },
};

/* How to undo it depends on where it was done. */
static void
say_how(struct doctor *doctor, const struct rule *rule, const char *source)
{
    const char *database = doctor->peer.database, *name = rule->name;

    if (strcmp(source, "database user") == 0)
        remedy(doctor, "Run in psql: alter role \"%s\" in database \"%s\" reset %s;",
               doctor->role, database, name);
    else if (strcmp(source, "user") == 0)
        remedy(doctor, "Run in psql: alter role \"%s\" reset %s;", doctor->role, name);
    else if (strcmp(source, "database") == 0)
        remedy(doctor, "Run in psql: alter database \"%s\" reset %s;", database, name);
    else if (strcmp(source, "client") == 0)
        remedy(doctor, "Take %s out of PGOPTIONS, or out of options in database.", name);
    else if (strcmp(source, "command line") == 0)
        remedy(doctor, "Start the server without -c %s on its command line.", name);
    else
        remedy(doctor, "Run in psql as superuser: alter system set %s = '%s'; "
                       "select pg_reload_conf();", name, rule->good);
}

static bool
breaks(const struct rule *rule, const char *name, const char *value)
{
    if (strcmp(rule->name, name) != 0)
        return false;
    if (rule->bad != NULL)
        return strcmp(value, rule->bad) == 0;
    return strcmp(value, "0") != 0 && strtol(value, NULL, 10) < rule->least;
}

/* Of one check all rules; says `good`, and returns true, where none is broken. */
static bool
judge(struct doctor *doctor, const struct result *settings, const char *check, const char *good)
{
    bool sound = true;

    for (size_t row = 0; row < settings->rows; row++)
        for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
            const struct rule *rule = &rules[i];
            const char *value = result_text(settings, row, 1);

            if (strcmp(rule->check, check) != 0 ||
                !breaks(rule, result_text(settings, row, 0), value))
                continue;
            sound = false;
            if (rule->state == DOCTOR_FAILED)
                failed_as(doctor, rule->kind, check, NULL, "%s is %s: %s", rule->name, value,
                          rule->why);
            else
                found(doctor, rule->state, check, NULL, "%s is %s%s: %s", rule->name, value,
                      rule->bad == NULL ? " ms" : "", rule->why);
            say_how(doctor, rule, result_text(settings, row, 2));
        }
    if (sound)
        found(doctor, DOCTOR_OK, check, NULL, "%s", good);
    return sound;
}

void
doctor_settings(struct doctor *doctor, bool standby)
{
    AUTO(result_done) struct result settings = { 0 };

    if (!doctor_ask(doctor, "settings", NULL, &sql_doctor_settings, NULL, &settings))
        return;
    (void)judge(doctor, &settings, "durability", "what is committed is on the disk");
    if (standby) {
        failed_as(doctor, QUOSYNC_UNAVAILABLE, "writable", NULL,
                  "the server is a standby: it takes no writes");
        remedy(doctor, "Name all hosts in database, and add: target_session_attrs=read-write");
    } else {
        doctor->writable = judge(doctor, &settings, "writable", "the server takes writes");
    }
    (void)judge(doctor, &settings, "settings", "none is in our way");
}
