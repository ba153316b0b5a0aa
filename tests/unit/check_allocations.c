/*
 * check_allocations.c - every allocation of the library fails in turn, once and
 * from then on: nothing crashes, nothing leaks, the answer is "out of memory".
 * jansson takes the library's hooks; OpenSSL is given ones of the test's own. What
 * is asked of an arena fails as well (--wrap), though few of it ask for memory.
 */
#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>

#include "core/event.h"
#include "core/fold.h"
#include "core/json_text.h"
#include "core/json_write.h"
#include "core/memory.h"
#include "core/rest.h"
#include "core/row.h"
#include "quosync.h"
#include "support/suite.h"
#include "unit/vectors.h"

/* Which allocation fails, counted from 1; 0: none. */
static size_t calls, failing;
static bool from_then_on;
static size_t live;

static bool
fails(void)
{
    calls++;
    return failing > 0 && (calls == failing || (from_then_on && calls > failing));
}

static void *
hooked_malloc(size_t bytes)
{
    void *block = fails() ? NULL : malloc(bytes);

    live += block != NULL;
    return block;
}

static void *
hooked_realloc(void *block, size_t bytes)
{
    void *moved = fails() ? NULL : realloc(block, bytes);

    live += moved != NULL && block == NULL;
    return moved;
}

static void
hooked_free(void *block)
{
    live -= block != NULL;
    free(block);
}

/* OpenSSL keeps what it caches: its blocks are not counted as ours. */
static void *
openssl_malloc(size_t bytes, const char *file, int line)
{
    (void)file, (void)line;
    return bytes == 0 || fails() ? NULL : malloc(bytes);
}

static void *
openssl_realloc(void *block, size_t bytes, const char *file, int line)
{
    (void)file, (void)line;
    return fails() ? NULL : realloc(block, bytes);
}

static void
openssl_free(void *block, const char *file, int line)
{
    (void)file, (void)line;
    free(block);
}

void *__wrap_arena_get(struct arena *arena, size_t bytes);
void *__real_arena_get(struct arena *arena, size_t bytes);
void *__wrap_arena_get_zeroed(struct arena *arena, size_t n, size_t bytes);
void *__real_arena_get_zeroed(struct arena *arena, size_t n, size_t bytes);
char *__wrap_arena_text(struct arena *arena, const char *text, size_t bytes);
char *__real_arena_text(struct arena *arena, const char *text, size_t bytes);

/* No work is done without what it asked an arena for. */
static bool refused;

static bool
refuses(void)
{
    bool no = fails();

    refused = refused || no;
    return no;
}

void *
__wrap_arena_get(struct arena *arena, size_t bytes)
{
    return refuses() ? NULL : __real_arena_get(arena, bytes);
}

void *
__wrap_arena_get_zeroed(struct arena *arena, size_t n, size_t bytes)
{
    return refuses() ? NULL : __real_arena_get_zeroed(arena, n, bytes);
}

char *
__wrap_arena_text(struct arena *arena, const char *text, size_t bytes)
{
    return refuses() ? NULL : __real_arena_text(arena, text, bytes);
}

struct scenario {
    const void *body;
    size_t bytes;
};

typedef bool (*scenario_fn)(const struct scenario *scenario, struct quosync_error *err);

static size_t points;

static void
run_failing(scenario_fn run, const struct scenario *scenario, bool onwards, const char *name)
{
    from_then_on = onwards;
    for (size_t n = 1;; n++) {
        struct quosync_error err = { 0 };
        bool done;

        calls = 0;
        failing = n;
        refused = false;
        done = run(scenario, &err);
        failing = 0;
        if (live != 0)
            ck_abort_msg("%s, allocation %zu: %zu blocks leaked", name, n, live);
        if (calls < n) {
            ck_assert_msg(done, "%s: %s", name, err.text);
            break;
        }
        points++;
        if (done && refused)
            ck_abort_msg("%s, allocation %zu: done without it", name, n);
        /* A cache that could not grow is no failure; but then the answer was right. */
        if (!done && err.kind != QUOSYNC_NO_MEMORY)
            ck_abort_msg("%s, allocation %zu: kind %d, %s", name, n, (int)err.kind, err.text);
    }
}

