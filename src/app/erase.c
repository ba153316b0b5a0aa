/*
 * erase.c - finds what goes with a contact, records it, and lets the worker's
 * own code take it from the tables: an erased row is a row with a mark.
 */
#include "app/erase.h"

#include "base/clock.h"
#include "base/points.h"
#include "base/stop.h"
#include "core/error.h"
#include "db/test_events.h"

#include <stdio.h>
#include <string.h>

/* Rows of one statement. */
#define ROWS_AT_ONCE 1000

/* A lock that workers hold is waited for 10 s each time (tx_begin). */
#define TRIES 30
#define TRY_AGAIN_MS 50

struct erase {
    struct pg *pg;
    struct params *params;
    const struct erase_options *options;
    struct erase_result *result;
    struct arena arena;
    struct erasures set;
    struct result test_ids; /* what tests borrows from */
    struct event_tests tests;
};

static const char *
org_of(const struct erase *erase)
{
    return erase->options->workspace.org_id;
}

static void
put_contact(struct erase *erase)
{
    params_reset(erase->params);
    params_text(erase->params, org_of(erase));
    params_text(erase->params, erase->options->contact_id);
}

/* ---- finding --------------------------------------------------------------------- */

static bool
look_for_contact(struct erase *erase, struct quosync_error *err)
{
    AUTO(result_done) struct result answer = { 0 };

    put_contact(erase);
    if (!pg_run(erase->pg, &sql_erasures_known, erase->params, &answer, err))
        return false;
    erase->result->known = result_boolean(&answer, 0, 0);
    return erasures_put(&erase->set, ERASURE_CONTACT, erase->options->contact_id, err);
}

static bool
find_matched(struct erase *erase, struct quosync_error *err)
{
    AUTO(result_done) struct result answer = { 0 };

    put_contact(erase);
    if (!pg_run(erase->pg, &sql_erasures_activities, erase->params, &answer, err))
        return false;
    for (size_t i = 0; i < answer.rows; i++) {
        enum erasure_kind kind;

        if (erasure_kind_read(result_text(&answer, i, 0), &kind) &&
            !erasures_put(&erase->set, kind, result_text(&answer, i, 1), err))
            return false;
    }
    return true;
}

static void
event_freed(struct quosync_event **event)
{
    quosync_event_free(*event);
}

/* What an archived event is about, where it lists the contact. */
static bool
take_archived(struct erase *erase, const void *body, size_t bytes, struct quosync_error *err)
{
    AUTO(event_freed) struct quosync_event *event = NULL;
    struct erasure_event about;
    struct quosync_error why;
    bool lists = false;

    if (!event_decode(body, bytes, &erase->tests, &event, &why)) {
        if (why.kind == QUOSYNC_BAD_INPUT)
            return true;
        *err = why;
        return false;
    }
    if (event->test)
        return true;
    batch_erasure_event(event, &about);
    for (size_t i = 0; i < about.n_contacts && !lists; i++)
        lists = strcmp(about.contacts[i], erase->options->contact_id) == 0;
    for (size_t i = 0; lists && i < about.n; i++)
        if (!erasures_put(&erase->set, about.about[i].kind, about.about[i].id, err))
            return false;
    return true;
}

/*
 * JSON can spell any character by its number, and these by a letter as well. Texts are full
 * of the latter: whoever takes them all for a hiding place decodes half of the archive.
 */
static const char *
hiding_place(const char *id)
{
    return strpbrk(id, "\"\\/\b\f\n\r\t") == NULL ? "\\u" : "\\";
}

