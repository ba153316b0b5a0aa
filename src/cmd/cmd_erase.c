/*
 * cmd_erase.c - quosync erase: privacy erasure of a contact.
 */
#include <stdio.h>
#include <string.h>

#include "app/connect.h"
#include "app/erase.h"
#include "app/output.h"
#include "base/clock.h"
#include "base/stop.h"
#include "cmd/command.h"
#include "core/error.h"

/* One transaction, which reads the whole archive. */
#define TIMEOUT_MS (60 * 60 * 1000)

/* Ids that a table can hold. */
#define ID_MAX_BYTES 255

static void
print(const struct invocation *invocation, const struct erase_result *result)
{
    struct output output = { .file = stdout };

    if (!invocation->json) {
        (void)printf("erased the contact, %zu messages, %zu calls, %zu voicemails; "
                     "the bodies of %zu archived and %zu waiting deliveries, %zu dead letters\n",
                     result->messages, result->calls, result->voicemails, result->archived,
                     result->waiting, result->dead_letters);
        return;
    }
    output_begin(&output, NULL, '{');
    output_boolean(&output, "known", result->known);
    output_number(&output, "messages", (int64_t)result->messages);
    output_number(&output, "calls", (int64_t)result->calls);
    output_number(&output, "voicemails", (int64_t)result->voicemails);
    output_number(&output, "archived", (int64_t)result->archived);
    output_number(&output, "waiting", (int64_t)result->waiting);
    output_number(&output, "dead_letters", (int64_t)result->dead_letters);
    output_end(&output, '}');
}

static int
run(struct invocation *invocation)
{
    const struct config *config = invocation->config;
    const struct config_workspace *workspace = invocation->one;
    const struct erase_options options = {
        .workspace = { .org_id = workspace->org_id,
                       .org_id_configured = workspace->org_id_configured,
                       .country_code = (int)workspace->country_code },
        .contact_id = invocation->operands[0],
        .now_us = clock_now_us(),
        .rows = config->batch,
        .bytes = config->batch_bytes,
    };
    struct erase_result result = { 0 };
    struct quosync_error err = { 0 };
    struct pg *pg = NULL;
    bool good;

    if (options.contact_id[0] == '\0' || strlen(options.contact_id) > ID_MAX_BYTES)
        return wrong_usage(invocation, "the id of a contact has 1 to %d bytes", ID_MAX_BYTES);
    if (!stop_install(&err) || !connect_open_for(config, "erase", TIMEOUT_MS, &pg, &err))
        return failed(invocation, &err);
    good = erase_run(pg, &options, &result, &err);
    pg_close(&pg);
    if (!good)
        return failed(invocation, &err);
    print(invocation, &result);
    if (result.known)
        return EXIT_DONE;
    (void)fprintf(stderr, "quosync erase: no contact of this id is known; what comes of it later "
                          "will be erased\n");
    return EXIT_FOUND;
}

const struct command cmd_erase = {
    .name = "erase", .args = "CONTACT_ID", .run = run,
    .summary = "erase a contact and the activities that go with it, for good",
    .details = "Takes all but ids and instants (of activities also direction, status and counts)\n"
               "from the tables, and the bodies from archive, inbox and dead letters; what comes\n"
               "later is erased as it comes. One transaction, which workers and the receiver wait\n"
               "for. Exit status 1 where no contact of this id is known: it is recorded anyway.\n",
    .traits = COMMAND_JSON | COMMAND_WORKSPACE | COMMAND_ONE_WORKSPACE,
    .least_operands = 1, .most_operands = 1,
};
