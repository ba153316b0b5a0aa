/*
 * check_report_page.c - a page is whole, allows nothing beside itself, holds
 * what the rows hold, and takes none of their text for markup.
 */
#include "app/report_page.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "app/html.h"
#include "app/report_files.h"
#include "core/digest.h"
#include "locales.h"
#include "support/suite.h"

#define HOSTILE "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&\xe2\x80\xae]]>"

static char *page;
static size_t page_bytes;

static void
set_up(void)
{
    page = NULL;
}

static void
tear_down(void)
{
    free(page);
}

static const struct page_fact facts[] = { { "Period", HOSTILE }, { "Made", "2026-11-25 01:41" } };
static const struct page_head head = {
    .title = "Reports " HOSTILE,
    .workspace = HOSTILE,
    .facts = facts,
    .n_facts = 2,
    .program = "quosync",
};

static void
write_page(const struct page_report *reports, size_t n)
{
    struct quosync_error err;
    FILE *file = open_memstream(&page, &page_bytes);

    ck_assert_ptr_nonnull(file);
    ck_assert_msg(page_write(file, &head, reports, n, &err), "%s", err.text);
    (void)fclose(file);
}

static size_t
count(const char *what)
{
    size_t n = 0;

    for (const char *at = page; (at = strstr(at, what)) != NULL; at += strlen(what))
        n++;
    return n;
}

static void
holds(const char *what)
{
    ck_assert_msg(strstr(page, what) != NULL, "the page does not hold \"%s\"", what);
}

static void
holds_not(const char *what)
{
    ck_assert_msg(strstr(page, what) == NULL, "the page holds \"%s\"", what);
}

static const struct page_column columns[] = {
    { "who", "a " HOSTILE, PAGE_TEXT, 0 },
    { "calls", "how many", PAGE_NUMBER, 0 },
    { "wait_seconds", "until an answer", PAGE_DURATION, 1 },
    { "answered_percent", NULL, PAGE_PERCENT, 0 },
    { "last", NULL, PAGE_TIME, 0 },
    { "voicemail", NULL, PAGE_BOOLEAN, 0 },
};
#define COLUMNS (sizeof columns / sizeof *columns)

static const char *const cells[] = {
    HOSTILE, "12", "7505", "50.0", "2026-11-24 09:12:33", "t",
    "+14155550101", "3", NULL, NULL, "2026-11-24", "f",
};

static const char *const traps[] = { "a trap " HOSTILE, NULL };
static const struct page_parameter parameters[] = { { "hours", HOSTILE, "how long " HOSTILE } };

static struct page_report
a_report(const char *chart)
{
    return (struct page_report){
        .name = "calls_missed",
        .section = "calls",
        .title = "Missed " HOSTILE,
        .question = "Who? " HOSTILE,
        .period = "when a call began " HOSTILE,
        .chart = chart,
        .traps = traps,
        .parameters = parameters,
        .n_parameters = 1,
        .columns = columns,
        .n_columns = COLUMNS,
        .cells = cells,
        .n_rows = 2,
    };
}

/* ---- text is text -------------------------------------------------------------- */

static const char *const charts[] = {
    NULL,
    "bars x=who y=calls,wait_seconds",
    "bars x=last y=calls by=who",
    "columns x=who y=calls",
    "lines x=who y=calls,wait_seconds",
    "heatmap x=who y=last value=calls",
    "figures y=calls,wait_seconds,answered_percent",
};

START_TEST(no_text_becomes_markup_in_any_chart)
{
    const struct page_report reports[] = { a_report(charts[_i]), a_report(charts[_i]) };

    write_page(reports, (size_t)(_i % 2 + 1));
    ck_assert_uint_eq(count("<script"), 1);
    ck_assert_uint_eq(count("</script"), 1);
    holds_not("<img");
    holds_not("\"'>");
    holds_not("\xe2\x80\xae");
    /* The handler's name is there, but always behind the text of its tag. */
    ck_assert_uint_gt(count("onerror"), 0);
    ck_assert_uint_eq(count("onerror"), count("&lt;img src=x onerror"));
}
END_TEST

