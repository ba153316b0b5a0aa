/*
 * parse.h - the words of the command line, taken apart by a command's table
 * and the configuration's: every key that is no secret is a flag too.
 */
#ifndef QUOSYNC_CMD_PARSE_H
#define QUOSYNC_CMD_PARSE_H

#include "cmd/command.h"

struct parsed {
    struct invocation invocation;
    const char *config_file;
    bool help;
    struct config_flag *flags; /* argc of room */
    size_t n_flags;
};

/*
 * parse_words - read argv[1..] after the command's name.
 *
 *   operands, flags  argc of room each, the caller's
 *
 * False after a message was printed: exit with EXIT_USAGE.
 */
bool parse_words(const struct command *command, int argc, char **argv, const char **operands,
                 struct config_flag *flags, struct parsed *parsed);

/* The command of this name; NULL: none. */
const struct command *command_find(const char *name);

/* The command or option that was probably meant, for a message; NULL: none is near. */
const char *command_guess(const char *name);

/* Help on all commands, or on one; the latter returns EXIT_DONE. */
void help_all(bool error);
int help_command(const struct command *command);

#endif
