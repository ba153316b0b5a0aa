/* attempt.c - see attempt.h. */
#include "torture/attempt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct counts counts, total;

static char *posts[STAGE_MAX_POST];
static size_t n_posts;

/* The scenario's own end of a sound run. */
static struct expected {
    char *digest;
    char *accounts;
    char *said; /* on stdout */
} expected;

void
attempt_prepare(void)
{
    const char *path = getenv("POSTS");
    FILE *in = path == NULL ? NULL : fopen(path, "r");
    size_t room = 0;
    ssize_t n;

    while (in != NULL && n_posts < STAGE_MAX_POST &&
           (n = getline(&posts[n_posts], &room, in)) > 0) {
        posts[n_posts][n - 1] = '\0';
        n_posts++;
        room = 0;
    }
    if (in != NULL)
        (void)fclose(in);
}

/* ---- a scenario, step by step ------------------------------------------------------- */

/* What was put back last, and when: while nobody has written, it is still there. */
static struct {
    const struct scenario *scenario;
    char *mark;
} standing;

static bool
is_untouched(const struct scenario *scenario)
{
    char text[120], *answer;
    bool untouched;

    if (standing.scenario != scenario || standing.mark == NULL)
        return false;
    (void)snprintf(text, sizeof text, "select torture.untouched_since('%s')", standing.mark);
    answer = stage_ask(text);
    untouched = strcmp(answer, "t") == 0;
    free(answer);
    return untouched;
}

/* The last scenario may have left no schema. */
static void
make_schema(void)
{
    static struct outcome outcome;
    const char *const words[] = { "migrate", NULL };
    const struct stage_run run = { .words = words, .deadline_ms = 60000 };
    const struct trouble none = { .starves = false };

    (void)stage_run(&run, &none, &outcome);
    if (outcome.status != 0)
        exit(99);
}

void
put_back(const struct scenario *scenario)
{
    char text[100];

    if (scenario->set_up != NULL)
        scenario->set_up();
    if (is_untouched(scenario))
        return;
    if (scenario->state == NULL) {
        stage_sql("drop schema if exists quo cascade");
    } else {
        if (standing.scenario == NULL || standing.scenario->state == NULL)
            make_schema();
        (void)snprintf(text, sizeof text, "select torture.restore('%s')", scenario->state);
        stage_sql(text);
        if (scenario->before != NULL)
            stage_sql(scenario->before);
    }
    free(standing.mark);
    standing.scenario = scenario;
    standing.mark = stage_ask("select torture.mark()");
}

bool
run_it(const struct scenario *scenario, const struct trouble *trouble, struct outcome *outcome)
{
    const char *words[SCENARIO_WORDS];
    char *secrets;
    bool all;
    struct stage_run run = { .words = words,
                             /* What a silent connection has locked stays so until it ends. */
                             .deadline_ms = trouble->relay.hold ? 120000 : 60000,
                             .term_after_ms = scenario->posts > 0 ? 1 : 0,
                             .post = (const char *const *)posts,
                             .n_post = scenario->posts };

    for (size_t i = 0; i < SCENARIO_WORDS; i++) {
        const char *word = scenario->words[i];

        words[i] = word != NULL && word[0] == '$' ? getenv(word + 1) : word;
    }
    if (!scenario->keys)
        return stage_run(&run, trouble, outcome);
    secrets = strdup(getenv("QUOSYNC_WEBHOOK_SECRETS"));
    (void)unsetenv("QUOSYNC_WEBHOOK_SECRETS");
    (void)setenv("QUOSYNC_WEBHOOK_SECRETS_FILE", getenv("KEYS_FILE"), 1);
    all = stage_run(&run, trouble, outcome);
    (void)unsetenv("QUOSYNC_WEBHOOK_SECRETS_FILE");
    (void)setenv("QUOSYNC_WEBHOOK_SECRETS", secrets, 1);
    free(secrets);
    return all;
}

bool
drained(void)
{
    static struct outcome outcome;
    const char *const words[] = { "work", "--drain", NULL };
    const struct stage_run run = { .words = words, .deadline_ms = 60000 };
    const struct trouble none = { .starves = false };

    (void)stage_run(&run, &none, &outcome);
    return outcome.status == 0;
}

