/*
 * check_webhook.c - what the management of subscriptions asks of Quo, and what it makes of
 * answers that are none. (What a whole Quo answers is in e2e/webhook.sh.)
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/webhook.h"
#include "support/suite.h"
#include "unit/api_server.h"

#define HEAD "HTTP/1.1 200 OK\r\nDate: Wed, 25 Nov 2026 01:00:00 GMT\r\nConnection: close\r\n\r\n"
#define LISTED(members) HEAD "{\"data\":[{\"id\":\"7\"," members "}]}"
#define URL "https://example.com/webhooks/quo"
#define EVENTS                                                                                \
    "\"events\":[\"message.received\",\"message.delivered\",\"message.failed\","              \
    "\"message.undelivered\",\"call.ringing\",\"call.answered\",\"call.completed\","          \
    "\"call.forwarded\",\"call.missed\",\"call.menu.selected\",\"call.recording.completed\"," \
    "\"call.summary.completed\",\"call.transcript.completed\",\"call.voicemail.completed\","  \
    "\"contact.updated\",\"contact.deleted\"]"
#define WHOLE "\"url\":\"" URL "\",\"status\":\"enabled\",\"resourceIds\":[\"*\"]," EVENTS

static struct api_server server;
static struct config config;
static struct config_workspace workspace;
static struct client client;
static struct quosync_error err;
static char keys[] = "check_webhook.XXXXXX";
static const char *second; /* the answer to all but the first request; NULL: the first's */
static char requests[16384]; /* all that came */

static void
answer_in_turn(struct api_server *serving)
{
    const char *text = second != NULL && atomic_load(&serving->requests) > 1 ? second
                                                                             : serving->text;

    (void)strncat(requests, serving->heard, sizeof requests - strlen(requests) - 1);
    (void)server_send(serving, text, strlen(text));
}

/* Quo says this, and a file holds a key. */
static void
quo_answers(const char *text)
{
    const int fd = mkstemp(keys);
    static const char key[] = "whsec_b2xkLWtleS1mb3ItdGVzdHMtb25seS0wMDAwMDE=\n";

    ck_assert(fd >= 0 && write(fd, key, sizeof key - 1) == (ssize_t)sizeof key - 1);
    (void)close(fd);
    server = (struct api_server){ .text = text, .answer = answer_in_turn };
    server_start(&server);
    config = (struct config){ .api_url = server.url, .rate = 1000 };
    workspace = (struct config_workspace){ .name = "default", .path = "/webhooks/quo",
                                           .api_key = "key", .webhook_secrets_file = keys };
    ck_assert(client_open(NULL, &config, &workspace, 1, &client, &err));
}

static void
forget(void)
{
    client_done(&client);
    if (server.url[0] != '\0')
        server_stop(&server);
    (void)unlink(keys);
}

static bool
ensured(struct webhook_ensured *what)
{
    return webhook_ensure(&client, &workspace, URL, what, &err);
}

#define REFUSED(call, how, words)                     \
    do {                                              \
        ck_assert(!(call));                           \
        ck_assert_int_eq(err.kind, how);              \
        ck_assert_ptr_nonnull(strstr(err.text, words)); \
    } while (0)

/* ---- ensure ------------------------------------------------------------------------- */

START_TEST(a_subscription_that_is_whole_is_left_alone)
{
    struct webhook_ensured what;

    quo_answers(LISTED(WHOLE));
    ck_assert(ensured(&what));
    ck_assert_str_eq(what.id, "7");
    ck_assert(!what.created && !what.rotated && !what.url && !what.events && !what.status &&
              !what.resources && what.others == 0);
    ck_assert_uint_eq(atomic_load(&server.requests), 1);
}
END_TEST

START_TEST(a_subscription_that_names_no_types_gets_all_of_them)
{
    struct webhook_ensured what;

    quo_answers(LISTED("\"url\":\"" URL "\",\"status\":\"enabled\",\"resourceIds\":[\"*\"],"
                       "\"events\":null"));
    second = HEAD "{\"data\":{}}";
    ck_assert(ensured(&what));
    ck_assert(what.events && !what.url);
    ck_assert_ptr_nonnull(strstr(requests, "PATCH /webhooks/7 "));
    ck_assert_ptr_nonnull(strstr(requests, "Content-Length: "));
    ck_assert_uint_gt(strtoul(strstr(requests, "Content-Length: ") + 16, NULL, 10), 300);
}
END_TEST

START_TEST(two_with_one_url_are_counted)
{
    struct webhook_ensured what;

    quo_answers(HEAD "{\"data\":[{\"id\":\"7\"," WHOLE "},{\"id\":\"8\"," WHOLE "}]}");
    ck_assert(ensured(&what));
    ck_assert_str_eq(what.id, "7");
    ck_assert_uint_eq(what.others, 1);
}
END_TEST

