/*
 * batch.h - reads deliveries into a fold: what each one is, and whether it is
 * applied, only archived, or dead. Worker and replay go through here.
 */
#ifndef QUOSYNC_APP_BATCH_H
#define QUOSYNC_APP_BATCH_H

#include "core/memory.h"
#include "db/archive.h"
#include "db/dead_letters.h"
#include "db/inbox.h"
#include "quosync.h"

/* What the batch must know of the workspace that received its deliveries. */
struct batch_workspace {
    const char *org_id;     /* under which rows are stored */
    bool org_id_configured; /* then events that name another one are dead letters */
    int country_code;       /* 0 or 1 */
};

#define BATCH_KINDS (QUOSYNC_CONTACT_DELETED + 1)

struct batch_counts {
    size_t applied[BATCH_KINDS]; /* by enum quosync_event_kind; OTHER stays 0 */
    size_t archived;             /* tests and unknown types: archived, and nothing else */
    size_t dead;
};

/* A batch in memory. All-zero is the empty state; batch_done may run twice. */
struct batch {
    struct arena arena;
    struct quosync_fold *fold;
    struct archive_entry *archived;  /* applied ones as well */
    size_t n_archived;
    struct dead_letter_entry *dead;
    size_t n_dead;
    struct batch_counts counts;
};

void batch_done(struct batch *batch);

/*
 * batch_read - decode n deliveries and fold the good ones.
 *
 *   batch      empty
 *   meanwhile  a connection with statements on their way (pg_push); NULL: none
 *
 * Bad deliveries are no error: they are in batch->dead, with the reason.
 * Errors   QUOSYNC_NO_MEMORY.
 */
bool batch_read(struct batch *batch, const struct batch_workspace *workspace,
                const struct delivery *deliveries, size_t n, struct pg *meanwhile,
                struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* batch_bury_one - make the only delivery of a batch a dead letter. Errors: NO_MEMORY. */
bool batch_bury_one(struct batch *batch, const struct delivery *delivery, const char *reason,
                    const char *detail, size_t attempts,
                    struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* Adds b to a. */
void batch_counts_add(struct batch_counts *a, const struct batch_counts *b);

#endif
