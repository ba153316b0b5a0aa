/*
 * check_store.c - deliveries on their way in: each webhook-id once, the first body
 * stays, the rest is counted, and receivers do not stand in each other's way. And leases,
 * of which one run at a time has each.
 */
#include "db/reconcile.h"
#include "db/schema.h"
#include "db/store.h"

#include <pthread.h>

static struct store_delivery
delivery(const char *webhook_id, const char *body, uint64_t digest)
{
    return (struct store_delivery){ .webhook_id = webhook_id,
                                    .body = body,
                                    .body_bytes = strlen(body),
                                    .digest = digest };
}

static void
must_store(struct pg *pg, const char *org_id, struct store_delivery *deliveries, size_t n,
           size_t stored, size_t duplicate, size_t conflict)
{
    struct store_counts counts;

    ck_assert_msg(store_deliveries(pg, org_id, deliveries, n, true, &counts, &err), "%s", err.text);
    ck_assert_uint_eq(counts.stored, stored);
    ck_assert_uint_eq(counts.duplicate, duplicate);
    ck_assert_uint_eq(counts.conflict, conflict);
}

START_TEST(deliveries_are_stored_as_they_came)
{
    struct pg *pg = open_migrated();
    struct store_delivery given[] = { delivery("b", "two", 2), delivery("c", "", UINT64_MAX),
                                      delivery("a", "one", 1) };

    given[0].body = "t\0\xff";
    given[0].body_bytes = 3;
    must_store(pg, "OR1", given, 3, 3, 0, 0);
    ck_assert_int_eq(number(pg, "select count(*) from quo.inbox where org_id = 'OR1' and"
                                " (webhook_id, body) in (('a', 'one'), ('b', '\\x7400ff'),"
                                " ('c', ''))"),
                     3);
    ck_assert_int_eq(number(pg, "select count(distinct received_at) from quo.inbox"
                                " where received_at between now() - interval '1 min' and now()"),
                     1);
    ck_assert_int_eq(number(pg, "select body_digest from quo.delivery_ids where webhook_id = 'c'"),
                     -1);
    pg_close(&pg);
}
END_TEST

START_TEST(of_one_id_in_a_group_the_first_to_come_stays)
{
    struct pg *pg = open_migrated();
    struct store_delivery given[] = { delivery("b", "first", 1), delivery("a", "x", 9),
                                      delivery("b", "other", 2), delivery("b", "first", 1),
                                      delivery("a", "x", 9) };

    must_store(pg, "OR1", given, 5, 2, 2, 1);
    ck_assert_int_eq(number(pg, "select count(*) from quo.inbox where webhook_id = 'b'"
                                " and body = 'first'"),
                     1);
    ck_assert_int_eq(number(pg, "select count(*) from quo.inbox"), 2);
    pg_close(&pg);
}
END_TEST

START_TEST(of_a_known_id_nothing_is_stored_and_another_body_is_a_conflict)
{
    struct pg *pg = open_migrated();
    struct store_delivery first[] = { delivery("a", "one", 1), delivery("b", "two", 2) };
    struct store_delivery again[] = { delivery("c", "three", 3), delivery("a", "one", 1),
                                      delivery("b", "other", 4) };

    must_store(pg, "OR1", first, 2, 2, 0, 0);
    must_store(pg, "OR1", again, 3, 1, 1, 1);
    ck_assert_int_eq(number(pg, "select count(*) from quo.inbox where body = 'other'"), 0);
    sql(pg, "delete from quo.inbox; delete from quo.delivery_ids where webhook_id = 'a'");
    struct store_delivery forgotten[] = { delivery("a", "one", 1), delivery("b", "two", 2) };
    must_store(pg, "OR1", forgotten, 2, 1, 1, 0);
    pg_close(&pg);
}
END_TEST

