/*
 * check_api_server.c - the REST client before real servers on loopback: whom it
 * trusts, to whom the key goes, what it believes, and what it gives up on.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "net/api.h"
#include "support/suite.h"
#include "unit/api_server.h"

#define KEY "marker-of-a-key"
#define GOOD "HTTP/1.1 200 OK\r\nDate: Wed, 25 Nov 2026 01:00:00 GMT\r\nContent-Length: 11\r\n\r\n" \
             "{\"data\":[]}"

/* ---- asking ------------------------------------------------------------------------ */

struct told {
    bool called, answered;
    struct quosync_error why;
    struct api_answer answer;
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
    if (answer != NULL) {
        told->answer = *answer;
        told->answer.json = NULL;
    }
    return true;
}

/* One request, sent `tries` times at most. */
static struct told
ask_patiently(const char *url, const char *ca_file, unsigned tries, long low_speed_s, long timeout_s)
{
    struct api_options options = { .url = url, .key = KEY, .key_name = "the key",
                                   .ca_file = ca_file, .tries = tries, .back_off_divisor = 1000,
                                   .low_speed_s = low_speed_s, .timeout_s = timeout_s };
    struct told told = { 0 };
    struct api_request request = { .path = "/users", .handler = note, .owner = &told };
    struct quosync_error err = { 0 };
    struct api *api = NULL;

    ck_assert(api_open(&options, &api, &err) && api_submit(api, &request, &err) &&
              api_run(api, &err));
    api_close(&api);
    ck_assert(told.called);
    ck_assert_ptr_null(strstr(told.why.text, KEY));
    return told;
}

static struct told
ask(const struct api_server *server)
{
    return ask_patiently(server->url, server->certificate, 1, 0, 0);
}

static bool
heard(const struct api_server *server, const char *text)
{
    return strstr(server->heard, text) != NULL;
}

/* ---- whom it trusts ------------------------------------------------------------------ */

static const struct {
    const char *what, *host;
    int from_days, to_days;
    bool known, old_tls, good;
} certificates[] = {
    { "one that verifies", "127.0.0.1", -1, 1, true, false, true },
    { "one that signed itself", "127.0.0.1", -1, 1, false, false, false },
    { "one that has expired", "127.0.0.1", -9, -1, true, false, false },
    { "one of tomorrow", "127.0.0.1", 1, 9, true, false, false },
    { "one of another host", "api.quo.com", -1, 1, true, false, false },
    { "TLS 1.1", "127.0.0.1", -1, 1, true, true, false },
};

START_TEST(a_key_goes_to_a_server_whose_certificate_is_right_alone)
{
    char file[] = "/tmp/quosync-certificate.XXXXXX";
    struct api_server server = { .text = GOOD, .certificate = file,
                                 .old_tls = certificates[_i].old_tls };
    struct told told;
    int fd = mkstemp(file);

    ck_assert(fd >= 0 && close(fd) == 0);
    certificate_make(file, certificates[_i].host, certificates[_i].from_days,
                     certificates[_i].to_days);
    server_start(&server);
    told = ask_patiently(server.url, certificates[_i].known ? file : NULL, 1, 0, 0);
    ck_assert_msg(told.answered == certificates[_i].good, "%s: %s", certificates[_i].what,
                  told.why.text);
    ck_assert_uint_ge(server.connections, 1);
    if (certificates[_i].good)
        ck_assert(heard(&server, "Authorization: " KEY));
    else {
        ck_assert_int_eq(told.why.kind, QUOSYNC_UNAVAILABLE);
        ck_assert_uint_eq(server.requests, 0);
        ck_assert_str_eq(server.heard, "");
    }
    server_stop(&server);
    (void)unlink(file);
}
END_TEST

START_TEST(a_name_that_nobody_has_is_unavailable)
{
    struct told told = ask_patiently("https://no-such-host.invalid", NULL, 2, 0, 5);

    ck_assert(!told.answered);
    ck_assert_int_eq(told.why.kind, QUOSYNC_UNAVAILABLE);
}
END_TEST

/* ---- to whom the key goes -------------------------------------------------------------- */

