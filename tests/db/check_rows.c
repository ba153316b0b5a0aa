/*
 * check_rows.c - the tables hold what core's fold says, whatever the order, the
 * repetition, the batch size and the number of workers: for the samples, and
 * for made-up sets of events that tie wherever they can. Each set is a
 * workspace, so one database holds many.
 *
 * QUOSYNC_TEST_SETS says how many sets (200).
 */
#include "core/row.h"
#include "db/deliver.h"
#include "db/inbox.h"
#include "db/rows.h"
#include "support/generate.h"
#include "support/observed.h"
#include "support/row_text.h"

#include <dirent.h>
#include <jansson.h>
#include <stdlib.h>

#define COUNTRY_CODE 1

/* ---- rows as text, from a fold and from the tables ------------------------------- */

/* jsonb has its own order of members and form of numbers: both sides are brought to one. */
static void
print_json(FILE *out, const char *text)
{
    json_t *json = json_loads(text, JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL, NULL);
    char *dumped;

    ck_assert_msg(json != NULL, "%s", text);
    dumped = json_dumps(json, JSON_SORT_KEYS | JSON_COMPACT | JSON_ENCODE_ANY |
                              JSON_REAL_PRECISION(15));
    (void)fputs(dumped, out);
    free(dumped);
    json_decref(json);
}

/* numeric has no exponents: very long and very small numbers are compared as doubles. */
static void
print_number(FILE *out, const char *text)
{
    if (strchr(text, 'e') != NULL || strlen(text) > 19 || strncmp(text, "0.0000", 6) == 0)
        (void)fprintf(out, "%.15g", strtod(text, NULL));
    else
        (void)fputs(text, out);
}

static void
print_value(FILE *out, const char *name, const struct quosync_value *value)
{
    (void)fprintf(out, " %s=", name);
    if (value->type == QUOSYNC_JSON)
        print_json(out, value->of.text);
    else if (value->type == QUOSYNC_NUMBER)
        print_number(out, value->of.text);
    else
        row_text_value(out, value);
}

static char *
fold_text(struct quosync_fold *fold)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);

    for (int t = 0; t < QUOSYNC_TABLES; t++) {
        const struct table *table = &tables[t];
        struct quosync_row **rows;
        size_t n;

        ck_assert(quosync_fold_rows(fold, (enum quosync_table)t, &rows, &n, &err));
        for (size_t i = 0; i < n; i++) {
            if (!row_exists(rows[i]))
                continue;
            (void)fprintf(out, "%s %s:", table->name, rows[i]->id);
            for (size_t c = 0; c < table->n_columns; c++) {
                struct quosync_value value = quosync_row_value(rows[i], c);

                print_value(out, table->columns[c].name, &value);
            }
            (void)fputc('\n', out);
        }
        for (size_t l = 0; l < table->n_lists && table->lists[l].name != NULL; l++)
            for (size_t i = 0; i < n; i++)
                for (size_t k = 0; row_exists(rows[i]) && k < rows[i]->lists[l].n; k++) {
                    (void)fprintf(out, "%s of %s %s", table->lists[l].name, table->name,
                                  rows[i]->id);
                    if (!table->lists[l].set)
                        (void)fprintf(out, " %zu", k + 1);
                    for (size_t c = 0; c < table->lists[l].n_columns; c++)
                        print_value(out, table->lists[l].columns[c].name,
                                    &rows[i]->lists[l].items[k].values[c]);
                    (void)fputc('\n', out);
                }
    }
    ck_assert_int_eq(fclose(out), 0);
    return text;
}

/* What to select so that a column reads as a value of its type. */
static void
add_column(char *text, size_t size, const struct column *column)
{
    static const char *const forms[] = { [QUOSYNC_NUMBER] = "::text", [QUOSYNC_JSON] = "::text" };
    size_t n = strlen(text);

    if (column->type == QUOSYNC_TEXTS)
        (void)snprintf(text + n, size - n, ", to_json(%s)::text", column->name);
    else
        (void)snprintf(text + n, size - n, ", %s%s", column->name,
                       column->type == QUOSYNC_NUMBER || column->type == QUOSYNC_JSON
                           ? forms[column->type] : "");
}