START_TEST(an_id_stands_for_a_delivery_of_its_workspace_alone)
{
    struct pg *pg = open_migrated();
    struct store_delivery one[] = { delivery("a", "one", 1) };
    struct store_delivery other[] = { delivery("a", "other", 2) };

    must_store(pg, "OR1", one, 1, 1, 0, 0);
    must_store(pg, "OR2", other, 1, 1, 0, 0);
    pg_close(&pg);
}
END_TEST

/* ---- two receivers ------------------------------------------------------ */

#define ROUNDS 40
#define GROUP 100

static void *
store_in_some_order(void *argument)
{
    unsigned seed = *(const unsigned *)argument;
    bool first = seed == 1;
    struct pg_options options = { .application_name = "test" };
    struct pg *pg;
    struct quosync_error mine;
    size_t *stored = calloc(1, sizeof *stored);
    static char ids[ROUNDS * GROUP][16];

    if (stored == NULL || !pg_open(&options, &pg, &mine))
        return NULL;
    for (size_t round = 0; round < ROUNDS; round++) {
        struct store_delivery given[GROUP];
        struct store_counts counts;

        for (size_t i = 0; i < GROUP; i++) {
            size_t place = round * GROUP + i;

            if (first)
                (void)snprintf(ids[place], sizeof ids[place], "id%zu", place);
            given[i] = delivery(ids[place], "x", 1);
        }
        for (size_t i = GROUP - 1; i > 0; i--) {
            size_t j = (seed = seed * 1103515245 + 12345) / 65536 % (i + 1);
            struct store_delivery swap = given[i];

            given[i] = given[j];
            given[j] = swap;
        }
        if (!store_deliveries(pg, "OR1", given, GROUP, true, &counts, &mine)) {
            fprintf(stderr, "%s\n", mine.text);
            return NULL;
        }
        *stored += counts.stored;
    }
    pg_close(&pg);
    return stored;
}

START_TEST(two_receivers_of_the_same_ids_never_deadlock)
{
    struct pg *pg = open_migrated();
    unsigned seeds[] = { 1, 2 };
    pthread_t threads[2];
    size_t sum = 0;

    /* The ids are made by one receiver alone; then both store them. */
    free(store_in_some_order(&seeds[0]));
    sql(pg, "truncate quo.inbox, quo.delivery_ids");
    seeds[0] = 3;
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, store_in_some_order, &seeds[i]), 0);
    for (int i = 0; i < 2; i++) {
        void *stored;

        pthread_join(threads[i], &stored);
        ck_assert_ptr_nonnull(stored);
        sum += *(size_t *)stored;
        free(stored);
    }
    ck_assert_uint_eq(sum, ROUNDS * GROUP);
    ck_assert_int_eq(number(pg, "select count(*) from quo.inbox"), ROUNDS * GROUP);
    pg_close(&pg);
}
END_TEST

START_TEST(a_workspace_that_is_held_is_waited_for_or_not)
{
    struct pg *pg = open_migrated(), *holder = open_pg();
    struct store_delivery given[] = { delivery("a", "one", 1) };
    struct store_counts counts;
    struct tx tx = { 0 };

    ck_assert(tx_begin(holder, &tx, &err));
    sql(holder, "select from quo.workspaces where org_id = 'OR1' for update");
    ck_assert(!store_deliveries(pg, "OR1", given, 1, false, &counts, &err));
    ck_assert_int_eq(err.kind, QUOSYNC_TRY_LATER);
    ck_assert(pg_usable(pg));
    must_store(pg, "OR2", given, 1, 1, 0, 0);
    ck_assert(migrate_workspace(pg, "OR1", "one", "UTC", &err));
    tx_end(&tx);
    must_store(pg, "OR1", given, 1, 1, 0, 0);
    pg_close(&holder);
    pg_close(&pg);
}
END_TEST

