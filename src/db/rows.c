/*
 * rows.c - one batch's way through the tables: (1) lock the stored rows, all
 * tables in their order and ids sorted; (2) merge, in core; (3) insert new
 * rows; (4) update the others, and the children of both. What children and
 * links need is rows_lists.c's.
 *
 * No deadlock: in (1) all workers lock in one order. A worker in (3) waits only
 * for inserts of others that are in (3) or past it, in one order again, and
 * nobody there waits for locks of (1). The rows whose insert lost are locked
 * out of order, and so without waiting.
 */
#include "db/rows_internal.h"

#include "base/points.h"
#include "core/error.h"

#include <string.h>

void
rows_done(struct rows *rows)
{
    struct rows_work *work = rows->work;

    if (work == NULL)
        return;
    for (size_t t = 0; t < QUOSYNC_TABLES; t++) {
        struct table_work *of = &work->tables[t];

        result_done(&of->locked);
        result_done(&of->rest);
        result_done(&of->inserted);
        result_done(&of->locked_now);
        for (size_t l = 0; l < TABLE_MAX_LISTS; l++)
            result_done(&of->lists[l]);
    }
    memory_free(work);
    rows->work = NULL;
}

/* ---- (1) lock and read --------------------------------------------------- */

void
rows_put_ids(struct rows_work *work, const struct table_work *of, rows_filter *wanted)
{
    size_t n = 0;

    for (size_t i = 0; i < of->n; i++)
        n += wanted == NULL || wanted(of, i);
    params_reset(work->params);
    params_text(work->params, work->options->org_id);
    params_array(work->params, PARAMS_TEXT, n);
    for (size_t i = 0; i < of->n; i++)
        if (wanted == NULL || wanted(of, i))
            params_item_text(work->params, of->rows[i]->id);
}

/* The rows of one table; those of `from` on which `wanted` agrees. */
static bool
take_rows(struct rows_work *work, enum quosync_table number, struct quosync_error *err)
{
    struct table_work *of = &work->tables[number];
    struct quosync_row **rows;

    if (!quosync_fold_rows(work->fold, number, &rows, &of->n, err))
        return false;
    of->number = number;
    of->table = &tables[number];
    of->rows = arena_get(work->arena, of->n * sizeof(struct quosync_row *));
    of->stored = arena_get_zeroed(work->arena, of->n, sizeof(struct quosync_row *));
    of->plans = arena_get_zeroed(work->arena, of->n, sizeof *of->plans);
    of->lost = arena_get_zeroed(work->arena, of->n, sizeof *of->lost);
    if (of->rows == NULL || of->stored == NULL || of->plans == NULL || of->lost == NULL)
        return error_no_memory(err);
    if (of->n > 0)
        memcpy(of->rows, rows, of->n * sizeof(struct quosync_row *));
    return true;
}

/* Gives each row the stored one of the same id; both are sorted bytewise. */
static bool
match(struct rows_work *work, struct table_work *of, const struct result *answer,
      struct quosync_error *err)
{
    size_t i = 0;

    for (size_t k = 0; k < answer->rows; k++) {
        const char *id = result_text(answer, k, 0);
        const uint8_t *state;
        size_t n;

        while (i < of->n && strcmp(of->rows[i]->id, id) < 0)
            i++;
        if (i == of->n || strcmp(of->rows[i]->id, id) != 0)
            return error_set(err, QUOSYNC_BUG, "%s: a row was locked that was not asked for",
                             of->table->name);
        state = result_bytes(answer, k, 1, &n);
        if (!row_state_unpack(of->number, of->rows[i]->id, state, n, work->arena,
                              &of->stored[i], err)) {
            error_prefix(err, "%s: merge state", of->table->name);
            return false;
        }
    }
    return true;
}

