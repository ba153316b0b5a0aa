/*
 * check_memory.c - arenas: alignment, growth, reset, and what a failing
 * allocator makes of them.
 */
#include "core/memory.h"

#include <jansson.h>
#include <stdalign.h>
#include <stdint.h>
#include <string.h>

#include "quosync.h"
#include "support/suite.h"

static size_t live, calls, fail_from;

static void *
counting_malloc(size_t bytes)
{
    void *block = ++calls >= fail_from && fail_from > 0 ? NULL : malloc(bytes);

    live += block != NULL;
    return block;
}

static void *
counting_realloc(void *block, size_t bytes)
{
    return ++calls >= fail_from && fail_from > 0 ? NULL : realloc(block, bytes);
}

static void
counting_free(void *block)
{
    live -= block != NULL;
    free(block);
}

static void
setup(void)
{
    live = calls = fail_from = 0;
    quosync_set_allocator(counting_malloc, counting_realloc, counting_free);
}

static void
teardown(void)
{
    quosync_set_allocator(NULL, NULL, NULL);
}

START_TEST(an_arena_gives_aligned_memory_that_does_not_overlap)
{
    struct arena arena = { 0 };
    unsigned char *objects[400];

    for (size_t i = 0; i < 400; i++) {
        objects[i] = arena_get(&arena, i * 7);
        ck_assert_ptr_nonnull(objects[i]);
        ck_assert_uint_eq((uintptr_t)objects[i] % alignof(max_align_t), 0);
        memset(objects[i], (int)(i % 251), i * 7);
    }
    for (size_t i = 0; i < 400; i++) {
        for (size_t k = 0; k < i * 7; k++) {
            if (objects[i][k] != i % 251)
                ck_abort_msg("object %zu was overwritten", i);
        }
    }
    ck_assert_uint_ge(arena.total, arena.used);
    arena_done(&arena);
    ck_assert_uint_eq(live, 0);
    arena_done(&arena);
}
END_TEST

START_TEST(an_object_larger_than_any_block_has_a_block_of_its_own)
{
    struct arena arena = { 0 };
    char *large = arena_get(&arena, 5 << 20);
    char *small = arena_get(&arena, 10);

    ck_assert_ptr_nonnull(large);
    ck_assert_ptr_nonnull(small);
    memset(large, 1, 5 << 20);
    memset(small, 2, 10);
    ck_assert_int_eq(large[(5 << 20) - 1], 1);
    arena_done(&arena);
    ck_assert_uint_eq(live, 0);
}
END_TEST

START_TEST(blocks_grow_so_that_a_large_batch_needs_few)
{
    struct arena arena = { 0 };

    for (int i = 0; i < 100000; i++) {
        if (arena_get(&arena, 100) == NULL)
            ck_abort_msg("no memory");
    }
    ck_assert_uint_lt(calls, 30);
    arena_done(&arena);
}
END_TEST

START_TEST(a_reset_arena_keeps_one_block_and_takes_the_next_batch_into_it)
{
    struct arena arena = { 0 };
    size_t calls_before;

    for (int i = 0; i < 1000; i++)
        ck_assert_ptr_nonnull(arena_get(&arena, 100));
    arena_reset(&arena);
    ck_assert_uint_eq(live, 1);
    ck_assert_uint_eq(arena.used, 0);
    calls_before = calls;
    for (int i = 0; i < 100; i++)
        ck_assert_ptr_nonnull(arena_get(&arena, 100));
    ck_assert_uint_eq(calls, calls_before);
    arena_done(&arena);
    arena_reset(&arena);
    ck_assert_uint_eq(live, 0);
}
END_TEST

START_TEST(sizes_that_overflow_give_nothing)
{
    struct arena arena = { 0 };

    ck_assert_ptr_null(arena_get(&arena, SIZE_MAX));
    ck_assert_ptr_null(arena_get(&arena, SIZE_MAX - 20));
    ck_assert_ptr_null(arena_get_zeroed(&arena, SIZE_MAX / 4, 8));
    ck_assert_ptr_null(arena_get_zeroed(&arena, SIZE_MAX, SIZE_MAX));
    ck_assert_ptr_null(arena_text(&arena, "", SIZE_MAX));
    ck_assert_ptr_nonnull(arena_get_zeroed(&arena, 0, 8));
    ck_assert_ptr_nonnull(arena_get_zeroed(&arena, 8, 0));
    arena_done(&arena);
    ck_assert_uint_eq(live, 0);
}
END_TEST

START_TEST(a_text_is_copied_with_its_end)
{
    struct arena arena = { 0 };
    char *text = arena_text(&arena, "abcdef", 3);

    ck_assert_str_eq(text, "abc");
    ck_assert_str_eq(arena_text(&arena, NULL, 0), "");
    arena_done(&arena);
}
END_TEST

