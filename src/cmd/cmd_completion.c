/*
 * cmd_completion.c - quosync completion: what a shell may offer after `quosync`,
 * printed from the same tables that are parsed: commands, their options and
 * operands, the keys of the configuration, the reports.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "app/report.h"
#include "base/config_parse.h"
#include "cmd/parse.h"

#define FILE_VALUE "FILE" /* of command_option.value: the shell offers files */
#define WORD_SIZE 64

/* An option as a shell sees it. */
struct offer {
    const char *command;
    const char *name;    /* without the hyphens */
    const char *value;   /* NULL: a switch; FILE; "one|two": the choices; else free */
    const char *meaning;
};

typedef void print_offer(const struct offer *offer);

static const char *
value_of_key(enum config_type type)
{
    switch (type) {
    case CONFIG_PATH:
        return FILE_VALUE;
    case CONFIG_LOG_LEVEL:
        return "error|warn|info|debug";
    case CONFIG_LOG_FORMAT:
        return "logfmt|json";
    default:
        return "VALUE";
    }
}

static bool
is_choice(const char *value)
{
    return value != NULL && strcmp(value, FILE_VALUE) != 0 &&
           (strchr(value, '|') != NULL || islower((unsigned char)value[0]));
}

/* The choices, separated by blanks. */
static void
print_choices(const char *value)
{
    for (; *value != '\0'; value++)
        (void)putchar(*value == '|' ? ' ' : *value);
}

static void
each_setting(const char *command, print_offer *print)
{
    for (const struct config_key *key = config_keys; key->name != NULL; key++) {
        char name[WORD_SIZE];

        if (key->type == CONFIG_SECRET)
            continue;
        (void)snprintf(name, sizeof name, "%s", key->name);
        for (char *at = name; *at != '\0'; at++)
            if (*at == '_')
                *at = '-';
        print(&(struct offer){ command, name, value_of_key(key->type), key->meaning });
    }
}

/* All of a command but the settings, which are the same for all. */
static void
each_option(const struct command *command, print_offer *print)
{
    for (const struct command_option *o = command->options; o != NULL && o->name != NULL; o++)
        print(&(struct offer){ command->name, o->name, o->value, o->meaning });
    if ((command->traits & COMMAND_WORKSPACE) != 0)
        print(&(struct offer){ command->name, "workspace", "NAME", "the workspace that is meant" });
    if ((command->traits & COMMAND_JSON) != 0)
        print(&(struct offer){ command->name, "json", NULL, "print JSON" });
    print(&(struct offer){ command->name, "config", FILE_VALUE, "read this file" });
    print(&(struct offer){ command->name, "help", NULL, "print what the command takes" });
}

/*
 * The operands that are words and not placeholders: those of the help's line that are in
 * small letters ("list | show ID"), and the names of reports.
 */
static void
print_words(const struct command *command)
{
    const char *at = command->args;

    while (*at != '\0') {
        const size_t bytes = strspn(at, "abcdefghijklmnopqrstuvwxyz");

        if (bytes > 0)
            (void)printf("%.*s ", (int)bytes, at);
        at += bytes;
        at += strcspn(at, " |[") == 0 ? 1 : strcspn(at, " |[");
    }
    for (size_t i = 0; command == &cmd_report && i < n_reports; i++)
        (void)printf("%s ", reports[i].name);
}

/* The parameters of a report, each as it is typed: up to its equals sign. */
static void
print_parameters(const struct report *report, const char *after)
{
    for (size_t i = 0; i < report->n_parameters; i++)
        (void)printf("%s%s%s", i == 0 ? "" : " ", report->parameters[i].name, after);
}

static bool
takes_files(const struct command *command)
{
    return strstr(command->args, FILE_VALUE) != NULL;
}

/* Within single quotes of a shell, and what else must be escaped there. */
static void
print_quoted(const char *text, const char *escaped, const char *quote)
{
    for (; *text != '\0'; text++)
        if (*text == '\'')
            (void)fputs(quote, stdout);
        else
            (void)printf("%s%c", strchr(escaped, *text) == NULL ? "" : "\\", *text);
}

/* ---- bash ------------------------------------------------------------------------------ */

static void
bash_name(const struct offer *offer)
{
    (void)printf("--%s ", offer->name);
}

/* What may follow an option; the command is a pattern. */
static void
bash_value(const struct offer *offer)
{
    if (offer->value == NULL)
        return;
    (void)printf("    '%s --%s') ", offer->command, offer->name);
    if (strcmp(offer->value, FILE_VALUE) == 0) {
        (void)printf("_quosync_files; return ;;\n");
    } else if (is_choice(offer->value)) {
        (void)printf("COMPREPLY=($(compgen -W '");
        print_choices(offer->value);
        (void)printf("' -- \"$cur\")); return ;;\n");
    } else {
        (void)printf("return ;;\n");
    }
}