/* What REST said of contacts belongs to the stored row; where there is none yet, to the new one. */
static bool
match_rest(struct rows_work *work, struct table_work *of, struct quosync_error *err)
{
    const struct result *answer = &of->rest;
    size_t i = 0;

    for (size_t k = 0; k < answer->rows; k++) {
        const char *id = result_text(answer, k, 0);
        struct quosync_row *into;
        const uint8_t *state;
        size_t n;

        while (i < of->n && strcmp(of->rows[i]->id, id) < 0)
            i++;
        if (i == of->n || strcmp(of->rows[i]->id, id) != 0)
            return error_set(err, QUOSYNC_BUG, "contact_rest: a row that was not asked for");
        into = of->stored[i];
        if (into == NULL)
            into = row_new(of->number, of->rows[i]->id, work->arena);
        if (into == NULL)
            return error_no_memory(err);
        state = result_bytes(answer, k, 1, &n);
        if (!row_state_add_rest(into, state, n, work->arena, err)) {
            error_prefix(err, "contact_rest: merge state");
            return false;
        }
        if (of->stored[i] == NULL)
            row_merge(of->rows[i], into);
    }
    return true;
}

bool
rows_plan(struct rows_work *work, struct table_work *of, rows_filter *wanted,
          struct quosync_error *err)
{
    for (size_t i = 0; i < of->n; i++)
        if ((wanted == NULL || wanted(of, i)) &&
            !row_plan_make(of->rows[i], of->stored[i], work->options->rewrite, work->arena,
                           &of->plans[i], err))
            return false;
    return true;
}

/*
 * Definitions are hot: nearly every contact names them, hardly any changes
 * them. They are read first, and only those that would change are locked.
 */
static bool
keep_changed_definitions(struct rows_work *work, struct quosync_error *err)
{
    struct table_work *of = &work->tables[QUOSYNC_CUSTOM_FIELD_DEFINITIONS];
    AUTO(result_done) struct result answer = { 0 };
    size_t kept = 0;

    if (of->n == 0)
        return true;
    rows_put_ids(work, of, NULL);
    if (!pg_run(work->pg, &sql_custom_field_definitions_read, work->params, &answer, err) ||
        !match(work, of, &answer, err))
        return false;
    for (size_t i = 0; i < of->n; i++) {
        /* The row itself stays as it is: it meets the locked one later. */
        struct quosync_row probe = *of->rows[i];

        if (!row_plan_make(&probe, of->stored[i], work->options->rewrite, work->arena,
                           &of->plans[i], err))
            return false;
        if (of->plans[i].write)
            of->rows[kept++] = of->rows[i];
        else
            work->counts->unchanged++;
    }
    of->n = kept;
    for (size_t i = 0; i < kept; i++)
        of->stored[i] = NULL;
    return true;
}

static bool
lock_all(struct rows_work *work, struct quosync_error *err)
{
    for (size_t t = 0; t < QUOSYNC_TABLES; t++) {
        struct table_work *of = &work->tables[t];

        if (of->n == 0)
            continue;
        rows_put_ids(work, of, NULL);
        if (!pg_send(work->pg, table_sql[t].lock, work->params, &of->locked, err))
            return false;
        if (t == QUOSYNC_CONTACTS &&
            !pg_send(work->pg, &sql_contact_rest_read, work->params, &of->rest, err))
            return false;
    }
    return pg_wait(work->pg, err);
}

/* ---- (2) merge ------------------------------------------------------------- */

/*
 * A call's marks are its summary's and its transcript's, too: one that is the
 * first must not come with what the call may no longer hold. Calls are merged
 * before them, and both are sorted by the call's id.
 */
static void
share_marks(struct rows_work *work, struct table_work *of)
{
    const struct table_work *calls = &work->tables[QUOSYNC_CALLS];
    size_t c = 0;

    if (of->number != QUOSYNC_CALL_SUMMARIES && of->number != QUOSYNC_CALL_TRANSCRIPTS)
        return;
    for (size_t i = 0; i < of->n; i++) {
        while (c < calls->n && strcmp(calls->rows[c]->id, of->rows[i]->id) < 0)
            c++;
        if (c < calls->n && strcmp(calls->rows[c]->id, of->rows[i]->id) == 0)
            of->rows[i]->marks |= calls->rows[c]->marks;
    }
}

