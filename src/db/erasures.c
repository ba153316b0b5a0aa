/*
 * erasures.c - a batch's contacts and activities by kind and id, asked for in
 * one statement. What is taken from rows is core's (strip.c) and rows.c's.
 */
#define HASH_NONFATAL_OOM 1
#define uthash_malloc(bytes) memory_get(bytes)
#define uthash_free(block, bytes) memory_free(block)

#include "db/erasures.h"

#include <string.h>
#include <uthash.h>

#include "core/error.h"
#include "core/fold.h"

static const char *const kind_names[ERASURE_KINDS] = { "contact", "message", "call", "voicemail" };

struct erasure_entry {
    enum erasure_kind kind;
    const char *id; /* in key */
    bool erased, fresh;
    const char *key; /* a digit for the kind, and the id */
    UT_hash_handle hh;
};

void
erasures_done(struct erasures *erasures)
{
    HASH_CLEAR(hh, erasures->entries);
    erasures->entries = NULL;
}

bool
erasure_kind_read(const char *text, enum erasure_kind *kind)
{
    for (int k = 0; k < ERASURE_KINDS; k++) {
        if (strcmp(text, kind_names[k]) == 0) {
            *kind = (enum erasure_kind)k;
            return true;
        }
    }
    return false;
}

/* The entry of that id, made where there is none; NULL when there is no memory. */
static struct erasure_entry *
entry_of(struct erasures *erasures, enum erasure_kind kind, const char *id)
{
    size_t n = strlen(id) + 1;
    struct erasure_entry *entry;
    char *key = arena_get(erasures->arena, n + 1);

    if (key == NULL)
        return NULL;
    key[0] = (char)('0' + kind);
    memcpy(key + 1, id, n);
    HASH_FIND(hh, erasures->entries, key, n, entry);
    if (entry != NULL)
        return entry;
    entry = arena_get_zeroed(erasures->arena, 1, sizeof *entry);
    if (entry == NULL)
        return NULL;
    entry->kind = kind;
    entry->key = key;
    entry->id = key + 1;
    HASH_ADD_KEYPTR(hh, erasures->entries, entry->key, n, entry);
    return entry->hh.tbl != NULL ? entry : NULL;
}

static void
set_fresh(struct erasures *erasures, struct erasure_entry *entry)
{
    erasures->n_fresh += !entry->erased;
    entry->fresh = entry->fresh || !entry->erased;
    entry->erased = true;
}

bool
erasures_put(struct erasures *erasures, enum erasure_kind kind, const char *id,
             struct quosync_error *err)
{
    struct erasure_entry *entry = entry_of(erasures, kind, id);

    if (entry == NULL)
        return error_no_memory(err);
    set_fresh(erasures, entry);
    return true;
}

size_t
erasures_count(const struct erasures *erasures, enum erasure_kind kind)
{
    size_t n = 0;

    for (const struct erasure_entry *e = erasures->entries; e != NULL; e = e->hh.next)
        n += e->fresh && e->kind == kind;
    return n;
}

/* ---- parameters ------------------------------------------------------------------ */

/* Entries of all kinds, or of those in `kinds` (bits); all, or the fresh ones. */
struct choice {
    unsigned kinds;
    bool fresh;
};

static const struct choice all_entries = { ~0U, false }, all_fresh = { ~0U, true };

static bool
chosen(const struct choice *choice, const struct erasure_entry *entry)
{
    return (choice->kinds & 1U << entry->kind) != 0 && (entry->fresh || !choice->fresh);
}

static size_t
count(const struct erasures *erasures, const struct choice *choice)
{
    size_t n = 0;

    for (const struct erasure_entry *e = erasures->entries; e != NULL; e = e->hh.next)
        n += chosen(choice, e);
    return n;
}

static void
put_kinds(struct params *params, const struct erasures *erasures, const struct choice *choice)
{
    params_array(params, PARAMS_TEXT, count(erasures, choice));
    for (const struct erasure_entry *e = erasures->entries; e != NULL; e = e->hh.next)
        if (chosen(choice, e))
            params_item_text(params, kind_names[e->kind]);
}

static void
put_ids(struct params *params, const struct erasures *erasures, const struct choice *choice)
{
    params_array(params, PARAMS_TEXT, count(erasures, choice));
    for (const struct erasure_entry *e = erasures->entries; e != NULL; e = e->hh.next)
        if (chosen(choice, e))
            params_item_text(params, e->id);
}

