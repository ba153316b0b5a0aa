/*
 * cmd_ingest.c - quosync ingest: deliveries from NDJSON.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/connect.h"
#include "app/ingest.h"
#include "app/migrate.h"
#include "app/output.h"
#include "base/progress.h"
#include "cmd/command.h"
#include "core/error.h"

/* More refused lines than anybody reads; they are counted all the same. */
#define TOLD_AT_MOST 1000

struct telling {
    struct progress progress;
    uint64_t told;
};

static void
tell_refused(void *data, const char *name, uint64_t line, const char *reason)
{
    struct telling *telling = data;

    if (++telling->told > TOLD_AT_MOST)
        return;
    (void)fputs(telling->progress.drawn ? "\r\033[K" : "", stderr);
    (void)fputs("quosync ingest: ", stderr);
    output_plain(stderr, name);
    (void)fprintf(stderr, ":%" PRIu64 ": refused: %s\n", line, reason);
    if (telling->told == TOLD_AT_MOST)
        (void)fputs("quosync ingest: further refused lines are only counted\n", stderr);
}

static void
tell_stored(void *data, const struct ingest_counts *counts)
{
    struct telling *telling = data;
    char note[96];

    (void)snprintf(note, sizeof note, "%" PRIu64 " stored, %" PRIu64 " duplicate, %" PRIu64
                   " refused", counts->stored, counts->duplicate + counts->conflict,
                   counts->refused);
    progress_show(&telling->progress, counts->bytes, note);
}

/* Bytes of all operands; 0 where one is no plain file. */
static uint64_t
total_bytes(const struct invocation *invocation)
{
    uint64_t total = 0;
    struct stat stat_of;

    if (invocation->n_operands == 0)
        return fstat(STDIN_FILENO, &stat_of) == 0 && S_ISREG(stat_of.st_mode)
                   ? (uint64_t)stat_of.st_size : 0;
    for (size_t i = 0; i < invocation->n_operands; i++) {
        if (stat(invocation->operands[i], &stat_of) != 0 || !S_ISREG(stat_of.st_mode))
            return 0;
        total += (uint64_t)stat_of.st_size;
    }
    return total;
}

static bool
ingest_operand(struct pg *pg, const struct ingest_options *options, const char *name,
               struct ingest_counts *counts, struct quosync_error *err)
{
    bool ok;
    int fd;

    if (strcmp(name, "-") == 0)
        return ingest_file(pg, options, STDIN_FILENO, "standard input", counts, err);
    fd = open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return error_set(err, QUOSYNC_BAD_INPUT, "cannot open \"%s\": %s", name, strerror(errno));
    ok = ingest_file(pg, options, fd, name, counts, err);
    (void)close(fd);
    return ok;
}

static void
print_counts(const struct invocation *invocation, const struct ingest_counts *counts)
{
    struct output output = { .file = stdout };

    if (!invocation->json) {
        (void)printf("%" PRIu64 " stored, %" PRIu64 " duplicate, %" PRIu64 " refused",
                     counts->stored, counts->duplicate, counts->refused);
        if (counts->conflict > 0)
            (void)printf(", %" PRIu64 " in conflict (an id that is known with another body)",
                         counts->conflict);
        (void)putchar('\n');
        return;
    }
    output_begin(&output, NULL, '{');
    output_number(&output, "lines", (int64_t)counts->lines);
    output_number(&output, "stored", (int64_t)counts->stored);
    output_number(&output, "duplicate", (int64_t)counts->duplicate);
    output_number(&output, "conflict", (int64_t)counts->conflict);
    output_number(&output, "refused", (int64_t)counts->refused);
    output_end(&output, '}');
}

static int
run(struct invocation *invocation)
{
    static const char *const standard_input[] = { "-" };
    const struct config *config = invocation->config;
    const bool piped = invocation->n_operands == 0;
    const char *const *names = piped ? standard_input : invocation->operands;
    const size_t n = piped ? 1 : invocation->n_operands;
    const struct config_workspace *workspace = invocation->one;
    struct telling telling = { 0 };
    struct ingest_counts counts = { 0 };
    struct quosync_error err = { 0 };
    struct ingest_options options = {
        .max_body_bytes = config->max_body_bytes, .batch = config->batch,
        .batch_bytes = config->batch_bytes,
        .refused = tell_refused, .stored = tell_stored, .data = &telling,
    };
    struct pg *pg = NULL;
    int status = EXIT_DONE;

    if (!connect_open(config, "ingest", &pg, &err))
        return failed(invocation, &err);
    options.org_id = workspace->org_id;
    if (!migrate_workspace(pg, workspace->org_id, workspace->name, workspace->timezone, &err)) {
        pg_close(&pg);
        return failed(invocation, &err);
    }
    progress_start(&telling.progress, "ingest", total_bytes(invocation));
    for (size_t i = 0; i < n; i++)
        if (!ingest_operand(pg, &options, names[i], &counts, &err)) {
            progress_done(&telling.progress);
            status = exit_worse(status, failed(invocation, &err));
            /* A file that cannot be read does not hold up the others; a database does. */
            if (err.kind != QUOSYNC_BAD_INPUT)
                break;
        }
    progress_done(&telling.progress);
    pg_close(&pg);
    print_counts(invocation, &counts);
    return counts.refused > 0 ? exit_worse(status, exit_status(QUOSYNC_BAD_INPUT)) : status;
}

const struct command cmd_ingest = {
    .name = "ingest", .args = "[FILE...]", .run = run,
    .summary = "store deliveries from NDJSON, one per line; standard input without FILE",
    .details =
        "A line is a bare Quo event, or {\"webhook-id\": ..., \"body\": \"<raw body>\"}. A bare\n"
        "event is stored under the id ingest: and the first 32 hex digits of the SHA-256\n"
        "of its bytes, so that ingesting a file twice stores it once. A line that is\n"
        "neither is refused: it is named on stderr, the rest is stored, exit status 65.\n"
        "A body that is no usable event becomes a dead letter, as over HTTP.\n",
    .traits = COMMAND_JSON | COMMAND_WORKSPACE | COMMAND_ONE_WORKSPACE,
    .most_operands = (size_t)-1,
};
