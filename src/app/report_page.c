/*
 * report_page.c - the frame of a page: what it allows itself, its head, its
 * contents, and around each report its question, its chart and how it is counted.
 */
#include "app/report_page.h"

#include <errno.h>
#include <openssl/evp.h>
#include <string.h>

#include "app/html.h"
#include "app/report_files.h"
#include "app/report_page_table.h"
#include "app/report_svg.h"
#include "core/digest.h"
#include "core/error.h"

/* SHA-256 in base64, and a NUL. */
#define HASH_SIZE 45

static bool
hash_of(const char *text, char hash[HASH_SIZE], struct quosync_error *err)
{
    uint8_t digest[DIGEST_SHA256_BYTES];

    if (!digest_sha256(text, strlen(text), digest, err))
        return false;
    (void)EVP_EncodeBlock((unsigned char *)hash, digest, DIGEST_SHA256_BYTES);
    return true;
}

/* ---- head and foot ---- */

/*
 * The policy allows this style sheet and this script, by their hashes, and
 * nothing else: even markup that slipped in could neither run nor load.
 */
static bool
put_head(FILE *file, const char *title, struct quosync_error *err)
{
    char css[HASH_SIZE], js[HASH_SIZE];

    if (!hash_of(report_css, css, err) || !hash_of(report_js, js, err))
        return false;
    (void)fprintf(file,
                  "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                  "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                  "style-src 'sha256-%s'; script-src 'sha256-%s'; img-src data:; "
                  "base-uri 'none'; form-action 'none'\">\n",
                  css, js);
    (void)fputs("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                "<meta name=\"referrer\" content=\"no-referrer\">\n"
                "<meta name=\"robots\" content=\"noindex\">\n"
                "<link rel=\"icon\" href=\"data:,\">\n<title>", file);
    html_text(file, title);
    (void)fprintf(file, "</title>\n<style>%s</style>\n</head>\n", report_css);
    return true;
}

static void
put_foot(FILE *file, const struct page_head *head)
{
    (void)fputs("<footer>\n<p>Made by ", file);
    html_text(file, head->program);
    (void)fprintf(file, ". This page is complete: it loads nothing and sends nothing.</p>\n"
                  "</footer>\n</div>\n<script>%s</script>\n</body>\n</html>\n", report_js);
}

static void
put_fact(FILE *file, const char *name, const char *value)
{
    (void)fputs("<div><dt>", file);
    html_text(file, name);
    (void)fputs("</dt><dd>", file);
    html_text(file, value);
    (void)fputs("</dd></div>\n", file);
}

static void
put_mast(FILE *file, const struct page_head *head, const struct page_report *only)
{
    (void)fputs("<header class=\"mast\">\n", file);
    if (head->workspace != NULL) {
        (void)fputs("<p class=\"kicker\">", file);
        html_text(file, head->workspace);
        (void)fputs("</p>\n", file);
    }
    (void)fputs(only == NULL ? "<h1>" : "<h1 id=\"r0-h\">", file);
    html_text(file, only == NULL ? head->title : only->title);
    (void)fputs("</h1>\n", file);
    if (only != NULL && only->question != NULL) {
        (void)fputs("<p class=\"question\">", file);
        html_text(file, only->question);
        (void)fputs("</p>\n", file);
    }
    (void)fputs("<dl class=\"facts\">\n", file);
    for (size_t i = 0; i < head->n_facts; i++)
        put_fact(file, head->facts[i].name, head->facts[i].value);
    (void)fputs("</dl>\n</header>\n", file);
}

/* Sections have names of their own; the reports of one follow each other. */
static void
put_contents(FILE *file, const struct page_report *reports, size_t n)
{
    const char *section = NULL;

    (void)fputs("<nav class=\"contents\" aria-label=\"Reports\">\n<ol>\n", file);
    for (size_t i = 0; i < n; i++) {
        if (reports[i].section != NULL &&
            (section == NULL || strcmp(section, reports[i].section) != 0)) {
            section = reports[i].section;
            (void)fputs("<li class=\"section\">", file);
            html_words(file, section);
            (void)fputs("</li>\n", file);
        }
        (void)fputs("<li><a href=\"#", file);
        html_id(file, reports[i].name);
        (void)fputs("\"><span>", file);
        html_text(file, reports[i].title);
        (void)fprintf(file, "</span> <span class=\"rows\">%zu<span class=\"unseen\"> rows</span>"
                      "</span></a></li>\n", reports[i].n_rows);
    }
    (void)fputs("</ol>\n</nav>\n", file);
}