START_TEST(what_is_no_list_of_subscriptions_makes_none)
{
    struct webhook_ensured what;

    quo_answers(HEAD "{\"data\":{}}");
    REFUSED(ensured(&what), QUOSYNC_UNAVAILABLE, "no list");
    ck_assert_uint_eq(atomic_load(&server.requests), 1);
}
END_TEST

START_TEST(a_list_that_is_refused_makes_none)
{
    struct webhook_ensured what;

    quo_answers("HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n{\"message\":\"nothing\"}");
    REFUSED(ensured(&what), QUOSYNC_BAD_INPUT, "nothing");
    ck_assert_uint_eq(atomic_load(&server.requests), 1);
}
END_TEST

START_TEST(without_a_file_for_keys_quo_is_not_asked)
{
    struct webhook_ensured what;

    quo_answers(LISTED(WHOLE));
    workspace.webhook_secrets_file = "";
    REFUSED(ensured(&what), QUOSYNC_CONFIG, "would be lost");
    ck_assert_uint_eq(atomic_load(&server.requests), 0);
}
END_TEST

START_TEST(a_key_that_does_not_come_is_asked_for_again)
{
    struct webhook_ensured what;

    quo_answers(HEAD "{\"data\":[]}");
    second = HEAD "{\"data\":{\"id\":\"9\"}}";
    REFUSED(ensured(&what), QUOSYNC_UNAVAILABLE, "holds no key");
    ck_assert_str_eq(err.hint, "Run: quosync webhook rotate 9");
    ck_assert_ptr_null(strstr(requests, "PATCH"));
}
END_TEST

START_TEST(one_that_gets_no_new_key_is_not_enabled)
{
    struct webhook_ensured what;

    quo_answers(LISTED("\"url\":\"" URL "\",\"status\":\"disabled\""));
    second = HEAD "{\"data\":{}}";
    REFUSED(ensured(&what), QUOSYNC_UNAVAILABLE, "holds no key");
    ck_assert_ptr_nonnull(strstr(requests, "POST /webhooks/7/rotate "));
    ck_assert_ptr_null(strstr(requests, "PATCH"));
}
END_TEST

START_TEST(an_id_that_is_no_number_is_not_sent)
{
    struct webhook_ensured what;

    quo_answers(HEAD "{\"data\":[{\"id\":\"a/b\",\"url\":\"" URL "\",\"status\":\"enabled\"}]}");
    REFUSED(ensured(&what), QUOSYNC_BAD_INPUT, "\"a/b\" is no id");
    ck_assert_uint_eq(atomic_load(&server.requests), 1);
}
END_TEST

/* ---- ids ------------------------------------------------------------------------------ */

static const char *const no_ids[] = { "", "7x", "../users" };

START_TEST(no_operation_takes_what_is_no_id)
{
    const char *id = no_ids[_i];
    struct webhook_changes changes = { .status = "disabled" };
    json_t *json;

    quo_answers(HEAD "{}");
    REFUSED(webhook_rotate(&client, &workspace, id, &err), QUOSYNC_BAD_INPUT, "no id");
    REFUSED(webhook_update(&client, id, &changes, &json, &err), QUOSYNC_BAD_INPUT, "no id");
    ck_assert_ptr_null(json);
    REFUSED(webhook_delete(&client, id, &err), QUOSYNC_BAD_INPUT, "no id");
    REFUSED(webhook_test(&client, &workspace, id, "contact.updated", &json, &err),
            QUOSYNC_BAD_INPUT, "no id");
    ck_assert_ptr_null(json);
    REFUSED(webhook_retry(&client, id, "d", &err), QUOSYNC_BAD_INPUT, "no id");
    ck_assert_uint_eq(atomic_load(&server.requests), 0);
}
END_TEST

START_TEST(ids_that_are_too_long_are_not_cut)
{
    char id[1100], almost[1012];

    memset(id, '7', sizeof id - 1);
    id[sizeof id - 1] = '\0';
    memset(almost, '7', sizeof almost - 1);
    almost[sizeof almost - 1] = '\0';
    quo_answers(HEAD "{}");
    REFUSED(webhook_delete(&client, id, &err), QUOSYNC_BAD_INPUT, "too long");
    REFUSED(webhook_rotate(&client, &workspace, almost, &err), QUOSYNC_BAD_INPUT, "too long");
    REFUSED(webhook_retry(&client, "7", id, &err), QUOSYNC_BAD_INPUT, "too long");
    almost[sizeof almost - 10] = '\0';
    REFUSED(webhook_retry(&client, "7", almost, &err), QUOSYNC_BAD_INPUT, "too long");
    ck_assert_uint_eq(atomic_load(&server.requests), 0);
}
END_TEST

/* ---- the rest --------------------------------------------------------------------------- */