static bool
find_archived(struct erase *erase, struct quosync_error *err)
{
    int64_t after_us = INT64_MIN;
    char after_id[256] = "";

    for (;;) {
        AUTO(result_done) struct result answer = { 0 };

        params_reset(erase->params);
        params_text(erase->params, org_of(erase));
        params_instant(erase->params, after_us);
        params_text(erase->params, after_id);
        params_text(erase->params, erase->options->contact_id);
        params_text(erase->params, hiding_place(erase->options->contact_id));
        params_bigint(erase->params, (int64_t)erase->options->rows);
        params_bigint(erase->params, (int64_t)erase->options->bytes);
        if (!pg_run(erase->pg, &sql_erasures_archived, erase->params, &answer, err))
            return false;
        if (answer.rows == 0)
            return true;
        for (size_t i = 0; i < answer.rows; i++) {
            size_t bytes;
            const void *body = result_bytes(&answer, i, 2, &bytes);

            if (!take_archived(erase, body, bytes, err))
                return false;
        }
        after_us = result_instant(&answer, answer.rows - 1, 0);
        (void)snprintf(after_id, sizeof after_id, "%s", result_text(&answer, answer.rows - 1, 1));
    }
}

/* ---- erasing --------------------------------------------------------------------- */

static void
fold_freed(struct quosync_fold **fold)
{
    quosync_fold_free(*fold);
}

static bool
erase_rows(struct erase *erase, size_t skip, bool *more, struct quosync_error *err)
{
    AUTO(arena_done) struct arena arena = { 0 };
    AUTO(fold_freed) struct quosync_fold *fold = NULL;
    AUTO(rows_done) struct rows rows = { 0 };
    struct rows_options options = { .org_id = org_of(erase), .now_us = erase->options->now_us };

    if (!quosync_fold_new(0, &fold, err) ||
        !erasures_mark_fresh(&erase->set, skip, ROWS_AT_ONCE, fold, more, err) ||
        !rows_write(erase->pg, erase->params, &options, fold, &arena, &rows, err) ||
        !pg_wait(erase->pg, err))
        return false;
    /* Nobody else is here to be faster. */
    return !rows.again || error_set(err, QUOSYNC_BUG, "another worker wrote rows meanwhile");
}

static bool
erase_all_rows(struct erase *erase, struct quosync_error *err)
{
    bool more = true;

    for (size_t skip = 0; more; skip += ROWS_AT_ONCE)
        if (!erase_rows(erase, skip, &more, err))
            return false;
    return true;
}

/* A batch of the worker's, in this transaction. */
static bool
apply_waiting(struct erase *erase, const struct delivery *deliveries, size_t n,
              struct quosync_error *err)
{
    AUTO(batch_done) struct batch batch = { 0 };
    AUTO(rows_done) struct rows rows = { 0 };
    AUTO(erasures_done) struct erasures erasures = { .arena = &batch.arena };
    const char *org_id = org_of(erase);
    int64_t now_us = erase->options->now_us;
    struct rows_options options = { .org_id = org_id, .now_us = now_us };
    bool again = false;

    if (!batch_read(&batch, &erase->options->workspace, deliveries, n, &erase->tests, true, NULL,
                    err) ||
        !batch_erase(&batch, erase->pg, erase->params, org_id, true, now_us, &erasures, &again,
                     err) ||
        !rows_write(erase->pg, erase->params, &options, batch.fold, &batch.arena, &rows, err) ||
        !batch_erased_rows(erase->pg, erase->params, org_id, &erasures, &rows.counts, err) ||
        !archive_move(erase->pg, erase->params, org_id, batch.archived, batch.n_archived, err) ||
        !dead_letters_bury(erase->pg, erase->params, org_id, batch.dead, batch.n_dead, now_us,
                           err) ||
        !pg_wait(erase->pg, err))
        return false;
    erase->result->messages += erasures_count(&erasures, ERASURE_MESSAGE);
    erase->result->calls += erasures_count(&erasures, ERASURE_CALL);
    erase->result->voicemails += erasures_count(&erasures, ERASURE_VOICEMAIL);
    for (size_t i = 0; i < batch.n_archived; i++)
        erase->result->waiting += batch.archived[i].erased;
    return !rows.again || error_set(err, QUOSYNC_BUG, "another worker wrote rows meanwhile");
}

/*
 * Deliveries that still wait are applied here and now, as a worker would do it
 * later: their bodies must not stay until then.
 */
