/*
 * check_event.c - decoding. What is decoded is compared with the folders of
 * tests/vectors/decode, which other code made: a folder without an input is
 * about the sample of its name. Errors come from a table of changes to samples:
 * sample, path, JSON of the new value or (absent), error.
 */
#include "config.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "core/event.h"
#include "quosync.h"
#include "support/suite.h"
#include "unit/dump_event.h"
#include "unit/locales.h"
#include "unit/vectors.h"

enum { SAMPLE, PATH, VALUE, ERROR };

static char **samples, **folders;
static struct vectors changes;

static int
count(char **names)
{
    int n = 0;

    while (names[n] != NULL)
        n++;
    return n;
}

/* The body of a vector: its own, or the sample of its name. */
static char *
input_of(const char *folder, size_t *bytes)
{
    char path[512];
    char *body;

    (void)snprintf(path, sizeof path, "vectors/decode/%s/input", folder);
    body = vectors_file_maybe(path, bytes);
    if (body == NULL) {
        (void)snprintf(path, sizeof path, "samples/%s.json", folder);
        body = vectors_file(path, bytes);
    }
    return body;
}

static void
check_vector(const char *folder)
{
    char path[512];
    size_t bytes, expected_bytes;
    char *body = input_of(folder, &bytes);
    char *expected, *dumped;
    struct quosync_event *event;
    struct quosync_error err = { 0 };

    (void)snprintf(path, sizeof path, "vectors/decode/%s/expected", folder);
    expected = vectors_file(path, &expected_bytes);
    ck_assert_msg(quosync_event_decode(body, bytes, &event, &err), "%s: %s", folder, err.text);
    dumped = dump_event(event);
    ck_assert_msg(strcmp(dumped, expected) == 0, "%s decodes as\n%s", folder, dumped);
    quosync_event_free(event);
    free(dumped);
    free(expected);
    free(body);
}

START_TEST(an_event_decodes_as_its_vector_says)
{
    check_vector(folders[_i]);
}
END_TEST

START_TEST(the_locale_changes_nothing)
{
    for (enum test_locale locale = 0; locale < LOCALES; locale++) {
        locales_enter(locale);
        check_vector(folders[_i]);
        locales_leave();
    }
}
END_TEST

START_TEST(every_sample_has_a_vector)
{
    char name[256], path[300];
    size_t bytes;
    char *expected;

    (void)snprintf(name, sizeof name, "%.*s", (int)strcspn(samples[_i], "\n") - 5, samples[_i]);
    (void)snprintf(path, sizeof path, "vectors/decode/%s/expected", name);
    expected = vectors_file_maybe(path, &bytes);
    ck_assert_msg(expected != NULL, "%s", name);
    free(expected);
}
END_TEST

/* What stands at a path such as data.resource.emails, its last name left in *name. */
static json_t *
parent_of(json_t *json, const char *path, const char **name)
{
    const char *dot;

    while ((dot = strchr(path, '.')) != NULL) {
        char step[64];

        (void)snprintf(step, sizeof step, "%.*s", (int)(dot - path), path);
        json = json_object_get(json, step);
        ck_assert_ptr_nonnull(json);
        path = dot + 1;
    }
    *name = path;
    return json;
}

/* The sample with the change of the table; the caller frees it. */
static char *
changed_sample(const struct vector *v)
{
    char path[256];
    size_t bytes;
    char *text;
    json_t *json, *parent;
    const char *name;

    (void)snprintf(path, sizeof path, "samples/%s.json", v->fields[SAMPLE]);
    text = vectors_file(path, &bytes);
    json = json_loadb(text, bytes, 0, NULL);
    free(text);
    parent = parent_of(json, v->fields[PATH], &name);
    if (strcmp(v->fields[VALUE], "(absent)") == 0)
        ck_assert_int_eq(json_object_del(parent, name), 0);
    else
        ck_assert_int_eq(json_object_set_new(parent, name,
                                             json_loads(v->fields[VALUE], JSON_DECODE_ANY, NULL)),
                         0);
    text = json_dumps(json, 0);
    json_decref(json);
    ck_assert_ptr_nonnull(text);
    return text;
}

START_TEST(a_change_that_makes_an_event_unusable_is_named_by_its_path)
{
    const struct vector *v = &changes.items[_i];
    char *body = changed_sample(v);
    struct quosync_event *event;
    struct quosync_error err = { 0 };

    ck_assert_msg(!quosync_event_decode(body, strlen(body), &event, &err), "%s %s %.40s: decoded",
                  v->fields[SAMPLE], v->fields[PATH], v->fields[VALUE]);
    ck_assert_int_eq(err.kind, QUOSYNC_BAD_INPUT);
    ck_assert_ptr_null(event);
    ck_assert_msg(strcmp(err.text, v->fields[ERROR]) == 0, "%s %s %.40s: %s", v->fields[SAMPLE],
                  v->fields[PATH], v->fields[VALUE], err.text);
    /* Nobody has to ask for the reason. */
    ck_assert(!quosync_event_decode(body, strlen(body), &event, NULL));
    free(body);
}
END_TEST