START_TEST(a_chart_is_drawn_for_each_hint_that_fits)
{
    const struct page_report report = a_report(charts[_i]);
    const char *kind = charts[_i] == NULL ? "" : charts[_i];

    write_page(&report, 1);
    if (kind[0] == 'f') {
        holds("<dl class=\"figures\">");
        holds("<dd>2 h 5 min</dd>");
    } else if (kind[0] != '\0') {
        ck_assert_uint_eq(count("<figure"), 1);
        ck_assert_uint_eq(count("role=\"img\""), 2); /* wide and narrow */
        ck_assert_uint_eq(count("<desc id="), 2);
    } else {
        holds_not("<figure");
    }
}
END_TEST

START_TEST(a_hint_that_does_not_fit_draws_nothing_and_keeps_the_table)
{
    const struct page_report report = a_report("bars x=nobody y=calls");

    write_page(&report, 1);
    holds_not("<figure");
    ck_assert_uint_eq(count("<table"), 1);
}
END_TEST

/* ---- the policy ------------------------------------------------------------------ */

static void
hash(const char *text, char into[80])
{
    uint8_t digest[DIGEST_SHA256_BYTES];
    struct quosync_error err;

    ck_assert(digest_sha256(text, strlen(text), digest, &err));
    memcpy(into, "'sha256-", 8);
    (void)EVP_EncodeBlock((unsigned char *)into + 8, digest, DIGEST_SHA256_BYTES);
    memcpy(into + 52, "'", 2);
}

START_TEST(the_policy_allows_the_pages_own_style_and_script_and_nothing_else)
{
    const struct page_report report = a_report(charts[1]);
    char style[80], script[80], policy[400];

    hash(report_css, style);
    hash(report_js, script);
    (void)snprintf(policy, sizeof policy,
                   "content=\"default-src 'none'; style-src %s; script-src %s; img-src data:; "
                   "base-uri 'none'; form-action 'none'\"", style, script);
    write_page(&report, 1);
    holds(policy);
    ck_assert_uint_eq(count("<style>"), 1);
    ck_assert_uint_eq(count("<script>"), 1);
    holds_not(" style=");
    holds_not(" src=\"");
    holds_not("url(\"");
    holds_not("@import");
    holds_not("http:");
    holds_not("https:");
}
END_TEST

START_TEST(the_policy_stands_before_what_it_rules)
{
    const struct page_report report = a_report(NULL);

    write_page(&report, 1);
    ck_assert(strstr(page, "Content-Security-Policy") < strstr(page, "<style>"));
    ck_assert(strstr(page, "Content-Security-Policy") < strstr(page, "<link"));
}
END_TEST

/* ---- what it says ------------------------------------------------------------------ */

START_TEST(a_cell_is_written_for_people_and_sorted_by_what_it_was)
{
    const struct page_report report = a_report(NULL);

    write_page(&report, 1);
    holds("<td class=\"number\">12</td>");
    holds("<td class=\"number\" data-key=\"7505\">2 h 5 min</td>");
    holds("<td class=\"time\" data-key=\"2026-11-24 09:12:33\"><span>2026-11-24</span> 09:12</td>");
    holds("<td class=\"time\"><span>2026-11-24</span></td>");
    holds("<td>yes</td>");
    holds("<td>no</td>");
    holds("<td class=\"none number\"></td>");
    holds("<th scope=\"row\"><a class=\"tel\" href=\"tel:+14155550101\">+14155550101</a></th>");
    holds("stands for no value");
}
END_TEST

/* A cell of one column, and whether it is written as it is. */
static const struct {
    enum page_type type;
    const char *cell, *written;
} kinds[] = {
    { PAGE_TEXT, "+12345678", "<a class=\"tel\" href=\"tel:+12345678\">" },
    { PAGE_TEXT, "+123456789012345", "<a class=\"tel\"" },
    { PAGE_TEXT, "+1234567", ">+1234567<" },
    { PAGE_TEXT, "+1234567890123456", ">+1234567890123456<" },
    { PAGE_TEXT, "+02345678", ">+02345678<" },
    { PAGE_TEXT, "+12345678x", ">+12345678x<" },
    { PAGE_TEXT, "12345678", ">12345678<" },
    { PAGE_TEXT, "two\nlines", " class=\"long\">" },
    { PAGE_TIME, "2026-11-24 09:12:33", "<span>2026-11-24</span> 09:12<" },
    { PAGE_TIME, "2026-11-2x 09:12:33", "<span>2026-11-2x</span> 09:12:33<" },
    { PAGE_TIME, "2026-11/24 09:12:33", "<span>2026-11/24</span> 09:12:33<" },
    { PAGE_TIME, "2026-11-2  09:12:33", "<span>2026-11-2</span>  09:12:33<" },
    { PAGE_TIME, "2026-11-24 09:12", "<span>2026-11-24</span> 09:12<" },
    { PAGE_DURATION, "Infinity", ">Infinity<" },
    { PAGE_DURATION, "90", "data-key=\"90\"" },
};

