/*
 * cmd_migrate.c - quosync migrate: the schema, its roles, a workspace's id.
 */
#include <stdio.h>

#include "app/migrate.h"
#include "app/output.h"
#include "cmd/command.h"

static void
print_json(const struct migrate_result *result)
{
    struct output output = { .file = stdout };

    output_begin(&output, NULL, '{');
    output_begin(&output, "migrations", '[');
    for (size_t i = 0; i < result->n_steps; i++) {
        const struct migrate_step *step = &result->steps[i];

        output_begin(&output, NULL, '{');
        output_number(&output, "number", step->number);
        output_text(&output, "name", step->name);
        output_boolean(&output, "applied", step->applied);
        output_boolean(&output, "by_this_run", step->by_this_run);
        if (step->applied)
            output_instant(&output, "applied_at", step->applied_us);
        else
            output_null(&output, "applied_at");
        output_end(&output, '}');
    }
    output_end(&output, ']');
    output_number(&output, "missing", (int64_t)(result->n_steps - result->n_applied));
    output_number(&output, "partitions_made", (int64_t)result->partitions);
    output_end(&output, '}');
}

/* all: every migration; else only what this run did, or would do. */
static void
print_text(const struct migrate_result *result, bool all, bool dry)
{
    for (size_t i = 0; i < result->n_steps; i++) {
        const struct migrate_step *step = &result->steps[i];
        char when[QUOSYNC_INSTANT_SIZE] = "";

        if (step->applied)
            quosync_instant_format(step->applied_us - step->applied_us % 1000000, when);
        if (all)
            (void)printf("%-24s %s\n", step->name, step->applied ? when : "missing");
        else if (dry ? !step->applied : step->by_this_run)
            (void)printf("%s %s\n", dry ? "would apply" : "applied", step->name);
    }
    if (!all && (dry ? result->n_applied == result->n_steps : result->n_run == 0))
        (void)printf("the schema is up to date (%zu migrations)\n", result->n_steps);
    if (result->partitions > 0)
        (void)printf("made %zu partitions of the archive\n", result->partitions);
    if (result->local > 0)
        (void)printf("%zu tables are not distributed: run psql -f %s/citus.sql\n", result->local,
                     PKGDATADIR);
}

static bool
make_workspaces(struct pg *pg, const struct config *config, struct quosync_error *err)
{
    for (size_t i = 0; i < config->n_workspaces; i++) {
        const struct config_workspace *workspace = &config->workspaces[i];

        if (!migrate_workspace(pg, workspace->org_id, workspace->name, workspace->timezone, err))
            return false;
    }
    return true;
}

static int
look(struct invocation *invocation, struct pg *pg, bool dry)
{
    AUTO(migrate_result_done) struct migrate_result result = { 0 };
    struct quosync_error err = { 0 };

    if (!migrate_look(pg, &result, &err))
        return failed(invocation, &err);
    if (invocation->json)
        print_json(&result);
    else
        print_text(&result, !dry, dry);
    return !dry && result.n_applied < result.n_steps ? EXIT_FOUND : EXIT_DONE;
}

static int
rename_workspace(struct invocation *invocation, struct pg *pg, const char *from, const char *to)
{
    struct quosync_error err = { 0 };
    struct output output = { .file = stdout };
    size_t rows;

    if (!migrate_rename(pg, from, to, &rows, &err))
        return failed(invocation, &err);
    if (invocation->json) {
        output_begin(&output, NULL, '{');
        output_number(&output, "rows", (int64_t)rows);
        output_end(&output, '}');
    } else {
        (void)printf("%zu rows moved from %s to %s\n", rows, from, to);
    }
    return EXIT_DONE;
}

static int
migrate(struct invocation *invocation, struct pg *pg)
{
    AUTO(migrate_result_done) struct migrate_result result = { 0 };
    struct quosync_error err = { 0 };

    if (!migrate_run(pg, &result, &err) || !make_workspaces(pg, invocation->config, &err))
        return failed(invocation, &err);
    if (option_value(invocation, "roles") != NULL && !migrate_roles(pg, &err))
        return failed(invocation, &err);
    if (invocation->json)
        print_json(&result);
    else
        print_text(&result, false, false);
    return EXIT_DONE;
}

static int
run(struct invocation *invocation)
{
    const char *from = option_value(invocation, "rename-workspace");
    const bool status = option_value(invocation, "status") != NULL;
    const bool dry = option_value(invocation, "dry-run") != NULL;
    const struct pg_options options = { .conninfo = invocation->config->database,
                                        .application_name = "quosync migrate",
                                        .statement_timeout_ms = MIGRATE_TIMEOUT_MS };
    struct quosync_error err = { 0 };
    struct pg *pg = NULL;
    int exit;

    if ((from != NULL) != (invocation->n_operands == 1))
        return wrong_usage(invocation, "expected --rename-workspace OLD NEW, or no argument");
    if (status + dry + (from != NULL) > 1)
        return wrong_usage(invocation,
                           "only one of --status, --dry-run and --rename-workspace makes sense");
    if (!pg_open(&options, &pg, &err))
        return failed(invocation, &err);
    if (status || dry)
        exit = look(invocation, pg, dry);
    else if (from != NULL)
        exit = rename_workspace(invocation, pg, from, invocation->operands[0]);
    else
        exit = migrate(invocation, pg);
    pg_close(&pg);
    return exit;
}

static const struct command_option options[] = {
    { "status", NULL, "list all migrations; exit 1 where one is missing" },
    { "dry-run", NULL, "say what would be applied, change nothing" },
    { "roles", NULL, "make the roles quo_owner, quo_worker, quo_reader and their grants, too" },
    { "rename-workspace", "OLD NEW", "give all rows of org_id OLD the org_id NEW" },
    { NULL, NULL, NULL },
};

const struct command cmd_migrate = {
    .name = "migrate", .args = "", .run = run, .options = options,
    .summary = "create or upgrade schema quo",
    .details = "Safe to run from several hosts at once, and again. Each migration is one\n"
               "transaction; a run that was cut off goes on from there.\n",
    .traits = COMMAND_JSON,
    .most_operands = 1,
};
