/*
 * faults.c - the program under trouble. Each scenario runs once without; then,
 * for every call of libpq (or every allocation) that it made, again, and that one
 * fails; then it runs once more and goes on. In the end nothing may be lost,
 * doubled or half done: the tables are those of the run without trouble.
 *
 *   faults [--full] [--answers] [--places] [--sites] [--frames N] [--step N]
 *          libpq | culprit | memory | cuts | orders [SCENARIO]...
 *
 *   libpq    statements times answers: each statement of the source, where it first
 *            occurs, meets one answer, all answers in turn; with --answers each meets
 *            all, and two wherever else it is sent from, with --full all everywhere;
 *            with --places two wherever it is sent from, and that is all
 *   culprit  one delivery is refused for good, by each statement that holds it;
 *            without --full, with one answer of the server's and one of the data's
 *   memory   allocations, one in --step (97); with --sites the places that ask for memory,
 *            one in --step, each when it first does so in the first scenario that comes there;
 *            a place is who asked, by 2 calls of the program's own, or by --frames
 *   cuts     bytes of the connection to the database or to Quo: one in --step of those
 *            received, of those sent (mostly the text of statements) one in ten times
 *            that; with --full the connection also falls silent here and there
 *   orders   two workers, stepped from point to point in every order, one in --step
 *   --only   of libpq: this statement alone
 *
 * Prints a case for each scenario and the counts. Exit: 0, or 1 when one failed.
 */
#include <config.h>

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "torture/attempt.h"
#include "torture/steps.h"

/* The id of the contact that stage.sh's culprit is about. */
#define CULPRIT "culprit0"

static struct {
    bool full, answers, places;
    bool sites, deep;
    size_t step;
    const char *only; /* of libpq: the statement that is tried */
} options = { .step = 97 };

/* ---- libpq ---------------------------------------------------------------------------- */

/* Whether no statement came from there before, in any scenario. */
static bool
is_new_place(uint64_t place)
{
    static uint64_t met[10 * SHIM_MAX_SEEN];
    static size_t n_met;

    for (size_t i = 0; i < n_met; i++)
        if (met[i] == place)
            return false;
    if (n_met < sizeof met / sizeof met[0])
        met[n_met++] = place;
    return true;
}

static bool
is_new(const char *const *names, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(names[i], name) == 0)
            return false;
    return true;
}

static void
try_statement(const struct scenario *scenario, const char *name, size_t passage,
              enum shim_answer answer)
{
    const struct trouble trouble = {
        .shim = { .name = name, .passage = passage, .answer = answer }
    };
    char where[200];

    /* It holds no data that could be refused, and what is rolled back to must be there. */
    if (strcmp(name, "savepoint") == 0 && shim_answer_is_data(answer))
        return;
    (void)snprintf(where, sizeof where, "%s, the %zu. time, answers %s", name, passage,
                   shim_answer_names[answer]);
    try_it(scenario, &trouble, where);
}

/* Sent from somewhere else it is another one's error: not sent, or answered by one. */
static void
try_place(const struct scenario *scenario, const char *name, uint64_t place)
{
    static unsigned turn;
    const enum shim_answer answers[] = { SHIM_NOT_SENT, SHIM_40001 + turn++ % 5 };
    char where[200];

    for (size_t i = 0; i < 2; i++) {
        const struct trouble trouble = { .shim = { .place = place, .answer = answers[i] } };

        (void)snprintf(where, sizeof where, "%s at place %" PRIx64 ", answers %s", name, place,
                       shim_answer_names[answers[i]]);
        try_it(scenario, &trouble, where);
    }
}

/* How often the n-th statement's name had come, itself counted. */
static size_t
passage_of(const struct shim_seen *seen, size_t n)
{
    size_t passage = 1;

    for (size_t i = 0; i < n; i++)
        passage += strcmp(seen->names[i], seen->names[n]) == 0;
    return passage;
}

static void
torture_statements(const struct scenario *scenario, const struct shim_seen *seen)
{
    static const char *met[SHIM_MAX_SEEN]; /* in all scenarios */
    static size_t turn, n_met;

    for (size_t n = 0; n < seen->statements && n < SHIM_MAX_SEEN; n++) {
        const char *name = seen->names[n];
        const bool first = n_met < SHIM_MAX_SEEN && is_new(met, n_met, name);
        const bool new = first || (options.answers && scenario->anew);

        if (options.only != NULL && strcmp(options.only, name) != 0)
            continue;
        if (first)
            met[n_met++] = name;
        total.names += first;
        if (is_new_place(seen->places[n]) && (options.places || (!new && options.answers)))
            try_place(scenario, name, seen->places[n]);
        if (options.places || (!new && !options.full))
            continue;
        if (!options.answers && !options.full) {
            try_statement(scenario, name, 1, 1 + turn++ % (SHIM_ANSWERS - 1));
            continue;
        }
        for (int answer = 1; answer < SHIM_ANSWERS; answer++)
            try_statement(scenario, name, passage_of(seen, n), (enum shim_answer)answer);
    }
}