/* ---- a report ---- */

static void
put_figures(FILE *file, const struct page_report *report, const struct chart_hint *hint)
{
    (void)fputs("<dl class=\"figures\">\n", file);
    for (size_t i = 0; i < hint->n_y; i++) {
        const struct page_column *column = &report->columns[hint->y[i]];
        const char *cell = report->cells[hint->y[i]];
        char name[CHART_NAME_SIZE];

        (void)fputs("<div><dt>", file);
        html_text(file, chart_name(column, name));
        (void)fputs("</dt><dd>", file);
        if (cell == NULL)
            (void)fputs("–", file);
        page_cell_write(file, column, cell);
        (void)fputs("</dd></div>\n", file);
    }
    (void)fputs("</dl>\n", file);
}

static void
draw(FILE *file, const struct chart_data *data, enum chart_kind kind, const char *id,
     const char *title)
{
    static void (*const kinds[])(const struct svg *) = {
        [CHART_BARS] = svg_bars,
        [CHART_COLUMNS] = svg_columns,
        [CHART_LINES] = svg_lines,
        [CHART_HEATMAP] = svg_heatmap,
    };
    struct svg svg = { .file = file, .data = data, .id = id, .title = title };

    (void)fputs("<figure class=\"chart\">\n<figcaption>", file);
    html_text(file, title);
    if (data->only != NULL) {
        (void)fputs(": ", file);
        html_text(file, data->only);
    }
    if (data->merged > 1)
        (void)fprintf(file, ", %zu %s to a column", data->merged,
                      data->daily ? "days" : "of them");
    if (data->left_out > 0)
        (void)fprintf(file, ", %zu of %zu", data->n_series, data->n_series + data->left_out);
    if (kind == CHART_BARS && data->n_labels > SVG_BARS_MAX)
        (void)fprintf(file, ", the first %d", SVG_BARS_MAX);
    (void)fputs("</figcaption>\n", file);
    svg.width = SVG_WIDE;
    kinds[kind](&svg);
    svg.width = SVG_NARROW;
    svg.narrow = true;
    kinds[kind](&svg);
    (void)fputs("</figure>\n", file);
}

static bool
is_empty(const struct chart_data *data)
{
    const size_t n = data->n_labels * (data->n_across > 0 ? data->n_across : data->n_series);

    for (size_t i = 0; i < n; i++)
        if (data->values[i] > 0)
            return false;
    return true;
}

/* What there is to draw; CHART_NONE where the hint does not fit, or nothing would be seen. */
static bool
read_chart(const struct page_report *report, struct arena *arena, struct chart_hint *hint,
           struct chart_data *data, struct quosync_error *err)
{
    if (report->n_rows == 0 ||
        !chart_hint_read(report->chart, report->columns, report->n_columns, hint))
        *hint = (struct chart_hint){ 0 };
    if (hint->kind == CHART_NONE || hint->kind == CHART_FIGURES)
        return true;
    if (!chart_data_read(report, hint, arena, data, err))
        return false;
    if (data->crowded || is_empty(data))
        *hint = (struct chart_hint){ 0 };
    return true;
}

/* The numbers, for people who look and for those who read. */
static bool
put_numbers(FILE *file, const struct page_report *report, const char *id,
            struct quosync_error *err)
{
    AUTO(arena_done) struct arena arena = { 0 };
    struct chart_hint hint;
    struct chart_data data;
    char title[CHART_TITLE_SIZE];

    if (!read_chart(report, &arena, &hint, &data, err))
        return false;
    if (hint.kind == CHART_FIGURES)
        put_figures(file, report, &hint);
    else if (hint.kind != CHART_NONE)
        draw(file, &data, hint.kind, id, chart_title(report->columns, &hint, title));
    /* A heat map's table is long, and says no more than the map. */
    if (hint.kind == CHART_HEATMAP)
        (void)fputs("<details class=\"numbers\">\n<summary>The numbers as a table</summary>\n",
                    file);
    page_table_write(file, report, id);
    if (hint.kind == CHART_HEATMAP)
        (void)fputs("</details>\n", file);
    return true;
}