START_TEST(the_digest_is_that_of_the_raw_bytes)
{
    /* sha256sum of '{"id":"EV1","type":"x","createdAt":"2026-11-04T14:03:11Z"}' and with a newline */
    static const char body[] = "{\"id\":\"EV1\",\"type\":\"x\",\"createdAt\":\"2026-11-04T14:03:11Z\"}\n";
    struct quosync_event *event;

    ck_assert(quosync_event_decode(body, sizeof body - 2, &event, NULL));
    ck_assert(event->digest == UINT64_C(0x255DBF32C1F1F1B3));
    quosync_event_free(event);
    ck_assert(quosync_event_decode(body, sizeof body - 1, &event, NULL));
    ck_assert(event->digest == UINT64_C(0xB66D25C8CE40D74D));
    quosync_event_free(event);
}
END_TEST

START_TEST(a_body_that_is_no_json_is_refused_by_its_byte)
{
    struct quosync_event *event;
    struct quosync_error err;

    ck_assert(!quosync_event_decode("{\"id\":\"\xff\"}", 10, &event, &err));
    ck_assert_str_eq(err.text, "not UTF-8 at byte 7");
    ck_assert(!quosync_event_decode(NULL, 0, &event, &err));
    ck_assert_str_eq(err.text, "not a JSON object");
    ck_assert(!quosync_event_decode("[]", 2, &event, &err));
    ck_assert_str_eq(err.text, "not a JSON object");
    ck_assert_ptr_null(event);
    quosync_event_free(NULL);
}
END_TEST

/* A contact with n custom fields; the caller frees it. */
static char *
large_contact(size_t n)
{
    size_t size = 400 + n * 80;
    char *body = malloc(size);
    size_t at = (size_t)snprintf(
        body, size, "{\"id\":\"EV1\",\"type\":\"contact.updated\",\"createdAt\":\"2026-11-04T14:03:11Z\","
                    "\"data\":{\"resource\":{\"id\":\"CT1\",\"updatedAt\":\"2026-11-04T14:03:11Z\","
                    "\"emails\":[],\"phoneNumbers\":[],\"customFields\":[");

    for (size_t i = 0; i < n; i++)
        at += (size_t)snprintf(body + at, size - at,
                               "%s{\"key\":\"k%zu\",\"type\":\"number\",\"value\":%zu.5}",
                               i > 0 ? "," : "", i, i);
    (void)snprintf(body + at, size - at, "]}}}");
    return body;
}

START_TEST(a_contact_of_100000_custom_fields_is_decoded)
{
    char *body = large_contact(100000);
    struct quosync_event *event;

    ck_assert(quosync_event_decode(body, strlen(body), &event, NULL));
    ck_assert_uint_eq(event->of.contact.n_custom_fields, 100000);
    ck_assert_str_eq(event->of.contact.custom_fields[99999].key, "k99999");
    ck_assert_str_eq(event->of.contact.custom_fields[99999].value, "99999.5");
    quosync_event_free(event);
    free(body);
}
END_TEST

/* Which ids are tests, of "one", "two words" and "". */
static const struct {
    const char *id;
    bool test;
} test_ids[] = {
    { "one", true },   { "two words", true }, { "on", false }, { "one ", false },
    { "words", false }, { "one\\u0000", false }, { "EV-sample-1", true }, { "EV-testing", true },
};

START_TEST(an_event_that_is_named_a_test_is_not_interpreted)
{
    static const char ids[] = "one\0two words\0";
    const struct event_tests tests = { ids, sizeof ids - 1 };
    struct quosync_event *event = NULL;
    char body[256];
    bool decoded;

    (void)snprintf(body, sizeof body,
                   "{\"id\":\"%s\",\"type\":\"contact.updated\",\"createdAt\":"
                   "\"2026-11-04T14:09:02Z\",\"data\":{\"context\":{\"orgId\":\"ORx\"}}}",
                   test_ids[_i].id);
    /* Without a resource, it can only be decoded where nobody asks for one. */
    decoded = event_decode(body, strlen(body), &tests, &event, NULL);
    ck_assert_msg(decoded == test_ids[_i].test, "%s", test_ids[_i].id);
    if (decoded) {
        ck_assert(event->test);
        ck_assert_str_eq(event->context.org_id, "ORx");
    }
    quosync_event_free(event);
}
END_TEST

START_TEST(the_version_is_the_packages)
{
    ck_assert_str_eq(quosync_version(), PACKAGE_VERSION);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("event");
    TCase *tc = tcase_create("event");
    int status;

    samples = vectors_names("samples");
    folders = vectors_names("vectors/decode");
    changes = vectors_load("decode_errors/cases.tsv");
    if (!locales_make()) {
        locales_remove();
        return 99;
    }
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, an_event_decodes_as_its_vector_says, 0, count(folders));
    tcase_add_loop_test(tc, the_locale_changes_nothing, 0, count(folders));
    tcase_add_loop_test(tc, every_sample_has_a_vector, 0, count(samples));
    tcase_add_loop_test(tc, a_change_that_makes_an_event_unusable_is_named_by_its_path, 0,
                        (int)changes.n);
    tcase_add_test(tc, the_digest_is_that_of_the_raw_bytes);
    tcase_add_test(tc, a_body_that_is_no_json_is_refused_by_its_byte);
    tcase_add_test(tc, a_contact_of_100000_custom_fields_is_decoded);
    tcase_add_loop_test(tc, an_event_that_is_named_a_test_is_not_interpreted, 0,
                        (int)(sizeof test_ids / sizeof *test_ids));
    tcase_add_test(tc, the_version_is_the_packages);
    suite_add_tcase(suite, tc);
    status = suite_run(suite);
    locales_remove();
    return status;
}