/* Of the calls that are no statements: each kind once in a scenario, or every one. */
static void
torture_calls(const struct scenario *scenario, const struct shim_seen *seen)
{
    const char *met[50];
    size_t n_met = 0;

    for (size_t n = 0; n < seen->calls && n < SHIM_MAX_SEEN; n++) {
        const struct trouble trouble = { .shim = { .call = n + 1 } };
        const char *name = seen->call_names[n];
        char where[200];

        if (!options.full && !is_new(met, n_met, name))
            continue;
        if (n_met < sizeof met / sizeof met[0])
            met[n_met++] = name;
        (void)snprintf(where, sizeof where, "call %zu (%s) fails", n + 1, name);
        try_it(scenario, &trouble, where);
    }
}

static void
torture_libpq(const struct scenario *scenario)
{
    static struct outcome clean;
    const struct trouble none = { .starves = false };

    if (run_clean(scenario, &none, &clean)) {
        counts.sites = clean.shim.statements + clean.shim.calls;
        torture_statements(scenario, &clean.shim);
        if (options.answers || options.full)
            torture_calls(scenario, &clean.shim);
    }
    tell(scenario, "each call of libpq failing in turn");
}

/* ---- one culprit -------------------------------------------------------------------------- */

/* The server's own faults are never the delivery's; those of the data cost it alone. */
static void
refuse_for_good(const struct scenario *scenario, const char *name, enum shim_answer answer)
{
    const struct trouble trouble = {
        .shim = { .name = name, .holding = CULPRIT, .answer = answer }
    };
    const bool data = shim_answer_is_data(answer);
    static struct outcome outcome;
    const char *const words[] = { "work", "--drain", NULL };
    /* A fault that does not pass is borne until somebody ends it. */
    const struct stage_run run = { .words = words, .deadline_ms = 30000,
                                   .term_after_ms = data ? 0 : 600 };
    char where[200], text[300], *dead;

    (void)snprintf(where, sizeof where, "%s answers %s whenever it holds the culprit", name,
                   shim_answer_names[answer]);
    put_back(scenario);
    stage_sql("alter table quo.contacts drop constraint if exists refuses");
    (void)stage_run(&run, &trouble, &outcome);
    counts.points++;
    counts.fired += outcome.shim.fired > 0;
    if (!ended_well(scenario, &outcome, where))
        return;
    (void)snprintf(text, sizeof text,
                   "select count(*) || ' ' || count(*) filter (where webhook_id = 'culprit' and"
                   " detail like '%%SQLSTATE %s%%') || ' ' || (select count(*) from quo.inbox)"
                   " from quo.dead_letters where detail is not null and detail like '%%SQLSTATE%%'",
                   shim_answer_names[answer]);
    dead = stage_ask(text);
    if (data && strcmp(dead, "1 1 0") != 0)
        (void)wrong(scenario, "the culprit is not the only dead letter:", where, dead);
    if (!data && strncmp(dead, "0 0 ", 4) != 0)
        (void)wrong(scenario, "a fault of the server made a dead letter:", where, dead);
    counts.buried += data;
    free(dead);
    if (!drained())
        (void)wrong(scenario, "the worker does not go on", where, "");
    if (!data)
        (void)is_as_expected(scenario, answer, where);
    else if (!is_right_but_for_one())
        (void)wrong(scenario, "the tables are not the oracle's", where, "");
}

/* Not the statements that take a delivery away or bury it: those are what the rescue needs. */
static bool
writes_rows(const char *name)
{
    static const char *const others[] = { "inbox", "events", "dead_letters", "attempts",
                                          "delivery_ids" };

    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (strncmp(name, others[i], strlen(others[i])) == 0)
            return false;
    return true;
}

