/*
 * command.h - what a subcommand is: a row of data that help, option parsing and
 * main.c's loop read, and a function that turns options into one call of app.
 */
#ifndef QUOSYNC_CMD_COMMAND_H
#define QUOSYNC_CMD_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/config.h"
#include "quosync.h"

/* Exit statuses that no error kind stands for; the others: exit_status. */
enum {
    EXIT_DONE = 0,
    EXIT_FOUND = 1, /* it ran and found something wrong */
    EXIT_USAGE = 2
};

struct command_option {
    const char *name;    /* without the hyphens */
    const char *value;   /* what stands for the value in help; NULL: a switch */
    const char *meaning; /* one line */
};

enum command_trait {
    COMMAND_JSON = 1,      /* takes --json */
    COMMAND_WORKSPACE = 2, /* takes --workspace */
    COMMAND_ANY_CONFIG = 4, /* runs also where the configuration has mistakes */
    COMMAND_ONE_WORKSPACE = 8, /* demands --workspace where several are configured */
    COMMAND_OWN_REPORT = 16 /* tells mistakes and warnings of the configuration itself */
};

struct invocation;

struct command {
    const char *name;
    const char *args;                      /* operands in help: "[FILE...]"; "": none */
    const char *summary;                   /* one line, without full stop */
    const char *details;                   /* further lines of help; NULL: none */
    const struct command_option *options;  /* ends with a NULL name; NULL: none */
    unsigned traits;                       /* of enum command_trait */
    unsigned need;                         /* of enum config_need */
    size_t least_operands, most_operands;
    int (*run)(struct invocation *invocation); /* the exit status */
};

#define COMMAND_OPTIONS_MAX 16

/* One call of the program, as its command sees it. */
struct invocation {
    const struct command *command;
    const struct config *config;        /* loaded and sound (but COMMAND_ANY_CONFIG) */
    const struct config_report *report; /* mistakes and warnings of the configuration */
    const char *workspace;              /* --workspace; NULL: not given */
    const struct config_workspace *one; /* the workspace of COMMAND_ONE_WORKSPACE */
    bool json;
    const char **operands;
    size_t n_operands;
    const char *values[COMMAND_OPTIONS_MAX]; /* of command->options, "" for switches */
};

/* The value of an option; "" for a switch; NULL where it was not given. */
const char *option_value(const struct invocation *invocation, const char *name);

/*
 * What option_value gives, read. False after a message was printed: return
 * EXIT_USAGE. Not given: *value stays as it is.
 */
bool option_number(const struct invocation *invocation, const char *name, int64_t least,
                   int64_t most, int64_t *value);
/* An RFC 3339 instant, or a number with d or h: so long before now_us. */
bool option_instant(const struct invocation *invocation, const char *name, int64_t now_us,
                    int64_t *us);
/* A whole number from least to most in text, which may be an operand. */
bool whole_number(const char *text, int64_t least, int64_t most, int64_t *value);

/* Prints "quosync NAME: text" and the hint; returns the exit status of its kind. */
int failed(const struct invocation *invocation, const struct quosync_error *err);

/* Prints "quosync NAME: text" and where help is; returns EXIT_USAGE. */
int wrong_usage(const struct invocation *invocation, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The one place where an error's kind becomes an exit status. */
int exit_status(enum quosync_error_kind kind);

/* Of two steps' statuses the one that a run of several steps exits with. */
int exit_worse(int one, int other);

/* All commands, in the order of help; ends with NULL. */
extern const struct command *const commands[];

extern const struct command cmd_completion;
extern const struct command cmd_config;
extern const struct command cmd_dead;
extern const struct command cmd_doctor;
extern const struct command cmd_erase;
extern const struct command cmd_ingest;
extern const struct command cmd_migrate;
extern const struct command cmd_points;
extern const struct command cmd_prune;
extern const struct command cmd_reconcile;
extern const struct command cmd_replay;
extern const struct command cmd_report;
extern const struct command cmd_run;
extern const struct command cmd_serve;
extern const struct command cmd_status;
extern const struct command cmd_webhook;
extern const struct command cmd_work;

#endif