START_TEST(what_is_not_to_change_is_not_sent)
{
    struct webhook_changes all = { .url = URL, .status = "disabled", .label = "a \"label\"",
                                   .events = "call.ringing,call.missed", .resource_ids = "PN1,PN2" };
    struct webhook_changes none = { 0 };
    json_t *json = NULL;

    quo_answers(HEAD "{\"data\":{\"id\":\"7\"}}");
    ck_assert(webhook_update(&client, "7", &all, &json, &err));
    ck_assert_str_eq(json_string_value(json_object_get(json, "id")), "7");
    json_decref(json);
    ck_assert_uint_eq(strtoul(strstr(requests, "Content-Length: ") + 16, NULL, 10),
                      strlen("{\"url\":\"" URL "\",\"status\":\"disabled\",\"label\":"
                             "\"a \\\"label\\\"\",\"events\":[\"call.ringing\",\"call.missed\"],"
                             "\"resourceIds\":[\"PN1\",\"PN2\"]}"));
    requests[0] = '\0';
    ck_assert(webhook_update(&client, "7", &none, &json, &err));
    json_decref(json);
    ck_assert_uint_eq(strtoul(strstr(requests, "Content-Length: ") + 16, NULL, 10), strlen("{}"));
}
END_TEST

START_TEST(a_refusal_is_told_and_nothing_is_given)
{
    struct webhook_changes changes = { .status = "odd" };
    json_t *json;

    quo_answers("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n{\"message\":\"odd\"}");
    REFUSED(webhook_update(&client, "7", &changes, &json, &err), QUOSYNC_BAD_INPUT, "odd");
    ck_assert_ptr_null(json);
    REFUSED(webhook_retry(&client, "7", "d", &err), QUOSYNC_BAD_INPUT, "odd");
    REFUSED(webhook_delete(&client, "7", &err), QUOSYNC_BAD_INPUT, "odd");
}
END_TEST

/* ---- judging ------------------------------------------------------------------------------ */

static const struct {
    const char *list, *words;
} judged[] = {
    { "[]", "none" },
    { "[{\"url\":\"https://example.com/other\"}]", "none leads to this workspace's path" },
    { "[{\"url\":\"https://example.com\"}]", "none leads to this workspace's path" },
    { "[{\"url\":\"example.com/webhooks/quo\"}]", "none leads to this workspace's path" },
    { "[{\"label\":5}]", "none leads to this workspace's path" },
    { "[{" WHOLE "}]", "" },
    { "[{\"label\":\"quosync default\",\"url\":\"https://example.com/quo\","
      "\"status\":\"enabled\",\"resourceIds\":[\"*\"]," EVENTS "}]",
      "wrong URL, its path is not /webhooks/quo" },
    { "[{\"url\":\"https://example.com/webhooks/quo?a=b\",\"events\":[5,\"call.ringing\"]}]",
      "disabled; filtered to some phone numbers; 15 types are missing, message.received first" },
    /* The enabled one counts, wherever it stands. */
    { "[{\"label\":\"quosync default\",\"status\":\"disabled\"},{" WHOLE "}]",
      "several lead here, so each event comes more than once" },
    { "[{" WHOLE "},{\"label\":\"quosync default\",\"status\":\"disabled\"}]",
      "several lead here, so each event comes more than once" },
};

START_TEST(subscriptions_are_judged)
{
    const struct config_workspace ours = { .name = "default", .path = "/webhooks/quo" };
    json_t *list = json_loads(judged[_i].list, 0, NULL);
    char words[512];

    ck_assert_ptr_nonnull(list);
    webhook_judge(&ours, list, words, sizeof words);
    ck_assert_str_eq(words, judged[_i].words);
    json_decref(list);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("webhook");
    TCase *tc = tcase_create("webhook");

    tcase_add_checked_fixture(tc, NULL, forget);
    tcase_add_test(tc, a_subscription_that_is_whole_is_left_alone);
    tcase_add_test(tc, a_subscription_that_names_no_types_gets_all_of_them);
    tcase_add_test(tc, two_with_one_url_are_counted);
    tcase_add_test(tc, what_is_no_list_of_subscriptions_makes_none);
    tcase_add_test(tc, a_list_that_is_refused_makes_none);
    tcase_add_test(tc, without_a_file_for_keys_quo_is_not_asked);
    tcase_add_test(tc, a_key_that_does_not_come_is_asked_for_again);
    tcase_add_test(tc, one_that_gets_no_new_key_is_not_enabled);
    tcase_add_test(tc, an_id_that_is_no_number_is_not_sent);
    tcase_add_loop_test(tc, no_operation_takes_what_is_no_id, 0,
                        (int)(sizeof no_ids / sizeof *no_ids));
    tcase_add_test(tc, ids_that_are_too_long_are_not_cut);
    tcase_add_test(tc, what_is_not_to_change_is_not_sent);
    tcase_add_test(tc, a_refusal_is_told_and_nothing_is_given);
    tcase_add_loop_test(tc, subscriptions_are_judged, 0, (int)(sizeof judged / sizeof *judged));
    suite_add_tcase(suite, tc);
    return suite_run(suite);
}
