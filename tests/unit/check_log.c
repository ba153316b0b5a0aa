/*
 * check_log.c - the log's lines: their form, that nothing in them can forge
 * another, and that a reader that is gone or stuck holds up nobody.
 */
#include "base/log.h"

#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "support/suite.h"

static int reading = -1;
static char text[70000];

/* What the log wrote since stderr was caught, without the times. */
static const char *
written(void)
{
    ssize_t n;
    size_t bytes = 0;
    char *at;

    (void)close(STDERR_FILENO);
    while ((n = read(reading, text + bytes, sizeof text - 1 - bytes)) > 0)
        bytes += (size_t)n;
    text[bytes] = '\0';
    while ((at = strstr(text, " time=2")) != NULL) {
        const char *end = strchr(at + 1, ' ');
        const char *line = strchr(at + 1, '\n');

        if (end == NULL || (line != NULL && line < end))
            end = line;
        ck_assert_ptr_nonnull(end);
        memmove(at, end, strlen(end) + 1);
    }
    return text;
}

static void
set_up(void)
{
    int ends[2];

    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
    (void)close(ends[1]);
    reading = ends[0];
    log_setup(LOG_LEVEL_INFO, LOG_FORMAT_LOGFMT);
}

START_TEST(a_line_is_level_event_and_fields)
{
    log_info("delivery.stored", LOG_TEXT("webhook_id", "msg_1"), LOG_NUMBER("body_bytes", 812),
             LOG_BOOLEAN("fresh", true), LOG_BOOLEAN("late", false), LOG_TEXT("none", NULL));
    log_warn("delivery.dead", LOG_TEXT("reason", "contact 1 of 1 has no id"));
    log_error("plain");
    ck_assert_str_eq(written(),
                     "info  delivery.stored webhook_id=msg_1 body_bytes=812 fresh=true "
                     "late=false\n"
                     "warn  delivery.dead reason=\"contact 1 of 1 has no id\"\n"
                     "error plain\n");
}
END_TEST

START_TEST(lines_below_the_level_are_left_out)
{
    log_setup(LOG_LEVEL_WARN, LOG_FORMAT_LOGFMT);
    log_debug("a");
    log_info("b");
    log_warn("c");
    ck_assert(!log_enabled(LOG_LEVEL_INFO));
    ck_assert_str_eq(written(), "warn  c\n");
}
END_TEST

START_TEST(json_lines_are_objects)
{
    log_setup(LOG_LEVEL_INFO, LOG_FORMAT_JSON);
    log_info("a", LOG_TEXT("t", "say \"hi\"\n"), LOG_NUMBER("n", -5), LOG_TEXT("bad", "\xff"));
    (void)written();
    ck_assert_ptr_eq(strstr(text, "{\"level\":\"info\",\"event\":\"a\",\"time\":\"2"), text);
    ck_assert_ptr_nonnull(
        strstr(text, "\"t\":\"say \\\"hi\\\"\\n\",\"n\":-5,\"bad\":\"\\ufffd\"}\n"));
}
END_TEST

START_TEST(nothing_in_a_value_can_forge_a_line)
{
    log_info("a", LOG_TEXT("v", "x\nerror forged\r\x1b[31m\x7f\xc2\x85\xe2\x80\xae\xe2\x80\xa8\xff" "é"));
    (void)written();
    ck_assert_str_eq(text, "info  a v=\"x\\nerror forged\\u000d\\u001b[31m\\u007f\\u0085\\u202e"
                           "\\u2028\\xffé\"\n");
}
END_TEST