/* What the numbers mean, for those who doubt them. */
static void
put_how(FILE *file, const struct page_report *report)
{
    (void)fputs("<details class=\"how\">\n<summary>How this is counted</summary>\n", file);
    if (report->period != NULL) {
        (void)fputs("<p>The period says ", file);
        html_text(file, report->period);
        (void)fputs(".</p>\n", file);
    }
    if (report->traps != NULL && report->traps[0] != NULL) {
        (void)fputs("<ul>\n", file);
        for (size_t i = 0; report->traps[i] != NULL; i++) {
            (void)fputs("<li>", file);
            html_text(file, report->traps[i]);
            (void)fputs("</li>\n", file);
        }
        (void)fputs("</ul>\n", file);
    }
    (void)fputs("<dl>\n", file);
    for (size_t i = 0; i < report->n_columns; i++) {
        char name[CHART_NAME_SIZE];

        if (report->columns[i].meaning == NULL)
            continue;
        (void)fputs("<dt>", file);
        html_text(file, chart_name(&report->columns[i], name));
        (void)fputs("</dt><dd>", file);
        html_text(file, report->columns[i].meaning);
        (void)fputs("</dd>\n", file);
    }
    (void)fputs("</dl>\n", file);
    for (size_t i = 0; i < report->n_parameters; i++) {
        const struct page_parameter *parameter = &report->parameters[i];

        (void)fputs("<p><code>", file);
        html_text(file, parameter->name);
        (void)fputc('=', file);
        html_text(file, parameter->value);
        (void)fputs("</code> ", file);
        html_text(file, parameter->meaning);
        (void)fputs("</p>\n", file);
    }
    (void)fputs("<p>The SQL: <code>quosync report ", file);
    html_text(file, report->name);
    (void)fputs(" --format sql</code></p>\n</details>\n", file);
}

static bool
put_report(FILE *file, const struct page_report *report, size_t number, bool only,
           struct quosync_error *err)
{
    char id[32];

    (void)snprintf(id, sizeof id, "r%zu", number);
    (void)fputs("<section class=\"report\" id=\"", file);
    html_id(file, report->name);
    (void)fprintf(file, "\" aria-labelledby=\"%s-h\">\n", id);
    if (!only) {
        (void)fprintf(file, "<h2 id=\"%s-h\">", id);
        html_text(file, report->title);
        (void)fputs("</h2>\n<p class=\"question\">", file);
        html_text(file, report->question);
        (void)fputs("</p>\n", file);
    }
    if (report->period == NULL)
        (void)fputs("<p class=\"period\">As things stand now, whatever the period.</p>\n", file);
    if (!put_numbers(file, report, id, err))
        return false;
    put_how(file, report);
    (void)fputs("</section>\n", file);
    return true;
}

/* The patterns that tell the second and the third series apart (report_svg.c). */
static void
put_patterns(FILE *file)
{
    (void)fputs("<svg class=\"defs\" aria-hidden=\"true\"><defs>"
                "<pattern id=\"hatch2\" patternUnits=\"userSpaceOnUse\" width=\"5\" height=\"5\" "
                "patternTransform=\"rotate(45)\"><path class=\"hatch\" d=\"M0 0V5\"/></pattern>"
                "<pattern id=\"hatch3\" patternUnits=\"userSpaceOnUse\" width=\"4\" height=\"4\">"
                "<path class=\"hatch\" d=\"M0 0H4\"/></pattern></defs></svg>\n", file);
}

bool
page_write(FILE *file, const struct page_head *head, const struct page_report *reports,
           size_t n_reports, struct quosync_error *err)
{
    const bool only = n_reports == 1;

    if (!put_head(file, only ? reports[0].title : head->title, err))
        return false;
    (void)fprintf(file, "<body>\n<a class=\"skip\" href=\"#reports\">To the report%s</a>\n",
                  only ? "" : "s");
    put_patterns(file);
    (void)fprintf(file, "<div class=\"page%s\">\n", only ? "" : " many");
    put_mast(file, head, only ? reports : NULL);
    (void)fputs("<div class=\"body\">\n", file);
    if (!only)
        put_contents(file, reports, n_reports);
    (void)fputs("<main id=\"reports\" tabindex=\"-1\">\n", file);
    for (size_t i = 0; i < n_reports; i++)
        if (!put_report(file, &reports[i], i, only, err))
            return false;
    (void)fputs("</main>\n</div>\n", file);
    put_foot(file, head);
    if (fflush(file) == 0 && ferror(file) == 0)
        return true;
    return error_set(err, QUOSYNC_UNAVAILABLE, "could not write the page: %s", strerror(errno));
}