static void
torture_culprit(const struct scenario *scenario)
{
    static struct outcome clean;
    const struct trouble looking = { .shim = { .name = "", .holding = CULPRIT } };
    const char *names[100];
    size_t n = 0;

    counts = (struct counts){ 0 };
    put_back(scenario);
    stage_sql("alter table quo.contacts drop constraint if exists refuses");
    (void)run_it(scenario, &looking, &clean);
    expect_this(scenario);
    for (size_t i = 0; i < clean.shim.statements && i < SHIM_MAX_SEEN && n < 100; i++)
        if (clean.shim.holds[i] && writes_rows(clean.shim.names[i]) &&
            is_new(names, n, clean.shim.names[i]))
            names[n++] = clean.shim.names[i];
    counts.sites = n;
    if (n == 0)
        (void)wrong(scenario, "no statement holds the culprit", "without trouble", "");
    for (size_t i = 0; i < n; i++)
        for (int answer = SHIM_40001; answer <= SHIM_23505; answer++)
            if (options.full || options.answers || answer == SHIM_40001 + (int)(i % 5) ||
                answer == SHIM_22021 + (int)(i % 2))
                refuse_for_good(scenario, names[i], (enum shim_answer)answer);
    tell(scenario, "one delivery that is refused for good");
}

/* ---- memory ------------------------------------------------------------------------------- */

static void
starve_at(const struct scenario *scenario, size_t n, uint64_t place, bool from_then_on)
{
    const struct trouble trouble = {
        .starves = true,
        .starve = { .call = n, .where = place, .from_then_on = from_then_on },
    };
    char where[100];

    (void)snprintf(where, sizeof where, "allocation %zu fails%s", n,
                   from_then_on ? ", and all after it" : "");
    try_it(scenario, &trouble, where);
}

/*
 * The places that no scenario before this one came to. By more than the usual frames there
 * are many: there each fails once, and in turns on its own or with all after it.
 */
static void
starve_sites(const struct scenario *scenario, const struct outcome *clean)
{
    static uint64_t met[4 * STARVE_MAX_SITES];
    static size_t n_met;
    const size_t n_before = n_met;

    for (size_t i = 0; i < clean->n_sites; i++) {
        const struct starve_site *site = &clean->sites[i];
        size_t m = 0;

        while (m < n_before && met[m] != site->where)
            m++;
        if (m < n_before || n_met == sizeof met / sizeof met[0])
            continue;
        met[n_met++] = site->where;
        counts.places++;
        if (n_met % options.step != 0)
            continue;
        if (!options.deep || n_met % 4 != 0)
            starve_at(scenario, site->call, site->where, false);
        if (!options.deep || n_met % 4 == 0)
            starve_at(scenario, site->call, site->where, true);
    }
}

static void
torture_memory(const struct scenario *scenario)
{
    static struct outcome clean;
    const struct trouble counting = { .starves = true };

    if (run_clean(scenario, &counting, &clean)) {
        counts.sites = clean.allocations;
        if (options.sites)
            starve_sites(scenario, &clean);
        for (size_t n = 1; !options.sites && n <= clean.allocations; n += options.step) {
            starve_at(scenario, n, 0, false);
            starve_at(scenario, n, 0, true);
        }
    }
    tell(scenario, "allocations failing in turn");
}

/* ---- cuts ----------------------------------------------------------------------------------- */

static void
cut_after(const struct scenario *scenario, size_t n, bool up, bool hold)
{
    struct trouble trouble = { .relayed = scenario->rest ? RELAYED_API : RELAYED_DATABASE,
                               .relay = { .reset = n % 2 == 0, .hold = hold } };
    char where[100];

    *(up ? &trouble.relay.cut_up : &trouble.relay.cut_down) = n;
    (void)snprintf(where, sizeof where, "%s after byte %zu %s", hold ? "silence" : "cut", n,
                   up ? "sent" : "received");
    try_it(scenario, &trouble, where);
}

static void
torture_cuts(const struct scenario *scenario)
{
    static struct outcome clean;
    const struct trouble relayed = { .relayed = scenario->rest ? RELAYED_API : RELAYED_DATABASE };
    const size_t step = options.step;

    if (run_clean(scenario, &relayed, &clean)) {
        counts.sites = clean.relay.up + clean.relay.down;
        for (size_t n = 1; n <= clean.relay.down; n += step)
            cut_after(scenario, n, false, false);
        for (size_t n = 1; n <= clean.relay.up; n += step == 1 ? 1 : 10 * step)
            cut_after(scenario, n, true, false);
        for (size_t i = 1; options.full && i < 4; i++) {
            cut_after(scenario, clean.relay.down * i / 4, false, true);
            cut_after(scenario, clean.relay.up * i / 4, true, true);
        }
    }
    tell(scenario, "connections cut in turn");
}

/* ---- two workers ------------------------------------------------------------------------------ */

#ifdef ENABLE_POINTS
static size_t
deadlocks(void)
{
    char *text = stage_ask("select sum(deadlocks) from pg_stat_database");
    size_t n = strtoul(text, NULL, 10);

    free(text);
    return n;
}