/* A list of text comes as a JSON array. */
static void
print_texts(FILE *out, const char *name, const char *text)
{
    json_t *array = json_loads(text, 0, NULL), *item;
    struct quosync_value value = { .type = QUOSYNC_TEXTS };
    const char *items[1000];
    size_t i;

    json_array_foreach (array, i, item)
        items[i] = json_string_value(item);
    value.of.texts = (struct quosync_strings){ .items = items, .n = json_array_size(array) };
    print_value(out, name, &value);
    json_decref(array);
}

static void
print_column(FILE *out, const struct column *column, const struct result *answer, size_t row,
             int at)
{
    struct quosync_value value = { .type = column->type };

    if (result_null(answer, row, at))
        value.type = QUOSYNC_NULL;
    else if (column->type == QUOSYNC_INSTANT)
        value.of.instant_us = result_instant(answer, row, at);
    else if (column->type == QUOSYNC_BOOLEAN)
        value.of.boolean = result_boolean(answer, row, at);
    else
        value.of.text = result_text(answer, row, at);
    if (value.type == QUOSYNC_TEXTS)
        print_texts(out, column->name, value.of.text);
    else
        print_value(out, column->name, &value);
}

static void
ask(struct pg *pg, const char *org_id, const char *text, struct result *answer)
{
    struct statement statement = { "ask", text };
    struct params *params = params_new();

    params_text(params, org_id);
    ck_assert_msg(pg_run(pg, &statement, params, answer, &err), "%s: %s", text, err.text);
    params_free(&params);
}

static const char *
key_of(const char *table)
{
    if (strcmp(table, "custom_field_definitions") == 0)
        return "key";
    return strncmp(table, "call_", 5) == 0 ? "call_id" : "id";
}

static void
print_table(FILE *out, struct pg *pg, const char *org_id, const struct table *table)
{
    struct result answer = { 0 };
    char text[2048];

    (void)snprintf(text, sizeof text, "select %s", key_of(table->name));
    for (size_t c = 0; c < table->n_columns; c++)
        add_column(text, sizeof text, &table->columns[c]);
    (void)snprintf(text + strlen(text), sizeof text - strlen(text),
                   " from quo.%s where org_id = $1 order by 1", table->name);
    ask(pg, org_id, text, &answer);
    for (size_t i = 0; i < answer.rows; i++) {
        (void)fprintf(out, "%s %s:", table->name, result_text(&answer, i, 0));
        for (size_t c = 0; c < table->n_columns; c++)
            print_column(out, &table->columns[c], &answer, i, (int)c + 1);
        (void)fputc('\n', out);
    }
    result_done(&answer);
}

static void
print_list_table(FILE *out, struct pg *pg, const char *org_id, const struct table *table,
                 const struct list_def *list)
{
    struct result answer = { 0 };
    char text[2048];
    bool contact = strncmp(list->name, "contact_", 8) == 0;

    if (list->set)
        (void)snprintf(text, sizeof text,
                       "select activity_id, null, contact_id from quo.activity_contacts"
                       " where org_id = $1 and activity_kind = '%.*s' order by 1, 3",
                       (int)strlen(table->name) - 1, table->name);
    else {
        (void)snprintf(text, sizeof text, "select %s_id, position::bigint",
                       contact ? "contact" : "call");
        for (size_t c = 0; c < list->n_columns; c++)
            add_column(text, sizeof text, &list->columns[c]);
        (void)snprintf(text + strlen(text), sizeof text - strlen(text),
                       " from quo.%s where org_id = $1 order by 1, 2", list->name);
    }
    ask(pg, org_id, text, &answer);
    for (size_t i = 0; i < answer.rows; i++) {
        (void)fprintf(out, "%s of %s %s", list->name, table->name, result_text(&answer, i, 0));
        if (!list->set)
            (void)fprintf(out, " %lld", (long long)result_bigint(&answer, i, 1));
        for (size_t c = 0; c < list->n_columns; c++)
            print_column(out, &list->columns[c], &answer, i, (int)c + 2);
        (void)fputc('\n', out);
    }
    result_done(&answer);
}

