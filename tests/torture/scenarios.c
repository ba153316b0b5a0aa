/* scenarios.c - see scenarios.h. */
#include "torture/scenarios.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* An archive and ids to prune, of long ago. */
#define OLD                                                                                     \
    "drop table if exists quo.events_old;"                                                      \
    "create table quo.events_old partition of quo.events"                                       \
    "  for values from ('2020-01-06') to ('2020-01-13');"                                       \
    "insert into quo.events (org_id, received_at, webhook_id, body)"                            \
    "  values ('default', '2020-01-07', 'old', 'old');"                                         \
    "insert into quo.delivery_ids (org_id, webhook_id, received_at, body_digest)"               \
    "  select 'default', 'old_' || n, now() - interval '400 days', 0"                           \
    "    from generate_series(1, 100) as n;"                                                    \
    "update quo.dead_letters set failed_at = '2020-01-01'"

/* A table that refuses what one of the deliveries says: its batch is split. */
#define REFUSES                                                                                 \
    "alter table quo.contacts drop constraint if exists refuses;"                               \
    "alter table quo.contacts add constraint refuses check (first_name <> 'Culprit')"

/* The file of keys that stage.sh names, and what it holds before a rotation. */
#define KEYS_FILE "KEYS_FILE"
#define OLD_KEY "whsec_b2xkLWtleS1mb3ItdGVzdHMtb25seS0wMDAwMDE="
#define SUBSCRIPTION                                                                            \
    "{\"id\":\"1\",\"url\":\"http://127.0.0.1:1/webhooks/quo\",\"label\":\"quosync default\","         \
    "\"status\":\"enabled\",\"resourceIds\":[\"*\"],\"apiVersion\":\"2026-03-30\","                   \
    "\"createdAt\":\"2026-11-01T00:00:00.000Z\",\"key\":\"" OLD_KEY "\",\"events\":"             \
    "[\"contact.updated\",\"message.received\",\"call.completed\"]}"

static const char *
file(const char *name)
{
    const char *path = getenv(name);

    if (path == NULL)
        exit(99);
    return path;
}

static void
no_subscription(void)
{
    (void)remove(file(KEYS_FILE));
    free(stage_fake("POST", "/_fake/subscriptions", "[]"));
}

static void
one_subscription(void)
{
    FILE *keys;

    (void)remove(file(KEYS_FILE));
    keys = fopen(file(KEYS_FILE), "w");
    if (keys == NULL || fputs(OLD_KEY "\n", keys) < 0 || fclose(keys) != 0 ||
        chmod(file(KEYS_FILE), 0600) != 0)
        exit(99);
    free(stage_fake("POST", "/_fake/subscriptions", "[" SUBSCRIPTION "]"));
}

/* Deliveries that Quo has in its log, and that never came. */
static void
lost_deliveries(void)
{
    static bool done;
    char text[100];

    if (done)
        return;
    done = true;
    one_subscription();
    for (int i = 0; i < 6; i++) {
        (void)snprintf(text, sizeof text,
                       "{\"kind\": \"%s\", \"index\": %d, \"event\": 0, \"lost\": true}",
                       i % 3 == 1 ? "message" : "contact", i);
        free(stage_fake("POST", "/_fake/deliver", text));
    }
}

/* There is one subscription, and its key is in the file, whose lines are all whole. */
static bool
key_is_kept(void)
{
    char *all = stage_fake("GET", "/_fake/subscriptions", ""), line[200];
    char *key = strstr(all, "whsec_");
    FILE *keys = fopen(file(KEYS_FILE), "r");
    bool kept = false, whole = key != NULL && strstr(key + 1, "whsec_") == NULL && keys != NULL;

    while (whole && fgets(line, sizeof line, keys) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        whole = strlen(line) == strlen(OLD_KEY) || strlen(line) == sizeof "whsec_" - 1 + 44;
        kept = kept || strncmp(key, line, strlen(line)) == 0;
    }
    if (keys != NULL)
        (void)fclose(keys);
    free(all);
    return whole && kept;
}

