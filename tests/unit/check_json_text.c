/*
 * check_json_text.c - what the pass before jansson mends and refuses, and what
 * is written again. A line of the table: name, body, error, text written; one
 * of the last two is (none).
 */
#include "core/json_text.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/json_write.h"
#include "support/suite.h"
#include "unit/locales.h"
#include "unit/vectors.h"

enum { NAME, BODY, ERROR, WRITTEN };

static struct vectors cases;

static void
check_case(const struct vector *v)
{
    struct arena arena = { 0 };
    struct quosync_error err = { 0 };
    const char *written = NULL;
    json_t *json;

    /* A copy of its own, so that a sanitizer sees a read beyond its end. */
    char *body = malloc(v->bytes[BODY] + 1);

    memcpy(body, v->fields[BODY], v->bytes[BODY]);
    if (json_text_parse(body, v->bytes[BODY], &json, &err)) {
        ck_assert(json_write(json, &arena, &written, &err));
        ck_assert_msg(v->fields[WRITTEN] != NULL, "%s: was read", v->fields[NAME]);
        ck_assert_msg(strcmp(written, v->fields[WRITTEN]) == 0, "%s: %s", v->fields[NAME], written);
        json_decref(json);
    } else {
        ck_assert_int_eq(err.kind, QUOSYNC_BAD_INPUT);
        ck_assert_ptr_null(json);
        ck_assert_msg(v->fields[ERROR] != NULL, "%s: %s", v->fields[NAME], err.text);
        ck_assert_msg(strcmp(err.text, v->fields[ERROR]) == 0, "%s: %s", v->fields[NAME],
                      err.text);
    }
    free(body);
    arena_done(&arena);
}

START_TEST(a_body_is_read_or_refused_as_the_table_says)
{
    check_case(&cases.items[_i]);
}
END_TEST

START_TEST(the_locale_changes_nothing)
{
    for (enum test_locale locale = 0; locale < LOCALES; locale++) {
        locales_enter(locale);
        check_case(&cases.items[_i]);
        locales_leave();
    }
}
END_TEST

START_TEST(what_was_written_is_read_and_written_alike)
{
    struct vector again = cases.items[_i];

    if (again.fields[WRITTEN] == NULL)
        return;
    again.fields[BODY] = again.fields[WRITTEN];
    again.bytes[BODY] = again.bytes[WRITTEN];
    check_case(&again);
}
END_TEST

START_TEST(a_body_cut_anywhere_is_refused)
{
    const struct vector *v = &cases.items[_i];

    if (v->fields[WRITTEN] == NULL || v->bytes[BODY] > 500)
        return;
    for (size_t bytes = 0; bytes < v->bytes[BODY]; bytes++) {
        struct quosync_error err = { 0 };
        json_t *json;
        char *body = malloc(bytes + 1);

        /* What follows the object may be missing. */
        if (strspn(v->fields[BODY] + bytes, " \r\n\t") == v->bytes[BODY] - bytes) {
            free(body);
            break;
        }
        memcpy(body, v->fields[BODY], bytes);
        ck_assert(!json_text_parse(body, bytes, &json, &err));
        ck_assert_int_eq(err.kind, QUOSYNC_BAD_INPUT);
        free(body);
    }
}
END_TEST

START_TEST(a_body_that_needs_no_mending_is_not_copied)
{
    static const char body[] = "{\"a\":[\"\\u00e9\",9223372036854775807,0.1]}";
    struct json_text text;

    ck_assert(json_text_mend(body, sizeof body - 1, &text, NULL));
    ck_assert_ptr_eq(text.text, body);
    ck_assert_uint_eq(text.bytes, sizeof body - 1);
    ck_assert_ptr_null(text.copy);
    json_text_done(&text);
}
END_TEST

/* {"a":[[[...1...]]]} with n open brackets and braces, or NULL. */
static char *
nested(size_t n, char open, char shut)
{
    char *body = malloc(2 * n + 8), *at = body;

    *at++ = '{';
    at += sprintf(at, "\"a\":");
    for (size_t i = 1; i < n; i++)
        *at++ = open;
    *at++ = '1';
    for (size_t i = 1; i < n; i++)
        *at++ = shut;
    *at++ = '}';
    *at = '\0';
    return body;
}

START_TEST(nesting_is_taken_to_64_and_no_deeper)
{
    static const size_t depths[] = { 1, 2, 63, 64, 65, 66, 2048, 2049, 100000, 1000000 };

    for (size_t i = 0; i < sizeof depths / sizeof depths[0]; i++) {
        struct quosync_error err = { 0 };
        char *body = nested(depths[i], '[', ']');
        json_t *json;
        bool read = json_text_parse(body, strlen(body), &json, &err);

        ck_assert_int_eq(read, depths[i] <= JSON_TEXT_DEPTH_AT_MOST);
        if (read)
            json_decref(json);
        else
            ck_assert_str_eq(err.text, "nested too deeply at byte 68");
        free(body);
    }
}
END_TEST

START_TEST(a_number_of_400000_digits_is_refused_by_its_byte)
{
    size_t digits = 400000;
    char *body = malloc(digits + 8);
    struct quosync_error err = { 0 };
    json_t *json;

    memcpy(body, "{\"a\":", 5);
    memset(body + 5, '7', digits);
    body[digits + 5] = '}';
    ck_assert(!json_text_parse(body, digits + 6, &json, &err));
    ck_assert_str_eq(err.text, "a number out of range at byte 5");
    free(body);
}
END_TEST

static double
seconds_for(const char *body, size_t bytes)
{
    struct timespec begin, end;
    json_t *json;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
    ck_assert(json_text_parse(body, bytes, &json, NULL));
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
    json_decref(json);
    return (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9;
}

START_TEST(many_keys_and_much_mending_take_linear_time)
{
    /* 200,000 keys; every value has to be mended. */
    size_t n = 200000, bytes = 0;
    char *body = malloc(n * 40 + 2);

    body[bytes++] = '{';
    for (size_t i = 0; i < n; i++)
        bytes += (size_t)sprintf(body + bytes, "%s\"k%zu\":\"\\u0000\\ud800\"", i > 0 ? "," : "", i);
    body[bytes++] = '}';
    ck_assert(seconds_for(body, bytes) < 5);
    free(body);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("json_text");
    TCase *tc = tcase_create("json_text");
    int status;

    cases = vectors_load("json_text/cases.tsv");
    if (!locales_make()) {
        locales_remove();
        return 99;
    }
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, a_body_is_read_or_refused_as_the_table_says, 0, (int)cases.n);
    tcase_add_loop_test(tc, the_locale_changes_nothing, 0, (int)cases.n);
    tcase_add_loop_test(tc, what_was_written_is_read_and_written_alike, 0, (int)cases.n);
    tcase_add_loop_test(tc, a_body_cut_anywhere_is_refused, 0, (int)cases.n);
    tcase_add_test(tc, a_body_that_needs_no_mending_is_not_copied);
    tcase_add_test(tc, nesting_is_taken_to_64_and_no_deeper);
    tcase_add_test(tc, a_number_of_400000_digits_is_refused_by_its_byte);
    tcase_add_test(tc, many_keys_and_much_mending_take_linear_time);
    suite_add_tcase(suite, tc);
    status = suite_run(suite);
    locales_remove();
    return status;
}