START_TEST(a_redirect_is_named_and_not_followed)
{
    struct api_server other = { .text = GOOD };
    struct api_server server = { 0 };
    char text[256];
    struct told told;

    server_start(&other);
    (void)snprintf(text, sizeof text,
                   "HTTP/1.1 %d Found\r\nLocation: http://localhost:%u/take?it=all\r\n"
                   "Content-Length: 0\r\n\r\n", _i == 0 ? 302 : 307 + _i % 2, other.port);
    server.text = text;
    server_start(&server);
    told = ask(&server);
    ck_assert(!told.answered);
    ck_assert_int_eq(told.why.kind, QUOSYNC_CONFIG);
    ck_assert_ptr_nonnull(strstr(told.why.text, "localhost"));
    ck_assert_ptr_null(strstr(told.why.text, "it=all"));
    server_stop(&server);
    ck_assert_uint_eq(other.connections, 0);
    server_stop(&other);
}
END_TEST

START_TEST(proxies_and_passwords_of_the_environment_are_not_used)
{
    static const char *const names[] = { "http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy",
                                         "ALL_PROXY" };
    char home[] = "/tmp/quosync-home.XXXXXX", netrc[64];
    struct api_server proxy = { .text = GOOD }, server = { .text = GOOD };
    FILE *file;

    ck_assert_ptr_nonnull(mkdtemp(home));
    (void)snprintf(netrc, sizeof netrc, "%s/.netrc", home);
    file = fopen(netrc, "w");
    ck_assert(file != NULL && fputs("machine 127.0.0.1 login marker password other\n", file) >= 0 &&
              fclose(file) == 0);
    server_start(&proxy);
    server_start(&server);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        (void)setenv(names[i], proxy.url, 1);
    (void)unsetenv("no_proxy");
    (void)unsetenv("NO_PROXY");
    (void)setenv("HOME", home, 1);
    ck_assert(ask(&server).answered);
    ck_assert_uint_eq(server.requests, 1);
    ck_assert(heard(&server, "GET /users HTTP/1.1\r\n"));
    ck_assert(heard(&server, "\r\nAuthorization: " KEY "\r\n"));
    ck_assert(!heard(&server, "Basic"));
    ck_assert(!heard(&server, "Cookie"));
    server_stop(&server);
    ck_assert_uint_eq(proxy.connections, 0);
    server_stop(&proxy);
    (void)unlink(netrc);
    (void)rmdir(home);
}
END_TEST

START_TEST(a_cookie_is_not_sent_back)
{
    struct api_options options;
    struct api_server server = { .text = "HTTP/1.1 200 OK\r\nSet-Cookie: marker=1; Path=/\r\n"
                                         "Content-Length: 2\r\n\r\n{}" };
    struct quosync_error err = { 0 };
    struct api *api = NULL;

    server_start(&server);
    options = (struct api_options){ .url = server.url, .key = KEY, .key_name = "the key" };
    ck_assert(api_open(&options, &api, &err));
    for (int i = 0; i < 2; i++) {
        struct api_answer answer;
        json_t *json;

        ck_assert(api_ask(api, API_GET, "/users", NULL, false, &answer, &json, &err));
        json_decref(json);
    }
    ck_assert_uint_eq(server.requests, 2);
    ck_assert(!heard(&server, "marker=1"));
    api_close(&api);
    server_stop(&server);
}
END_TEST

/* ---- what it reads ------------------------------------------------------------------------ */

static const struct {
    const char *body, *message, *trace;
} problems[] = {
    { "{\"title\":\"Bad Request\",\"message\":\"at most 50\",\"docs\":\"d\",\"trace\":\"711\","
      "\"errors\":[{\"path\":\"/query/limit\",\"message\":\"m\",\"value\":200}]}",
      "at most 50", "711" },
    { "{\"message\":\"unknown\",\"code\":\"0800404\",\"status\":404,\"docs\":\"d\",\"title\":\"t\","
      "\"trace\":\"712\"}", "unknown", "712" },
    { "{\"error\":{\"message\":\"No key was sent\",\"key\":\"Unauthorized\",\"trace\":\"713\"}}",
      "No key was sent", "713" },
    { "{\"error\":{\"message\":\"outside\"},\"trace\":\"714\"}", "outside", "714" },
    { "{\"error\":\"a text\",\"message\":\"beside\"}", "beside", "" },
    { "{\"message\":7,\"trace\":{}}", "HTTP 404 without a message", "" },
    { "<html>Not Found</html>", "HTTP 404 without a message", "" },
    { "", "HTTP 404 without a message", "" },
    { "[]", "HTTP 404 without a message", "" },
    { "{\"message\":\"two\\nlines\\u001b[31m\",\"trace\":\"7\\r\\n15\"}", "two lines [31m", "7  15" },
};