const struct scenario scenarios[] = {
    { .name = "migrate", .words = { "migrate" } },
    { .name = "migrate again", .state = "empty", .words = { "migrate" } },
    { .name = "ingest", .state = "empty", .words = { "ingest", "$FIRST" }, .drains = true },
    { .name = "serve", .state = "empty", .words = { "serve" }, .posts = 8, .drains = true,
      .anew = true },
    { .name = "run", .state = "empty", .words = { "run" }, .posts = 8, .drains = true },
    { .name = "work", .state = "waiting", .words = { "work", "--drain" } },
    { .name = "work on rows", .state = "more waiting", .words = { "work", "--drain" } },
    { .name = "work one by one",
      .state = "few waiting",
      .words = { "work", "--drain", "--batch=3" } },
    { .name = "work and split",
      .state = "refused",
      .before = REFUSES,
      .words = { "work", "--drain" } },
    { .name = "dead list", .state = "dead", .words = { "dead", "list" }, .reads = true },
    { .name = "dead retry",
      .state = "dead",
      .words = { "dead", "retry", "--all" },
      .drains = true },
    { .name = "dead discard", .state = "dead", .words = { "dead", "discard", "--all" } },
    { .name = "status", .state = "dead", .words = { "status", "--no-rest" }, .reads = true,
      .clean = 1 },
    { .name = "erase", .state = "dead", .words = { "erase", "$CONTACT" }, .drains = true },
    { .name = "work and erase", .state = "erased", .words = { "work", "--drain" } },
    { .name = "replay", .state = "dead", .words = { "replay" } },
    { .name = "replay from the start", .state = "applied", .words = { "replay", "--rebuild" } },
    { .name = "prune", .state = "dead", .before = OLD, .words = { "prune" } },
    { .name = "prune content",
      .state = "dead",
      .without = "{content_pruned_at}",
      .words = { "prune", "--keep-content=1d" } },
    { .name = "reconcile",
      .state = "empty",
      .after = "update quo.leases set expires_at = now()",
      .without = "{merge_state,seen_at,gone_at}",
      .words = { "reconcile", "--rate=1000", "directory", "contacts", "calls", "messages" },
      .rest = true },
    { .name = "reconcile deliveries",
      .state = "empty",
      .after = "update quo.leases set expires_at = now()",
      .words = { "reconcile", "--rate=1000", "deliveries" },
      .set_up = lost_deliveries,
      .rest = true,
      .keys = true,
      .drains = true },
    { .name = "report",
      .state = "dead",
      .words = { "report", "calls_by_outcome", "--since=2026-01-01", "--until=2027-01-01" },
      .reads = true,
      .speaks = true },
    { .name = "reports as a page",
      .state = "dead",
      .words = { "report", "--all", "--format=html", "--since=2026-01-01", "--until=2027-01-01" },
      .reads = true },
    { .name = "report as JSON",
      .state = "dead",
      .words = { "report", "contacts_last_touch", "--format=json", "--until=2027-01-01" },
      .reads = true,
      .speaks = true },
    { .name = "doctor", .state = "dead", .words = { "doctor" }, .reads = true, .rest = true,
      .clean = 1 },
    { .name = "config", .state = "empty", .words = { "config" }, .reads = true, .speaks = true },
    { .name = "webhook list",
      .state = "empty",
      .words = { "webhook", "list" },
      .set_up = one_subscription,
      .rest = true,
      .keys = true,
      .reads = true,
      .speaks = true },
    { .name = "webhook ensure",
      .state = "empty",
      .words = { "webhook", "ensure", "http://127.0.0.1:1/webhooks/quo" },
      .set_up = no_subscription,
      .judge = key_is_kept,
      .rest = true,
      .keys = true },
    { .name = "webhook rotate",
      .state = "empty",
      .words = { "webhook", "rotate", "1" },
      .set_up = one_subscription,
      .judge = key_is_kept,
      .rest = true,
      .keys = true },
    { .name = "webhook test",
      .state = "empty",
      .words = { "webhook", "test", "1" },
      .set_up = one_subscription,
      .rest = true,
      .keys = true,
      .reads = true },
    { .name = "erase what waits",
      .state = "waiting again",
      .words = { "erase", "$CONTACT" },
      .drains = true,
      .thorough = true },
    { .name = "migrate roles", .state = "empty", .words = { "migrate", "--roles" },
      .thorough = true },
    { .name = "status as JSON",
      .state = "dead",
      .words = { "status", "--json" },
      .set_up = one_subscription,
      .rest = true,
      .reads = true,
      .thorough = true,
      .clean = 1 },
    { .name = "reconcile dry",
      .state = "empty",
      .words = { "reconcile", "--rate=1000", "--dry-run", "--details=all", "--json" },
      .set_up = one_subscription,
      .rest = true,
      .keys = true,
      .reads = true,
      .thorough = true,
      .clean = 1 },
    { .name = "webhook update",
      .state = "empty",
      .words = { "webhook", "update", "1", "--status=enabled", "--resource-ids=*" },
      .set_up = one_subscription,
      .rest = true,
      .keys = true,
      .reads = true,
      .thorough = true },
    { .name = "webhook delete",
      .state = "empty",
      .words = { "webhook", "delete", "1" },
      .set_up = one_subscription,
      .rest = true,
      .keys = true,
      .reads = true,
      .speaks = true,
      .thorough = true },
    { .name = "ingest two", .state = "empty", .words = { "ingest", "$PAIR" }, .drains = true,
      .small = true },
    { .name = "work on two", .state = "pair waiting", .words = { "work", "--drain" },
      .small = true },
    { .name = "reconcile contacts",
      .state = "empty",
      .after = "update quo.leases set expires_at = now()",
      .without = "{merge_state,seen_at,gone_at}",
      .words = { "reconcile", "--rate=1000", "contacts" },
      .rest = true,
      .small = true },
};
const size_t n_scenarios = sizeof scenarios / sizeof scenarios[0];

