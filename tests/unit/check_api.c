/*
 * check_api.c - what the REST client makes of URLs, ids and answers, without a
 * network: the faults of one are in e2e/reconcile_faults.sh.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/config.h"
#include "core/error.h"
#include "net/api.h"
#include "net/api_internal.h"
#include "support/suite.h"

/* ---- Retry-After ------------------------------------------------------------ */

static const struct {
    const char *text;
    int64_t seconds;
} waits[] = {
    { "", -1 },           { "2", 2 },      { "120.6", 121 }, { "0", 0 },
    { "0.1", 1 },         { "junk", -1 },  { "-1", -1 },     { "1000000000", 1000000000 },
    { "1e300", 1000000000 }, { "2 s", -1 },
    { "Thu, 01 Jan 1970 00:00:10 GMT", 0 }, /* long ago */
};

START_TEST(retry_after_is_read_in_every_form)
{
    struct api_task task = { 0 };

    (void)snprintf(task.retry_after, sizeof task.retry_after, "%s", waits[_i].text);
    ck_assert_msg(api_retry_after_s(&task) == waits[_i].seconds, "\"%s\" gives %lld",
                  waits[_i].text, (long long)api_retry_after_s(&task));
}
END_TEST

START_TEST(retry_after_may_be_a_date)
{
    struct api_task task = { 0 };
    time_t then = time(NULL) + 30;
    struct tm tm;
    int64_t seconds;

    gmtime_r(&then, &tm);
    ck_assert(strftime(task.retry_after, sizeof task.retry_after, "%a, %d %b %Y %H:%M:%S GMT",
                       &tm) > 0);
    seconds = api_retry_after_s(&task);
    ck_assert(seconds >= 28 && seconds <= 30);
}
END_TEST

/* ---- URLs ---------------------------------------------------------------------- */

static const struct {
    const char *url;
    bool good;
} urls[] = {
    { "https://api.quo.com", true },
    { "https://api.quo.com/", true },
    { "http://127.0.0.1:8080", true },
    { "http://localhost", true },
    { "http://[::1]:9", true },
    { "http://127.0.0.1/path/", true },
    { "http://localhost:1@evil.example", false },
    { "http://example.com", false },
    { "http://127.0.0.1.evil.example", false },
    { "http://localhost.evil.example", false },
    { "http://127.0.0.1@evil.example", false },
    { "https://user:pass@api.quo.com", false },
    { "ftp://127.0.0.1", false },
    { "file:///etc/passwd", false },
    { "api.quo.com", false },
    { "", false },
};

START_TEST(a_key_travels_over_https_or_loopback_alone)
{
    struct api_options options = { .url = urls[_i].url, .key = "k", .key_name = "the key" };
    struct quosync_error err = { 0 };
    struct api *api = NULL;

    ck_assert_msg(api_open(&options, &api, &err) == urls[_i].good, "%s", urls[_i].url);
    if (!urls[_i].good)
        ck_assert_int_eq(err.kind, QUOSYNC_CONFIG);
    api_close(&api);
}
END_TEST

/* As long as the configuration takes them. */
START_TEST(a_long_key_is_taken)
{
    char key[CONFIG_API_KEY_MAX_BYTES + 1];
    struct api_options options = { .url = "https://api.quo.com", .key = key,
                                   .key_name = "the key" };
    struct quosync_error err = { 0 };
    struct api *api = NULL;

    memset(key, 'k', sizeof key - 1);
    key[sizeof key - 1] = '\0';
    ck_assert_msg(api_open(&options, &api, &err), "%s", err.text);
    api_close(&api);
}
END_TEST

/* ---- paths ----------------------------------------------------------------------- */

START_TEST(ids_are_percent_encoded)
{
    char path[64] = "/v1/contacts/";

    ck_assert(api_path_add(path, sizeof path, "a/b?c=d&e+f g%"));
    ck_assert_str_eq(path, "/v1/contacts/a%2Fb%3Fc%3Dd%26e%2Bf%20g%25");
}
END_TEST

START_TEST(what_is_no_letter_digit_or_mark_is_encoded)
{
    for (int c = 1; c < 256; c++) {
        const char text[] = { (char)c, '\0' };
        char path[8] = "", encoded[8];
        const bool plain = strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                  "0123456789-_.~", c) != NULL;

        (void)snprintf(encoded, sizeof encoded, plain ? "%c" : "%%%02X", c);
        ck_assert(api_path_add(path, sizeof path, text));
        ck_assert_str_eq(path, encoded);
    }
}
END_TEST