static bool
merge_all(struct rows_work *work, struct quosync_error *err)
{
    for (size_t t = 0; t < QUOSYNC_TABLES; t++) {
        struct table_work *of = &work->tables[t];

        share_marks(work, of);
        if (of->n > 0 && (!match(work, of, &of->locked, err) ||
                          (t == QUOSYNC_CONTACTS && !match_rest(work, of, err)) ||
                          !rows_plan(work, of, NULL, err)))
            return false;
    }
    return lists_supply(work, &work->tables[QUOSYNC_CONTACTS], err);
}

/* ---- (3) insert, (4) update ------------------------------------------------- */

static bool
to_insert(const struct table_work *of, size_t i)
{
    return of->plans[i].insert && of->plans[i].write && !of->plans[i].rest_only;
}

static bool
to_update(const struct table_work *of, size_t i)
{
    return !of->plans[i].insert && of->plans[i].write && !of->plans[i].rest_only;
}

/* Two registers and whether people see it: the contacts'. */
#define WINNERS_MAX 8

/* Of an update's rows the registers that an update must name, and whether people see it. */
#define VISIBLE BIT(TABLE_MAX_REGISTERS)

static uint32_t
winners_of(const struct table_work *of, size_t i)
{
    uint32_t winners = of->plans[i].registers & table_guards(of->table);

    if (of->number == QUOSYNC_CONTACTS && of->plans[i].visible)
        winners |= VISIBLE;
    return winners;
}

/* Rows that one statement updates: those of the same winners. */
static bool
to_update_now(const struct table_work *of, size_t i)
{
    return to_update(of, i) && winners_of(of, i) == of->winners;
}

static bool
lost(const struct table_work *of, size_t i)
{
    return of->lost[i];
}

static size_t
count(const struct table_work *of, rows_filter *wanted)
{
    size_t n = 0;

    for (size_t i = 0; i < of->n; i++)
        n += wanted(of, i);
    return n;
}

/* The columns of the wanted rows, an array each, in the table's order. */
static void
put_columns(struct rows_work *work, const struct table_work *of, rows_filter *wanted, size_t n)
{
    for (size_t c = 0; c < of->table->n_columns; c++) {
        values_begin(work->params, of->table->columns[c].type, n);
        for (size_t i = 0; i < of->n; i++) {
            if (wanted(of, i)) {
                struct quosync_value value = quosync_row_value(of->rows[i], c);

                values_put(work->params, &value, work->arena);
            }
        }
    }
}

static bool
put_states(struct rows_work *work, const struct table_work *of, rows_filter *wanted, size_t n,
           struct quosync_error *err)
{
    params_array(work->params, PARAMS_BYTEA, n);
    for (size_t i = 0; i < of->n; i++) {
        const uint8_t *state;
        size_t bytes;

        if (!wanted(of, i))
            continue;
        if (!row_state_pack(of->rows[i], work->arena, &state, &bytes, err))
            return false;
        params_item_bytes(work->params, state, bytes);
    }
    return true;
}

static bool
send_insert(struct rows_work *work, struct table_work *of, struct quosync_error *err)
{
    size_t n = count(of, to_insert);

    if (n == 0)
        return true;
    rows_put_ids(work, of, to_insert);
    put_columns(work, of, to_insert, n);
    if (!put_states(work, of, to_insert, n, err))
        return false;
    if (of->number == QUOSYNC_CONTACTS)
        params_instant(work->params, work->options->now_us);
    work->counts->inserted += n;
    return pg_send(work->pg, table_sql[of->number].insert, work->params, &of->inserted, err);
}

