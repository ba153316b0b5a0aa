/*
 * main.c - the table of commands and the way from argv to one of them: parse,
 * load the configuration, run, and turn what came of it into an exit status.
 */
#include <config.h>

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/output.h"
#include "app/process.h"
#include "base/log.h"
#include "cmd/parse.h"
#include "core/error.h"
#include "core/memory.h"

const struct command *const commands[] = {
    &cmd_migrate,
    &cmd_run,
    &cmd_serve,
    &cmd_work,
    &cmd_ingest,
    &cmd_dead,
    &cmd_replay,
    &cmd_report,
    &cmd_status,
    &cmd_doctor,
    &cmd_reconcile,
    &cmd_webhook,
    &cmd_erase,
    &cmd_prune,
    &cmd_config,
    &cmd_completion,
#ifdef ENABLE_POINTS
    &cmd_points,
#endif
    NULL,
};

int
exit_status(enum quosync_error_kind kind)
{
    switch (kind) {
    case QUOSYNC_OK:
        return EXIT_DONE;
    case QUOSYNC_BAD_INPUT:
        return 65;
    case QUOSYNC_UNAVAILABLE:
        return 69;
    case QUOSYNC_TRY_LATER:
        return 75;
    case QUOSYNC_CONFIG:
        return 78;
    case QUOSYNC_NO_MEMORY:
        return 71;
    case QUOSYNC_BUG:
        break;
    }
    return 70;
}

int
exit_worse(int one, int other)
{
    static const int worst_first[] = { 70, 71, 78, 69, 75, 65, 2, 1, 0 };

    for (size_t i = 0; i < sizeof worst_first / sizeof worst_first[0]; i++)
        if (one == worst_first[i] || other == worst_first[i])
            return worst_first[i];
    return 70;
}

int
failed(const struct invocation *invocation, const struct quosync_error *err)
{
    (void)fprintf(stderr, "quosync %s: ", invocation->command->name);
    output_plain(stderr, err->text);
    (void)fputc('\n', stderr);
    if (err->hint[0] != '\0') {
        output_plain(stderr, err->hint);
        (void)fputc('\n', stderr);
    }
    return exit_status(err->kind);
}

int
wrong_usage(const struct invocation *invocation, const char *format, ...)
{
    char text[512];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    (void)fprintf(stderr, "quosync %s: ", invocation->command->name);
    output_plain(stderr, text);
    (void)fprintf(stderr, "\nSee quosync %s --help.\n", invocation->command->name);
    return EXIT_USAGE;
}

/* Told also where the command goes on: `quosync config` shows values and mistakes. */
static void
tell_mistakes(const struct config_report *report)
{
    for (size_t i = 0; i < report->n_mistakes; i++) {
        (void)fputs("quosync: ", stderr);
        output_plain(stderr, report->mistakes[i]);
        (void)fputc('\n', stderr);
    }
}

static int
run_configured(struct parsed *parsed)
{
    AUTO(config_done) struct config config = { 0 };
    AUTO(config_report_done) struct config_report report = { 0 };
    struct invocation *invocation = &parsed->invocation;
    struct quosync_error err = { 0 };
    const struct config_sources sources = {
        .file = parsed->config_file,
        .workspace = invocation->workspace,
        .flags = parsed->flags,
        .n_flags = parsed->n_flags,
        .need = invocation->command->need,
        .one_workspace = (invocation->command->traits & COMMAND_ONE_WORKSPACE) != 0,
    };
    const bool sound = config_load(&sources, &config, &report, &err);

    const bool tells = (invocation->command->traits & COMMAND_OWN_REPORT) == 0;

    if (tells)
        tell_mistakes(&report);
    if (!sound && (err.kind != QUOSYNC_CONFIG ||
                   (invocation->command->traits & COMMAND_ANY_CONFIG) == 0))
        return failed(invocation, &err);
    log_setup(config.log, config.log_format);
    for (size_t i = 0; tells && i < report.n_warnings; i++)
        log_warn("config.warning", LOG_TEXT("reason", report.warnings[i]));
    if ((invocation->workspace != NULL ||
         (invocation->command->traits & COMMAND_ONE_WORKSPACE) != 0) &&
        !config_workspace_find(&config, invocation->workspace, &invocation->one, &err))
        return wrong_usage(invocation, "%s", err.text);
    invocation->config = &config;
    invocation->report = &report;
    return invocation->command->run(invocation);
}

static int
run_command(const struct command *command, int argc, char **argv)
{
    const char **operands = memory_get((size_t)(argc + 1) * sizeof *operands);
    struct config_flag *flags = memory_get((size_t)(argc + 1) * sizeof *flags);
    struct parsed parsed;
    int status = 71;

    if (operands == NULL || flags == NULL)
        (void)fputs("quosync: out of memory\n", stderr);
    else if (!parse_words(command, argc, argv, operands, flags, &parsed))
        status = EXIT_USAGE;
    else
        status = parsed.help ? help_command(command) : run_configured(&parsed);
    memory_free(operands);
    memory_free(flags);
    return status;
}

static int
unknown_command(const char *name)
{
    const char *guess = command_guess(name);

    (void)fputs("quosync: unknown command \"", stderr);
    output_plain(stderr, name);
    (void)fprintf(stderr, "\"%s%s%s\nSee quosync --help.\n",
                  guess == NULL ? "" : " (did you mean ", guess == NULL ? "" : guess,
                  guess == NULL ? "" : "?)");
    return EXIT_USAGE;
}

static int
dispatch(int argc, char **argv)
{
    const struct command *command;
    const char *word = argc < 2 ? "" : argv[1];

    if (argc < 2) {
        help_all(true);
        return EXIT_USAGE;
    }
    if (strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0) {
        (void)printf("quosync %s\n", quosync_version());
        return EXIT_DONE;
    }
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 ||
        (strcmp(word, "help") == 0 && (argc == 2 || argv[2][0] == '-'))) {
        help_all(false);
        return EXIT_DONE;
    }
    if (strcmp(word, "help") == 0) {
        command = command_find(argv[2]);
        if (command == NULL)
            return unknown_command(argv[2]);
        return help_command(command);
    }
    command = command_find(word);
    return command == NULL ? unknown_command(word) : run_command(command, argc - 2, argv + 2);
}

int
main(int argc, char **argv)
{
    int status;

    process_prepare();
    status = dispatch(argc, argv);
    /* What could not be printed was not done. A reader that left (head) wanted no more. */
    errno = 0;
    if (fflush(stdout) != 0 || ferror(stdout)) {
        if (errno != EPIPE)
            (void)fprintf(stderr, "quosync: could not write the output: %s\n",
                          errno == 0 ? "error" : strerror(errno));
        status = exit_worse(status, EXIT_FOUND);
    }
    return status;
}
