/*
 * parse.c - see parse.h. Our own reader instead of getopt_long: the options
 * come from tables, nothing may be abbreviated (an abbreviation becomes a
 * promise), and a wrong word gets a suggestion.
 */
#include "cmd/parse.h"

#include <stdio.h>
#include <string.h>

#include "base/config_parse.h"

/* "--max-body" stands for the key max_body. */
static const struct config_key *
key_of_option(const char *name, size_t bytes)
{
    char key[64];
    const struct config_key *found;

    if (bytes >= sizeof key || memchr(name, '_', bytes) != NULL)
        return NULL;
    for (size_t i = 0; i < bytes; i++)
        key[i] = name[i] == '-' ? '_' : name[i];
    key[bytes] = '\0';
    found = config_key_find(key);
    return found == NULL || found->type == CONFIG_SECRET ? NULL : found;
}

static bool
is(const char *word, size_t bytes, const char *name)
{
    return strlen(name) == bytes && memcmp(word, name, bytes) == 0;
}

/* The option that was probably meant, written as an option. */
static bool
guess_option(const struct command *command, const char *name, char guess[64])
{
    static const struct {
        const char *name;
        unsigned trait; /* that a command must have to take it */
    } common[] = { { "config", 0 },
                   { "help", 0 },
                   { "json", COMMAND_JSON },
                   { "workspace", COMMAND_WORKSPACE } };
    size_t least = 3;

    guess[0] = '\0';
    for (const struct command_option *o = command->options; o != NULL && o->name != NULL; o++)
        if (config_distance(name, o->name) < least) {
            least = config_distance(name, o->name);
            (void)snprintf(guess, 64, "%s", o->name);
        }
    for (size_t i = 0; i < sizeof common / sizeof common[0]; i++)
        if ((command->traits & common[i].trait) == common[i].trait &&
            config_distance(name, common[i].name) < least) {
            least = config_distance(name, common[i].name);
            (void)snprintf(guess, 64, "%s", common[i].name);
        }
    for (const struct config_key *key = config_keys; key->name != NULL; key++) {
        char option[64];

        (void)snprintf(option, sizeof option, "%s", key->name);
        for (char *at = option; *at != '\0'; at++)
            if (*at == '_')
                *at = '-';
        if (key->type != CONFIG_SECRET && config_distance(name, option) < least) {
            least = config_distance(name, option);
            memcpy(guess, option, sizeof option);
        }
    }
    return guess[0] != '\0';
}

static bool
unknown_option(const struct invocation *invocation, const char *name, size_t bytes)
{
    char word[64], guess[64];

    (void)snprintf(word, sizeof word, "%.*s", (int)(bytes < 60 ? bytes : 60), name);
    if (guess_option(invocation->command, word, guess))
        (void)wrong_usage(invocation, "unknown option --%s (did you mean --%s?)", word, guess);
    else
        (void)wrong_usage(invocation, "unknown option --%s", word);
    return false;
}

/* Where an option's value goes. */
struct target {
    const char **value;           /* of the command, or a common one */
    const struct config_key *key; /* or a flag of the configuration */
    bool is_switch;
};

static bool
find_target(struct parsed *parsed, const char *name, size_t bytes, struct target *target)
{
    static const char *switched; /* what --help and --json have for a value */
    const struct command *command = parsed->invocation.command;

    memset(target, 0, sizeof *target);
    target->value = &switched;
    if (is(name, bytes, "help")) {
        parsed->help = true;
        target->is_switch = true;
        return true;
    }
    if (is(name, bytes, "json") && (command->traits & COMMAND_JSON) != 0) {
        parsed->invocation.json = true;
        target->is_switch = true;
        return true;
    }
    if (is(name, bytes, "config")) {
        target->value = &parsed->config_file;
        return true;
    }
    if (is(name, bytes, "workspace") && (command->traits & COMMAND_WORKSPACE) != 0) {
        target->value = &parsed->invocation.workspace;
        return true;
    }
    for (size_t i = 0; command->options != NULL && command->options[i].name != NULL; i++)
        if (is(name, bytes, command->options[i].name)) {
            target->value = &parsed->invocation.values[i];
            target->is_switch = command->options[i].value == NULL;
            return true;
        }
    target->key = key_of_option(name, bytes);
    return target->key != NULL;
}

