/*
 * batch.h - reads deliveries into a fold: what each one is, and whether it is
 * applied, only archived, or dead. Worker and replay go through here.
 */
#ifndef QUOSYNC_APP_BATCH_H
#define QUOSYNC_APP_BATCH_H

#include "core/memory.h"
#include "db/archive.h"
#include "db/dead_letters.h"
#include "db/erasures.h"
#include "db/inbox.h"
#include "db/rows.h"
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
    struct erasure_event *events;    /* of each of them, what erasures must know; see batch_read */
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
 *   tests      ids of the workspace's test events
 *   erasures   note what each event is about, for batch_erase
 *   meanwhile  a connection with statements on their way (pg_push); NULL: none
 *
 * Bad deliveries are no error: they are in batch->dead, with the reason.
 * Errors   QUOSYNC_NO_MEMORY.
 */
bool batch_read(struct batch *batch, const struct batch_workspace *workspace,
                const struct delivery *deliveries, size_t n, const struct event_tests *tests,
                bool erasures, struct pg *meanwhile, struct quosync_error *err) QUOSYNC_MUST_CHECK;

/*
 * batch_erase - ask what of the batch is erased, and mark its rows and entries.
 *
 *   batch     batch_read with `erasures`
 *   alone     the transaction has the workspace to itself
 *   erasures  empty, but for its arena: the batch's; outlives rows_write
 *
 * Sets *again, and nothing else counts, where that erases activities that were
 * not erased before, and the transaction is not alone: do it all again, alone.
 * Otherwise such activities are recorded, and the fold erases what is stored of
 * them; after rows_write the caller takes bodies (erasures_take_bodies).
 * Errors   pg_run's.
 */
bool batch_erase(struct batch *batch, struct pg *pg, struct params *params, const char *org_id,
                 bool alone, int64_t now_us, struct erasures *erasures, bool *again,
                 struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* batch_erased_rows - the end of it, after rows_write: see there. Errors: pg_run's. */
bool batch_erased_rows(struct pg *pg, struct params *params, const char *org_id,
                       const struct erasures *erasures, const struct rows_counts *counts,
                       struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* What an event is about, as erasures sees it; borrows from the event. */
void batch_erasure_event(const struct quosync_event *event, struct erasure_event *about);

/* batch_bury_one - make the only delivery of a batch a dead letter. Errors: NO_MEMORY. */
bool batch_bury_one(struct batch *batch, const struct delivery *delivery, const char *reason,
                    const char *detail, size_t attempts,
                    struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* Adds b to a. */
void batch_counts_add(struct batch_counts *a, const struct batch_counts *b);

#endif