START_TEST(a_path_that_does_not_fit_is_refused)
{
    char path[10] = "/v1/";

    ck_assert(!api_path_add(path, sizeof path, "////"));
    (void)snprintf(path, sizeof path, "/v1/");
    ck_assert(!api_path_join(path, sizeof path, "longer"));
}
END_TEST

/* ---- a server that cannot be reached ------------------------------------------------ */

struct told {
    bool called, answered;
    struct quosync_error why;
};

static bool
note(void *owner, const struct api_answer *answer, const struct quosync_error *why,
     struct quosync_error *err)
{
    struct told *told = owner;

    (void)err;
    told->called = true;
    told->answered = answer != NULL;
    if (why != NULL)
        told->why = *why;
    return true;
}

START_TEST(a_refused_connection_is_tried_again_and_then_told)
{
    struct api_options options = { .url = "http://127.0.0.1:1", .key = "marker-of-a-key",
                                   .key_name = "the key", .tries = 3, .back_off_divisor = 1000 };
    struct quosync_error err = { 0 };
    struct told told = { 0 };
    struct api_request request = { .path = "/users", .handler = note, .owner = &told };
    struct api_counts counts;
    struct api *api = NULL;

    ck_assert(api_open(&options, &api, &err) && api_submit(api, &request, &err) &&
              api_run(api, &err));
    ck_assert(told.called && !told.answered);
    ck_assert_int_eq(told.why.kind, QUOSYNC_UNAVAILABLE);
    ck_assert_ptr_null(strstr(told.why.text, "marker"));
    api_counts(api, &counts);
    ck_assert_uint_eq(counts.requests, 3);
    ck_assert_uint_eq(counts.retries, 2);
    ck_assert_uint_eq(api_pending(api), 0);
    api_close(&api);
}
END_TEST

START_TEST(what_must_not_be_repeated_is_sent_once)
{
    struct api_options options = { .url = "http://127.0.0.1:1", .key = "k", .key_name = "the key",
                                   .tries = 3, .back_off_divisor = 1000 };
    struct quosync_error err = { 0 };
    struct told told = { 0 };
    struct api_request request = { .method = API_POST, .path = "/webhooks", .body = "{}",
                                   .once = true, .handler = note, .owner = &told };
    struct api_counts counts;
    struct api *api = NULL;

    ck_assert(api_open(&options, &api, &err) && api_submit(api, &request, &err) &&
              api_run(api, &err));
    ck_assert(told.called && !told.answered);
    ck_assert_int_eq(told.why.kind, QUOSYNC_TRY_LATER);
    api_counts(api, &counts);
    ck_assert_uint_eq(counts.requests, 1);
    api_close(&api);
}
END_TEST

START_TEST(a_path_that_no_address_holds_is_a_mistake_of_ours)
{
    struct api_options options = { .url = "http://127.0.0.1:1", .key = "k", .key_name = "the key" };
    struct told told = { 0 };
    static char path[5000];
    struct api_request request = { .path = path, .handler = note, .owner = &told };
    struct quosync_error err = { 0 };
    struct api *api = NULL;

    memset(path, '/', sizeof path - 1);
    ck_assert(api_open(&options, &api, &err));
    ck_assert(!api_submit(api, &request, &err));
    ck_assert_int_eq(err.kind, QUOSYNC_BUG);
    ck_assert_uint_eq(api_pending(api), 0);
    api_close(&api);
    api_close(&api);
}
END_TEST

/* ---- ends ------------------------------------------------------------------------- */

static bool
asked_to_stop(void)
{
    return true;
}

static bool
note_and_end(void *owner, const struct api_answer *answer, const struct quosync_error *why,
             struct quosync_error *err)
{
    (void)note(owner, answer, why, err);
    *err = *why;
    return false;
}

