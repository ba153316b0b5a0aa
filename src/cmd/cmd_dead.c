/*
 * cmd_dead.c - quosync dead: deliveries that were acknowledged and cannot be
 * applied.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "app/connect.h"
#include "app/dead.h"
#include "app/output.h"
#include "base/clock.h"
#include "cmd/command.h"
#include "core/error.h"
#include "core/memory.h"

#define LIMIT_DEFAULT 100

static void
print_fields(struct output *output, const struct dead_letter *letter)
{
    output_number(output, "id", letter->id);
    output_text(output, "webhook_id", letter->webhook_id);
    output_text(output, "event_type", letter->event_type);
    output_instant(output, "received_at", letter->received_us);
    output_instant(output, "failed_at", letter->failed_us);
    output_number(output, "attempts", letter->attempts);
    output_text(output, "reason", letter->reason);
    output_text(output, "detail", letter->detail);
    if (letter->discarded_us == DEAD_LETTER_NO_INSTANT)
        output_null(output, "discarded_at");
    else
        output_instant(output, "discarded_at", letter->discarded_us);
    output_boolean(output, "has_body", letter->has_body);
}

static void
print_line(const struct dead_letter *letter)
{
    char when[QUOSYNC_INSTANT_SIZE];

    quosync_instant_format(letter->failed_us - letter->failed_us % 1000000, when);
    (void)printf("%" PRId64 "  %s  %s  ", letter->id, when,
                 letter->discarded_us == DEAD_LETTER_NO_INSTANT ? "waiting" : "discarded");
    output_plain(stdout, letter->event_type == NULL ? "-" : letter->event_type);
    (void)fputs("  ", stdout);
    output_plain(stdout, letter->webhook_id);
    (void)fputs("  ", stdout);
    output_plain(stdout, letter->reason);
    (void)putchar('\n');
}

static int
list_letters(struct invocation *invocation, struct pg *pg,
             const struct config_workspace *workspace, struct output *output)
{
    AUTO(result_done) struct result answer = { 0 };
    struct quosync_error err = { 0 };
    int64_t limit = LIMIT_DEFAULT;

    if (!option_number(invocation, "limit", 1, 1000000, &limit))
        return EXIT_USAGE;
    if (!dead_letters_list(pg, workspace->org_id, (size_t)limit,
                           option_value(invocation, "all") != NULL, &answer, &err))
        return failed(invocation, &err);
    if (!invocation->json && invocation->config->n_workspaces > 1 && invocation->one == NULL)
        (void)printf("workspace %s:\n", workspace->name);
    for (size_t i = 0; i < answer.rows; i++) {
        struct dead_letter letter;

        dead_letter_at(&answer, i, false, &letter);
        if (invocation->json) {
            output_begin(output, NULL, '{');
            output_text(output, "workspace", workspace->name);
            print_fields(output, &letter);
            output_end(output, '}');
        } else {
            print_line(&letter);
        }
    }
    return EXIT_DONE;
}

/* All workspaces in turn, where none is named. */
static int
list(struct invocation *invocation, struct pg *pg)
{
    const struct config *config = invocation->config;
    struct output output = { .file = stdout };
    int status = EXIT_DONE;

    if (invocation->json)
        output_begin(&output, NULL, '[');
    for (size_t i = 0; i < config->n_workspaces && status == EXIT_DONE; i++)
        if (invocation->one == NULL || invocation->one == &config->workspaces[i])
            status = list_letters(invocation, pg, &config->workspaces[i], &output);
    if (invocation->json)
        output_end(&output, ']');
    return status;
}

/* The body byte for byte: it may be anything, so it goes last. */
static void
print_letter(const struct invocation *invocation, const struct dead_letter *letter)
{
    struct output output = { .file = stdout };
    char received[QUOSYNC_INSTANT_SIZE], failed_at[QUOSYNC_INSTANT_SIZE];

    if (invocation->json) {
        output_begin(&output, NULL, '{');
        print_fields(&output, letter);
        output_bytes(&output, "body", letter->has_body ? letter->body : NULL, letter->body_bytes);
        output_end(&output, '}');
        return;
    }
    quosync_instant_format(letter->received_us, received);
    quosync_instant_format(letter->failed_us, failed_at);
    (void)printf("id           %" PRId64 "\nwebhook-id   ", letter->id);
    output_plain(stdout, letter->webhook_id);
    (void)printf("\ntype         ");
    output_plain(stdout, letter->event_type == NULL ? "-" : letter->event_type);
    (void)printf("\nreceived at  %s\nfailed at    %s\nattempts     %" PRId64 "\nreason       ",
                 received, failed_at, letter->attempts);
    output_plain(stdout, letter->reason);
    if (letter->detail != NULL) {
        (void)printf("\ndetail       ");
        output_plain(stdout, letter->detail);
    }
    (void)printf("\nbody         %s\n", letter->has_body ? "" : "none: discarded or erased");
    if (letter->has_body && letter->body_bytes > 0) {
        output_plain_bytes(stdout, letter->body, letter->body_bytes);
        (void)putchar('\n');
    }
}

/* The ids behind the action, all of them numbers. */
static bool
read_ids(struct invocation *invocation, int64_t *ids)
{
    for (size_t i = 1; i < invocation->n_operands; i++)
        if (!whole_number(invocation->operands[i], 0, INT64_MAX, &ids[i - 1])) {
            (void)wrong_usage(invocation, "\"%.64s\" is not the id of a dead letter",
                              invocation->operands[i]);
            return false;
        }
    return true;
}