START_TEST(a_workspace_without_a_row_takes_nothing)
{
    struct pg *pg = open_migrated();
    struct store_delivery given[] = { delivery("a", "one", 1) };
    struct store_counts counts;

    ck_assert(!store_deliveries(pg, "OR3", given, 1, true, &counts, &err));
    ck_assert_int_eq(err.kind, QUOSYNC_CONFIG);
    ck_assert_int_eq(number(pg, "select count(*) from quo.inbox"), 0);
    ck_assert_int_eq(number(pg, "select count(*) from quo.delivery_ids"), 0);
    must_store(pg, "OR2", given, 1, 1, 0, 0);
    pg_close(&pg);
}
END_TEST

START_TEST(a_lost_connection_is_a_reason_to_repeat)
{
    struct pg *pg = open_migrated(), *other = open_pg();
    struct store_delivery given[] = { delivery("a", "one", 1) };
    struct store_counts counts;

    sql(other, "select pg_terminate_backend(pid) from pg_stat_activity"
               " where pid <> pg_backend_pid() and application_name = 'test'");
    ck_assert(!store_deliveries(pg, "OR1", given, 1, true, &counts, &err));
    ck_assert_int_eq(err.kind, QUOSYNC_UNAVAILABLE);
    ck_assert(!pg_usable(pg));
    must_store(other, "OR1", given, 1, 1, 0, 0);
    pg_close(&pg);
    pg_close(&other);
}
END_TEST

START_TEST(a_lease_is_one_run_s_until_it_is_released_or_runs_out)
{
    struct pg *pg = open_migrated();
    int64_t first, second;

    ck_assert_msg(lease_take(pg, "OR1", "calls", "one", &first, &err), "%s", err.text);
    ck_assert(!lease_take(pg, "OR1", "calls", "two", &second, &err));
    ck_assert_int_eq(err.kind, QUOSYNC_TRY_LATER);
    sql(pg, "update quo.leases set expires_at = now() + interval '1 s'");
    ck_assert_msg(lease_renew(pg, "OR1", "calls", first, &err), "%s", err.text);
    ck_assert_int_eq(number(pg, "select count(*) from quo.leases"
                                " where expires_at > now() + interval '10 s'"), 1);
    sql(pg, "update quo.leases set expires_at = now() - interval '1 s'");
    ck_assert_msg(lease_take(pg, "OR1", "calls", "two", &second, &err), "%s", err.text);
    ck_assert_int_ne(first, second);
    ck_assert(!lease_renew(pg, "OR1", "calls", first, &err));
    ck_assert_int_eq(err.kind, QUOSYNC_TRY_LATER);
    ck_assert_ptr_nonnull(strstr(err.text, "the lease was taken by another run"));
    ck_assert(!lease_fence(pg, "OR1", "calls", first, &err));
    ck_assert_int_eq(err.kind, QUOSYNC_TRY_LATER);
    lease_release(pg, "OR1", "calls", first); /* is nobody's any more */
    ck_assert_msg(lease_renew(pg, "OR1", "calls", second, &err), "%s", err.text);
    lease_release(pg, "OR1", "calls", second);
    ck_assert_msg(lease_take(pg, "OR1", "calls", "one", &first, &err), "%s", err.text);
    pg_close(&pg);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("store");
    TCase *tc = tcase_create("store");

    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, deliveries_are_stored_as_they_came);
    tcase_add_test(tc, of_one_id_in_a_group_the_first_to_come_stays);
    tcase_add_test(tc, of_a_known_id_nothing_is_stored_and_another_body_is_a_conflict);
    tcase_add_test(tc, an_id_stands_for_a_delivery_of_its_workspace_alone);
    tcase_add_test(tc, two_receivers_of_the_same_ids_never_deadlock);
    tcase_add_test(tc, a_workspace_that_is_held_is_waited_for_or_not);
    tcase_add_test(tc, a_workspace_without_a_row_takes_nothing);
    tcase_add_test(tc, a_lost_connection_is_a_reason_to_repeat);
    tcase_add_test(tc, a_lease_is_one_run_s_until_it_is_released_or_runs_out);
    suite_add_tcase(suite, tc);
    return suite_run(suite);
}