START_TEST(an_error_is_read_in_every_shape)
{
    char text[1024];
    struct api_server server = { .text = text };
    struct told told;

    (void)snprintf(text, sizeof text, "HTTP/1.1 404 Not Found\r\nContent-Length: %zu\r\n\r\n%s",
                   strlen(problems[_i].body), problems[_i].body);
    server_start(&server);
    told = ask(&server);
    ck_assert(told.answered);
    ck_assert_uint_eq(told.answer.status, 404);
    ck_assert_str_eq(told.answer.message, problems[_i].message);
    ck_assert_str_eq(told.answer.trace, problems[_i].trace);
    server_stop(&server);
}
END_TEST

/* Refusals that end a run say what Quo said, and by which trace its support finds it. */
static const struct {
    unsigned status;
    enum quosync_error_kind kind;
    const char *says;
} refusals[] = {
    { 401, QUOSYNC_CONFIG, "refuses the key" }, { 403, QUOSYNC_CONFIG, "refuses the key" },
    { 402, QUOSYNC_UNAVAILABLE, "expired" },    { 429, QUOSYNC_TRY_LATER, "HTTP 429" },
    { 500, QUOSYNC_UNAVAILABLE, "HTTP 500" },   { 503, QUOSYNC_UNAVAILABLE, "HTTP 503" },
};

START_TEST(a_refusal_says_by_which_trace_it_is_found)
{
    static const char body[] = "{\"error\":{\"message\":\"m\",\"trace\":\"7110042\"}}";
    char text[512];
    struct api_server server = { .text = text };
    struct told told;

    (void)snprintf(text, sizeof text, "HTTP/1.1 %u No\r\nContent-Length: %zu\r\n\r\n%s",
                   refusals[_i].status, sizeof body - 1, body);
    server_start(&server);
    told = ask(&server);
    ck_assert(!told.answered);
    ck_assert_int_eq(told.why.kind, refusals[_i].kind);
    ck_assert_ptr_nonnull(strstr(told.why.text, refusals[_i].says));
    ck_assert_ptr_nonnull(strstr(told.why.text, "7110042"));
    server_stop(&server);
}
END_TEST

