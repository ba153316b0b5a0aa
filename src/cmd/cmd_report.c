/*
 * cmd_report.c - quosync report: list the shipped reports, run one or all of
 * them, print a table, CSV, JSON, a page, or the SQL itself.
 */
#include <stdio.h>
#include <string.h>

#include "app/connect.h"
#include "app/report.h"
#include "base/clock.h"
#include "cmd/command.h"
#include "core/error.h"
#include "core/memory.h"

/* A report over years of a large workspace is worth waiting for. */
#define REPORT_TIMEOUT_MS (15 * 60 * 1000)

enum format { FORMAT_TABLE, FORMAT_CSV, FORMAT_JSON, FORMAT_HTML, FORMAT_SQL };

static bool
read_format(const struct invocation *invocation, enum format *format)
{
    static const char *const names[] = { "table", "csv", "json", "html", "sql" };
    const char *text = option_value(invocation, "format");

    *format = invocation->json ? FORMAT_JSON : FORMAT_TABLE;
    if (text == NULL)
        return true;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(text, names[i]) == 0) {
            *format = (enum format)i;
            if (!invocation->json || *format == FORMAT_JSON)
                return true;
            (void)wrong_usage(invocation, "--json and --format %s are two formats", text);
            return false;
        }
    (void)wrong_usage(invocation, "--format: \"%.64s\" is not table, csv, json, html or sql", text);
    return false;
}

/* "2026-01-31", an RFC 3339 instant, 30d or 12h ago, or all. */
static bool
read_instant(const struct invocation *invocation, const char *name, struct report_instant *instant)
{
    const char *text = option_value(invocation, name);
    struct quosync_error ignored;
    char midnight[32];
    int64_t us;

    *instant = (struct report_instant){ .given = text != NULL };
    if (text == NULL)
        return true;
    if (strcmp(text, "all") == 0 && strcmp(name, "since") == 0) {
        instant->us = INT64_MIN;
        return true;
    }
    if (strlen(text) == strlen("2026-01-31")) {
        (void)snprintf(midnight, sizeof midnight, "%sT00:00:00Z", text);
        if (quosync_instant_parse(midnight, strlen(midnight), &us, &ignored)) {
            instant->date = text;
            return true;
        }
    }
    return option_instant(invocation, name, clock_now_us(), &instant->us);
}

/* ---- the list ------------------------------------------------------------------------ */

static int
list_reports(enum format format)
{
    const char *section = "";

    if (format == FORMAT_JSON) {
        report_json_list(stdout);
        return EXIT_DONE;
    }
    for (const struct report *report = reports; report->name != NULL; report++) {
        if (strcmp(report->section, section) != 0)
            (void)printf("%s%s\n", section[0] == '\0' ? "" : "\n", report->section);
        section = report->section;
        (void)printf("  %-30s %s\n", report->name, report->title);
    }
    return EXIT_DONE;
}

/* ---- one report ---------------------------------------------------------------------- */

static bool
is_word(const char *word, const char *text, size_t bytes)
{
    return strlen(word) == bytes && memcmp(word, text, bytes) == 0;
}

/* Says which parameters there are instead; of a custom field, why it has none. */
static bool
no_parameter(const struct invocation *invocation, const struct report *report, const char *name,
             size_t bytes)
{
    char takes[256] = "none";
    size_t used = 0;

    for (size_t i = 0; i < report->n_parameters && used < sizeof takes; i++)
        used += (size_t)snprintf(takes + used, sizeof takes - used, "%s%s", i == 0 ? "" : ", ",
                                 report->parameters[i].name);
    if (report->no_field != NULL &&
        (is_word("field", name, bytes) || is_word("value", name, bytes)))
        (void)wrong_usage(invocation, "%s has no parameter \"%.*s\": %s; leave it out",
                          report->name, (int)bytes, name, report->no_field);
    else
        (void)wrong_usage(invocation, "%s has no parameter \"%.*s\"; it takes %s", report->name,
                          (int)(bytes < 64 ? bytes : 64), name, takes);
    return false;
}

/* What NAME=VALUE operands give a report's parameters. */
static bool
read_values(const struct invocation *invocation, const struct report *report, const char **values)
{
    for (size_t i = 0; i < report->n_parameters; i++)
        values[i] = report->parameters[i].value;
    for (size_t i = 1; i < invocation->n_operands; i++) {
        const char *operand = invocation->operands[i];
        const size_t bytes = strcspn(operand, "=");
        size_t at = 0;

        while (at < report->n_parameters && !is_word(report->parameters[at].name, operand, bytes))
            at++;
        if (operand[bytes] == '\0') {
            (void)wrong_usage(invocation, "\"%.64s\" is not NAME=VALUE", operand);
            return false;
        }
        if (at == report->n_parameters)
            return no_parameter(invocation, report, operand, bytes);
        values[at] = operand + bytes + 1;
    }
    return true;
}

/* Runs the reports from first on, n of them; those that fail are told and left out. */
struct run {
    struct pg *pg;
    struct report_frame frame;
    struct report_result *results;
    size_t n;
    int status;
};

static void
run_one(const struct invocation *invocation, const struct report *report,
        const char *const *values, struct run *run)
{
    struct quosync_error err = { 0 };

    if (report_run(run->pg, report, &run->frame, values, &run->results[run->n], &err))
        run->n++;
    else
        run->status = exit_worse(run->status, failed(invocation, &err));
}