static void
begin(struct params *params, const char *org_id)
{
    params_reset(params);
    params_text(params, org_id);
}

/* ---- looking --------------------------------------------------------------------- */

static bool
take_names(struct erasures *erasures, const struct erasure_event *events, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < events[i].n; k++)
            if (entry_of(erasures, events[i].about[k].kind, events[i].about[k].id) == NULL)
                return false;
        for (size_t k = 0; k < events[i].n_contacts; k++)
            if (entry_of(erasures, ERASURE_CONTACT, events[i].contacts[k]) == NULL)
                return false;
    }
    return true;
}

static bool
find_recorded(struct pg *pg, struct params *params, const char *org_id,
              struct erasures *erasures, struct quosync_error *err)
{
    AUTO(result_done) struct result answer = { 0 };

    if (erasures->entries == NULL)
        return true;
    begin(params, org_id);
    put_kinds(params, erasures, &all_entries);
    put_ids(params, erasures, &all_entries);
    if (!pg_run(pg, &sql_erasures_find, params, &answer, err))
        return false;
    for (size_t i = 0; i < answer.rows; i++) {
        enum erasure_kind kind;
        struct erasure_entry *entry;

        if (!erasure_kind_read(result_text(&answer, i, 0), &kind))
            continue;
        entry = entry_of(erasures, kind, result_text(&answer, i, 1));
        if (entry == NULL)
            return error_no_memory(err);
        entry->erased = true;
    }
    return true;
}

static bool
names_erased(struct erasures *erasures, const struct erasure_event *event, bool *named)
{
    for (size_t k = 0; k < event->n + event->n_contacts && !*named; k++) {
        const struct erasure_entry *entry =
            k < event->n ? entry_of(erasures, event->about[k].kind, event->about[k].id)
                         : entry_of(erasures, ERASURE_CONTACT, event->contacts[k - event->n]);

        if (entry == NULL)
            return false;
        *named = entry->erased;
    }
    return true;
}

/* An event that names what is erased erases what it is about; until nothing more comes of it. */
static bool
spread(struct erasures *erasures, struct erasure_event *events, size_t n)
{
    for (bool changed = true; changed;) {
        changed = false;
        for (size_t i = 0; i < n; i++) {
            if (events[i].erased)
                continue;
            if (!names_erased(erasures, &events[i], &events[i].erased))
                return false;
            if (!events[i].erased)
                continue;
            changed = true;
            for (size_t k = 0; k < events[i].n; k++) {
                struct erasure_entry *entry =
                    entry_of(erasures, events[i].about[k].kind, events[i].about[k].id);

                if (entry == NULL)
                    return false;
                set_fresh(erasures, entry);
            }
        }
    }
    return true;
}

static void
mark(struct quosync_fold *fold, const struct erasure_entry *entry, bool make)
{
    switch (entry->kind) {
    case ERASURE_CONTACT:
        fold_mark(fold, QUOSYNC_CONTACTS, entry->id, ROW_ERASED, make);
        break;
    case ERASURE_MESSAGE:
        fold_mark(fold, QUOSYNC_MESSAGES, entry->id, ROW_ERASED, make);
        break;
    case ERASURE_CALL:
        fold_mark(fold, QUOSYNC_CALLS, entry->id, ROW_ERASED, make);
        fold_mark(fold, QUOSYNC_CALL_SUMMARIES, entry->id, ROW_ERASED, make);
        fold_mark(fold, QUOSYNC_CALL_TRANSCRIPTS, entry->id, ROW_ERASED, make);
        break;
    case ERASURE_VOICEMAIL:
        fold_mark(fold, QUOSYNC_VOICEMAILS, entry->id, ROW_ERASED, make);
        break;
    }
}

bool
erasures_look(struct pg *pg, struct params *params, const char *org_id,
              struct erasures *erasures, struct erasure_event *events, size_t n,
              struct quosync_fold *fold, struct quosync_error *err)
{
    if (!take_names(erasures, events, n))
        return error_no_memory(err);
    if (!find_recorded(pg, params, org_id, erasures, err))
        return false;
    if (!spread(erasures, events, n))
        return error_no_memory(err);
    for (const struct erasure_entry *e = erasures->entries; e != NULL; e = e->hh.next)
        if (fold != NULL && e->erased)
            mark(fold, e, false);
    return fold == NULL || !fold_failed(fold, err);
}