static void
put_winners(struct rows_work *work, const struct table_work *of)
{
    uint32_t guards = table_guards(of->table);

    for (size_t r = 0; r < of->table->n_registers; r++)
        if (guards & BIT(r))
            params_boolean(work->params, (of->winners & BIT(r)) != 0);
    if (of->number != QUOSYNC_CONTACTS)
        return;
    params_boolean(work->params, (of->winners & VISIBLE) != 0);
    params_instant(work->params, work->options->now_us);
}

static bool
send_update_now(struct rows_work *work, struct table_work *of, struct quosync_error *err)
{
    size_t n = count(of, to_update_now);

    rows_put_ids(work, of, to_update_now);
    put_columns(work, of, to_update_now, n);
    if (!put_states(work, of, to_update_now, n, err))
        return false;
    put_winners(work, of);
    work->counts->updated += n;
    return pg_send(work->pg, table_sql[of->number].update, work->params, NULL, err);
}

/* Was the statement for this row's winners sent for one before it? */
static bool
is_sent(const struct table_work *of, size_t i, const uint32_t *sent, size_t n)
{
    for (size_t k = 0; k < n; k++)
        if (sent[k] == winners_of(of, i))
            return true;
    return false;
}

/* A statement for each set of winners; nearly always one, and eight at most. */
static bool
send_update(struct rows_work *work, struct table_work *of, struct quosync_error *err)
{
    uint32_t sent[WINNERS_MAX];
    size_t n = 0;

    for (size_t i = 0; i < of->n; i++) {
        if (!to_update(of, i) || is_sent(of, i, sent, n))
            continue;
        if (n == WINNERS_MAX)
            return error_set(err, QUOSYNC_BUG, "%s: too many sets of winners", of->table->name);
        of->winners = sent[n++] = winners_of(of, i);
        if (!send_update_now(work, of, err))
            return false;
    }
    return true;
}

/* Marks the rows that another worker inserted first: those that the answer lacks. */
static size_t
find_lost(struct table_work *of)
{
    size_t k = 0, n = 0;

    for (size_t i = 0; i < of->n; i++) {
        if (!to_insert(of, i))
            continue;
        if (k < of->inserted.rows && strcmp(result_text(&of->inserted, k, 0), of->rows[i]->id) == 0)
            k++;
        else {
            of->lost[i] = true;
            n++;
        }
    }
    return n;
}

/*
 * Another worker's rows were faster: lock them now, if nobody holds them, and
 * merge with them; their update goes out with the others.
 */
static bool
catch_up(struct rows_work *work, bool *again, struct quosync_error *err)
{
    size_t n = 0;

    for (size_t t = 0; t < QUOSYNC_TABLES; t++) {
        struct table_work *of = &work->tables[t];
        size_t of_this = find_lost(of);

        n += of_this;
        if (of_this == 0)
            continue;
        work->counts->inserted -= of_this;
        rows_put_ids(work, of, lost);
        if (!pg_send(work->pg, table_sql[t].lock_now, work->params, &of->locked_now, err))
            return false;
        if (t == QUOSYNC_CONTACTS) {
            result_done(&of->rest);
            if (!pg_send(work->pg, &sql_contact_rest_read, work->params, &of->rest, err))
                return false;
        }
    }
    if (n == 0)
        return true;
    if (!pg_wait(work->pg, err))
        return false;
    for (size_t t = 0; t < QUOSYNC_TABLES; t++) {
        struct table_work *of = &work->tables[t];
        size_t missing = count(of, lost);

        if (missing == 0)
            continue;
        if (of->locked_now.rows < missing) {
            *again = true;
            return true;
        }
        if (!match(work, of, &of->locked_now, err) ||
            (t == QUOSYNC_CONTACTS && !match_rest(work, of, err)) ||
            !rows_plan(work, of, lost, err))
            return false;
    }
    return lists_supply(work, &work->tables[QUOSYNC_CONTACTS], err);
}