static void
torture_orders(const struct scenario *scenario)
{
    static struct outcome clean;
    const char *const words[] = { "work", "--drain", "--batch=6", NULL };
    const struct trouble none = { .starves = false };
    const size_t before = deadlocks();

    if (run_clean(scenario, &none, &clean)) {
        counts.sites = STEPS_ORDERS;
        for (size_t n = 0; n < STEPS_ORDERS; n += options.step) {
            int order[STEPS];
            char where[100];
            size_t waits;

            steps_order(n, order);
            (void)snprintf(where, sizeof where, "order %zu of two workers", n);
            put_back(scenario);
            counts.points++;
            if (!steps_run(words, order, &waits))
                (void)wrong(scenario, "a worker died or hung", where, "");
            else if (!drained() || !is_as_expected(scenario, SHIM_OK, where))
                (void)wrong(scenario, "the rows are not those of one worker", where, "");
            counts.fired += waits > 0;
        }
        if (deadlocks() != before)
            (void)wrong(scenario, "there were deadlocks", "", "");
    }
    tell(scenario, "two workers in turn (trouble: one waited for the other)");
}
#else
static void
torture_orders(const struct scenario *scenario)
{
    (void)scenario;
}
#endif

/* ---- the command ------------------------------------------------------------------------------ */

static bool
is_wanted(const struct scenario *scenario, char **names, int n)
{
    if (scenario->rest && getenv("FAKE_PORT") == NULL)
        return false;
    for (int i = 0; i < n; i++)
        if (strcmp(names[i], scenario->name) == 0)
            return true;
    return n == 0 && (!scenario->thorough || getenv("TORTURE") != NULL);
}

int
main(int argc, char **argv)
{
    static const struct option words[] = { { "full", no_argument, NULL, 'f' },
                                           { "answers", no_argument, NULL, 'a' },
                                           { "places", no_argument, NULL, 'p' },
                                           { "step", required_argument, NULL, 's' },
                                           { "sites", no_argument, NULL, 'S' },
                                           { "frames", required_argument, NULL, 'F' },
                                           { "only", required_argument, NULL, 'o' },
                                           { NULL, 0, NULL, 0 } };
    void (*torture)(const struct scenario *) = NULL;
    int option;

    while ((option = getopt_long(argc, argv, "", words, NULL)) != -1) {
        if (option == 'f')
            options.full = true;
        else if (option == 'a')
            options.answers = true;
        else if (option == 'p')
            options.places = true;
        else if (option == 'S')
            options.sites = true;
        else if (option == 'F')
            starve_frames = strtoul(optarg, NULL, 10), options.deep = true;
        else if (option == 'o')
            options.only = optarg;
        else if (option == 's')
            options.step = strtoul(optarg, NULL, 10);
    }
    if (optind < argc && strcmp(argv[optind], "libpq") == 0)
        torture = torture_libpq;
    else if (optind < argc && strcmp(argv[optind], "culprit") == 0)
        torture = torture_culprit;
    else if (optind < argc && strcmp(argv[optind], "memory") == 0)
        torture = torture_memory;
    else if (optind < argc && strcmp(argv[optind], "cuts") == 0)
        torture = torture_cuts;
    else if (optind < argc && strcmp(argv[optind], "orders") == 0)
        torture = torture_orders;
    if (torture == NULL || options.step == 0 || !starve_prepare()) {
        (void)fprintf(stderr, "usage: faults [--full] [--answers] [--places] [--sites] [--step N] libpq|culprit|memory|cuts|orders"
                              " [SCENARIO]...\n");
        return 2;
    }
    stage_open();
    scenarios_prepare();
    attempt_prepare();
    for (size_t i = 0; i < n_scenarios; i++) {
        const char *one = torture == torture_culprit  ? "work and split"
                          : torture == torture_orders ? "work one by one"
                                                      : NULL;

        if (one != NULL
                ? strcmp(scenarios[i].name, one) == 0
                : scenarios[i].small == (torture == torture_cuts) &&
                      is_wanted(&scenarios[i], argv + optind + 1,
                                                   argc - optind - 1))
            torture(&scenarios[i]);
    }
    stage_close();
    if (total.names > 0)
        printf("# %zu statements of the source x %d answers\n", total.names,
               options.full || options.answers ? SHIM_ANSWERS : 2);
    printf("# in all %zu call sites, %zu runs, trouble came in %zu, %zu failures\n", total.sites,
           total.points, total.fired, total.failures);
    return total.failures == 0 ? 0 : 1;
}
