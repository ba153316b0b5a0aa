/*
 * merge_law.c - the law of the merge on sets of observations made up from a
 * seed: any order, repetition and split of a set gives the same rows and the
 * same merge states; and the greatest instant of a set is what its rows show.
 *
 * QUOSYNC_SETS says how many sets (200), QUOSYNC_SEED where they begin (1). The
 * same source is linked with a merge broken on purpose: it must then fail.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "generate.h"
#include "observed.h"
#include "row_text.h"
#include "shelf.h"

#define SMALL 6
#define LARGE 40
#define LARGE_ORDERS 12

static unsigned long orders, splits;

/* Rows of contact_rest written alone, and lists read for their labels: shows that both happen. */
static unsigned long rest_alone, lists_read;

/* What a set comes to: the rows as people see them, and their merge states. */
struct outcome {
    char *text, *states;
};

static void
outcome_done(struct outcome *outcome)
{
    free(outcome->text);
    free(outcome->states);
    *outcome = (struct outcome){ .text = NULL };
}

static void
need(bool done)
{
    if (!done)
        abort();
}

static struct quosync_fold *
fold_of(const struct observed *set, const size_t *order, size_t n)
{
    struct quosync_fold *fold = NULL;

    need(quosync_fold_new(1, &fold, NULL));
    for (size_t i = 0; i < n; i++)
        observed_fold(&set[order[i]], fold);
    return fold;
}

static struct outcome
folded(const struct observed *set, const size_t *order, size_t n)
{
    struct quosync_fold *fold = fold_of(set, order, n);
    struct outcome outcome = { .text = row_text_fold(fold), .states = shelf_states_of(fold) };

    quosync_fold_free(fold);
    return outcome;
}

static struct outcome
shelved(const struct shelf *shelf)
{
    return (struct outcome){ .text = shelf_text(shelf), .states = shelf_states(shelf) };
}

/* ---- telling what differs --------------------------------------------------------- */

static void
print_order(const struct observed *set, const size_t *order, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct observed *one = &set[order[i]];

        if (one->event != NULL)
            printf("    %s\n", one->text);
        else
            printf("    REST %d %s %" PRId64 " %s\n", (int)one->form, one->id, one->at_us,
                   one->text);
    }
}

static bool
same(const struct outcome *a, const struct outcome *b, const char *what,
     const struct observed *set, const size_t *order, size_t n)
{
    if (strcmp(a->text, b->text) == 0 && strcmp(a->states, b->states) == 0)
        return true;
    printf("not ok - %s gives other rows\n  expected\n%s%s\n  found\n%s%s\n  of\n", what, a->text,
           a->states, b->text, b->states);
    print_order(set, order, n);
    return false;
}

/* ---- the law ------------------------------------------------------------------------ */

static void
swap(size_t *a, size_t *b)
{
    size_t c = *a;

    *a = *b;
    *b = c;
}

/* Heap's algorithm: every permutation of the n first, each against `expected`. */
static bool
all_orders(const struct observed *set, size_t *order, size_t n, size_t all,
           const struct outcome *expected)
{
    if (n <= 1) {
        struct outcome outcome = folded(set, order, all);
        bool ok = same(expected, &outcome, "another order", set, order, all);

        orders++;
        outcome_done(&outcome);
        return ok;
    }
    for (size_t i = 0; i < n; i++) {
        if (!all_orders(set, order, n - 1, all, expected))
            return false;
        swap(&order[n % 2 == 0 ? i : 0], &order[n - 1]);
    }
    return true;
}

/* Folds and writes what `mask` names, in its order. */
static void
write_batch(struct shelf *shelf, const struct observed *set, const size_t *order, size_t n,
            unsigned mask, bool rewrite)
{
    size_t batch[LARGE];
    size_t in_batch = 0;
    struct quosync_fold *fold;

    for (size_t i = 0; i < n; i++)
        if (mask >> i & 1)
            batch[in_batch++] = order[i];
    fold = fold_of(set, batch, in_batch);
    shelf_write(shelf, fold, rewrite);
    quosync_fold_free(fold);
}

/* Two batches that meet in the store; every fourth time some events come in both. */
static bool
all_splits(const struct observed *set, const size_t *order, size_t n,
           const struct outcome *expected)
{
    const unsigned all = (1U << n) - 1;

    for (unsigned first = 0; first <= all; first++) {
        struct shelf shelf = { .n = 0 };
        unsigned second = (all & ~first) | (first % 4 == 3 ? first & 0x15 : 0);
        struct outcome outcome;
        bool ok;

        write_batch(&shelf, set, order, n, first, false);
        write_batch(&shelf, set, order, n, second, false);
        outcome = shelved(&shelf);
        ok = same(expected, &outcome, "a split in two", set, order, n);
        outcome_done(&outcome);
        if (ok && first % 16 == 5) {
            write_batch(&shelf, set, order, n, all, true);
            outcome = shelved(&shelf);
            ok = same(expected, &outcome, "a replay", set, order, n);
            outcome_done(&outcome);
        }
        splits++;
        rest_alone += shelf.rest_written;
        lists_read += shelf.lists_read;
        shelf_done(&shelf);
        if (!ok)
            return false;
    }
    return true;
}

static void
shuffle(struct generator *g, size_t *order, size_t n)
{
    for (size_t i = n; i > 1; i--)
        swap(&order[i - 1], &order[generate_below(g, (unsigned)i)]);
}