/* A step of the preparation must do what it always does. */
static void
must(const char *const *words, int status)
{
    const struct stage_run run = { .words = words, .deadline_ms = 60000 };
    const struct trouble none = { .starves = false };
    static struct outcome outcome;

    (void)stage_run(&run, &none, &outcome);
    if (outcome.status == status)
        return;
    (void)fprintf(stderr, "faults: %s ended with %d\n", words[0], outcome.status);
    stage_log_tail();
    exit(99);
}

static void
keep(const char *state)
{
    char text[100];

    (void)snprintf(text, sizeof text, "select torture.keep('%s')", state);
    stage_sql(text);
}

void
scenarios_prepare(void)
{
    const char *const migrate[] = { "migrate", NULL };
    const char *const drain[] = { "work", "--drain", NULL };
    const char *const first[] = { "ingest", file("FIRST"), NULL };
    const char *const second[] = { "ingest", file("SECOND"), NULL };
    const char *const pair[] = { "ingest", file("PAIR"), NULL };
    const char *const few[] = { "ingest", file("FEW"), NULL };

    must(migrate, 0);
    keep("empty");
    must(pair, 0);
    keep("pair waiting");
    stage_sql("select torture.restore('empty')");
    must(few, 0);
    keep("few waiting");
    stage_sql("select torture.restore('empty')");
    must(first, 0);
    keep("waiting");
    must(drain, 0);
    keep("applied");
    must(second, 0);
    keep("more waiting");
    must(drain, 0);
    keep("dead");
    setenv("CONTACT", stage_ask("select contact_id from quo.activity_contacts"
                                " group by 1 order by count(*) desc, 1 limit 1"), 1);
    /* The same of one contact once more, not applied yet. */
    {
        char text[400];

        (void)snprintf(text, sizeof text,
                       "insert into quo.inbox (org_id, received_at, webhook_id, body)"
                       " select org_id, received_at, 'again_' || webhook_id, body from quo.events"
                       "  where position(convert_to('%s', 'UTF8') in body) > 0", getenv("CONTACT"));
        stage_sql(text);
        keep("waiting again");
    }
    {
        const char *const erase[] = { "erase", getenv("CONTACT"), NULL };

        stage_sql("select torture.restore('applied')");
        must(erase, 0);
        must(second, 0);
        keep("erased");
    }
    /* One of them bears a name that a table will refuse. */
    stage_sql("select torture.restore('waiting')");
    {
        const char *const culprit[] = { "ingest", file("CULPRIT"), NULL };

        must(culprit, 0);
    }
    keep("refused");
}