static bool
erase_waiting(struct erase *erase, struct quosync_error *err)
{
    for (;;) {
        AUTO(result_done) struct result answer = { 0 };
        AUTO(arena_done) struct arena arena = { 0 };
        struct delivery *deliveries;

        /* By number of rows alone: a waiting delivery is at most max_body long. */
        if (!erasures_waiting(erase->pg, erase->params, org_of(erase), &erase->set,
                              erase->options->rows, &answer, err))
            return false;
        if (answer.rows == 0)
            return true;
        deliveries = arena_get(&arena, answer.rows * sizeof *deliveries);
        if (deliveries == NULL)
            return error_no_memory(err);
        for (size_t i = 0; i < answer.rows; i++) {
            deliveries[i] = (struct delivery){ .received_us = result_instant(&answer, i, 0),
                                               .seq = result_bigint(&answer, i, 1),
                                               .webhook_id = result_text(&answer, i, 2) };
            deliveries[i].body = result_bytes(&answer, i, 3, &deliveries[i].body_bytes);
        }
        if (!apply_waiting(erase, deliveries, answer.rows, err))
            return false;
    }
}

static void
take_counts(struct erase *erase)
{
    erase->result->messages = erasures_count(&erase->set, ERASURE_MESSAGE);
    erase->result->calls = erasures_count(&erase->set, ERASURE_CALL);
    erase->result->voicemails = erasures_count(&erase->set, ERASURE_VOICEMAIL);
    erase->result->known = erase->result->known || erase->set.n_fresh > 1;
}

/* All of it, in a transaction that has the workspace to itself. */
static bool
erase_everywhere(struct erase *erase, struct quosync_error *err)
{
    if (!look_for_contact(erase, err) || !find_matched(erase, err) || !find_archived(erase, err) ||
        !erasures_extend(erase->pg, erase->params, org_of(erase), &erase->set,
                         erase->options->now_us, err))
        return false;
    take_counts(erase);
    QUOSYNC_POINT("erase-recorded");
    if (!erase_all_rows(erase, err))
        return false;
    QUOSYNC_POINT("erase-rows");
    return erasures_take_bodies(erase->pg, erase->params, org_of(erase), &erase->set,
                                &erase->result->archived, &erase->result->dead_letters, err) &&
           erase_waiting(erase, err);
}

static void
erase_done(struct erase *erase)
{
    erasures_done(&erase->set);
    result_done(&erase->test_ids);
    arena_done(&erase->arena);
    params_free(&erase->params);
}

static bool
erase_once(struct pg *pg, const struct erase_options *options, struct erase_result *result,
           struct quosync_error *err)
{
    AUTO(erase_done) struct erase erase = { .pg = pg, .params = params_new(),
                                            .options = options, .result = result };
    AUTO(result_done) struct result locked = { 0 };
    AUTO(tx_end) struct tx tx = { 0 };

    *result = (struct erase_result){ 0 };
    erase.set.arena = &erase.arena;
    if (!tx_begin(pg, &tx, err))
        return false;
    params_reset(erase.params);
    params_text(erase.params, options->workspace.org_id);
    if (!pg_run(pg, &sql_workspaces_lock_alone, erase.params, &locked, err) ||
        !workspace_locked(&locked, options->workspace.org_id, err))
        return false;
    QUOSYNC_POINT("erase-locked");
    if (!pg_run(pg, &sql_tx_unbound, NULL, NULL, err) ||
        !test_events_read(pg, options->workspace.org_id, &erase.test_ids, &erase.tests, err) ||
        !erase_everywhere(&erase, err))
        return false;
    QUOSYNC_POINT("erase-before-commit");
    return tx_commit(&tx, err);
}

bool
erase_run(struct pg *pg, const struct erase_options *options, struct erase_result *result,
          struct quosync_error *err)
{
    for (int try = 1;; try++) {
        if (erase_once(pg, options, result, err))
            return true;
        if (err->kind != QUOSYNC_TRY_LATER || try == TRIES || stop_wait(TRY_AGAIN_MS))
            return false;
    }
}