static int
show(struct invocation *invocation, struct pg *pg, int64_t id)
{
    const struct config *config = invocation->config;
    struct quosync_error err = { 0 };

    for (size_t i = 0; i < config->n_workspaces; i++) {
        AUTO(result_done) struct result answer = { 0 };
        struct dead_letter letter;

        if (invocation->one != NULL && invocation->one != &config->workspaces[i])
            continue;
        if (!dead_letters_show(pg, config->workspaces[i].org_id, id, &answer, &err))
            return failed(invocation, &err);
        if (answer.rows == 0)
            continue;
        dead_letter_at(&answer, 0, true, &letter);
        print_letter(invocation, &letter);
        return EXIT_DONE;
    }
    (void)fprintf(stderr, "quosync dead: there is no dead letter %" PRId64 "\n", id);
    return EXIT_FOUND;
}

/* retry and discard: of n that were named, `done` were there to be treated. */
static int
treat(struct invocation *invocation, struct pg *pg, const int64_t *ids, size_t n, bool retry)
{
    const struct dead_choice choice = { .org_id = invocation->one->org_id,
                                        .all = option_value(invocation, "all") != NULL,
                                        .ids = ids, .n = n };
    struct output output = { .file = stdout };
    struct quosync_error err = { 0 };
    size_t done = 0;
    const bool ok = retry ? dead_retry(pg, &choice, &done, &err)
                          : dead_discard(pg, &choice, clock_now_us(), &done, &err);

    if (invocation->json) {
        output_begin(&output, NULL, '{');
        output_number(&output, retry ? "retried" : "discarded", (int64_t)done);
        output_end(&output, '}');
    } else {
        (void)printf("%zu %s\n", done, retry ? "moved back to the inbox" : "discarded");
    }
    if (!ok)
        return failed(invocation, &err);
    if (choice.all || done == n)
        return EXIT_DONE;
    (void)fprintf(stderr, "quosync dead: %zu of the %zu ids are unknown or have no body\n",
                  n - done, n);
    return EXIT_FOUND;
}

static int
act(struct invocation *invocation, struct pg *pg, const int64_t *ids)
{
    const char *action = invocation->operands[0];
    const size_t n = invocation->n_operands - 1;

    if (strcmp(action, "list") == 0)
        return list(invocation, pg);
    if (strcmp(action, "show") == 0)
        return show(invocation, pg, ids[0]);
    return treat(invocation, pg, ids, n, strcmp(action, "retry") == 0);
}

/* What is wrong with the words, before anything is opened; false: a message was printed. */
static bool
check_words(struct invocation *invocation)
{
    const char *action = invocation->operands[0];
    const size_t n = invocation->n_operands - 1;
    const bool all = option_value(invocation, "all") != NULL;
    const bool listing = strcmp(action, "list") == 0;
    const bool treating = strcmp(action, "retry") == 0 || strcmp(action, "discard") == 0;
    struct quosync_error err = { 0 };

    if (!listing && !treating && strcmp(action, "show") != 0)
        (void)wrong_usage(invocation, "\"%.64s\" is none of list, show, retry, discard", action);
    else if (option_value(invocation, "limit") != NULL && !listing)
        (void)wrong_usage(invocation, "--limit is for list");
    else if (listing && n > 0)
        (void)wrong_usage(invocation, "list takes no ids");
    else if (strcmp(action, "show") == 0 && (n != 1 || all))
        (void)wrong_usage(invocation, "show takes one id");
    else if (treating && (n > 0) == all)
        (void)wrong_usage(invocation, "%s takes ids, or --all", action);
    else if (treating && !config_workspace_find(invocation->config, invocation->workspace,
                                                &invocation->one, &err))
        (void)wrong_usage(invocation, "%s", err.text);
    else
        return true;
    return false;
}

static int
run(struct invocation *invocation)
{
    struct quosync_error err = { 0 };
    struct pg *pg = NULL;
    int64_t *ids;
    int status = EXIT_USAGE;

    if (!check_words(invocation))
        return EXIT_USAGE;
    ids = memory_get(invocation->n_operands * sizeof *ids);
    if (ids == NULL)
        (void)error_no_memory(&err);
    if (ids == NULL || (read_ids(invocation, ids) &&
                        !connect_open(invocation->config, "dead", &pg, &err)))
        status = failed(invocation, &err);
    else if (pg != NULL)
        status = act(invocation, pg, ids);
    pg_close(&pg);
    memory_free(ids);
    return status;
}

static const struct command_option options[] = {
    { "all", NULL, "list: also the discarded; retry, discard: all that have a body" },
    { "limit", "N", "list: at most so many of each workspace; 100 unless told" },
    { NULL, NULL, NULL },
};

const struct command cmd_dead = {
    .name = "dead", .args = "list | show ID | retry ID... | discard ID...", .run = run,
    .options = options,
    .summary = "dead letters: deliveries that cannot be applied",
    .details =
        "list     the newest first: id, when it failed, its state, type, webhook-id, reason\n"
        "show     one, with its body\n"
        "retry    move letters back to the inbox, where workers try them again\n"
        "discard  drop their bodies; the ids stay, so that they do not come back\n",
    .traits = COMMAND_JSON | COMMAND_WORKSPACE,
    .least_operands = 1, .most_operands = (size_t)-1,
};