/* Of the report that the line names, the parameters instead of the names of reports. */
static void
bash_parameters(void)
{
    (void)printf("_quosync_parameters()\n{\n    local word\n"
                 "    for word in \"${COMP_WORDS[@]:2:COMP_CWORD-2}\"; do\n"
                 "        case $word in\n");
    for (size_t i = 0; i < n_reports; i++) {
        (void)printf("        %s) words='", reports[i].name);
        print_parameters(&reports[i], "=");
        (void)printf("' ;;\n");
    }
    (void)printf("        *) continue ;;\n        esac\n"
                 "        compopt -o nospace 2>/dev/null\n        return\n    done\n}\n\n");
}

static void
bash(void)
{
    (void)printf("# bash completion of quosync, printed by `quosync completion bash`.\n"
                 "_quosync_files()\n{\n    compopt -o filenames 2>/dev/null\n"
                 "    mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n}\n\n");
    bash_parameters();
    (void)printf("_quosync()\n{\n"
                 "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
                 "    local command=${COMP_WORDS[1]} options='' words='' value='' settings='");
    each_setting("", bash_name);
    (void)printf("'\n    COMPREPLY=()\n    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
                 "        COMPREPLY=($(compgen -W 'help --help --version ");
    for (size_t i = 0; commands[i] != NULL; i++)
        (void)printf("%s ", commands[i]->name);
    (void)printf("' -- \"$cur\"))\n        return\n    fi\n"
                 "    # --option=value comes as three words.\n"
                 "    if [ \"$cur\" = = ]; then\n        cur='' value=yes\n"
                 "    elif [ \"$prev\" = = ]; then\n"
                 "        prev=${COMP_WORDS[COMP_CWORD-2]} value=yes\n"
                 "    fi\n    case \"$command $prev\" in\n");
    for (size_t i = 0; commands[i] != NULL; i++)
        each_option(commands[i], bash_value);
    (void)printf("    esac\n    case \"any $prev\" in\n");
    each_setting("any", bash_value);
    (void)printf("    esac\n    [ -z \"$value\" ] || return\n    case $command in\n");
    for (size_t i = 0; commands[i] != NULL; i++) {
        (void)printf("    %s)\n        options='", commands[i]->name);
        each_option(commands[i], bash_name);
        (void)printf("'\n        words='");
        print_words(commands[i]);
        (void)printf(commands[i] == &cmd_report ? "'\n        _quosync_parameters ;;\n"
                                                : "' ;;\n");
    }
    (void)printf("    help)\n        words='");
    for (size_t i = 0; commands[i] != NULL; i++)
        (void)printf("%s ", commands[i]->name);
    (void)printf("' ;;\n    esac\n    case $cur in\n"
                 "    -*) COMPREPLY=($(compgen -W \"$options $settings\" -- \"$cur\")) ;;\n"
                 "    *)\n        COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
                 "        case $command in\n");
    for (size_t i = 0; commands[i] != NULL; i++)
        if (takes_files(commands[i]))
            (void)printf("        %s) _quosync_files ;;\n", commands[i]->name);
    (void)printf("        esac ;;\n    esac\n}\ncomplete -F _quosync quosync\n");
}

/* ---- zsh ------------------------------------------------------------------------------- */

static void
zsh_option(const struct offer *offer)
{
    (void)printf("            '--%s%s[", offer->name, offer->value == NULL ? "" : "=");
    print_quoted(offer->meaning, "[]:\\", "'\\''");
    (void)putchar(']');
    if (offer->value != NULL) {
        (void)printf(":%s:", is_choice(offer->value) ? "choice" : offer->value);
        if (strcmp(offer->value, FILE_VALUE) == 0) {
            (void)printf("_files");
        } else if (is_choice(offer->value)) {
            (void)putchar('(');
            print_choices(offer->value);
            (void)putchar(')');
        }
    }
    (void)printf("' \\\n");
}

static void
zsh_parameters(void)
{
    (void)printf("_quosync_parameters() {\n    local -a names\n    local word\n"
                 "    for word in $words; do\n        case $word in\n");
    for (size_t i = 0; i < n_reports; i++) {
        (void)printf("            %s) names=(", reports[i].name);
        print_parameters(&reports[i], "");
        (void)printf(") ;;\n");
    }
    (void)printf("        esac\n    done\n    compadd -S = -- $names\n}\n");
}