START_TEST(an_arena_stays_usable_when_it_could_not_grow)
{
    struct arena arena = { 0 };
    char *kept = arena_text(&arena, "kept", 4);

    fail_from = calls + 1;
    ck_assert_ptr_null(arena_get(&arena, 10000));
    ck_assert_ptr_null(arena_get_zeroed(&arena, 100, 100));
    ck_assert_ptr_null(arena_text(&arena, "", 10000));
    ck_assert_str_eq(kept, "kept");
    fail_from = 0;
    ck_assert_ptr_nonnull(arena_get(&arena, 10000));
    ck_assert_str_eq(kept, "kept");
    arena_done(&arena);
    ck_assert_uint_eq(live, 0);
}
END_TEST

START_TEST(nothing_is_a_size_and_no_block_can_be_freed)
{
    void *block = memory_get(0);

    ck_assert_ptr_nonnull(block);
    block = memory_resize(block, 0);
    ck_assert_ptr_nonnull(block);
    memory_free(block);
    memory_free(NULL);
    ck_assert_uint_eq(live, 0);
}
END_TEST

/* A body that was read with a pool and without; the events must be the same. */
static const char body[] =
    "{\"id\":\"EV1\",\"type\":\"message.received\",\"apiVersion\":\"1\","
    "\"createdAt\":\"2026-11-06T10:00:00Z\",\"data\":{\"resource\":{\"id\":\"AC1\","
    "\"text\":\"hello\",\"direction\":\"incoming\",\"status\":\"received\","
    "\"createdAt\":\"2026-11-06T10:00:00Z\"},\"context\":{\"orgId\":\"OR1\"}}}";

START_TEST(a_pool_takes_what_the_parser_makes_and_frees_it_in_one_piece)
{
    AUTO(arena_done) struct arena arena = { 0 };
    json_t *before = json_string("made before the pool"), *within;
    bool begun;

    ck_assert(!memory_pool_begin(&arena)); /* not installed */
    memory_pool_install(NULL);
    begun = memory_pool_begin(&arena);
    ck_assert(begun && memory_pool_active());
    ck_assert(!memory_pool_begin(&arena)); /* one at a time */
    within = json_loads("[1, {\"a\": \"b\"}]", 0, NULL);
    ck_assert(arena_holds(&arena, within));
    ck_assert(!arena_holds(&arena, before));
    json_decref(before);
    json_decref(within);
    memory_pool_end(&begun);
    ck_assert(!memory_pool_active());
    memory_pool_end(&begun);
    before = json_string("made after the pool");
    ck_assert(!arena_holds(&arena, before));
    json_decref(before);
}
END_TEST

START_TEST(an_event_outlives_the_pool_that_its_body_was_read_with)
{
    struct quosync_event *event;

    memory_pool_install(NULL);
    ck_assert(quosync_event_decode(body, sizeof body - 1, &event, NULL));
    ck_assert(!memory_pool_active());
    ck_assert_str_eq(event->of.message.text, "hello");
    quosync_event_free(event);
    ck_assert(!quosync_event_decode("{\"a\": [1,", 10, &event, NULL));
    ck_assert(!memory_pool_active());
}
END_TEST

START_TEST(hooks_are_taken_all_three_or_none)
{
    void *block;

    for (int missing = 0; missing < 3; missing++) {
        quosync_set_allocator(missing == 0 ? NULL : counting_malloc,
                              missing == 1 ? NULL : counting_realloc,
                              missing == 2 ? NULL : counting_free);
        calls = 0;
        block = memory_resize(memory_get(10), 20);
        ck_assert_ptr_nonnull(block);
        memory_free(block);
        ck_assert_uint_eq(calls, 0);
    }
}
END_TEST

static unsigned gave_up;

static void
give_up(void)
{
    gave_up++;
}

/* A program that cannot go on without it ends there; the library asks whether it was. */
START_TEST(jansson_s_want_of_memory_is_told)
{
    memory_pool_install(give_up);
    ck_assert(!memory_jansson_refused());
    fail_from = calls + 1;
    ck_assert_ptr_null(json_string("text"));
    ck_assert_uint_eq(gave_up, 1);
    ck_assert(memory_jansson_refused());
    ck_assert(!memory_jansson_refused());
    fail_from = 0;
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("memory");
    TCase *tc = tcase_create("memory");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, an_arena_gives_aligned_memory_that_does_not_overlap);
    tcase_add_test(tc, an_object_larger_than_any_block_has_a_block_of_its_own);
    tcase_add_test(tc, blocks_grow_so_that_a_large_batch_needs_few);
    tcase_add_test(tc, a_reset_arena_keeps_one_block_and_takes_the_next_batch_into_it);
    tcase_add_test(tc, sizes_that_overflow_give_nothing);
    tcase_add_test(tc, a_text_is_copied_with_its_end);
    tcase_add_test(tc, an_arena_stays_usable_when_it_could_not_grow);
    tcase_add_test(tc, nothing_is_a_size_and_no_block_can_be_freed);
    tcase_add_test(tc, a_pool_takes_what_the_parser_makes_and_frees_it_in_one_piece);
    tcase_add_test(tc, hooks_are_taken_all_three_or_none);
    tcase_add_test(tc, jansson_s_want_of_memory_is_told);
    tcase_add_test(tc, an_event_outlives_the_pool_that_its_body_was_read_with);
    suite_add_tcase(suite, tc);
    return suite_run(suite);
}