static int
print_all(const struct invocation *invocation, const struct run *run, enum format format)
{
    struct quosync_error err = { 0 };

    if (run->n == 0)
        return run->status;
    if (format == FORMAT_HTML && !report_html_write(stdout, run->results, run->n, &err))
        return exit_worse(run->status, failed(invocation, &err));
    if (format == FORMAT_JSON)
        report_json_write(stdout, run->results, run->n);
    for (size_t i = 0; format == FORMAT_TABLE && i < run->n; i++) {
        if (i > 0)
            (void)putchar('\n');
        if (!report_table_write(stdout, &run->results[i], &err))
            return exit_worse(run->status, failed(invocation, &err));
    }
    if (format == FORMAT_CSV)
        report_csv_write(stdout, &run->results[0],
                         option_value(invocation, "spreadsheet") != NULL);
    return run->status;
}

/* report: NULL for all. */
static int
run_reports(const struct invocation *invocation, const struct config_workspace *workspace,
            const struct report *report, const char *const *values, enum format format)
{
    AUTO(arena_done) struct arena arena = { 0 };
    const char *tz = option_value(invocation, "tz");
    struct report_instant since, until;
    struct quosync_error err = { 0 };
    struct run run = { 0 };

    if (!read_instant(invocation, "since", &since) || !read_instant(invocation, "until", &until))
        return EXIT_USAGE;
    run.results = arena_get_zeroed(&arena, n_reports, sizeof *run.results);
    if (run.results == NULL) {
        (void)error_no_memory(&err);
        return failed(invocation, &err);
    }
    if (!connect_open_for(invocation->config, "report", REPORT_TIMEOUT_MS, &run.pg, &err) ||
        !report_frame_make(run.pg, workspace->name, workspace->org_id,
                           tz == NULL ? workspace->timezone : tz, &since, &until, &run.frame,
                           &err)) {
        pg_close(&run.pg);
        return failed(invocation, &err);
    }
    if (report != NULL)
        run_one(invocation, report, values, &run);
    for (size_t i = 0; report == NULL && i < n_reports && pg_usable(run.pg); i++) {
        const char **defaults =
            arena_get_zeroed(&arena, reports[i].n_parameters + 1, sizeof *defaults);

        for (size_t j = 0; defaults != NULL && j < reports[i].n_parameters; j++)
            defaults[j] = reports[i].parameters[j].value;
        if (defaults != NULL)
            run_one(invocation, &reports[i], defaults, &run);
    }
    pg_close(&run.pg);
    run.status = print_all(invocation, &run, format);
    for (size_t i = 0; i < run.n; i++)
        report_result_done(&run.results[i]);
    return run.status;
}

static int
unknown_report(const struct invocation *invocation, const char *name)
{
    const char *guess = report_guess(name);

    if (guess != NULL)
        return wrong_usage(invocation, "there is no report \"%.64s\" (did you mean %s?)", name,
                           guess);
    return wrong_usage(invocation, "there is no report \"%.64s\": quosync report lists them", name);
}

static int
run(struct invocation *invocation)
{
    const bool all = option_value(invocation, "all") != NULL;
    const struct config_workspace *workspace = invocation->one;
    const struct report *report = NULL;
    const char *values[REPORT_PARAMETERS_MAX];
    struct quosync_error err = { 0 };
    enum format format;

    if (!read_format(invocation, &format))
        return EXIT_USAGE;
    if (!all && invocation->n_operands == 0)
        return list_reports(format);
    if (all && invocation->n_operands > 0)
        return wrong_usage(invocation, "--all takes no name of a report");
    if (all && (format == FORMAT_CSV || format == FORMAT_SQL))
        return wrong_usage(invocation, "--all prints a table, JSON or HTML: "
                           "one file of CSV or SQL holds one report");
    if (!all) {
        report = report_find(invocation->operands[0]);
        if (report == NULL)
            return unknown_report(invocation, invocation->operands[0]);
        if (!read_values(invocation, report, values))
            return EXIT_USAGE;
    }
    if (format == FORMAT_SQL) {
        (void)fputs(report->source, stdout);
        return EXIT_DONE;
    }
    if (workspace == NULL &&
        !config_workspace_find(invocation->config, NULL, &workspace, &err))
        return wrong_usage(invocation, "%s", err.text);
    return run_reports(invocation, workspace, report, values, format);
}

static const struct command_option options[] = {
    { "since", "INSTANT", "the period begins here; by default at the midnight 30 days ago" },
    { "until", "INSTANT", "and ends before this; by default now" },
    { "tz", "ZONE", "time zone of days and hours; by default the workspace's" },
    { "format", "table|csv|json|html|sql", "what to print; sql is the report for psql" },
    { "spreadsheet", NULL, "csv: put ' before texts that a spreadsheet would take for formulas" },
    { "all", NULL, "run every report, with the defaults of its parameters" },
    { NULL, NULL, NULL },
};

const struct command cmd_report = {
    .name = "report", .args = "[NAME [PARAMETER=VALUE...]]", .run = run, .options = options,
    .summary = "run a shipped SQL report; without NAME list them",
    .details = "INSTANT is a date (its midnight in the time zone), an RFC 3339 instant, a number\n"
               "with d or h (so long ago), or, for --since, all.\n",
    .traits = COMMAND_JSON | COMMAND_WORKSPACE,
    .most_operands = 1 + REPORT_PARAMETERS_MAX,
};