/* Random batches in a random order, with repetitions, through the store. */
static bool
random_batches(struct generator *g, const struct observed *set, size_t n,
               const struct outcome *expected)
{
    struct shelf shelf = { .n = 0 };
    size_t order[2 * LARGE];
    size_t total = n + generate_below(g, (unsigned)n);
    struct outcome outcome;
    bool ok;

    for (size_t i = 0; i < total; i++)
        order[i] = i < n ? i : generate_below(g, (unsigned)n);
    shuffle(g, order, total);
    for (size_t at = 0; at < total;) {
        size_t batch = 1 + generate_below(g, 9);
        struct quosync_fold *fold;

        if (batch > total - at)
            batch = total - at;
        fold = fold_of(set, order + at, batch);
        shelf_write(&shelf, fold, false);
        quosync_fold_free(fold);
        at += batch;
    }
    orders++;
    outcome = shelved(&shelf);
    ok = same(expected, &outcome, "a series of batches", set, order, total);
    outcome_done(&outcome);
    shelf_done(&shelf);
    return ok;
}

/* ---- what the greatest instant must be -------------------------------------------------- */

/* Whether the column that shows a row's greatest instant does. */
static bool
shows_greatest(const struct observed *set, size_t n, struct quosync_fold *fold,
               enum quosync_table table, size_t column)
{
    struct quosync_row **rows;
    size_t n_rows;

    need(quosync_fold_rows(fold, table, &rows, &n_rows, NULL));
    for (size_t i = 0; i < n_rows; i++) {
        struct quosync_value shown = quosync_row_value(rows[i], column);
        int64_t greatest = INT64_MIN, us;

        for (size_t k = 0; k < n; k++)
            if (observed_instant(&set[k], table, rows[i]->id, &us) && us > greatest)
                greatest = us;
        if (greatest == INT64_MIN ||
            (shown.type == QUOSYNC_INSTANT && shown.of.instant_us == greatest))
            continue;
        printf("not ok - %s of %s %s is not the greatest, %" PRId64 "\n",
               tables[table].columns[column].name, tables[table].name, rows[i]->id, greatest);
        return false;
    }
    return true;
}

static bool
greatest_shown(const struct observed *set, const size_t *order, size_t n)
{
    struct quosync_fold *fold = fold_of(set, order, n);
    bool ok = shows_greatest(set, n, fold, QUOSYNC_CONTACTS, CONTACT_UPDATED_AT) &&
              shows_greatest(set, n, fold, QUOSYNC_MESSAGES, MESSAGE_STATUS_AT) &&
              shows_greatest(set, n, fold, QUOSYNC_CALLS, CALL_UPDATED_AT);

    if (!ok)
        print_order(set, order, n);
    quosync_fold_free(fold);
    return ok;
}

/* ---- sets -------------------------------------------------------------------------------- */

static void
make_set(struct generator *g, struct observed *set, size_t n, unsigned kind)
{
    for (size_t i = 0; i < n; i++)
        observed_make(g, kind, &set[i]);
}

static void
free_set(struct observed *set, size_t n)
{
    for (size_t i = 0; i < n; i++)
        observed_done(&set[i]);
}

static bool
small_set(struct generator *g, unsigned kind)
{
    struct observed set[SMALL];
    size_t order[SMALL] = { 0, 1, 2, 3, 4, 5 };
    struct outcome expected;
    bool ok;

    g->few = 1;
    make_set(g, set, SMALL, kind);
    expected = folded(set, order, SMALL);
    ok = greatest_shown(set, order, SMALL) && all_orders(set, order, SMALL, SMALL, &expected) &&
         all_splits(set, order, SMALL, &expected);
    outcome_done(&expected);
    free_set(set, SMALL);
    return ok;
}

static bool
large_set(struct generator *g)
{
    struct observed set[LARGE];
    size_t order[LARGE];
    struct outcome expected;
    bool ok = true;

    g->few = 2;
    make_set(g, set, LARGE, OBSERVED_ANY);
    for (size_t i = 0; i < LARGE; i++)
        order[i] = i;
    expected = folded(set, order, LARGE);
    for (int i = 0; i < LARGE_ORDERS && ok; i++)
        ok = random_batches(g, set, LARGE, &expected);
    outcome_done(&expected);
    free_set(set, LARGE);
    return ok;
}

static unsigned long
setting(const char *name, unsigned long unless_set)
{
    const char *text = getenv(name);

    return text == NULL || *text == '\0' ? unless_set : strtoul(text, NULL, 10);
}

int
main(void)
{
    unsigned long sets = setting("QUOSYNC_SETS", 200), seed = setting("QUOSYNC_SEED", 1);

    for (unsigned long i = 0; i < sets; i++) {
        struct generator g = { .random = (seed + i) * 0x9E3779B97F4A7C15U };
        bool ok = small_set(&g, (unsigned)(i % OBSERVED_KINDS)) && large_set(&g);

        generator_done(&g);
        if (!ok) {
            printf("not ok - set %lu of seed %lu\n", i, seed);
            return EXIT_FAILURE;
        }
    }
    if (sets >= 50 && (rest_alone == 0 || lists_read == 0)) {
        printf("not ok - no set wrote contact_rest alone, or none read lists for their labels\n");
        return EXIT_FAILURE;
    }
    printf("ok - %lu sets give the same rows in %lu orders and %lu splits"
           " (%lu times contact_rest alone, %lu lists read for their labels)\n",
           sets, orders, splits, rest_alone, lists_read);
    return EXIT_SUCCESS;
}