static char *
digest(const struct scenario *scenario)
{
    char text[200];

    (void)snprintf(text, sizeof text, "select torture.digest('%s')",
                   scenario->without == NULL ? "{}" : scenario->without);
    return stage_ask(text);
}

static char *
accounts(void)
{
    return stage_ask("select torture.accounts()");
}

/* ---- judging --------------------------------------------------------------------------- */

bool
wrong(const struct scenario *scenario, const char *what, const char *where, const char *detail)
{
    counts.failures++;
    if (counts.failures > 5)
        return false;
    printf("    %s, %s: %s %s\n", scenario->name, where, what, detail);
    stage_log_tail();
    (void)fflush(stdout);
    return false;
}

/* What was acknowledged before the trouble is there, before anything is repeated. */
static bool
kept_promises(const struct scenario *scenario, const struct outcome *outcome)
{
    for (size_t i = 0; i < scenario->posts; i++) {
        char text[300], *times;
        bool once;

        if (!outcome->acknowledged[i])
            continue;
        (void)snprintf(text, sizeof text,
                       "select count(*) from (select webhook_id from quo.inbox union all"
                       " select webhook_id from quo.events union all"
                       " select webhook_id from quo.dead_letters) as s"
                       " where webhook_id = 'posted_%zu'", i);
        times = stage_ask(text);
        once = strcmp(times, "1") == 0;
        free(times);
        if (!once)
            return false;
    }
    return true;
}

/* Loads the oracle anew (it reads the archive once) and asks it. */
static bool
oracle_agrees(void)
{
    char command[4096], line[20] = "";
    const char *source = getenv("TOP_SRCDIR");
    FILE *answer;

    (void)snprintf(command, sizeof command,
                   "psql -XqAt -v ON_ERROR_STOP=1 -f '%s/tests/oracle/oracle.sql' -c"
                   " 'select count(*) from oracle.differences()'", source == NULL ? "." : source);
    answer = popen(command, "r");
    if (answer == NULL || fgets(line, sizeof line, answer) == NULL)
        line[0] = '\0';
    if (answer != NULL)
        (void)pclose(answer);
    return strcmp(line, "0\n") == 0;
}

/* A statement that is refused for its data may cost the one delivery that it was about. */
bool
is_right_but_for_one(void)
{
    char *verdict =
        stage_ask("select count(*) <= 1 from quo.dead_letters where detail like '%SQLSTATE 2%'");
    bool one = strcmp(verdict, "t") == 0;

    free(verdict);
    return one && oracle_agrees();
}

bool
is_as_expected(const struct scenario *scenario, enum shim_answer answer, const char *where)
{
    char *now = digest(scenario), *ids = accounts();
    bool same = strcmp(now, expected.digest) == 0;
    bool all = strcmp(ids, expected.accounts) == 0;

    if (!same && all && shim_answer_is_data(answer) && is_right_but_for_one()) {
        counts.buried++;
        same = true;
    }
    if (!same)
        (void)wrong(scenario, "the tables differ:", where, now);
    else if (!all)
        same = wrong(scenario, "deliveries are lost or doubled", where, "");
    free(now);
    free(ids);
    return same;
}

/* 70 is a mistake of ours and 2 one of the test's: no trouble from outside may end in them. */
bool
ended_well(const struct scenario *scenario, const struct outcome *outcome, const char *where)
{
    char text[60];

    (void)snprintf(text, sizeof text, "status %d, signal %d", outcome->status, outcome->signal);
    if (outcome->status < 0)
        return wrong(scenario, "it died or hung:", where, text);
    if (outcome->status == 70 || outcome->status == 2 || outcome->status == 99)
        return wrong(scenario, "it ended as it must not:", where, text);
    if (outcome->leaked != 0) {
        (void)snprintf(text, sizeof text, "%ld", outcome->leaked);
        return wrong(scenario, "blocks leaked:", where, text);
    }
    return true;
}

