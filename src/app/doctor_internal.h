/*
 * doctor_internal.h - what the parts of the doctor share: how a finding is
 * made, and which checks follow which. Nobody else includes it.
 */
#ifndef QUOSYNC_APP_DOCTOR_INTERNAL_H
#define QUOSYNC_APP_DOCTOR_INTERNAL_H

#include "app/doctor.h"
#include "db/pg.h"

struct doctor {
    const struct doctor_options *options;
    const struct config *config;
    struct pg *pg; /* NULL: the database is not reached */
    struct pg_peer peer;
    bool pooled;   /* a pooler stands in between */
    bool writable; /* the server takes writes */
    bool schema;   /* the schema is the one that this program knows */
    char role[64]; /* what we connect as, by the server's word */
    bool superuser;
    bool pending;  /* `finding` was not told yet: a remedy may follow */
    struct doctor_finding finding;
};

/* Begins a finding, and tells the one before. */
void found(struct doctor *doctor, enum doctor_state state, const char *check,
           const struct config_workspace *workspace, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* The same for what failed and belongs to a kind of error. */
void failed_as(struct doctor *doctor, enum quosync_error_kind kind, const char *check,
               const struct config_workspace *workspace, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* Fails with an error and its hint; without a hint `remedy` stands. */
void failed_with(struct doctor *doctor, const char *check,
                 const struct config_workspace *workspace, const struct quosync_error *err,
                 const char *remedy);
/* More words of the finding that was begun last. */
void also_found(struct doctor *doctor, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* What to do about the finding that was begun last: a sentence. */
void remedy(struct doctor *doctor, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Skips a part's checks from `first` on; NULL ends them. */
void doctor_skip(struct doctor *doctor, const char *const *checks, const char *first,
                 const struct config_workspace *workspace, const char *why);
/* Why the database cannot be asked; NULL: it can. */
const char *doctor_unreached(const struct doctor *doctor);

/*
 * Runs a statement; where it fails, that is the check's finding. False: nothing
 * further can be said of it.
 */
bool doctor_ask(struct doctor *doctor, const char *check,
                const struct config_workspace *workspace, const struct statement *statement,
                struct params *params, struct result *result) QUOSYNC_MUST_CHECK;

/* How far one clock is off another, in words: "12 s ahead of", "3 h behind". */
#define DOCTOR_SPAN_SIZE 48
const char *doctor_span(int64_t us, char text[DOCTOR_SPAN_SIZE]);

/* The word that goes with a number: "1 slot is", "2 slots are". */
static inline const char *
by_number(int64_t n, const char *one, const char *several)
{
    return n == 1 ? one : several;
}

/* The checks, in their order. */
void doctor_config(struct doctor *doctor);    /* the configuration and its files */
void doctor_host(struct doctor *doctor);      /* descriptors, addresses */
void doctor_server(struct doctor *doctor);    /* opens pg; server, role, settings */
void doctor_settings(struct doctor *doctor, bool standby); /* called by doctor_server */
void doctor_schema(struct doctor *doctor);    /* migrations, roles, privileges */
void doctor_mirror(struct doctor *doctor, const struct config_workspace *workspace);
void doctor_quo(struct doctor *doctor, const struct config_workspace *workspace);

#endif
