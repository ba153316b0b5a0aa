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

int
main(void)
{
    Suite *suite = suite_create("output");
    TCase *tc = tcase_create("output");

    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, a_document_is_nested_and_separated);
    tcase_add_test(tc, any_bytes_become_a_string_of_json);
    tcase_add_test(tc, a_terminal_is_given_no_controls);
    suite_add_tcase(suite, tc);
    return suite_run(suite);
}