START_TEST(a_cell_that_is_not_what_its_column_says_stays_as_it_is)
{
    const struct page_column column = { "any", NULL, kinds[_i].type, 0 };
    struct page_report report = a_report(NULL);

    report.columns = &column;
    report.n_columns = 1;
    report.n_rows = 1;
    report.cells = &kinds[_i].cell;
    write_page(&report, 1);
    holds(kinds[_i].written);
}
END_TEST

START_TEST(what_a_report_does_not_say_is_left_out)
{
    static const char *const none[] = { NULL };
    const struct page_head plain = { .title = "Reports", .program = "quosync" };
    struct page_report report = a_report(NULL);
    struct quosync_error err;
    FILE *file;

    for (int i = 0; i < 2; i++) {
        report.traps = i == 0 ? NULL : none;
        report.question = NULL;
        report.section = NULL;
        report.cut = true;
        file = open_memstream(&page, &page_bytes);
        ck_assert_ptr_nonnull(file);
        ck_assert_msg(page_write(file, &plain, &report, 1, &err), "%s", err.text);
        (void)fclose(file);
        holds_not("a trap");
        holds_not("Who?");
        holds("The first 2 rows; there are more");
        free(page);
        page = NULL;
    }
}
END_TEST

START_TEST(a_heading_says_the_column_in_words)
{
    const struct page_report report = a_report(NULL);

    write_page(&report, 1);
    holds(" title=\"how many\">Calls</th>");
    holds(">Wait</th>");
    holds("<th scope=\"col\" class=\"number\" data-type=\"number\">Answered, %</th>");
    ck_assert_uint_eq(count("<th scope=\"col\""), COLUMNS);
}
END_TEST

START_TEST(one_report_is_the_page_and_several_have_contents)
{
    const struct page_report reports[] = { a_report(NULL), a_report(NULL) };

    write_page(reports, 1);
    ck_assert_uint_eq(count("<h1"), 1);
    ck_assert_uint_eq(count("<h2"), 0);
    ck_assert_uint_eq(count("<nav"), 0);
    holds("<h1 id=\"r0-h\">Missed ");
    free(page);
    write_page(reports, 2);
    ck_assert_uint_eq(count("<h1"), 1);
    ck_assert_uint_eq(count("<h2"), 2);
    ck_assert_uint_eq(count("<nav"), 1);
    ck_assert_uint_eq(count("<a href=\"#calls-missed\">"), 2);
    holds("<h1>Reports ");
}
END_TEST

START_TEST(a_report_without_rows_says_so)
{
    struct page_report report = a_report(charts[1]);

    report.n_rows = 0;
    write_page(&report, 1);
    holds("Nothing to show for this period.");
    holds_not("<table");
    holds_not("<figure");
    free(page);
    report.period = NULL;
    write_page(&report, 1);
    holds("Nothing to show.");
    holds("whatever the period");
}
END_TEST

START_TEST(a_chart_of_nothing_is_not_drawn)
{
    static const char *const nothing[] = {
        "Ada", "0", NULL, NULL, NULL, NULL, "Bo", NULL, NULL, NULL, NULL, NULL,
    };
    struct page_report report = a_report("bars x=who y=calls,wait_seconds");

    report.cells = nothing;
    write_page(&report, 1);
    holds_not("<figure");
    ck_assert_uint_eq(count("<table"), 1);
}
END_TEST

START_TEST(a_value_alone_on_its_line_is_a_dot)
{
    const struct page_report report = a_report("lines x=who y=calls,wait_seconds");

    write_page(&report, 1);
    ck_assert_uint_eq(count("class=\"l1 dot\""), 0); /* two calls, side by side */
    ck_assert_uint_eq(count("class=\"l2 dot\""), 2); /* one wait, in the wide chart and the narrow */
}
END_TEST