bool
erasures_look_rows(struct pg *pg, struct params *params, const char *org_id,
                   struct arena *arena, struct quosync_fold *fold, struct quosync_error *err)
{
    static const struct {
        enum quosync_table table;
        enum erasure_kind kind;
    } of[] = {
        { QUOSYNC_CONTACTS, ERASURE_CONTACT },       { QUOSYNC_MESSAGES, ERASURE_MESSAGE },
        { QUOSYNC_CALLS, ERASURE_CALL },             { QUOSYNC_CALL_SUMMARIES, ERASURE_CALL },
        { QUOSYNC_CALL_TRANSCRIPTS, ERASURE_CALL },  { QUOSYNC_VOICEMAILS, ERASURE_VOICEMAIL },
    };
    AUTO(erasures_done) struct erasures erasures = { .arena = arena };

    for (size_t t = 0; t < sizeof of / sizeof of[0]; t++) {
        struct quosync_row **rows;
        size_t n;

        if (!quosync_fold_rows(fold, of[t].table, &rows, &n, err))
            return false;
        for (size_t i = 0; i < n; i++)
            if (entry_of(&erasures, of[t].kind, quosync_row_id(rows[i])) == NULL)
                return error_no_memory(err);
    }
    return erasures_look(pg, params, org_id, &erasures, NULL, 0, fold, err);
}

/* ---- spreading ------------------------------------------------------------------- */

/* Adds what a statement names of the fresh ones of one kind. */
static bool
add_named(struct pg *pg, struct params *params, const char *org_id, struct erasures *erasures,
          const struct statement *statement, enum erasure_kind from, enum erasure_kind to,
          struct quosync_error *err)
{
    const struct choice choice = { 1U << from, true };
    AUTO(result_done) struct result answer = { 0 };

    if (count(erasures, &choice) == 0)
        return true;
    begin(params, org_id);
    put_ids(params, erasures, &choice);
    if (!pg_run(pg, statement, params, &answer, err))
        return false;
    for (size_t i = 0; i < answer.rows; i++)
        if (!erasures_put(erasures, to, result_text(&answer, i, 0), err))
            return false;
    return true;
}

bool
erasures_extend(struct pg *pg, struct params *params, const char *org_id,
                struct erasures *erasures, int64_t now_us, struct quosync_error *err)
{
    if (!add_named(pg, params, org_id, erasures, &sql_erasures_calls, ERASURE_VOICEMAIL,
                   ERASURE_CALL, err) ||
        !add_named(pg, params, org_id, erasures, &sql_erasures_voicemails, ERASURE_CALL,
                   ERASURE_VOICEMAIL, err))
        return false;
    begin(params, org_id);
    put_kinds(params, erasures, &all_fresh);
    put_ids(params, erasures, &all_fresh);
    params_instant(params, now_us);
    return pg_run(pg, &sql_erasures_record, params, NULL, err);
}

bool
erasures_mark_fresh(const struct erasures *erasures, size_t skip, size_t most,
                    struct quosync_fold *fold, bool *more, struct quosync_error *err)
{
    size_t i = 0;

    *more = false;
    for (const struct erasure_entry *e = erasures->entries; e != NULL && !*more; e = e->hh.next) {
        if (!e->fresh || i++ < skip)
            continue;
        if (i > skip + most)
            *more = true;
        else
            mark(fold, e, true);
    }
    return !fold_failed(fold, err);
}

bool
erasures_take_bodies(struct pg *pg, struct params *params, const char *org_id,
                     const struct erasures *erasures, size_t *archive, size_t *dead_letters,
                     struct quosync_error *err)
{
    AUTO(result_done) struct result of_archive = { 0 };
    AUTO(result_done) struct result of_dead = { 0 };

    begin(params, org_id);
    put_ids(params, erasures, &all_fresh);
    if (!pg_run(pg, &sql_dead_letters_erase, params, &of_dead, err))
        return false;
    *dead_letters += of_dead.affected;
    if (archive == NULL)
        return true;
    begin(params, org_id);
    put_kinds(params, erasures, &all_fresh);
    put_ids(params, erasures, &all_fresh);
    if (!pg_run(pg, &sql_events_erase, params, &of_archive, err))
        return false;
    *archive += of_archive.affected;
    return true;
}

bool
erasures_waiting(struct pg *pg, struct params *params, const char *org_id,
                 const struct erasures *erasures, size_t rows, struct result *answer,
                 struct quosync_error *err)
{
    begin(params, org_id);
    put_ids(params, erasures, &all_fresh);
    params_bigint(params, (int64_t)rows);
    return pg_run(pg, &sql_erasures_waiting, params, answer, err);
}