static char *
database_text(struct pg *pg, const char *org_id)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);

    for (int t = 0; t < QUOSYNC_TABLES; t++) {
        print_table(out, pg, org_id, &tables[t]);
        for (size_t l = 0; l < tables[t].n_lists && tables[t].lists[l].name != NULL; l++)
            print_list_table(out, pg, org_id, &tables[t], &tables[t].lists[l]);
    }
    ck_assert_int_eq(fclose(out), 0);
    return text;
}

/* Says where two texts part. */
static void
must_equal(const char *org_id, const char *got, const char *expected)
{
    const char *a = got, *b = expected;

    if (strcmp(got, expected) == 0)
        return;
    for (size_t i = 0; got[i] != '\0' && got[i] == expected[i]; i++)
        if (got[i] == '\n') {
            a = got + i + 1;
            b = expected + i + 1;
        }
    ck_abort_msg("%s: the tables say\n  %.*s\nand the fold\n  %.*s", org_id,
                 (int)strcspn(a, "\n"), a, (int)strcspn(b, "\n"), b);
}

/* ---- the same sets through both ------------------------------------------------------ */

static char *
fold_bodies(const struct bodies *bodies)
{
    struct quosync_fold *fold;
    char *text;

    ck_assert(quosync_fold_new(COUNTRY_CODE, &fold, &err));
    for (size_t i = 0; i < bodies->n; i++) {
        struct quosync_event *event;

        if (!quosync_event_decode(bodies->items[i], bodies->bytes[i], &event, &err))
            continue; /* a dead letter */
        if (!event->test)
            ck_assert(quosync_fold_event(fold, event, &err));
        quosync_event_free(event);
    }
    text = fold_text(fold);
    quosync_fold_free(fold);
    return text;
}

static uint64_t
next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* Every body once or twice, in any order. */
static size_t *
shuffled(const struct bodies *bodies, uint64_t *random, size_t *n)
{
    size_t *order = malloc(2 * bodies->n * sizeof *order);

    *n = 0;
    for (size_t i = 0; i < bodies->n; i++) {
        order[(*n)++] = i;
        if (next_random(random) % 3 == 0)
            order[(*n)++] = i;
    }
    for (size_t i = *n; i > 1; i--) {
        size_t k = next_random(random) % i, held = order[i - 1];

        order[i - 1] = order[k];
        order[k] = held;
    }
    return order;
}

/* A configuration with a workspace for each set. */
static void
configure(struct config *config, size_t sets, size_t workers)
{
    *config = (struct config){ .database = "", .workers = workers, .batch = 500,
                               .batch_bytes = 8 << 20, .n_workspaces = sets };
    config->workspaces = calloc(sets, sizeof *config->workspaces);
    for (size_t s = 0; s < sets; s++) {
        char *org_id = malloc(32);

        (void)snprintf(org_id, 32, "OR%zu-%zu", workers, s);
        config->workspaces[s] = (struct config_workspace){
            .name = org_id, .org_id = org_id, .timezone = "UTC", .country_code = COUNTRY_CODE,
        };
    }
}

static void
configure_done(struct config *config)
{
    for (size_t s = 0; s < config->n_workspaces; s++)
        free((void *)(uintptr_t)config->workspaces[s].org_id);
    free(config->workspaces);
}

static void
make_set(struct bodies *bodies, unsigned set)
{
    struct generator g = { .random = 0x9e3779b97f4a7c15U * (set + 1), .set = set };
    unsigned n = 10 + generate_below(&g, 50);

    for (unsigned i = 0; i < n; i++) {
        generate_trouble(&g);
        bodies_add(bodies, g.body, g.bytes);
    }
    generator_done(&g);
}

static size_t
sets_to_try(void)
{
    const char *sets = getenv("QUOSYNC_TEST_SETS");

    return sets == NULL ? 200 : (size_t)strtoul(sets, NULL, 10);
}