static void
run_all(scenario_fn run, const struct scenario *scenario, const char *name)
{
    struct quosync_error err = { 0 };

    failing = 0;
    live = 0;
    quosync_set_allocator(hooked_malloc, hooked_realloc, hooked_free);
    /* Once without a failure: OpenSSL fetches, jansson seeds its hash. */
    ck_assert_msg(run(scenario, &err), "%s: %s", name, err.text);
    run_failing(run, scenario, false, name);
    run_failing(run, scenario, true, name);
    quosync_set_allocator(NULL, NULL, NULL);
}

/* ---- scenarios ------------------------------------------------------ */

static bool
decode(const struct scenario *scenario, struct quosync_error *err)
{
    struct quosync_event *event;

    if (!quosync_event_decode(scenario->body, scenario->bytes, &event, err)) {
        ck_assert_ptr_null(event);
        return false;
    }
    quosync_event_free(event);
    return true;
}

/* Marks that a row gets once it is stored. */
static uint8_t late_marks;

/* As a new row, to its merge state, and from there against itself. */
static bool
mark_late(struct quosync_row *row)
{
    row->marks |= late_marks;
    return true;
}

static bool
store_row(struct quosync_row *row, struct arena *arena, struct quosync_error *err)
{
    struct quosync_row *stored;
    struct row_plan plan;
    const uint8_t *bytes;
    size_t n;

    return row_plan_make(row, NULL, false, arena, &plan, err) &&
           row_state_pack(row, arena, &bytes, &n, err) &&
           row_state_unpack(row->number, row->id, bytes, n, arena, &stored, err) &&
           (row->number != QUOSYNC_CONTACTS ||
            (row_state_pack_rest(row, arena, &bytes, &n, err) &&
             row_state_add_rest(stored, bytes, n, arena, err))) &&
           mark_late(row) && row_plan_make(row, stored, true, arena, &plan, err);
}

static bool
store_fold(struct quosync_fold *fold, struct quosync_error *err)
{
    AUTO(arena_done) struct arena arena = { 0 };
    struct quosync_row **rows;
    size_t n;

    for (enum quosync_table table = 0; table < QUOSYNC_TABLES; table++) {
        if (!quosync_fold_rows(fold, table, &rows, &n, err))
            return false;
        for (size_t i = 0; i < n; i++)
            if (!store_row(rows[i], &arena, err))
                return false;
    }
    return true;
}

static bool
fold_event(const struct quosync_event *event, struct quosync_error *err)
{
    struct quosync_fold *fold;
    bool folded;

    if (!quosync_fold_new(1, &fold, err))
        return false;
    folded = quosync_fold_event(fold, event, err) && store_fold(fold, err);
    quosync_fold_free(fold);
    return folded;
}

static json_t *rest_answers;

/* A v1 contact, with the definitions that give its field a key. */
static bool
fold_rest(const struct scenario *scenario, struct quosync_error *err)
{
    AUTO(rest_definitions_free) struct rest_definitions *definitions = NULL;
    json_t *contact = json_object_get(rest_answers, "contact");
    struct quosync_fold *fold;
    bool folded;

    (void)scenario;
    if (!rest_definitions_read(json_object_get(rest_answers, "definitions"), &definitions, err) ||
        !quosync_fold_new(1, &fold, err))
        return false;
    folded = rest_definitions_observe(fold, definitions, 1793959200000000, err) &&
             rest_contact(fold, contact, 1793959200000000, definitions, err) &&
             store_fold(fold, err);
    quosync_fold_free(fold);
    return folded;
}

/* Everything else that REST answers. */
static bool
fold_rest_activities(const struct scenario *scenario, struct quosync_error *err)
{
    const int64_t at_us = 1793959200000000;
    struct quosync_fold *fold;
    bool folded;

    (void)scenario;
    if (!quosync_fold_new(1, &fold, err))
        return false;
    folded = rest_message(fold, json_object_get(rest_answers, "message"), at_us, err) &&
             rest_call(fold, json_object_get(rest_answers, "call"), at_us, err) &&
             rest_recordings(fold, "AC1", json_object_get(rest_answers, "recordings"), at_us,
                             err) &&
             rest_transcripts(fold, "AC1", json_object_get(rest_answers, "transcripts"), at_us,
                              err) &&
             rest_user(fold, json_object_get(rest_answers, "user"), at_us, err) &&
             rest_phone_number(fold, json_object_get(rest_answers, "number"), at_us, err) &&
             rest_gone(fold, QUOSYNC_CONTACTS, "c1", at_us, err) &&
             rest_seen(fold, "c2", at_us, err) && store_fold(fold, err);
    quosync_fold_free(fold);
    return folded;
}