/* A value, and what stands in the line. */
static const struct {
    const char *value, *shown;
} values[] = {
    { "\xC3(", "\"\\xc3(\"" },                          /* cut short */
    { "\xE2\x80", "\"\\xe2\\x80\"" },                    /* by the end */
    { "\xC0\x80", "\"\\xc0\\x80\"" },                    /* a NUL in disguise */
    { "\xE0\x80\x80", "\"\\xe0\\x80\\x80\"" },          /* the same, longer */
    { "\xED\xA0\x80", "\"\\xed\\xa0\\x80\"" },          /* half of a pair */
    { "\xF4\x90\x80\x80", "\"\\xf4\\x90\\x80\\x80\"" },  /* beyond the last character */
    { "\xF5\x80\x80\x80", "\"\\xf5\\x80\\x80\\x80\"" },
    { "\xF0\x9F\x98\x80", "\"\xF0\x9F\x98\x80\"" },
    { "\xEE\x80\x80", "\"\xEE\x80\x80\"" },
    { "\xE2\x80\x8E", "\"\\u200e\"" },
    { "\xE2\x80\x8F", "\"\\u200f\"" },
    { "\xE2\x80\x90", "\"\xE2\x80\x90\"" },
    { "\xE2\x80\xAF", "\"\xE2\x80\xAF\"" },
    { "\xE2\x81\xA6", "\"\\u2066\"" },
    { "\xE2\x81\xA9", "\"\\u2069\"" },
    { "\xE2\x81\xAA", "\"\xE2\x81\xAA\"" },
    { "\xEF\xBB\xBF", "\"\\ufeff\"" },
    { "\\\"", "\"\\\\\\\"\"" },
    { "", "\"\"" },
};

START_TEST(a_value_stands_there_as_it_is_or_escaped)
{
    char line[100];

    log_info("a", LOG_TEXT("v", values[_i].value));
    (void)snprintf(line, sizeof line, "info  a v=%s\n", values[_i].shown);
    ck_assert_str_eq(written(), line);
}
END_TEST

START_TEST(a_long_value_is_cut_and_the_line_stays_whole)
{
    static char longer[20000];

    memset(longer, 'x', sizeof longer - 1);
    log_info("a", LOG_TEXT("v", longer), LOG_NUMBER("after", 1));
    log_setup(LOG_LEVEL_INFO, LOG_FORMAT_JSON);
    memset(longer, '\n', sizeof longer - 1);
    log_info("b", LOG_TEXT("v", longer));
    (void)written();
    ck_assert_uint_lt(strlen(text), 2 * 4096);
    ck_assert_ptr_nonnull(strstr(text, "x…\""));
    ck_assert_ptr_nonnull(strstr(text, "\\n…\"}\n"));
}
END_TEST

/* Neither fills half a line: the second is cut where the line ends, and not left out. */
START_TEST(the_second_of_two_long_values_is_cut)
{
    static char longer[2048];

    memset(longer, 'x', sizeof longer - 1);
    log_info("a", LOG_TEXT("v", longer), LOG_TEXT("w", longer), LOG_NUMBER("after", 1));
    (void)written();
    ck_assert_uint_lt(strlen(text), 4096);
    ck_assert_ptr_nonnull(strstr(text, " w=\"xx"));
    ck_assert_str_eq(strchr(text, '\n') - strlen("x…\""), "x…\"\n");
}
END_TEST

START_TEST(a_limited_line_has_fifteen_fields_at_most)
{
    const struct log_field number = LOG_NUMBER("n", 1);
    struct log_field fields[17];
    struct log_limit limit = { 0 };
    size_t n = 0;

    for (size_t i = 0; i < 16; i++)
        fields[i] = number;
    fields[16] = (struct log_field){ 0 };
    log_write_limited(&limit, LOG_LEVEL_WARN, "http.bad", fields);
    for (const char *at = written(); (at = strstr(at, " n=1")) != NULL; at++)
        n++;
    ck_assert_uint_eq(n, 15);
}
END_TEST

START_TEST(what_was_held_back_is_counted)
{
    struct log_limit limit = { 0 };
    const struct log_field none = { 0 };

    for (int i = 0; i < 4; i++)
        log_write_limited(&limit, LOG_LEVEL_WARN, "http.bad", &none);
    atomic_store(&limit.next_us, 0);
    log_write_limited(&limit, LOG_LEVEL_WARN, "http.bad", &none);
    ck_assert_str_eq(written(), "warn  http.bad\nwarn  http.bad suppressed=3\n");
}
END_TEST

