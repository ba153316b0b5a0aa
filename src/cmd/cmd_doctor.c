/*
 * cmd_doctor.c - quosync doctor: a line for each check, and the exit status
 * that the worst of them asks for.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "app/doctor.h"
#include "app/output.h"
#include "cmd/command.h"

struct report {
    const struct invocation *invocation;
    struct output output;
    int64_t counts[DOCTOR_STATES];
    int status;
};

static void
print_json(struct report *report, const struct doctor_finding *finding)
{
    struct output *output = &report->output;

    output_begin(output, NULL, '{');
    output_text(output, "check", finding->check);
    output_text(output, "workspace", finding->workspace);
    output_text(output, "state", doctor_state_name(finding->state));
    output_text(output, "found", finding->found);
    output_text(output, "remedy", finding->remedy[0] != '\0' ? finding->remedy : NULL);
    output_end(output, '}');
}

static bool
ends_sentence(const char *text)
{
    const size_t n = strlen(text);

    return n > 0 && (text[n - 1] == '.' || text[n - 1] == '?');
}

static void
print_text(const struct report *report, const struct doctor_finding *finding)
{
    char check[96];

    if (finding->workspace != NULL && report->invocation->config->sections)
        (void)snprintf(check, sizeof check, "%s (%s)", finding->check, finding->workspace);
    else
        (void)snprintf(check, sizeof check, "%s", finding->check);
    (void)printf("%-8s %-17s ", doctor_state_name(finding->state), check);
    output_plain(stdout, finding->found);
    if (finding->remedy[0] != '\0') {
        /* Texts of libpq may end in a question. */
        (void)fputs(ends_sentence(finding->found) ? " " : ". ", stdout);
        output_plain(stdout, finding->remedy);
    }
    (void)putchar('\n');
    /* A check may wait for somebody: what is known is shown meanwhile. */
    (void)fflush(stdout);
}

static void
tell(void *state, const struct doctor_finding *finding)
{
    struct report *report = state;

    report->counts[finding->state]++;
    if (finding->state == DOCTOR_FAILED)
        report->status =
            exit_worse(report->status, finding->kind == QUOSYNC_OK ? EXIT_FOUND
                                                                   : exit_status(finding->kind));
    if (report->invocation->json)
        print_json(report, finding);
    else
        print_text(report, finding);
}

static int
run(struct invocation *invocation)
{
    struct report report = { .invocation = invocation, .output = { .file = stdout } };
    const struct doctor_options options = { .config = invocation->config,
                                            .report = invocation->report,
                                            .only = invocation->one,
                                            .rest = option_value(invocation, "no-rest") == NULL,
                                            .tell = tell,
                                            .tell_state = &report };

    if (invocation->json) {
        output_begin(&report.output, NULL, '{');
        output_begin(&report.output, "checks", '[');
    }
    doctor_run(&options);
    if (!invocation->json) {
        (void)printf("%" PRId64 " ok, %" PRId64 " warning%s, %" PRId64 " failed, %" PRId64
                     " skipped\n", report.counts[DOCTOR_OK], report.counts[DOCTOR_WARNING],
                     report.counts[DOCTOR_WARNING] == 1 ? "" : "s", report.counts[DOCTOR_FAILED],
                     report.counts[DOCTOR_SKIPPED]);
        return report.status;
    }
    output_end(&report.output, ']');
    for (int i = 0; i < DOCTOR_STATES; i++)
        output_number(&report.output, doctor_state_name((enum doctor_state)i), report.counts[i]);
    output_boolean(&report.output, "healthy", report.counts[DOCTOR_FAILED] == 0);
    output_end(&report.output, '}');
    return report.status;
}

static const struct command_option options[] = {
    { "no-rest", NULL, "do not ask the REST API about the key and the subscription" },
    { NULL, NULL, NULL },
};

const struct command cmd_doctor = {
    .name = "doctor", .args = "", .run = run, .options = options,
    .summary = "checks everything that can be wrong, and says what to do about it",
    .details = "A line for each check: ok, warning, failed or skipped, what was found, and what\n"
               "to type. It changes nothing, and judges what it can where the configuration\n"
               "has mistakes or the database is away. Exit status 0: nothing failed (there may\n"
               "be warnings); 1: something is wrong; 69: the database or Quo cannot be reached;\n"
               "78: the configuration, the schema or a right must be corrected.\n",
    .traits = COMMAND_JSON | COMMAND_WORKSPACE | COMMAND_ANY_CONFIG | COMMAND_OWN_REPORT,
    .need = CONFIG_CHECK_ALL,
};