/* A list that is digested in pieces, as long transcripts are. */
static bool
fold_transcript(const struct scenario *scenario, struct quosync_error *err)
{
    struct quosync_fold *fold;
    bool folded;

    (void)scenario;
    if (!quosync_fold_new(1, &fold, err))
        return false;
    folded = rest_transcripts(fold, "AC1", json_object_get(rest_answers, "parts"),
                              1793959200000000, err) &&
             store_fold(fold, err);
    quosync_fold_free(fold);
    return folded;
}

/* The type alone, for a dead letter. */
static bool
name_type(const struct scenario *scenario, struct quosync_error *err)
{
    AUTO(arena_done) struct arena arena = { 0 };
    const char *type;

    if (!event_type(scenario->body, scenario->bytes, &arena, &type, err))
        return false;
    ck_assert_str_eq(type, "message.received");
    return true;
}

/* A row that loses its content, before it is written and after. */
static bool
fold_marked(const struct scenario *scenario, struct quosync_error *err)
{
    struct quosync_event *event;
    struct quosync_fold *fold;
    bool folded;

    if (!quosync_event_decode(scenario->body, scenario->bytes, &event, err))
        return false;
    folded = quosync_fold_new(1, &fold, err);
    if (folded) {
        for (enum quosync_table table = 0; table < QUOSYNC_TABLES; table++)
            fold_mark(fold, table, "nobody", ROW_ERASED | ROW_PRUNED, true);
        folded = quosync_fold_event(fold, event, err) && store_fold(fold, err);
        quosync_fold_free(fold);
    }
    quosync_event_free(event);
    return folded;
}

static bool
decode_and_fold(const struct scenario *scenario, struct quosync_error *err)
{
    struct quosync_event *event;
    bool folded;

    if (!quosync_event_decode(scenario->body, scenario->bytes, &event, err))
        return false;
    folded = fold_event(event, err);
    quosync_event_free(event);
    return folded;
}

static bool
verify(const struct scenario *scenario, struct quosync_error *err)
{
    static const char header[] = "v1,r5yvOjwvAKTyaPnVx9WlRy1Y8vT73wnkDpKriHQXOEU=";
    static const char keys[2][64] = { "whsec_Zmlyc3Qta2V5LWZvci10ZXN0cy1vbmx5LTAwMDE=",
                                      "whsec_c2Vjb25kLWtleS1mb3ItdGVzdHMtb25seS0wMDI=" };
    struct quosync_headers headers = { "msg_2kQ9aFa1l3dDelivery", "1793800991", header, 23, 10,
                                       sizeof header - 1 };
    struct quosync_secret secrets[2];
    enum quosync_verdict verdict = QUOSYNC_STALE;

    for (int i = 0; i < 2; i++)
        ck_assert(quosync_secret_parse(keys[i], strlen(keys[i]), &secrets[i], NULL));
    if (!quosync_verify(secrets, 2, &headers, scenario->body, scenario->bytes, 1793800991, 300,
                        &verdict, err))
        return false;
    ck_assert_int_eq(verdict, QUOSYNC_VERIFIED);
    return true;
}

static bool
sign(const struct scenario *scenario, struct quosync_error *err)
{
    struct quosync_secret secret = { "01234567890123456789012345678901", 32 };
    char signature[QUOSYNC_SIGNATURE_SIZE];

    return quosync_sign(&secret, "msg_1", 5, 1793800991, scenario->body, scenario->bytes, signature,
                        err);
}

static bool
rewrite(const struct scenario *scenario, struct quosync_error *err)
{
    static char first[40000];
    struct arena arena = { 0 };
    const char *text;
    json_t *json;
    bool written;

    if (!json_text_parse(scenario->body, scenario->bytes, &json, err))
        return false;
    written = json_write(json, &arena, &text, err);
    /* jansson itself would leave out a byte of a string that cannot grow. */
    if (written && first[0] == '\0')
        (void)snprintf(first, sizeof first, "%s", text);
    if (written)
        ck_assert(strcmp(text, first) == 0);
    json_decref(json);
    arena_done(&arena);
    return written;
}

