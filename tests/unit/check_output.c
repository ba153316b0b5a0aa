/*
 * check_output.c - what is printed for programs is JSON, and what is printed
 * for people cannot take their terminal over, whatever the text is.
 */
#include "app/output.h"

#include <string.h>

#include "support/suite.h"

static FILE *file;
static char text[4096];

static void
set_up(void)
{
    file = tmpfile();
    ck_assert_ptr_nonnull(file);
}

static void
tear_down(void)
{
    (void)fclose(file);
}

static const char *
printed(void)
{
    size_t bytes;

    rewind(file);
    bytes = fread(text, 1, sizeof text - 1, file);
    text[bytes] = '\0';
    return text;
}

START_TEST(a_document_is_nested_and_separated)
{
    struct output output = { .file = file };

    output_begin(&output, NULL, '{');
    output_text(&output, "a", "b");
    output_begin(&output, "list", '[');
    output_number(&output, NULL, -1);
    output_boolean(&output, NULL, true);
    output_null(&output, NULL);
    output_begin(&output, NULL, '{');
    output_end(&output, '}');
    output_end(&output, ']');
    output_instant(&output, "at", 1500000);
    output_end(&output, '}');
    ck_assert_str_eq(printed(), "{\n"
                                "  \"a\": \"b\",\n"
                                "  \"list\": [\n"
                                "    -1,\n"
                                "    true,\n"
                                "    null,\n"
                                "    {}\n"
                                "  ],\n"
                                "  \"at\": \"1970-01-01T00:00:01.5Z\"\n"
                                "}\n");
}
END_TEST

START_TEST(any_bytes_become_a_string_of_json)
{
    static const char bytes[] = "\"\\\n\x1b\x7f\0é\xff\xed\xa0\x80\xf4\x90\x80\x80\xc3";
    struct output output = { .file = file };

    output_bytes(&output, NULL, bytes, sizeof bytes - 1);
    ck_assert_str_eq(printed(), "\"\\\"\\\\\\u000a\\u001b\\u007f\\u0000é\\ufffd"
                                "\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\"");
}
END_TEST

START_TEST(a_terminal_is_given_no_controls)
{
    output_plain(file, "a\tb\n\x1b[31m\x07\xc2\x9b é\xff");
    ck_assert_str_eq(printed(), "a\tb\n�[31m�� é�");
}
END_TEST

/* What a character begins with, and whether it is one. */
static const struct {
    const char *bytes;
    size_t n; /* 0: none */
} characters[] = {
    { "\x7f", 1 },         { "\xc1\xbf", 0 },     { "\xc2\x80", 2 },     { "\xe0\x9f\xbf", 0 },
    { "\xe0\xa0\x80", 3 }, { "\xed\x9f\xbf", 3 }, { "\xed\xa0\x80", 0 }, { "\xe1\x80", 0 },
    { "\xe1\x80(", 0 },    { "\xf0\x8f\xbf\xbf", 0 }, { "\xf0\x90\x80\x80", 4 },
    { "\xf4\x8f\xbf\xbf", 4 }, { "\xf4\x90\x80\x80", 0 }, { "\xf5\x80\x80\x80", 0 },
    { "\xf0\x90\x80(", 0 }, { "\xc3", 0 },
};

START_TEST(a_character_is_whole_or_none)
{
    const char *bytes = characters[_i].bytes;

    ck_assert_uint_eq(output_character((const unsigned char *)bytes, strlen(bytes)),
                      characters[_i].n);
}
END_TEST

START_TEST(what_is_no_control_stays_on_a_terminal)
{
    output_plain(file, "\x7f\xc2\x80\xc2\x9f\xc2\xa0\xc2");
    ck_assert_str_eq(printed(), "���\xc2\xa0�");
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("output");
    TCase *tc = tcase_create("output");

    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, a_document_is_nested_and_separated);
    tcase_add_test(tc, any_bytes_become_a_string_of_json);
    tcase_add_test(tc, a_terminal_is_given_no_controls);
    tcase_add_loop_test(tc, a_character_is_whole_or_none, 0,
                        (int)(sizeof characters / sizeof characters[0]));
    tcase_add_test(tc, what_is_no_control_stays_on_a_terminal);
    suite_add_tcase(suite, tc);
    return suite_run(suite);
}