static void
zsh(void)
{
    (void)printf("#compdef quosync\n"
                 "# zsh completion of quosync, printed by `quosync completion zsh`.\n");
    zsh_parameters();
    (void)printf("_quosync() {\n    local -a names\n    if (( CURRENT == 2 )); then\n"
                 "        names=('help:help on a command'\n");
    for (size_t i = 0; commands[i] != NULL; i++) {
        (void)printf("            '%s:", commands[i]->name);
        print_quoted(commands[i]->summary, ":\\", "'\\''");
        (void)printf("'\n");
    }
    (void)printf("        )\n        _describe command names\n        return\n    fi\n"
                 "    local command=$words[2]\n    local -a settings=(\n");
    each_setting("", zsh_option);
    (void)printf("    )\n    shift words\n    (( CURRENT-- ))\n    case $command in\n");
    for (size_t i = 0; commands[i] != NULL; i++) {
        (void)printf("        %s) _arguments -S \\\n", commands[i]->name);
        each_option(commands[i], zsh_option);
        if (commands[i] == &cmd_report) {
            (void)printf("            $settings '1:report:(");
            print_words(commands[i]);
            (void)printf(")' '*:parameter:_quosync_parameters' ;;\n");
            continue;
        }
        (void)printf("            $settings '*:operand:");
        if (takes_files(commands[i])) {
            (void)printf("_files");
        } else {
            (void)printf("(");
            print_words(commands[i]);
            (void)printf(")");
        }
        (void)printf("' ;;\n");
    }
    (void)printf("        help) _arguments '1:command:(");
    for (size_t i = 0; commands[i] != NULL; i++)
        (void)printf("%s ", commands[i]->name);
    (void)printf(")' ;;\n    esac\n}\ncompdef _quosync quosync\n");
}

/* ---- fish ------------------------------------------------------------------------------ */

static void
fish_option(const struct offer *offer)
{
    (void)printf("complete -c quosync -n '%s%s' -l %s",
                 offer->command[0] == '\0' ? "not __fish_use_subcommand"
                                           : "__fish_seen_subcommand_from ",
                 offer->command, offer->name);
    if (offer->value != NULL && strcmp(offer->value, FILE_VALUE) == 0)
        (void)printf(" -r -F");
    else if (offer->value != NULL)
        (void)printf(" -x");
    if (is_choice(offer->value)) {
        (void)printf(" -a '");
        print_choices(offer->value);
        (void)putchar('\'');
    }
    (void)printf(" -d '");
    print_quoted(offer->meaning, "\\", "\\'");
    (void)printf("'\n");
}

/* Names of reports until there is one, then its parameters. */
static void
fish_reports(void)
{
    static const char seen[] = "__fish_seen_subcommand_from";

    (void)printf("complete -c quosync -n '%s report; and not %s ", seen, seen);
    print_words(&cmd_report);
    (void)printf("' -f -a '");
    print_words(&cmd_report);
    (void)printf("'\n");
    for (size_t i = 0; i < n_reports; i++)
        for (size_t j = 0; j < reports[i].n_parameters; j++) {
            (void)printf("complete -c quosync -n '%s report; and %s %s' -f -a %s= -d '", seen,
                         seen, reports[i].name, reports[i].parameters[j].name);
            print_quoted(reports[i].parameters[j].meaning, "\\", "\\'");
            (void)printf("'\n");
        }
}

static void
fish_words(const struct command *command)
{
    (void)printf("complete -c quosync -n '__fish_seen_subcommand_from %s' %s -a '",
                 command->name, takes_files(command) ? "-F" : "-f");
    print_words(command);
    (void)printf("'\n");
}

static void
fish(void)
{
    (void)printf("# fish completion of quosync, printed by `quosync completion fish`.\n"
                 "complete -c quosync -f\n"
                 "complete -c quosync -n __fish_use_subcommand -a help -d 'help on a command'\n");
    for (size_t i = 0; commands[i] != NULL; i++) {
        (void)printf("complete -c quosync -n __fish_use_subcommand -a %s -d '", commands[i]->name);
        print_quoted(commands[i]->summary, "\\", "\\'");
        (void)printf("'\n");
        each_option(commands[i], fish_option);
        if (commands[i] == &cmd_report)
            fish_reports();
        else
            fish_words(commands[i]);
        (void)printf("complete -c quosync -n '__fish_seen_subcommand_from help' -a %s\n",
                     commands[i]->name);
    }
    each_setting("", fish_option);
}

static int
run(struct invocation *invocation)
{
    static const struct {
        const char *name;
        void (*print)(void);
    } shells[] = { { "bash", bash }, { "zsh", zsh }, { "fish", fish } };

    for (size_t i = 0; i < sizeof shells / sizeof shells[0]; i++)
        if (strcmp(invocation->operands[0], shells[i].name) == 0) {
            shells[i].print();
            return EXIT_DONE;
        }
    return wrong_usage(invocation, "\"%.64s\" is none of bash, zsh, fish",
                       invocation->operands[0]);
}

const struct command cmd_completion = {
    .name = "completion", .args = "bash | zsh | fish", .run = run,
    .summary = "print what a shell needs to complete quosync's words",
    .details = "Installed with the program. By hand: eval \"$(quosync completion bash)\", the\n"
               "same in zsh (after compinit), and in fish quosync completion fish | source.\n",
    .traits = COMMAND_ANY_CONFIG,
    .least_operands = 1, .most_operands = 1,
};