static void
tables_equal_the_fold(size_t workers)
{
    struct pg *pg = open_migrated();
    size_t sets = sets_to_try();
    uint64_t random = 0x2545f4914f6cdd1dU + workers;
    struct bodies *bodies = calloc(sets, sizeof *bodies);
    struct worker_stats stats;
    struct config config;

    configure(&config, sets, workers);
    for (size_t s = 0; s < sets; s++) {
        size_t n, *order;

        make_set(&bodies[s], (unsigned)s);
        order = shuffled(&bodies[s], &random, &n);
        deliver(pg, config.workspaces[s].org_id, &bodies[s], order, n, "msg_");
        free(order);
    }
    config.batch = 1 + next_random(&random) % 40;
    drain(&config, &stats);
    for (size_t s = 0; s < sets; s++) {
        char *got = database_text(pg, config.workspaces[s].org_id);
        char *expected = fold_bodies(&bodies[s]);

        must_equal(config.workspaces[s].org_id, got, expected);
        free(got);
        free(expected);
        bodies_done(&bodies[s]);
    }
    ck_assert_int_eq(number(pg, "select count(*) from quo.inbox"), 0);
    ck_assert_int_eq(number(pg, "select count(*) from quo.attempts"), 0);
    (void)printf("%zu sets, %zu workers, batches of %zu: %llu repeated\n", sets, workers,
                 config.batch, (unsigned long long)stats.retries);
    configure_done(&config);
    free(bodies);
    pg_close(&pg);
}

START_TEST(one_worker_leaves_what_the_fold_says)
{
    tables_equal_the_fold(1);
}
END_TEST

START_TEST(two_workers_leave_what_the_fold_says)
{
    tables_equal_the_fold(2);
}
END_TEST

START_TEST(eight_workers_leave_what_the_fold_says)
{
    tables_equal_the_fold(8);
}
END_TEST

/* ---- events and REST's answers ------------------------------------------------------ */

#define OBSERVATIONS_MAX 60

/* One batch of observations of both kinds, in one transaction. */
static void
write_observed(struct pg *pg, struct params *params, const char *org_id,
               const struct observed *observed, const size_t *order, size_t n)
{
    const struct rows_options options = { .org_id = org_id, .now_us = clock_now_us() };
    AUTO(arena_done) struct arena arena = { 0 };
    AUTO(result_done) struct result locked = { 0 };
    AUTO(rows_done) struct rows rows = { 0 };
    AUTO(tx_end) struct tx tx = { 0 };
    struct quosync_fold *fold;

    ck_assert(quosync_fold_new(COUNTRY_CODE, &fold, &err));
    for (size_t i = 0; i < n; i++)
        observed_fold(&observed[order[i]], fold);
    ck_assert(tx_begin(pg, &tx, &err) && workspace_lock(pg, params, org_id, &locked, &err));
    ck_assert_msg(rows_write(pg, params, &options, fold, &arena, &rows, &err), "%s", err.text);
    ck_assert(!rows.again);
    ck_assert_msg(tx_commit(&tx, &err), "%s", err.text);
    quosync_fold_free(fold);
}

static char *
fold_observed(const struct observed *observed, size_t n)
{
    struct quosync_fold *fold;
    char *text;

    ck_assert(quosync_fold_new(COUNTRY_CODE, &fold, &err));
    for (size_t i = 0; i < n; i++)
        observed_fold(&observed[i], fold);
    text = fold_text(fold);
    quosync_fold_free(fold);
    return text;
}

static void
one_observed_set(struct pg *pg, unsigned set, uint64_t *random)
{
    struct generator g = { .random = 0xd1342543de82ef95U * (set + 1), .set = set };
    struct observed observed[OBSERVATIONS_MAX];
    size_t n = 5 + generate_below(&g, OBSERVATIONS_MAX - 5), order[2 * OBSERVATIONS_MAX], at = 0;
    struct params *params = params_new();
    char org_id[32], *got, *expected;

    (void)snprintf(org_id, sizeof org_id, "ORrest-%u", set);
    ck_assert(migrate_workspace(pg, org_id, org_id, "UTC", &err));
    for (size_t i = 0; i < n; i++)
        observed_make(&g, set % OBSERVED_KINDS, &observed[i]);
    for (size_t i = 0; i < 2 * n; i++)
        order[i] = i % n;
    for (size_t i = 2 * n; i > 1; i--) {
        size_t k = next_random(random) % i, held = order[i - 1];

        order[i - 1] = order[k];
        order[k] = held;
    }
    while (at < 2 * n) {
        size_t some = 1 + next_random(random) % 20;

        some = some > 2 * n - at ? 2 * n - at : some;
        write_observed(pg, params, org_id, observed, order + at, some);
        at += some;
    }
    got = database_text(pg, org_id);
    expected = fold_observed(observed, n);
    must_equal(org_id, got, expected);
    free(got);
    free(expected);
    for (size_t i = 0; i < n; i++)
        observed_done(&observed[i]);
    params_free(&params);
    generator_done(&g);
}

