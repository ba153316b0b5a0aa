/*
 * help.c - help from the tables: commands, their options, and the keys of the
 * configuration that can be given as flags.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/config_parse.h"
#include "cmd/parse.h"

#define LEFT 26 /* columns before the meaning */
#define USAGE_COLUMNS 90

static void
line(FILE *file, const char *name, const char *value, const char *meaning)
{
    char left[96];

    (void)snprintf(left, sizeof left, "--%s%s%s", name, value == NULL ? "" : " ",
                   value == NULL ? "" : value);
    if (strlen(left) >= LEFT)
        (void)fprintf(file, "  %s\n  %-*s %s\n", left, LEFT, "", meaning);
    else
        (void)fprintf(file, "  %-*s %s\n", LEFT, left, meaning);
}

void
help_all(bool error)
{
    FILE *file = error ? stderr : stdout;

    (void)fprintf(file, "usage: quosync COMMAND [OPTION...] [ARGUMENT...]\n\n"
                        "Keeps a live copy of a Quo workspace in PostgreSQL.\n\ncommands:\n");
    for (size_t i = 0; commands[i] != NULL; i++)
        (void)fprintf(file, "  %-12s %s\n", commands[i]->name, commands[i]->summary);
    (void)fprintf(file, "  %-12s %s\n", "help", "help on a command: quosync help COMMAND");
    (void)fprintf(file,
                  "\nquosync COMMAND --help says more. quosync --version names the version.\n"
                  "To begin: quosync doctor says what is missing, migrate makes the schema, run\n"
                  "receives; quosync(1) has the steps.\n"
                  "Settings: quosync.conf(5); quosync config shows those that hold.\n"
                  "Exit status: 0 done; 1 it ran and found something wrong; 2 usage;\n"
                  "65 bad input; 69 a service is unavailable; 70 our bug; 71 out of memory;\n"
                  "75 try again later; 78 the configuration is wrong.\n");
}

/* "usage: quosync NAME [OPTION...] ARGS"; a line that gets too long goes on after a "|". */
static void
usage(const struct command *command)
{
    const int indent = printf("usage: quosync %s [OPTION...]%s", command->name,
                              command->args[0] == '\0' ? "" : " ");
    int column = indent;

    for (const char *word = command->args, *bar; word != NULL; word = bar) {
        const int n = (bar = strstr(word, " | ")) == NULL ? (int)strlen(word) : (int)(bar - word);

        if (word != command->args && column + 3 + n > USAGE_COLUMNS)
            column = printf(" |\n%*s", indent, "") - 3;
        else if (word != command->args)
            column += printf(" | ");
        column += printf("%.*s", n, word);
        if (bar != NULL)
            bar += 3;
    }
    (void)printf("\n\n");
}

int
help_command(const struct command *command)
{
    usage(command);
    (void)printf("%c%s.\n", toupper((unsigned char)command->summary[0]), command->summary + 1);
    if (command->details != NULL)
        (void)printf("\n%s", command->details);
    (void)printf("\noptions:\n");
    for (const struct command_option *o = command->options; o != NULL && o->name != NULL; o++)
        line(stdout, o->name, o->value, o->meaning);
    if ((command->traits & COMMAND_WORKSPACE) != 0)
        line(stdout, "workspace", "NAME", "the workspace that is meant, of several");
    if ((command->traits & COMMAND_JSON) != 0)
        line(stdout, "json", NULL, "print JSON");
    line(stdout, "config", "FILE", "read this file, not /etc/quosync/quosync.conf");
    line(stdout, "help", NULL, "print this");
    (void)printf("\nEvery key of quosync.conf(5) that is no secret is an option too, written with\n"
                 "hyphens: --log debug, --max-body=1048576.\n");
    return EXIT_DONE;
}