/* Who says that all is done must have done it, and have said all of it. */
static bool
said_all(const struct scenario *scenario, const char *where)
{
    char *said = stage_said();
    bool same = strcmp(said, expected.said) == 0;

    if (!same)
        (void)wrong(scenario, "it ended as if it had said all:", where, said);
    free(said);
    return same;
}

/* After the trouble: whatever was done, the rest is done when it runs once more. */
static bool
goes_on(const struct scenario *scenario, bool done, const char *where)
{
    static struct outcome outcome;
    const struct trouble none = { .starves = false };

    if (scenario->after != NULL)
        free(stage_try(scenario->after));
    if (!done && (!run_it(scenario, &none, &outcome) || outcome.status != scenario->clean))
        return wrong(scenario, "it does not go on", where, "");
    return !scenario->drains || drained() ||
           wrong(scenario, "the worker does not go on", where, "");
}

void
try_it(const struct scenario *scenario, const struct trouble *trouble, const char *where)
{
    static struct outcome outcome;
    bool all, done;

    put_back(scenario);
    counts.points++;
    all = run_it(scenario, trouble, &outcome);
    counts.fired += outcome.shim.fired > 0 || outcome.allocations_failed > 0 || outcome.relay.cut;
    if (outcome.ms > 10000) {
        printf("#   %s, %s: took %u ms\n", scenario->name, where, outcome.ms);
        stage_log_tail();
    }
    done = all && outcome.status == scenario->clean;
    if (!ended_well(scenario, &outcome, where))
        return;
    if (done && scenario->speaks && !said_all(scenario, where))
        return;
    if (scenario->reads)
        return;
    if (scenario->judge == NULL && !done && is_untouched(scenario)) {
        counts.untouched++; /* to go on from here is the run without trouble */
        return;
    }
    if (!kept_promises(scenario, &outcome)) {
        (void)wrong(scenario, "an acknowledged delivery is not there once", where, "");
        return;
    }
    if (!goes_on(scenario, done, where))
        return;
    if (scenario->judge != NULL && !scenario->judge())
        (void)wrong(scenario, "what is outside of the database is not right", where, "");
    else
        (void)is_as_expected(scenario, trouble->shim.answer, where);
}

void
expect_this(const struct scenario *scenario)
{
    free(expected.digest);
    free(expected.accounts);
    free(expected.said);
    expected = (struct expected){ .digest = digest(scenario), .accounts = accounts(),
                                  .said = stage_said() };
}

/* Once without trouble: what everything is compared with. */
bool
run_clean(const struct scenario *scenario, const struct trouble *counting,
          struct outcome *outcome)
{
    char text[40];

    counts = (struct counts){ 0 };
    put_back(scenario);
    if (!run_it(scenario, counting, outcome) || outcome->status != scenario->clean ||
        (scenario->drains && !drained()) || (scenario->judge != NULL && !scenario->judge())) {
        (void)snprintf(text, sizeof text, "status %d", outcome->status);
        return wrong(scenario, "it fails as it is:", "without trouble", text);
    }
    if (outcome->leaked != 0) {
        (void)snprintf(text, sizeof text, "%ld", outcome->leaked);
        return wrong(scenario, "blocks leaked:", "without trouble", text);
    }
    expect_this(scenario);
    return true;
}

void
tell(const struct scenario *scenario, const char *what)
{
    printf("%s - %s, %s: nothing is lost, doubled or half done\n",
           counts.failures == 0 ? "ok" : "not ok", scenario->name, what);
    printf("#   %zu call sites, %zu runs, trouble came in %zu", counts.sites, counts.points,
           counts.fired);
    if (counts.places > 0)
        printf(", %zu new places", counts.places);
    if (counts.untouched > 0)
        printf(", %zu wrote nothing", counts.untouched);
    if (counts.buried > 0)
        printf(", %zu dead letters for data", counts.buried);
    printf("\n");
    (void)fflush(stdout);
    total.sites += counts.sites;
    total.points += counts.points;
    total.fired += counts.fired;
    total.buried += counts.buried;
    total.failures += counts.failures;
}