/* ---- cases ---------------------------------------------------------- */

static char **samples;

static struct scenario
sample(const char *name, char **body)
{
    struct scenario scenario;
    char path[300];

    (void)snprintf(path, sizeof path, "samples/%s", name);
    *body = vectors_file(path, &scenario.bytes);
    scenario.body = *body;
    return scenario;
}

static void
run_sample(scenario_fn run)
{
    for (size_t i = 0; samples[i] != NULL; i++) {
        char *body;
        struct scenario scenario = sample(samples[i], &body);

        run_all(run, &scenario, samples[i]);
        free(body);
    }
}

START_TEST(an_event_whose_allocations_fail_is_no_memory_and_leaves_nothing)
{
    run_sample(decode);
    ck_assert_uint_gt(points, 1000);
}
END_TEST

START_TEST(a_fold_whose_allocations_fail_is_no_memory_and_leaves_nothing)
{
    run_sample(decode_and_fold);
    ck_assert_uint_gt(points, 1000);
}
END_TEST

/* A name for which a version of usual size has no room. */
#define FORTY "a name of forty bytes, of which ten make "
#define LONG_NAME FORTY FORTY FORTY FORTY FORTY FORTY FORTY FORTY FORTY FORTY

START_TEST(an_item_of_rest_whose_allocations_fail_is_no_memory_and_leaves_nothing)
{
    static const char body[] =
        "{\"definitions\":[{\"key\":\"k\",\"name\":\"K\",\"type\":\"multi-select\"},"
        "{\"key\":\"l\",\"name\":\"" LONG_NAME "\",\"type\":\"string\"}],"
        "\"contact\":{\"id\":\"c1\",\"updatedAt\":\"2026-11-06T10:00:00Z\",\"customFields\":["
        "{\"name\":\"K\",\"type\":\"multi-select\",\"value\":[\"a\",\"b\"]}],"
        "\"defaultFields\":{\"emails\":[{\"name\":\"work\",\"value\":\"a@b\"}],"
        "\"phoneNumbers\":[{\"name\":\"\",\"value\":\"+14155550101\"}]}}}";
    struct scenario scenario = { body, sizeof body - 1 };

    ck_assert(json_text_parse(body, sizeof body - 1, &rest_answers, NULL));
    run_all(fold_rest, &scenario, "rest contact");
    json_decref(rest_answers);
    ck_assert_uint_gt(points, 50);
}
END_TEST

START_TEST(an_activity_of_rest_whose_allocations_fail_is_no_memory_and_leaves_nothing)
{
    static const char body[] =
        "{\"message\":{\"id\":\"M1\",\"status\":\"sent\",\"text\":\"x\",\"to\":[\"+1\",\"+2\"]},"
        "\"call\":{\"id\":\"AC1\",\"participants\":[{\"phoneNumber\":\"+1\"},"
        "{\"phoneNumber\":\"+1\"},{\"phoneNumber\":\"+2\",\"actorId\":\"US1\"}],"
        "\"voicemail\":{\"id\":\"VM1\",\"duration\":3},"
        "\"summary\":{\"status\":\"completed\",\"summary\":[\"a\",\"b\"],\"jobs\":[{\"x\":1}]}},"
        "\"recordings\":[{\"id\":\"R1\",\"status\":\"completed\",\"duration\":2}],"
        "\"transcripts\":[{\"status\":\"completed\",\"startTime\":\"2026-11-06T10:00:00Z\","
        "\"duration\":5,\"dialogue\":[{\"content\":\"a\",\"start\":0,\"end\":1}]},"
        "{\"status\":\"completed\",\"startTime\":\"2026-11-06T10:01:00Z\",\"duration\":2.5,"
        "\"dialogue\":[{\"content\":\"b\",\"start\":0.5,\"end\":2}]}],"
        "\"user\":{\"id\":\"US1\",\"firstName\":\"A\"},"
        "\"number\":{\"id\":\"PN1\",\"phoneNumber\":\"+1\"}}";
    struct scenario scenario = { body, sizeof body - 1 };

    ck_assert(json_text_parse(body, sizeof body - 1, &rest_answers, NULL));
    run_all(fold_rest_activities, &scenario, "rest activities");
    json_decref(rest_answers);
    ck_assert_uint_gt(points, 200);
}
END_TEST