/* One option, its value joined by = or in the next word. *at is the word's index. */
static bool
take_option(struct parsed *parsed, int argc, char **argv, int *at)
{
    const char *name = argv[*at] + 2;
    const size_t bytes = strcspn(name, "=");
    const char *value = name[bytes] == '=' ? name + bytes + 1 : NULL;
    struct target target;

    if (!find_target(parsed, name, bytes, &target))
        return unknown_option(&parsed->invocation, name, bytes);
    if (target.is_switch) {
        if (value != NULL) {
            (void)wrong_usage(&parsed->invocation, "--%.*s takes no value", (int)bytes, name);
            return false;
        }
        *target.value = "";
        return true;
    }
    if (value == NULL) {
        if (*at + 1 >= argc) {
            (void)wrong_usage(&parsed->invocation, "--%.*s needs a value", (int)bytes, name);
            return false;
        }
        value = argv[++*at];
    }
    if (target.key != NULL)
        parsed->flags[parsed->n_flags++] =
            (struct config_flag){ .key = target.key->name, .value = value };
    else
        *target.value = value;
    return true;
}

static bool
check_operands(const struct invocation *invocation)
{
    const struct command *command = invocation->command;

    if (invocation->n_operands > command->most_operands) {
        (void)wrong_usage(invocation, "unexpected argument \"%.64s\"",
                          invocation->operands[command->most_operands]);
        return false;
    }
    if (invocation->n_operands < command->least_operands) {
        (void)wrong_usage(invocation, "expected %s", command->args);
        return false;
    }
    return true;
}

bool
parse_words(const struct command *command, int argc, char **argv, const char **operands,
            struct config_flag *flags, struct parsed *parsed)
{
    bool only_operands = false;

    memset(parsed, 0, sizeof *parsed);
    parsed->invocation.command = command;
    parsed->invocation.operands = operands;
    parsed->flags = flags;
    for (int i = 0; i < argc; i++) {
        const char *word = argv[i];

        if (only_operands || word[0] != '-' || word[1] == '\0') {
            operands[parsed->invocation.n_operands++] = word;
        } else if (strcmp(word, "--") == 0) {
            only_operands = true;
        } else if (strcmp(word, "-h") == 0) {
            parsed->help = true;
        } else if (word[1] != '-') {
            (void)wrong_usage(&parsed->invocation, "unknown option %.64s", word);
            return false;
        } else if (!take_option(parsed, argc, argv, &i)) {
            return false;
        }
    }
    return parsed->help || check_operands(&parsed->invocation);
}

const struct command *
command_find(const char *name)
{
    for (size_t i = 0; commands[i] != NULL; i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

const char *
command_guess(const char *name)
{
    const char *best = NULL;
    size_t least = 3;

    for (size_t i = 0; commands[i] != NULL; i++)
        if (config_distance(name, commands[i]->name) < least) {
            least = config_distance(name, commands[i]->name);
            best = commands[i]->name;
        }
    return best;
}

const char *
option_value(const struct invocation *invocation, const char *name)
{
    const struct command_option *options = invocation->command->options;

    for (size_t i = 0; options != NULL && options[i].name != NULL; i++)
        if (strcmp(options[i].name, name) == 0)
            return invocation->values[i];
    return NULL;
}

bool
whole_number(const char *text, int64_t least, int64_t most, int64_t *value)
{
    int64_t number = 0;

    if (text[0] == '\0' || (text[0] == '0' && text[1] != '\0'))
        return false;
    for (; *text != '\0'; text++)
        if (*text < '0' || *text > '9' || __builtin_mul_overflow(number, INT64_C(10), &number) ||
            __builtin_add_overflow(number, (int64_t)(*text - '0'), &number))
            return false;
    if (number < least || number > most)
        return false;
    *value = number;
    return true;
}

bool
option_number(const struct invocation *invocation, const char *name, int64_t least, int64_t most,
              int64_t *value)
{
    const char *text = option_value(invocation, name);

    if (text == NULL || whole_number(text, least, most, value))
        return true;
    (void)wrong_usage(invocation, "--%s: \"%.64s\" is not a whole number from %lld to %lld", name,
                      text, (long long)least, (long long)most);
    return false;
}

bool
option_instant(const struct invocation *invocation, const char *name, int64_t now_us, int64_t *us)
{
    const char *text = option_value(invocation, name);
    struct quosync_error err;
    char digits[24];
    int64_t number;
    size_t bytes;
    char unit;

    if (text == NULL || quosync_instant_parse(text, strlen(text), us, &err))
        return true;
    bytes = strlen(text);
    unit = bytes < 2 ? '\0' : text[bytes - 1];
    if ((unit == 'd' || unit == 'h') && bytes <= sizeof digits) {
        memcpy(digits, text, bytes - 1);
        digits[bytes - 1] = '\0';
        if (whole_number(digits, 0, 100 * 366 * 24, &number)) {
            *us = now_us - number * (unit == 'd' ? 24 : 1) * INT64_C(3600000000);
            return true;
        }
    }
    (void)wrong_usage(invocation, "--%s: \"%.64s\" is neither an instant, as "
                      "2026-01-31T00:00:00Z, nor a number with d or h", name, text);
    return false;
}