/* Two requests: of which both are told, or the first alone where it ends the run. */
START_TEST(whoever_waits_is_told_that_there_is_no_more_time)
{
    struct api_options options = { .url = "http://127.0.0.1:1", .key = "k", .key_name = "the key",
                                   .stopping = asked_to_stop };
    struct told told[2] = { { 0 }, { 0 } };
    struct api_request request = { .path = "/users", .handler = _i == 0 ? note : note_and_end };
    struct quosync_error err = { 0 };
    struct api *api = NULL;

    ck_assert(api_open(&options, &api, &err));
    for (int i = 0; i < 2; i++) {
        request.owner = &told[i];
        ck_assert(api_submit(api, &request, &err));
    }
    ck_assert_int_eq(api_run(api, &err), _i == 0);
    ck_assert(told[0].called && !told[0].answered);
    ck_assert_int_eq(told[0].why.kind, QUOSYNC_TRY_LATER);
    ck_assert_int_eq(told[1].called, _i == 0);
    ck_assert_uint_eq(api_pending(api), _i == 0 ? 0 : 1);
    api_close(&api);
}
END_TEST

static bool
no_turn(void *state, int64_t *turn, int64_t *wait_us, struct quosync_error *err)
{
    (void)state, (void)turn, (void)wait_us;
    return error_set(err, QUOSYNC_UNAVAILABLE, "could not ask for a turn");
}

START_TEST(who_gets_no_turn_is_told_and_may_end_the_run)
{
    struct api_options options = { .url = "http://127.0.0.1:1", .key = "k", .key_name = "the key",
                                   .turn = no_turn };
    struct told told = { 0 };
    struct api_request request = { .path = "/users", .handler = _i == 0 ? note : note_and_end,
                                   .owner = &told };
    struct quosync_error err = { 0 };
    struct api_counts counts;
    struct api *api = NULL;

    ck_assert(api_open(&options, &api, &err) && api_submit(api, &request, &err));
    ck_assert_int_eq(api_run(api, &err), _i == 0);
    ck_assert_str_eq(told.why.text, "could not ask for a turn");
    api_counts(api, &counts);
    ck_assert_uint_eq(counts.requests, 0);
    api_close(&api);
}
END_TEST

/* Those that are on their way when a handler ends the run are dropped. */
START_TEST(a_run_that_ends_drops_what_is_on_its_way)
{
    struct api_options options = { .url = "http://127.0.0.1:1", .key = "k", .key_name = "the key",
                                   .tries = 1 };
    struct told told[5] = { { 0 } };
    struct api_request request = { .path = "/users", .handler = note_and_end };
    struct quosync_error err = { 0 };
    struct api *api = NULL;
    size_t called = 0;

    ck_assert(api_open(&options, &api, &err));
    for (int i = 0; i < 5; i++) {
        request.owner = &told[i];
        ck_assert(api_submit(api, &request, &err));
    }
    ck_assert(!api_run(api, &err));
    ck_assert_int_eq(err.kind, QUOSYNC_UNAVAILABLE);
    for (int i = 0; i < 5; i++)
        called += told[i].called;
    ck_assert_uint_eq(called, 1);
    ck_assert_uint_eq(api_pending(api), 4);
    api_close(&api);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("api");
    TCase *cases = tcase_create("client");

    tcase_add_loop_test(cases, retry_after_is_read_in_every_form, 0,
                        (int)(sizeof waits / sizeof *waits));
    tcase_add_test(cases, retry_after_may_be_a_date);
    tcase_add_loop_test(cases, a_key_travels_over_https_or_loopback_alone, 0,
                        (int)(sizeof urls / sizeof *urls));
    tcase_add_test(cases, a_long_key_is_taken);
    tcase_add_test(cases, ids_are_percent_encoded);
    tcase_add_test(cases, what_is_no_letter_digit_or_mark_is_encoded);
    tcase_add_test(cases, a_path_that_does_not_fit_is_refused);
    tcase_add_test(cases, a_path_that_no_address_holds_is_a_mistake_of_ours);
    tcase_add_loop_test(cases, whoever_waits_is_told_that_there_is_no_more_time, 0, 2);
    tcase_add_loop_test(cases, who_gets_no_turn_is_told_and_may_end_the_run, 0, 2);
    tcase_add_test(cases, a_run_that_ends_drops_what_is_on_its_way);
    tcase_add_test(cases, a_refused_connection_is_tried_again_and_then_told);
    tcase_add_test(cases, what_must_not_be_repeated_is_sent_once);
    suite_add_tcase(suite, cases);
    return suite_run(suite);
}