START_TEST(a_long_transcript_whose_allocations_fail_is_no_memory_and_leaves_nothing)
{
    static char body[140200];
    const int n = snprintf(body, sizeof body,
                           "{\"parts\":[{\"status\":\"completed\",\"dialogue\":["
                           "{\"content\":\"%070000d\",\"start\":0,\"end\":1},"
                           "{\"content\":\"%070000d\",\"start\":1,\"end\":2}]}]}", 1, 2);
    struct scenario scenario = { body, (size_t)n };

    ck_assert(json_text_parse(body, (size_t)n, &rest_answers, NULL));
    run_all(fold_transcript, &scenario, "long transcript");
    json_decref(rest_answers);
    ck_assert_uint_gt(points, 50);
}
END_TEST

START_TEST(a_type_is_told_or_there_is_no_memory)
{
    static const char body[] = "{\"type\":\"message.received\",\"data\":[1,2]}";
    struct scenario scenario = { body, sizeof body - 1 };

    run_all(name_type, &scenario, "type");
    ck_assert_uint_gt(points, 5);
}
END_TEST

START_TEST(what_is_taken_away_without_memory_is_no_memory_and_leaves_nothing)
{
    late_marks = ROW_ERASED | ROW_PRUNED;
    run_sample(fold_marked);
    late_marks = ROW_PRUNED;
    run_sample(fold_marked);
    late_marks = 0;
    ck_assert_uint_gt(points, 1000);
}
END_TEST

START_TEST(a_delivery_whose_allocations_fail_is_not_judged)
{
    static const char body[] = "{\"type\":\"message.received\",\"text\":\"Gr\xc3\xbc\xc3\x9f"
                               "e \xf0\x9f\x8f\x83 \\n\"}";
    struct scenario scenario = { body, sizeof body - 1 };

    run_all(verify, &scenario, "verify");
    run_all(sign, &scenario, "sign");
    ck_assert_uint_gt(points, 10);
}
END_TEST

START_TEST(json_whose_allocations_fail_is_no_memory_and_never_bad_input)
{
    /* Long strings, many members and mending: every way in which jansson grows. */
    static char body[20000];
    size_t n = (size_t)snprintf(body, sizeof body, "{\"long\":\"%06000d\"", 7);
    struct scenario scenario;

    for (int i = 0; i < 100; i++)
        n += (size_t)snprintf(body + n, sizeof body - n,
                              ",\"member %d\":[1,2.5,\"\\u0000\",100000000000000000000,null,"
                              "{\"a\":true}]", i);
    n += (size_t)snprintf(body + n, sizeof body - n, "}");
    scenario = (struct scenario){ body, n };
    run_all(rewrite, &scenario, "large");
    ck_assert_uint_gt(points, 500);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("allocations");
    TCase *tc = tcase_create("allocations");

    /* Before OpenSSL's first allocation, or it refuses. */
    if (CRYPTO_set_mem_functions(openssl_malloc, openssl_realloc, openssl_free) != 1)
        return 99;
    samples = vectors_names("samples");
    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, an_event_whose_allocations_fail_is_no_memory_and_leaves_nothing);
    tcase_add_test(tc, a_fold_whose_allocations_fail_is_no_memory_and_leaves_nothing);
    tcase_add_test(tc, an_item_of_rest_whose_allocations_fail_is_no_memory_and_leaves_nothing);
    tcase_add_test(tc, an_activity_of_rest_whose_allocations_fail_is_no_memory_and_leaves_nothing);
    tcase_add_test(tc, a_long_transcript_whose_allocations_fail_is_no_memory_and_leaves_nothing);
    tcase_add_test(tc, a_type_is_told_or_there_is_no_memory);
    tcase_add_test(tc, what_is_taken_away_without_memory_is_no_memory_and_leaves_nothing);
    tcase_add_test(tc, a_delivery_whose_allocations_fail_is_not_judged);
    tcase_add_test(tc, json_whose_allocations_fail_is_no_memory_and_never_bad_input);
    suite_add_tcase(suite, tc);
    return suite_run(suite);
}
