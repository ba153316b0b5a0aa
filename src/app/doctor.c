/*
 * doctor.c - the order of the checks, and how a finding is told.
 */
#include <config.h>

#include "app/doctor_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "app/status.h"
#include "core/error.h"

const char *
doctor_state_name(enum doctor_state state)
{
    static const char *const names[DOCTOR_STATES] = { "ok", "warning", "failed", "skipped" };

    return names[state];
}

static void
tell(struct doctor *doctor)
{
    if (doctor->pending)
        doctor->options->tell(doctor->options->tell_state, &doctor->finding);
    doctor->pending = false;
}

__attribute__((format(printf, 6, 0))) static void
begin(struct doctor *doctor, enum doctor_state state, enum quosync_error_kind kind,
      const char *check, const struct config_workspace *workspace, const char *format,
      va_list args)
{
    tell(doctor);
    doctor->pending = true;
    doctor->finding = (struct doctor_finding){ .state = state,
                                               .kind = kind,
                                               .check = check,
                                               .workspace =
                                                   workspace == NULL ? NULL : workspace->name };
    (void)vsnprintf(doctor->finding.found, sizeof doctor->finding.found, format, args);
}

void
found(struct doctor *doctor, enum doctor_state state, const char *check,
      const struct config_workspace *workspace, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    begin(doctor, state, QUOSYNC_OK, check, workspace, format, args);
    va_end(args);
}

void
failed_as(struct doctor *doctor, enum quosync_error_kind kind, const char *check,
          const struct config_workspace *workspace, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    begin(doctor, DOCTOR_FAILED, kind, check, workspace, format, args);
    va_end(args);
}

void
failed_with(struct doctor *doctor, const char *check, const struct config_workspace *workspace,
            const struct quosync_error *err, const char *otherwise)
{
    failed_as(doctor, err->kind, check, workspace, "%s", err->text);
    remedy(doctor, "%s", err->hint[0] != '\0' ? err->hint : otherwise);
}

void
also_found(struct doctor *doctor, const char *format, ...)
{
    const size_t n = strlen(doctor->finding.found);
    va_list args;

    va_start(args, format);
    (void)vsnprintf(doctor->finding.found + n, sizeof doctor->finding.found - n, format, args);
    va_end(args);
}

void
remedy(struct doctor *doctor, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    (void)vsnprintf(doctor->finding.remedy, sizeof doctor->finding.remedy, format, args);
    va_end(args);
}

void
doctor_skip(struct doctor *doctor, const char *const *checks, const char *first,
            const struct config_workspace *workspace, const char *why)
{
    bool skip = false;

    for (; *checks != NULL; checks++) {
        skip = skip || strcmp(*checks, first) == 0;
        if (skip)
            found(doctor, DOCTOR_SKIPPED, *checks, workspace, "%s", why);
    }
}

const char *
doctor_unreached(const struct doctor *doctor)
{
    if (doctor->pg == NULL)
        return "the database is not reached";
    return pg_usable(doctor->pg) ? NULL : "the connection to the database was lost";
}

bool
doctor_ask(struct doctor *doctor, const char *check, const struct config_workspace *workspace,
           const struct statement *statement, struct params *params, struct result *result)
{
    struct quosync_error err;

    if (doctor_unreached(doctor) != NULL) {
        found(doctor, DOCTOR_SKIPPED, check, workspace, "%s", doctor_unreached(doctor));
        return false;
    }
    if (pg_run(doctor->pg, statement, params, result, &err))
        return true;
    failed_with(doctor, check, workspace, &err, "Run quosync doctor again.");
    return false;
}

const char *
doctor_span(int64_t us, char text[DOCTOR_SPAN_SIZE])
{
    char age[STATUS_AGE_SIZE];

    (void)snprintf(text, DOCTOR_SPAN_SIZE, "%s %s", status_age(us < 0 ? -us : us, age),
                   us < 0 ? "behind" : "ahead of");
    return text;
}

void
doctor_run(const struct doctor_options *options)
{
    struct doctor doctor = { .options = options, .config = options->config };

    doctor_config(&doctor);
    doctor_host(&doctor);
    doctor_server(&doctor);
    doctor_schema(&doctor);
    for (size_t i = 0; i < options->config->n_workspaces; i++) {
        const struct config_workspace *workspace = &options->config->workspaces[i];

        if (options->only != NULL && options->only != workspace)
            continue;
        doctor_mirror(&doctor, workspace);
        doctor_quo(&doctor, workspace);
    }
    tell(&doctor);
    pg_close(&doctor.pg);
}
