/*
 * check_html.c - whatever a text is, in a page it is text: it ends no element
 * and no attribute, and cannot make what surrounds it read as something else.
 */
#include "app/html.h"

#include <stdio.h>
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
written(void)
{
    size_t bytes;

    rewind(file);
    bytes = fread(text, 1, sizeof text - 1, file);
    text[bytes] = '\0';
    return text;
}

START_TEST(markup_becomes_references)
{
    html_text(file, "<script>alert(1)</script> & \"quoted\" 'single' ]]> <!-- &amp;");
    ck_assert_str_eq(written(), "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;quoted&quot; "
                                "&#39;single&#39; ]]&gt; &lt;!-- &amp;amp;");
}
END_TEST

START_TEST(letters_of_any_alphabet_stay)
{
    html_text(file, "Ada Nwosu-O’Brien, 山田太郎, محمد, 🙂, line\n\ttab");
    ck_assert_str_eq(written(), "Ada Nwosu-O’Brien, 山田太郎, محمد, 🙂, line\n\ttab");
}
END_TEST

START_TEST(controls_and_what_is_no_character_become_the_replacement_character)
{
    html_text(file, "\x01\x1b\r\x7f|\xc2\x80\xc2\x9f|\xef\xbf\xbe\xef\xbf\xbf|\xef\xb7\x90|"
                    "\xf0\x9f\xbf\xbe");
    ck_assert_str_eq(written(), "����|��|��|�|�");
}
END_TEST

START_TEST(a_nul_within_a_text_becomes_the_replacement_character)
{
    html_bytes(file, "a\0b", 3);
    ck_assert_str_eq(written(), "a�b");
}
END_TEST

START_TEST(what_is_no_utf_8_becomes_the_replacement_character)
{
    html_text(file, "\xff|\xc0\xbc|\xed\xa0\x80|\xe2\x80|\xf4\x90\x80\x80");
    ck_assert_str_eq(written(), "�|��|���|��|����");
}
END_TEST

START_TEST(a_direction_is_not_overridden)
{
    /* U+202E would show "gnp.exe" as "exe.png"; a mark of direction does no harm. */
    html_text(file, "\xe2\x80\xaegnp.exe \xe2\x80\xad \xe2\x80\x8f");
    ck_assert_str_eq(written(), "�gnp.exe � \xe2\x80\x8f");
}
END_TEST

START_TEST(no_text_writes_nothing)
{
    html_text(file, NULL);
    html_text(file, "");
    ck_assert_str_eq(written(), "");
}
END_TEST

START_TEST(a_long_text_is_cut_between_characters)
{
    html_text_cut(file, "山田太郎", 3);
    (void)fputc('|', file);
    html_text_cut(file, "山田太郎", 4);
    (void)fputc('|', file);
    html_text_cut(file, "<<<<<", 3);
    ck_assert_str_eq(written(), "山田…|山田太郎|&lt;&lt;…");
    ck_assert_uint_eq(html_characters("山田\xff"), 3);
}
END_TEST

START_TEST(an_id_has_plain_letters_alone)
{
    html_id(file, "calls_missed2 \"><A");
    ck_assert_str_eq(written(), "calls-missed2-----");
}
END_TEST

START_TEST(a_name_becomes_words)
{
    html_words(file, "not_delivered_<b>");
    (void)fputc('|', file);
    html_words(file, "émis_le");
    ck_assert_str_eq(written(), "Not delivered &lt;b&gt;|émis le");
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("html");
    TCase *tc = tcase_create("html");

    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, markup_becomes_references);
    tcase_add_test(tc, letters_of_any_alphabet_stay);
    tcase_add_test(tc, controls_and_what_is_no_character_become_the_replacement_character);
    tcase_add_test(tc, a_nul_within_a_text_becomes_the_replacement_character);
    tcase_add_test(tc, what_is_no_utf_8_becomes_the_replacement_character);
    tcase_add_test(tc, a_direction_is_not_overridden);
    tcase_add_test(tc, no_text_writes_nothing);
    tcase_add_test(tc, a_long_text_is_cut_between_characters);
    tcase_add_test(tc, an_id_has_plain_letters_alone);
    tcase_add_test(tc, a_name_becomes_words);
    suite_add_tcase(suite, tc);
    return suite_run(suite);
}