/* Answers that are no answers: each is tried again, and never taken for a list's end. */
static const char *const broken[] = {
    "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"data\":[]}", /* cut */
    "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"data\":[", /* cut, and nothing says so */
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n{\"data\":[]", /* in a chunk */
    "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>",
    "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{\"data\":[]}{}\xff", /* longer than it says */
    "HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n{\"data\":\"\xff\xfe\"}",
    "HTTP/1.1 200 OK\r\nContent-Len",
    "not HTTP at all\r\n\r\n",
    "",
};

START_TEST(an_answer_that_is_broken_is_asked_for_again)
{
    struct api_server server = { .text = broken[_i] };
    struct told told;

    server_start(&server);
    told = ask_patiently(server.url, NULL, 3, 0, 0);
    if (_i == 5)
        ck_assert(told.answered); /* what comes behind the length is nobody's */
    else {
        ck_assert_msg(!told.answered, "%s", broken[_i]);
        ck_assert_int_eq(told.why.kind, QUOSYNC_UNAVAILABLE);
        ck_assert_uint_ge(server.requests, 3);
    }
    server_stop(&server);
}
END_TEST

/* ---- when it tries again ------------------------------------------------------------------- */

/* The first answer is server->text, those after it are good. */
static void
refuses_once(struct api_server *server)
{
    const char *text = server->requests == 1 ? server->text : GOOD;

    (void)server_send(server, text, strlen(text));
}

static const struct {
    const char *retry_after; /* NULL: none */
    double least_s;          /* how long it waits; negative: it ends with TRY_LATER */
} limits[] = {
    { "1", 1 },           { "1.2", 1.2 }, { "0", 0 },  { "junk", 0 },
    { NULL, 0 },          { "61", -1 },   { "120.6", -1 }, { "1000000000", -1 },
    { "Wed, 21 Oct 2037 07:28:00 GMT", -1 }, { "Thu, 01 Jan 1970 00:00:10 GMT", 0 },
};

START_TEST(a_limit_is_waited_for)
{
    char text[256];
    struct api_server server = { .answer = refuses_once, .text = text };
    const char *value = limits[_i].retry_after;
    struct timespec before, after;
    struct told told;

    (void)snprintf(text, sizeof text, "HTTP/1.1 429 No\r\n%s%s%sContent-Length: 0\r\n\r\n",
                   value != NULL ? "Retry-After: " : "", value != NULL ? value : "",
                   value != NULL ? "\r\n" : "");
    server_start(&server);
    clock_gettime(CLOCK_MONOTONIC, &before);
    told = ask_patiently(server.url, NULL, 0, 0, 0);
    clock_gettime(CLOCK_MONOTONIC, &after);
    if (limits[_i].least_s < 0) {
        ck_assert(!told.answered);
        ck_assert_int_eq(told.why.kind, QUOSYNC_TRY_LATER);
        ck_assert_uint_eq(server.requests, 1);
    } else {
        ck_assert(told.answered);
        ck_assert_uint_eq(server.requests, 2);
        ck_assert_double_ge((double)(after.tv_sec - before.tv_sec) +
                                (double)(after.tv_nsec - before.tv_nsec) / 1e9,
                            limits[_i].least_s);
    }
    server_stop(&server);
}
END_TEST

static const unsigned failures[] = { 429, 500, 502, 503, 504 };

START_TEST(what_fails_is_sent_five_times)
{
    char text[128];
    struct api_server server = { .text = text };
    struct told told;

    (void)snprintf(text, sizeof text, "HTTP/1.1 %u No\r\nContent-Length: 0\r\n\r\n", failures[_i]);
    server_start(&server);
    told = ask_patiently(server.url, NULL, 0, 0, 0);
    ck_assert(!told.answered);
    ck_assert_uint_eq(server.requests, 5);
    server_stop(&server);
}
END_TEST

static const unsigned refused[] = { 400, 401, 402, 403, 404, 405, 409, 410, 422 };

START_TEST(what_is_refused_is_sent_once)
{
    char text[128];
    struct api_server server = { .text = text };

    (void)snprintf(text, sizeof text, "HTTP/1.1 %u No\r\nContent-Length: 0\r\n\r\n", refused[_i]);
    server_start(&server);
    (void)ask_patiently(server.url, NULL, 0, 0, 0);
    ck_assert_uint_eq(server.requests, 1);
    server_stop(&server);
}
END_TEST

/* ---- what it gives up on --------------------------------------------------------------------- */

static void
never_ends(struct api_server *server)
{
    static const char head[] = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n";
    char piece[65536];

    memset(piece, ' ', sizeof piece);
    if (!server_send(server, head, sizeof head - 1))
        return;
    while (server_send(server, piece, sizeof piece))
        ;
}

static void
never_ends_its_headers(struct api_server *server)
{
    static const char head[] = "HTTP/1.1 200 OK\r\n", line[] = "X-More: and more of it\r\n";

    if (!server_send(server, head, sizeof head - 1))
        return;
    while (server_send(server, line, sizeof line - 1))
        ;
}

static void
trickles(struct api_server *server)
{
    static const char head[] = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"data\": \"";

    if (!server_send(server, head, sizeof head - 1))
        return;
    while (server_send(server, "x", 1))
        usleep(200000);
}

static void
trickles_its_headers(struct api_server *server)
{
    static const char head[] = "HTTP/1.1 200 OK\r\nX-Slow: ";

    if (!server_send(server, head, sizeof head - 1))
        return;
    while (server_send(server, "x", 1))
        usleep(200000);
}

static void
says_nothing(struct api_server *server)
{
    char byte;

    (void)!read(server->peer, &byte, 1); /* until the client leaves */
}

static const struct {
    void (*answer)(struct api_server *server);
    const char *says;
    long low_speed_s, timeout_s;
} endless[] = {
    { never_ends, "larger than", 0, 0 },
    { never_ends_its_headers, "could not read", 0, 0 },
    { trickles, "could not read", 1, 0 },
    { trickles, "could not read", 0, 1 },
    { trickles_its_headers, "could not read", 1, 0 },
    { says_nothing, "could not read", 1, 0 },
    { says_nothing, "could not read", 0, 1 },
};

START_TEST(an_answer_without_end_is_given_up)
{
    struct api_server server = { .answer = endless[_i].answer };
    struct told told;
    struct rusage usage;

    server_start(&server);
    told = ask_patiently(server.url, NULL, 1, endless[_i].low_speed_s, endless[_i].timeout_s);
    ck_assert(!told.answered);
    ck_assert_int_eq(told.why.kind, QUOSYNC_UNAVAILABLE);
    ck_assert_msg(strstr(told.why.text, endless[_i].says) != NULL, "%s", told.why.text);
    server_stop(&server);
    /* Far above the limit of an answer and what growing it takes, far below a bomb. */
    ck_assert(getrusage(RUSAGE_SELF, &usage) == 0);
    ck_assert_int_lt(usage.ru_maxrss, 600L * 1024);
}
END_TEST

/* A few kB that a client which unpacks would make 1 MB of: no JSON, and nothing unpacks it. */
static void
sends_a_bomb(struct api_server *server)
{
    static const char head[] = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n";
    /* gzip's header, then one stored block of blanks. */
    static const unsigned char gzip[] = { 0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2, 0, 0xFD, 0xFF,
                                          '{', '}' };

    (void)(server_send(server, head, sizeof head - 1) && server_send(server, gzip, sizeof gzip));
}

START_TEST(nothing_is_unpacked)
{
    struct api_server server = { .answer = sends_a_bomb };
    struct told told;

    server_start(&server);
    told = ask(&server);
    ck_assert(!heard(&server, "Accept-Encoding"));
    ck_assert(!told.answered);
    ck_assert_ptr_nonnull(strstr(told.why.text, "17 bytes"));
    ck_assert_ptr_nonnull(strstr(told.why.text, "is not JSON"));
    server_stop(&server);
}
END_TEST

/* ---- turns -------------------------------------------------------------------------------- */

static int turns_taken;

/* The first has passed when it comes, the next is a while off. */
static bool
turn_too_early(void *state, int64_t *turn, int64_t *wait_us, struct quosync_error *err)
{
    (void)state, (void)err;
    *turn = ++turns_taken;
    *wait_us = turns_taken == 1 ? -50000 : 250000;
    return true;
}

static bool
stops_in_the_second_turn(void)
{
    return turns_taken > 1;
}

START_TEST(a_turn_that_has_passed_is_worth_another)
{
    struct api_server server = { .text = GOOD };
    struct api_options options = { .key = KEY, .key_name = "the key", .turn = turn_too_early,
                                   .stopping = _i == 0 ? NULL : stops_in_the_second_turn };
    struct told told = { 0 };
    struct api_request request = { .path = "/users", .handler = note, .owner = &told };
    struct quosync_error err = { 0 };
    struct api *api = NULL;

    server_start(&server);
    options.url = server.url;
    turns_taken = 0;
    ck_assert(api_open(&options, &api, &err) && api_submit(api, &request, &err) &&
              api_run(api, &err));
    api_close(&api);
    ck_assert_int_eq(turns_taken, 2);
    ck_assert_int_eq(told.answered, _i == 0);
    ck_assert_uint_eq(server.requests, _i == 0);
    if (_i == 1)
        ck_assert_int_eq(told.why.kind, QUOSYNC_TRY_LATER);
    server_stop(&server);
}
END_TEST

/* ---- headers and words ---------------------------------------------------------------------- */

static const struct {
    const char *line;
    bool dated;
} dates[] = {
    { "Date: Wed, 25 Nov 2026 01:00:00 GMT", true },
    { "date:Wed, 25 Nov 2026 01:00:00 GMT", true },
    { "DATE:\t Wed, 25 Nov 2026 01:00:00 GMT ", true },
    { "Date:", false },
    { "Date:  ", false },
    { "Date: when it is done", false },
    { "Date: Wed, 25 Nov 2026 01:00:00 GMT                                      (or so it seems)",
      false },
};

START_TEST(a_date_is_read_however_it_is_spaced)
{
    char text[300];
    struct api_server server = { .text = text };
    struct told told;

    (void)snprintf(text, sizeof text,
                   "HTTP/1.1 200 OK\r\n%s\r\nContent-Length: 11\r\n\r\n{\"data\":[]}",
                   dates[_i].line);
    server_start(&server);
    told = ask(&server);
    server_stop(&server);
    ck_assert(told.answered);
    ck_assert_int_eq(told.answer.has_date, dates[_i].dated);
    if (dates[_i].dated)
        ck_assert_int_eq(told.answer.date_us, INT64_C(1795568400000000));
}
END_TEST

START_TEST(words_of_an_error_are_short_and_hold_no_controls)
{
    char text[1000], words[400];
    struct api_server server = { .text = text };
    struct told told;

    memset(words, 'w', sizeof words - 1);
    words[sizeof words - 1] = '\0';
    memcpy(words, "a\\u0001b\x7f" "c", 10);
    (void)snprintf(text, sizeof text,
                   "HTTP/1.1 404 No\r\nContent-Length: %zu\r\n\r\n{\"message\":\"%s\"}",
                   strlen(words) + strlen("{\"message\":\"\"}"), words);
    server_start(&server);
    told = ask(&server);
    server_stop(&server);
    ck_assert(told.answered);
    ck_assert_uint_eq(strlen(told.answer.message), sizeof told.answer.message - 1);
    ck_assert_int_eq(strncmp(told.answer.message, "a b cw", 6), 0);
}
END_TEST

static const struct {
    const char *location, *host;
} redirects[] = {
    { "", "an unnamed host" },
    { "Location: http://[::x\r\n", "an unnamed host" },
    { "Location: https://user:MARKER@evil.example/x\r\n", "evil.example" },
};

START_TEST(where_a_redirect_leads_is_told_as_far_as_it_is_known)
{
    char text[300];
    struct api_server server = { .text = text };
    struct told told;

    (void)snprintf(text, sizeof text, "HTTP/1.1 302 Found\r\n%sContent-Length: 0\r\n\r\n",
                   redirects[_i].location);
    server_start(&server);
    told = ask(&server);
    server_stop(&server);
    ck_assert(!told.answered);
    ck_assert_int_eq(told.why.kind, QUOSYNC_CONFIG);
    ck_assert_msg(strstr(told.why.text, redirects[_i].host) != NULL, "%s", told.why.text);
    ck_assert_ptr_null(strstr(told.why.text, "MARKER"));
}
END_TEST

#define LOOP(cases, test, table) \
    tcase_add_loop_test((cases), test, 0, (int)(sizeof(table) / sizeof *(table)))

int
main(void)
{
    Suite *suite = suite_create("api-server");
    TCase *cases = tcase_create("servers");

    tcase_set_timeout(cases, 120);
    LOOP(cases, a_key_goes_to_a_server_whose_certificate_is_right_alone, certificates);
    tcase_add_test(cases, a_name_that_nobody_has_is_unavailable);
    tcase_add_loop_test(cases, a_redirect_is_named_and_not_followed, 0, 3);
    tcase_add_test(cases, proxies_and_passwords_of_the_environment_are_not_used);
    tcase_add_test(cases, a_cookie_is_not_sent_back);
    LOOP(cases, an_error_is_read_in_every_shape, problems);
    LOOP(cases, a_refusal_says_by_which_trace_it_is_found, refusals);
    LOOP(cases, an_answer_that_is_broken_is_asked_for_again, broken);
    LOOP(cases, a_limit_is_waited_for, limits);
    LOOP(cases, what_fails_is_sent_five_times, failures);
    LOOP(cases, what_is_refused_is_sent_once, refused);
    LOOP(cases, an_answer_without_end_is_given_up, endless);
    tcase_add_test(cases, nothing_is_unpacked);
    tcase_add_loop_test(cases, a_turn_that_has_passed_is_worth_another, 0, 2);
    LOOP(cases, a_date_is_read_however_it_is_spaced, dates);
    tcase_add_test(cases, words_of_an_error_are_short_and_hold_no_controls);
    LOOP(cases, where_a_redirect_leads_is_told_as_far_as_it_is_known, redirects);
    suite_add_tcase(suite, cases);
    return suite_run(suite);
}