START_TEST(hostile_input_cannot_flood_the_log)
{
    for (int i = 0; i < 1000; i++)
        log_warn_limited("http.bad", LOG_NUMBER("n", i));
    ck_assert_str_eq(written(), "warn  http.bad n=0\n");
}
END_TEST

START_TEST(a_closed_pipe_loses_lines_and_nothing_else)
{
    (void)signal(SIGPIPE, SIG_IGN);
    (void)close(reading);
    log_info("a");
    log_info("b");
    ck_assert_uint_eq(log_dropped(), 2);
}
END_TEST

START_TEST(a_stuck_reader_holds_up_nobody_and_learns_what_it_missed)
{
    const int64_t begin_us = clock_steady_us();
    char drained[65536];
    int lines = 0;

    while (log_dropped() < 100 && ++lines < 100000)
        log_info("a", LOG_TEXT("v", "some words to fill the pipe with"));
    ck_assert_uint_eq(log_dropped(), 100);
    ck_assert_int_lt(clock_steady_us() - begin_us, 2 * CLOCK_US_PER_S);
    ck_assert_int_gt(read(reading, drained, sizeof drained), 0);
    log_info("b");
    (void)written();
    ck_assert_ptr_nonnull(strstr(text, "info  b lines_lost=100\n"));
}
END_TEST

START_TEST(a_full_disk_and_a_closed_descriptor_lose_lines_alone)
{
    const int full = open("/dev/full", O_WRONLY);

    ck_assert_int_ge(full, 0);
    ck_assert_int_eq(dup2(full, STDERR_FILENO), STDERR_FILENO);
    log_info("a");
    ck_assert_uint_eq(log_dropped(), 1);
    (void)close(STDERR_FILENO);
    log_info("b");
    ck_assert_uint_eq(log_dropped(), 2);
}
END_TEST

START_TEST(of_a_phone_number_two_digits_are_shown)
{
    char buffer[LOG_PHONE_SIZE];

    ck_assert_str_eq(log_phone("+12065550123", buffer), "…23");
    ck_assert_str_eq(log_phone("62262", buffer), "…");
    ck_assert_str_eq(log_phone("Anonymous", buffer), "…");
    ck_assert_str_eq(log_phone(NULL, buffer), "…");
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("log");
    TCase *tc = tcase_create("log");

    tcase_add_checked_fixture(tc, set_up, NULL);
    tcase_add_test(tc, a_line_is_level_event_and_fields);
    tcase_add_test(tc, lines_below_the_level_are_left_out);
    tcase_add_test(tc, json_lines_are_objects);
    tcase_add_test(tc, nothing_in_a_value_can_forge_a_line);
    tcase_add_loop_test(tc, a_value_stands_there_as_it_is_or_escaped, 0,
                        (int)(sizeof values / sizeof values[0]));
    tcase_add_test(tc, a_long_value_is_cut_and_the_line_stays_whole);
    tcase_add_test(tc, the_second_of_two_long_values_is_cut);
    tcase_add_test(tc, a_limited_line_has_fifteen_fields_at_most);
    tcase_add_test(tc, what_was_held_back_is_counted);
    tcase_add_test(tc, hostile_input_cannot_flood_the_log);
    tcase_add_test(tc, a_closed_pipe_loses_lines_and_nothing_else);
    tcase_add_test(tc, a_stuck_reader_holds_up_nobody_and_learns_what_it_missed);
    tcase_add_test(tc, a_full_disk_and_a_closed_descriptor_lose_lines_alone);
    tcase_add_test(tc, of_a_phone_number_two_digits_are_shown);
    suite_add_tcase(suite, tc);
    return suite_run(suite);
}