static bool
insert_all(struct rows_work *work, bool *again, struct quosync_error *err)
{
    for (size_t t = 0; t < QUOSYNC_TABLES; t++)
        if (!send_insert(work, &work->tables[t], err))
            return false;
    QUOSYNC_POINT("rows-inserts-sent");
    return pg_wait(work->pg, err) && catch_up(work, again, err);
}

static void
count_unchanged(struct rows_work *work)
{
    for (size_t t = 0; t < QUOSYNC_TABLES; t++)
        for (size_t i = 0; i < work->tables[t].n; i++)
            work->counts->unchanged += !work->tables[t].plans[i].write;
}

static void
count_visible(struct rows_work *work)
{
    for (size_t t = 0; t < QUOSYNC_TABLES; t++)
        for (size_t i = 0; i < work->tables[t].n; i++)
            work->counts->visible +=
                work->tables[t].plans[i].write && work->tables[t].plans[i].visible;
}

/* Erasure takes all that pruning does, and more. */
static bool
to_erase(const struct table_work *of, size_t i)
{
    return (of->plans[i].strip & ROW_ERASED) != 0;
}

static bool
to_prune(const struct table_work *of, size_t i)
{
    return of->plans[i].strip == ROW_PRUNED;
}

/* What the table holds of rows that have a new mark, and what their children do. */
static bool
send_strip(struct rows_work *work, const struct table_work *of, rows_filter *wanted,
           const struct statement *statement, struct quosync_error *err)
{
    if (statement == NULL || count(of, wanted) == 0)
        return true;
    rows_put_ids(work, of, wanted);
    if (wanted == to_prune)
        params_instant(work->params, work->options->now_us);
    for (size_t i = 0; i < of->n; i++)
        work->counts->stripped += wanted(of, i) && of->stored[i] != NULL;
    return pg_send(work->pg, statement, work->params, NULL, err);
}

static bool
strip_all(struct rows_work *work, struct quosync_error *err)
{
    for (size_t t = 0; t < QUOSYNC_TABLES; t++) {
        const struct table_work *of = &work->tables[t];

        if (!send_strip(work, of, to_erase, table_sql[t].erase, err) ||
            !send_strip(work, of, to_prune, table_sql[t].prune, err))
            return false;
    }
    return true;
}

static bool
update_all(struct rows_work *work, struct quosync_error *err)
{
    for (size_t t = 0; t < QUOSYNC_TABLES; t++)
        if (!send_update(work, &work->tables[t], err))
            return false;
    if (!strip_all(work, err))
        return false;
    QUOSYNC_POINT("rows-updates-sent");
    count_unchanged(work);
    return lists_send(work, err);
}

bool
rows_write(struct pg *pg, struct params *params, const struct rows_options *options,
           struct quosync_fold *fold, struct arena *arena, struct rows *rows,
           struct quosync_error *err)
{
    struct rows_work *work = memory_get(sizeof *work);

    if (work == NULL)
        return error_no_memory(err);
    *work = (struct rows_work){ .pg = pg,
                                .params = params,
                                .options = options,
                                .fold = fold,
                                .arena = arena,
                                .counts = &rows->counts };
    rows->work = work;
    for (size_t t = 0; t < QUOSYNC_TABLES; t++)
        if (!take_rows(work, (enum quosync_table)t, err))
            return false;
    if (!keep_changed_definitions(work, err) || !lock_all(work, err))
        return false;
    QUOSYNC_POINT("rows-locked");
    if (!merge_all(work, err))
        return false;
    count_visible(work);
    if (options->look)
        return true;
    QUOSYNC_POINT("rows-merged");
    if (!insert_all(work, &rows->again, err))
        return false;
    QUOSYNC_POINT("rows-inserted");
    return rows->again || update_all(work, err);
}