START_TEST(a_long_table_is_cut_and_says_so)
{
    static const char *many[(PAGE_ROWS_MAX + 7) * COLUMNS];
    struct page_report report = a_report(NULL);

    for (size_t i = 0; i < sizeof many / sizeof *many; i++)
        many[i] = i % COLUMNS == 0 ? "x" : NULL;
    report.cells = many;
    report.n_rows = PAGE_ROWS_MAX + 7;
    write_page(&report, 1);
    ck_assert_uint_eq(count("<th scope=\"row\""), PAGE_ROWS_MAX);
    holds("The first 500 of 507 rows");
    holds("quosync report calls_missed --format csv");
    free(page);
    report.cut = true;
    write_page(&report, 1);
    holds("The first 500 of more than 507 rows");
    free(page);
    report.n_rows = 5;
    write_page(&report, 1);
    holds("The first 5 rows; there are more");
}
END_TEST

START_TEST(an_id_names_one_element)
{
    struct page_report reports[] = { a_report(charts[1]), a_report(charts[5]) };
    const char *ids[64];
    size_t n = 0;

    reports[1].name = "calls_other";
    write_page(reports, 2);
    for (char *at = page; (at = strstr(at, " id=\"")) != NULL;) {
        at += 5;
        ids[n++] = at;
        at += strcspn(at, "\"");
        *at++ = '\0';
        ck_assert_uint_lt(n, 64);
    }
    ck_assert_uint_ge(n, 10);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++)
            ck_assert_str_ne(ids[i], ids[j]);
}
END_TEST

START_TEST(a_page_is_the_same_in_any_locale)
{
    const struct page_report report = a_report(charts[1]);
    char *first;

    write_page(&report, 1);
    first = page;
    page = NULL;
    if (locales_make()) {
        for (enum test_locale locale = 0; locale < LOCALES; locale++) {
            locales_enter(locale);
            write_page(&report, 1);
            locales_leave();
            ck_assert_str_eq(page, first);
            free(page);
            page = NULL;
        }
    }
    locales_remove();
    free(first);
}
END_TEST

START_TEST(a_page_that_cannot_be_written_is_an_error)
{
    const struct page_report report = a_report(NULL);
    FILE *full = fopen("/dev/full", "w");
    struct quosync_error err;

    ck_assert_ptr_nonnull(full);
    ck_assert(!page_write(full, &head, &report, 1, &err));
    ck_assert_int_eq(err.kind, QUOSYNC_UNAVAILABLE);
    (void)fclose(full);
}
END_TEST

int
main(void)
{
    const int n_charts = sizeof charts / sizeof *charts;
    Suite *suite = suite_create("report_page");
    TCase *tc = tcase_create("page");

    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_set_timeout(tc, 120); /* locales are made on the way */
    tcase_add_loop_test(tc, no_text_becomes_markup_in_any_chart, 0, n_charts);
    tcase_add_loop_test(tc, a_chart_is_drawn_for_each_hint_that_fits, 0, n_charts);
    tcase_add_test(tc, a_hint_that_does_not_fit_draws_nothing_and_keeps_the_table);
    tcase_add_test(tc, the_policy_allows_the_pages_own_style_and_script_and_nothing_else);
    tcase_add_test(tc, the_policy_stands_before_what_it_rules);
    tcase_add_test(tc, a_cell_is_written_for_people_and_sorted_by_what_it_was);
    tcase_add_loop_test(tc, a_cell_that_is_not_what_its_column_says_stays_as_it_is, 0,
                        (int)(sizeof kinds / sizeof kinds[0]));
    tcase_add_test(tc, what_a_report_does_not_say_is_left_out);
    tcase_add_test(tc, a_heading_says_the_column_in_words);
    tcase_add_test(tc, one_report_is_the_page_and_several_have_contents);
    tcase_add_test(tc, a_report_without_rows_says_so);
    tcase_add_test(tc, a_chart_of_nothing_is_not_drawn);
    tcase_add_test(tc, a_value_alone_on_its_line_is_a_dot);
    tcase_add_test(tc, a_long_table_is_cut_and_says_so);
    tcase_add_test(tc, an_id_names_one_element);
    tcase_add_test(tc, a_page_is_the_same_in_any_locale);
    tcase_add_test(tc, a_page_that_cannot_be_written_is_an_error);
    suite_add_tcase(suite, tc);
    return suite_run(suite);
}