START_TEST(events_and_answers_in_any_order_leave_what_the_fold_says)
{
    struct pg *pg = open_migrated();
    uint64_t random = 0x9e3779b97f4a7c15U;

    for (unsigned set = 0; set < sets_to_try(); set++)
        one_observed_set(pg, set, &random);
    ck_assert_int_gt(number(pg, "select count(*) from quo.contact_rest"), 0);
    pg_close(&pg);
}
END_TEST

static void
read_samples(struct bodies *bodies)
{
    char path[4096];
    DIR *directory;

    (void)snprintf(path, sizeof path, "%s/tests/samples", getenv("TOP_SRCDIR"));
    directory = opendir(path);
    ck_assert_msg(directory != NULL, "%s", path);
    for (const struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        char file[4096], body[65536];
        FILE *in;
        size_t n;

        if (strstr(entry->d_name, ".json") == NULL)
            continue;
        ck_assert_int_lt(snprintf(file, sizeof file, "%.3000s/%.255s", path, entry->d_name),
                         (int)sizeof file);
        in = fopen(file, "rb");
        ck_assert_ptr_nonnull(in);
        n = fread(body, 1, sizeof body, in);
        (void)fclose(in);
        bodies_add(bodies, body, n);
    }
    (void)closedir(directory);
    ck_assert_uint_gt(bodies->n, 40);
}

START_TEST(the_samples_fill_every_table_that_events_fill)
{
    static const char *const filled[] = {
        "contacts", "contact_phone_numbers", "contact_emails", "contact_custom_fields",
        "custom_field_definitions", "messages", "calls", "call_recordings", "call_summaries",
        "call_transcripts", "call_transcript_lines", "voicemails", "activity_contacts", "events",
    };
    struct pg *pg = open_migrated();
    struct bodies bodies = { 0 };
    struct config config;
    char *got, *expected;

    read_samples(&bodies);
    configure(&config, 1, 1);
    deliver(pg, config.workspaces[0].org_id, &bodies, NULL, bodies.n, "msg_");
    drain(&config, NULL);
    got = database_text(pg, config.workspaces[0].org_id);
    expected = fold_bodies(&bodies);
    must_equal("samples", got, expected);
    for (size_t i = 0; i < sizeof filled / sizeof filled[0]; i++) {
        char text[100];

        (void)snprintf(text, sizeof text, "select count(*) from quo.%s", filled[i]);
        ck_assert_msg(number(pg, text) > 0, "%s", filled[i]);
    }
    ck_assert_int_eq(number(pg, "select count(*) from quo.dead_letters"), 0);
    ck_assert_int_eq(number(pg, "select count(*) from quo.events"), (int64_t)bodies.n);
    free(got);
    free(expected);
    bodies_done(&bodies);
    configure_done(&config);
    pg_close(&pg);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("rows");
    TCase *tc = tcase_create("rows");

    log_setup(LOG_LEVEL_ERROR, LOG_FORMAT_LOGFMT);
    if (!stop_install(&err))
        return EXIT_FAILURE;
    tcase_set_timeout(tc, 3600);
    tcase_add_test(tc, the_samples_fill_every_table_that_events_fill);
    tcase_add_test(tc, events_and_answers_in_any_order_leave_what_the_fold_says);
    tcase_add_test(tc, one_worker_leaves_what_the_fold_says);
    tcase_add_test(tc, two_workers_leave_what_the_fold_says);
    tcase_add_test(tc, eight_workers_leave_what_the_fold_says);
    suite_add_tcase(suite, tc);
    return suite_run(suite);
}
