/*
 * check_row.c - versions as bytes, merge states, and plans: what is written of
 * a row that met a stored one.
 */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "support/suite.h"
#include "told.h"

/* ---- versions ------------------------------------------------------------------------ */

static int
compare(const struct version *a, const struct version *b)
{
    return quosync_version_compare(a->bytes, a->n, b->bytes, b->n);
}

START_TEST(packed_instants_sort_as_numbers)
{
    static const int64_t sorted[] = { VERSION_NO_INSTANT, -1, 0, 1, 255, 256, 1793959200000000,
                                      1793959200000001, INT64_MAX };

    for (size_t i = 0; i < sizeof sorted / sizeof sorted[0]; i++)
        for (size_t k = 0; k < sizeof sorted / sizeof sorted[0]; k++) {
            struct version a = { .n = 0 }, b = { .n = 0 };

            version_instant(&a, sorted[i]);
            version_instant(&b, sorted[k]);
            ck_assert_int_eq((compare(&a, &b) > 0) - (compare(&a, &b) < 0), (i > k) - (i < k));
            ck_assert_int_eq(version_instant_at(a.bytes, 0), sorted[i]);
        }
}
END_TEST

START_TEST(packed_texts_sort_bytewise_and_before_what_follows_them)
{
    static const char *const sorted[] = { NULL, "EV", "EV1", "EVB", "EVa", "EVaa", "\xC3\xA9" };

    for (size_t i = 1; i < sizeof sorted / sizeof sorted[0]; i++) {
        struct version a = { .n = 0 }, b = { .n = 0 };

        /* What follows must not count where the texts differ. */
        version_text(&a, sorted[i - 1]);
        version_digest(&a, UINT64_MAX);
        version_text(&b, sorted[i]);
        version_digest(&b, 0);
        ck_assert_int_lt(compare(&a, &b), 0);
    }
}
END_TEST

START_TEST(no_version_is_smallest)
{
    struct version some = { .n = 0 };

    version_rank(&some, 0);
    ck_assert_int_lt(quosync_version_compare(NULL, 0, some.bytes, some.n), 0);
    ck_assert_int_gt(quosync_version_compare(some.bytes, some.n, NULL, 0), 0);
    ck_assert_int_eq(quosync_version_compare(NULL, 0, NULL, 0), 0);
}
END_TEST

START_TEST(a_definition_of_any_length_has_a_version)
{
    static char name[5000];
    struct arena arena = { .total = 0 };
    struct version buffer;
    const uint8_t *short_one, *long_one;
    uint8_t copy[VERSION_MAX_BYTES];
    size_t short_bytes, long_bytes;

    memset(name, 'n', sizeof name - 1);
    short_one = version_of_definition(&buffer, &arena, 0, 5, "n", "t", &short_bytes);
    /* Rank, instant, and the two texts with their ends. */
    ck_assert_uint_eq(short_bytes, 1 + 8 + 2 + 2);
    memcpy(copy, short_one, short_bytes);
    long_one = version_of_definition(&buffer, &arena, 0, 5, name, "t", &long_bytes);
    ck_assert_uint_gt(long_bytes, sizeof name);
    ck_assert_int_lt(quosync_version_compare(copy, short_bytes, long_one, long_bytes), 0);
    arena_done(&arena);
}
END_TEST

/* ---- plans ------------------------------------------------------------------------------ */

#define CONTACT(first, updated)                                                                    \
    "'id':'c1','firstName':'" first "','phoneNumbers':[{'value':'+14155550101'}],"                 \
    "'emails':[{'value':'a@b'}],'customFields':[],'updatedAt':'" updated "'"
#define REST_CONTACT(first, updated)                                                               \
    "{'id':'c1','createdByUserId':'US9','updatedAt':'" updated "','customFields':[],"              \
    "'defaultFields':{'firstName':'" first "','emails':[{'name':'work','value':'a@b'}],"           \
    "'phoneNumbers':[{'name':'x','value':'+14155550101'}]}}"

static struct arena memory;

static void
forget(void)
{
    arena_done(&memory);
}

/* The contact that one observation tells of. */
static struct quosync_row *
row_of(const struct told *told, enum quosync_table table, struct quosync_fold **fold)
{
    struct quosync_row **rows;
    size_t n;

    ck_assert(quosync_fold_new(0, fold, NULL));
    told_fold(told, *fold);
    ck_assert(quosync_fold_rows(*fold, table, &rows, &n, NULL));
    ck_assert_uint_eq(n, 1);
    return rows[0];
}

/* That row as its merge states give it. */
static struct quosync_row *
stored_of(struct quosync_row *row)
{
    struct quosync_row *stored;
    const uint8_t *bytes;
    size_t n;

    ck_assert(row_state_pack(row, &memory, &bytes, &n, NULL));
    ck_assert(row_state_unpack(row->number, row->id, bytes, n, &memory, &stored, NULL));
    if (row->number == QUOSYNC_CONTACTS) {
        ck_assert(row_state_pack_rest(row, &memory, &bytes, &n, NULL));
        ck_assert(row_state_add_rest(stored, bytes, n, &memory, NULL));
    }
    return stored;
}

/* The plan of `second` on what `first` left stored. */
static struct row_plan
plan_of(const struct told *first, const struct told *second, enum quosync_table table,
        bool rewrite)
{
    struct quosync_fold *a, *b;
    struct quosync_row *old = row_of(first, table, &a), *new = row_of(second, table, &b);
    struct row_plan plan;

    ck_assert(row_plan_make(old, NULL, false, &memory, &plan, NULL));
    ck_assert(plan.insert && plan.write && plan.visible);
    ck_assert(row_plan_make(new, stored_of(old), rewrite, &memory, &plan, NULL));
    ck_assert(!plan.insert);
    quosync_fold_free(a);
    quosync_fold_free(b);
    return plan;
}

static const struct told contact = { "contact.updated", "EV5", "10:00:05Z",
                                     CONTACT("Ada", "10:00:00Z"), NULL };

START_TEST(the_same_observation_writes_nothing_and_replay_writes_it_again)
{
    struct row_plan plan = plan_of(&contact, &contact, QUOSYNC_CONTACTS, false);

    ck_assert(!plan.write && !plan.visible);
    plan = plan_of(&contact, &contact, QUOSYNC_CONTACTS, true);
    ck_assert(plan.write && !plan.visible && !plan.rest);
    ck_assert_uint_eq(plan.registers, BIT(CONTACT_CORE) | BIT(CONTACT_PLACE));
    ck_assert_uint_eq(plan.lists, BIT(CONTACT_NUMBERS) | BIT(CONTACT_EMAILS) | BIT(CONTACT_FIELDS));
}
END_TEST

START_TEST(an_older_observation_writes_nothing)
{
    static const struct told older = { "contact.updated", "EV1", "10:00:01Z",
                                       CONTACT("Eve", "09:00:00Z"), NULL };
    struct row_plan plan = plan_of(&contact, &older, QUOSYNC_CONTACTS, false);

    ck_assert(!plan.write && !plan.visible);
}
END_TEST

START_TEST(a_newer_observation_that_shows_nothing_new_writes_its_version_alone)
{
    static const struct told newer = { "contact.updated", "EV9", "10:00:09Z",
                                       CONTACT("Ada", "10:00:00Z"), NULL };
    /* A deletion speaks for the core alone; its deleted_at does move. */
    static const struct told deleted = { "contact.deleted", "EV5", "10:00:05Z",
                                         CONTACT("Ada", "10:00:00Z"), NULL };
    static const struct told again = { "contact.deleted", "EV6", "10:00:05Z",
                                       CONTACT("Ada", "10:00:00Z"), NULL };
    struct row_plan plan = plan_of(&contact, &newer, QUOSYNC_CONTACTS, false);

    ck_assert(plan.write && !plan.visible && !plan.rest);
    ck_assert_uint_eq(plan.registers, 0);
    ck_assert_uint_eq(plan.lists, 0);
    plan = plan_of(&contact, &deleted, QUOSYNC_CONTACTS, false);
    ck_assert(plan.write && plan.visible && !plan.rest);
    ck_assert_uint_eq(plan.registers, 0);
    plan = plan_of(&deleted, &again, QUOSYNC_CONTACTS, false);
    ck_assert(plan.write && !plan.visible && !plan.rest);
}
END_TEST

START_TEST(only_the_registers_and_lists_that_changed_are_written)
{
    static const struct told newer = {
        "contact.updated", "EV9", "10:00:09Z",
        "'id':'c1','firstName':'Eve','phoneNumbers':[{'value':'+14155550101'}],"
        "'emails':[],'customFields':[],'updatedAt':'10:00:00Z'",
        NULL
    };
    struct row_plan plan = plan_of(&contact, &newer, QUOSYNC_CONTACTS, false);

    ck_assert(plan.write && plan.visible && !plan.rest);
    ck_assert_uint_eq(plan.registers, BIT(CONTACT_CORE));
    ck_assert_uint_eq(plan.lists, BIT(CONTACT_EMAILS));
    ck_assert_uint_eq(plan.trims, BIT(CONTACT_EMAILS));
}
END_TEST

#define NUMBERS(version, numbers)                                                              \
    {                                                                                          \
        "contact.updated", "EV" version, "10:00:0" version "Z",                                \
        "'id':'c1','firstName':'Ada','phoneNumbers':[" numbers "],"                            \
        "'emails':[],'customFields':[],'updatedAt':'10:00:00Z'",                               \
        NULL                                                                                   \
    }

START_TEST(of_a_list_only_the_items_that_differ_are_written)
{
    static const struct told first = NUMBERS("1", "{'value':'a'},{'value':'b'},{'value':'c'}");
    static const struct told other = NUMBERS("2", "{'value':'a'},{'value':'x'},{'value':'c'}");
    static const struct told longer =
        NUMBERS("2", "{'value':'a'},{'value':'b'},{'value':'c'},{'value':'d'}");
    static const struct told shorter = NUMBERS("2", "{'value':'b'}");
    struct row_plan plan = plan_of(&first, &other, QUOSYNC_CONTACTS, false);

    ck_assert_uint_eq(plan.items[CONTACT_NUMBERS], BIT(1));
    ck_assert_uint_eq(plan.trims, 0);
    plan = plan_of(&first, &longer, QUOSYNC_CONTACTS, false);
    ck_assert_uint_eq(plan.items[CONTACT_NUMBERS], BIT(3));
    ck_assert_uint_eq(plan.trims, 0);
    plan = plan_of(&first, &shorter, QUOSYNC_CONTACTS, false);
    ck_assert_uint_eq(plan.items[CONTACT_NUMBERS], BIT(0));
    ck_assert_uint_eq(plan.trims, BIT(CONTACT_NUMBERS));
    plan = plan_of(&first, &first, QUOSYNC_CONTACTS, true);
    ck_assert_uint_eq(plan.items[CONTACT_NUMBERS], UINT32_MAX);
    ck_assert_uint_eq(plan.trims & BIT(CONTACT_NUMBERS), BIT(CONTACT_NUMBERS));
}
END_TEST

/* As the form before had it: a digest of the list, and none of its items. */
START_TEST(where_the_state_does_not_know_the_items_all_of_them_are_written)
{
    static const struct told first = NUMBERS("1", "{'value':'a'},{'value':'b'}");
    static const struct told other = NUMBERS("2", "{'value':'a'},{'value':'x'}");
    struct quosync_fold *a, *b;
    struct quosync_row *old = row_of(&first, QUOSYNC_CONTACTS, &a), *stored,
                       *new = row_of(&other, QUOSYNC_CONTACTS, &b);
    struct row_plan plan;
    const uint8_t *packed;
    uint8_t *earlier;
    size_t n;

    ck_assert(row_plan_make(old, NULL, false, &memory, &plan, NULL));
    for (size_t l = 0; l < TABLE_MAX_LISTS; l++)
        old->items[l].known = false;
    ck_assert(row_state_pack(old, &memory, &packed, &n, NULL));
    earlier = arena_get(&memory, n);
    memcpy(earlier, packed, n);
    earlier[0] = 1;
    ck_assert(row_state_unpack(QUOSYNC_CONTACTS, "c1", earlier, n, &memory, &stored, NULL));
    ck_assert(!stored->items[CONTACT_NUMBERS].known && stored->items[CONTACT_EMAILS].known);
    ck_assert(row_plan_make(new, stored, false, &memory, &plan, NULL));
    ck_assert_uint_eq(plan.lists, BIT(CONTACT_NUMBERS));
    ck_assert_uint_eq(plan.items[CONTACT_NUMBERS], UINT32_MAX);
    ck_assert_uint_eq(plan.trims, BIT(CONTACT_NUMBERS));
    quosync_fold_free(a);
    quosync_fold_free(b);
}
END_TEST

START_TEST(a_listing_that_shows_nothing_new_writes_contact_rest_alone)
{
    static const struct told first = { "rest.contact", "", "11:00:00Z",
                                       REST_CONTACT("Ada", "10:00:00Z"), NULL };
    static const struct told again = { "rest.contact", "", "12:00:00Z",
                                       REST_CONTACT("Ada", "10:00:00Z"), NULL };
    static const struct told changed = { "rest.contact", "", "12:00:00Z",
                                         REST_CONTACT("Eve", "10:00:00Z"), NULL };
    struct row_plan plan = plan_of(&first, &again, QUOSYNC_CONTACTS, false);

    ck_assert(plan.write && plan.rest && plan.rest_only && !plan.visible);
    ck_assert_uint_eq(plan.lists, 0);
    plan = plan_of(&first, &changed, QUOSYNC_CONTACTS, false);
    ck_assert(plan.write && plan.rest && !plan.rest_only && plan.visible);
    ck_assert_uint_eq(plan.registers, BIT(CONTACT_CORE));
}
END_TEST

/* A call as two events tell of it; the second is newer, and alike or not. */
#define CALL(id, at, direction, answered, duration, voicemail, external)                           \
    { "call.completed", id, at,                                                                    \
      "'id':'k1','status':'answered','direction':'" direction "','answeredAt':'" answered "',"     \
      "'duration':" duration ",'hasVoicemail':" voicemail ",'createdAt':'09:00:00Z',"              \
      "'updatedAt':'10:00:00Z'",                                                                   \
      "'participants':{'workspace':['+1'],'external':[" external "],'resolution':'available'}" }

START_TEST(a_newer_version_is_seen_where_a_value_of_any_type_is_another)
{
    static const struct told
        first = CALL("EV1", "10:00:01Z", "incoming", "09:01:00Z", "5", "true", "'+2','+3'"),
        alike = CALL("EV2", "10:00:02Z", "incoming", "09:01:00Z", "5", "true", "'+2','+3'"),
        others[] = {
            CALL("EV2", "10:00:02Z", "outgoing", "09:01:00Z", "5", "true", "'+2','+3'"),
            CALL("EV2", "10:00:02Z", "incoming", "09:01:01Z", "5", "true", "'+2','+3'"),
            CALL("EV2", "10:00:02Z", "incoming", "09:01:00Z", "5.5", "true", "'+2','+3'"),
            CALL("EV2", "10:00:02Z", "incoming", "09:01:00Z", "null", "true", "'+2','+3'"),
            CALL("EV2", "10:00:02Z", "incoming", "09:01:00Z", "5", "false", "'+2','+3'"),
            CALL("EV2", "10:00:02Z", "incoming", "09:01:00Z", "5", "true", "'+2'"),
            CALL("EV2", "10:00:02Z", "incoming", "09:01:00Z", "5", "true", "'+3','+2'"),
        };
    struct row_plan plan = plan_of(&first, &alike, QUOSYNC_CALLS, false);

    ck_assert(plan.write && !plan.visible);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        plan = plan_of(&first, &others[i], QUOSYNC_CALLS, false);
        ck_assert_msg(plan.write && plan.visible, "%zu", i);
    }
}
END_TEST

START_TEST(labels_that_did_not_change_ask_for_no_list)
{
    static const struct told first = { "rest.contact", NULL, "10:05:00Z",
                                       REST_CONTACT("Ada", "10:00:00Z"), NULL };
    static const struct told again = { "rest.contact", NULL, "10:06:00Z",
                                       REST_CONTACT("Ada", "10:00:00Z"), NULL };
    struct row_plan plan = plan_of(&first, &again, QUOSYNC_CONTACTS, false);

    ck_assert_uint_eq(plan.need_lists, 0);
    ck_assert(!plan.visible);
}
END_TEST

START_TEST(labels_of_a_stored_list_ask_for_it_once_it_is_not_empty)
{
    static const struct told labels = { "rest.contact", "", "10:00:09Z",
                                        REST_CONTACT("Ada", "09:00:00Z"), NULL };
    struct row_plan plan = plan_of(&contact, &labels, QUOSYNC_CONTACTS, false);

    ck_assert_uint_eq(plan.need_lists, BIT(CONTACT_NUMBERS) | BIT(CONTACT_EMAILS));
}
END_TEST

/* Of more than is packed at once; only what comes last differs. */
START_TEST(a_long_list_is_known_by_all_of_it)
{
    static char first[80000], other[80000];
    char *const texts[] = { first, other };
    struct told told[2];

    for (size_t i = 0; i < 2; i++) {
        (void)snprintf(texts[i], sizeof first,
                       "'callId':'a1','processingStatus':'completed','createdAt':'09:00:00Z',"
                       "'dialogue':[{'content':'%070000d','start':1,'end':2},"
                       "{'content':'%zu','start':2,'end':3}]",
                       7, i);
        told[i] = (struct told){ "call.transcript.completed", i == 0 ? "EV1" : "EV2",
                                 i == 0 ? "10:00:01Z" : "10:00:02Z", texts[i], NULL };
    }
    ck_assert_uint_eq(plan_of(&told[0], &told[1], QUOSYNC_CALL_TRANSCRIPTS, false).lists,
                      BIT(TRANSCRIPT_LINES));
    told[1].resource = first;
    ck_assert_uint_eq(plan_of(&told[0], &told[1], QUOSYNC_CALL_TRANSCRIPTS, false).lists, 0);
}
END_TEST

START_TEST(a_calls_columns_are_all_known_after_any_plan)
{
    for (size_t c = 0; c < CALL_COLUMNS; c++)
        ck_assert_int_eq(table_column_register(&tables[QUOSYNC_CALLS], c), -1);
    ck_assert_int_eq(table_column_register(&tables[QUOSYNC_CONTACTS], CONTACT_FIRST_NAME),
                     CONTACT_CORE);
    ck_assert_int_eq(table_column_register(&tables[QUOSYNC_CONTACTS], CONTACT_DELETED_AT), -1);
    ck_assert_int_eq(table_column_register(&tables[QUOSYNC_MESSAGES], MESSAGE_BODY),
                     MESSAGE_FACTS);
}
END_TEST

START_TEST(every_column_has_an_owner_and_every_list_of_children_a_name)
{
    for (size_t t = 0; t < QUOSYNC_TABLES; t++) {
        const struct table *table = &tables[t];

        for (size_t c = 0; c < table->n_columns; c++) {
            ck_assert_ptr_nonnull(table->columns[c].name);
            ck_assert_uint_ne(table->columns[c].owners, 0);
            ck_assert_uint_eq(table->columns[c].owners >> table->n_registers, 0);
        }
        for (size_t l = 1; l < table->n_lists; l++)
            ck_assert(table->lists[l].name == NULL || table->lists[l - 1].name != NULL);
    }
}
END_TEST

/* ---- marks ------------------------------------------------------------------------------- */

#define MESSAGE(id, at)                                                                            \
    { "message.received", id, at,                                                                  \
      "'id':'m1','direction':'incoming','status':'received','text':'x','media':[{'url':'u'}],"     \
      "'createdAt':'10:00:00Z'",                                                                   \
      "'senderIdentifier':'+1'" }

static const struct told message = MESSAGE("EV1", "10:00:01Z");
static const struct told newer_message = MESSAGE("EV2", "10:00:02Z");

static bool
is_null(const struct quosync_row *row, size_t column)
{
    return quosync_row_value(row, column).type == QUOSYNC_NULL;
}

START_TEST(a_marked_row_is_planned_without_what_its_mark_forbids)
{
    static const uint8_t marks[] = { ROW_ERASED, ROW_PRUNED, ROW_ERASED | ROW_PRUNED };

    for (size_t i = 0; i < sizeof marks; i++) {
        struct quosync_fold *fold;
        struct quosync_row *row = row_of(&message, QUOSYNC_MESSAGES, &fold);
        struct row_plan plan;

        row->marks = marks[i];
        ck_assert(row_plan_make(row, NULL, false, &memory, &plan, NULL));
        ck_assert(plan.write && plan.insert);
        ck_assert_uint_eq(plan.strip, marks[i]);
        ck_assert(is_null(row, MESSAGE_BODY) && is_null(row, MESSAGE_MEDIA));
        ck_assert_int_eq(is_null(row, MESSAGE_SENDER), (marks[i] & ROW_ERASED) != 0);
        ck_assert_str_eq(quosync_row_value(row, MESSAGE_DIRECTION).of.text, "incoming");
        quosync_fold_free(fold);
    }
}
END_TEST

START_TEST(a_mark_strips_the_stored_row_once_and_every_later_observation)
{
    struct quosync_fold *a, *b, *c;
    struct quosync_row *first = row_of(&message, QUOSYNC_MESSAGES, &a), *stored,
                       *marked = row_of(&message, QUOSYNC_MESSAGES, &b),
                       *later = row_of(&newer_message, QUOSYNC_MESSAGES, &c);
    struct row_plan plan;

    ck_assert(row_plan_make(first, NULL, false, &memory, &plan, NULL));
    stored = stored_of(first);
    marked->marks = ROW_PRUNED;
    ck_assert(row_plan_make(marked, stored, false, &memory, &plan, NULL));
    ck_assert(plan.write && plan.visible && !plan.insert);
    ck_assert_uint_eq(plan.strip, ROW_PRUNED);
    stored = stored_of(marked);
    ck_assert_uint_eq(stored->marks, ROW_PRUNED);
    ck_assert(row_plan_make(later, stored, false, &memory, &plan, NULL));
    ck_assert(plan.write);
    ck_assert_uint_eq(plan.strip, 0);
    ck_assert_uint_eq(later->marks, ROW_PRUNED);
    ck_assert(is_null(later, MESSAGE_BODY) && is_null(later, MESSAGE_MEDIA));
    ck_assert_str_eq(quosync_row_value(later, MESSAGE_SENDER).of.text, "+1");
    quosync_fold_free(a);
    quosync_fold_free(b);
    quosync_fold_free(c);
}
END_TEST

START_TEST(an_erased_contact_leaves_contact_rest_too_where_rest_was_heard)
{
    static const struct told seen = { "rest.seen", "c1", "11:00:00Z", NULL, NULL };

    for (int heard = 0; heard < 2; heard++) {
        struct quosync_fold *a, *b;
        struct quosync_row *first = row_of(&contact, QUOSYNC_CONTACTS, &a),
                           *marked = row_of(&contact, QUOSYNC_CONTACTS, &b);
        struct row_plan plan;

        if (heard)
            told_fold(&seen, a);
        ck_assert(row_plan_make(first, NULL, false, &memory, &plan, NULL));
        marked->marks = ROW_ERASED;
        ck_assert(row_plan_make(marked, stored_of(first), false, &memory, &plan, NULL));
        ck_assert(plan.write && !plan.rest_only);
        ck_assert_int_eq(plan.rest, heard);
        quosync_fold_free(a);
        quosync_fold_free(b);
    }
}
END_TEST

/* Activities have content; a contact has none. */
START_TEST(pruning_of_content_takes_nothing_from_a_contact)
{
    static const struct told told = {
        "rest.contact", "", "11:00:00Z",
        "{'id':'c1','updatedAt':'10:00:00Z','customFields':[{'key':'k','id':'f','name':'n',"
        "'type':'string','value':'v'}],'defaultFields':{'firstName':'Ada',"
        "'emails':[{'name':'work','value':'a@b'}],'phoneNumbers':[{'name':'x','value':'+1'}]}}",
        NULL
    };
    static const char *const first_values[CONTACT_LISTS] = { "+1", "a@b", "k", "+1", "a@b" };
    struct quosync_fold *fold;
    struct quosync_row *row = row_of(&told, QUOSYNC_CONTACTS, &fold);
    struct row_plan plan;

    row->marks = ROW_PRUNED;
    ck_assert(row_plan_make(row, NULL, false, &memory, &plan, NULL));
    for (size_t l = 0; l < CONTACT_LISTS; l++) {
        ck_assert_uint_eq(row->lists[l].n, 1);
        ck_assert_int_eq(row->lists[l].items[0].values[0].type, QUOSYNC_TEXT);
        ck_assert_str_eq(row->lists[l].items[0].values[0].of.text, first_values[l]);
    }
    ck_assert_str_eq(quosync_row_list_value(row, CONTACT_EMAILS, 0, EMAIL_LABEL).of.text, "work");
    quosync_fold_free(fold);
}
END_TEST

#define RECORDINGS(id, at, url)                                                                    \
    { "call.recording.completed", id, at,                                                          \
      "'id':'a1','updatedAt':'10:00:00Z','recordings':[{'id':'RE1','duration':2.5,'url':'" url     \
      "'}]", NULL }

/* What a statement left in the table is known by no digest: a newer list is written, and
 * nobody is told that something changed. */
START_TEST(a_list_that_was_stripped_is_written_again_and_counts_as_seen_before)
{
    static const struct told told[] = { RECORDINGS("EV1", "10:00:01Z", "u"),
                                        RECORDINGS("EV2", "10:00:02Z", "w"),
                                        RECORDINGS("EV3", "10:00:03Z", "z") };
    struct quosync_fold *folds[4];
    struct quosync_row *rows[4];
    struct row_plan plan;

    for (size_t i = 0; i < 4; i++)
        rows[i] = row_of(&told[i < 2 ? 0 : i - 1], QUOSYNC_CALLS, &folds[i]);
    ck_assert(row_plan_make(rows[0], NULL, false, &memory, &plan, NULL));
    rows[1]->marks = ROW_PRUNED;
    ck_assert(row_plan_make(rows[1], stored_of(rows[0]), false, &memory, &plan, NULL));
    ck_assert(plan.write && plan.lists == 0);
    ck_assert_mem_eq(rows[1]->list_digests[CALL_RECORDINGS], row_unknown_digest, DIGEST_BYTES);
    ck_assert(row_plan_make(rows[2], stored_of(rows[1]), false, &memory, &plan, NULL));
    ck_assert(plan.write && !plan.visible);
    ck_assert_uint_eq(plan.lists, BIT(CALL_RECORDINGS));
    ck_assert_uint_eq(plan.items[CALL_RECORDINGS], UINT32_MAX);
    ck_assert_uint_eq(plan.trims, BIT(CALL_RECORDINGS));
    /* The address, all that differs, is content: of a pruned call the lists are alike. */
    ck_assert(row_plan_make(rows[3], stored_of(rows[2]), false, &memory, &plan, NULL));
    ck_assert(plan.write && !plan.visible);
    ck_assert_uint_eq(plan.lists, 0);
    for (size_t i = 0; i < 4; i++)
        quosync_fold_free(folds[i]);
}
END_TEST

/* The same of a register whose values the table alone holds. */
START_TEST(a_register_that_was_stripped_is_written_again_and_counts_as_seen_before)
{
    struct quosync_fold *a, *b, *c;
    struct quosync_row *first = row_of(&message, QUOSYNC_MESSAGES, &a),
                       *marked = row_of(&message, QUOSYNC_MESSAGES, &b),
                       *later = row_of(&newer_message, QUOSYNC_MESSAGES, &c);
    struct row_plan plan;

    ck_assert(row_plan_make(first, NULL, false, &memory, &plan, NULL));
    marked->marks = ROW_PRUNED;
    ck_assert(row_plan_make(marked, stored_of(first), false, &memory, &plan, NULL));
    ck_assert_mem_eq(marked->digests[MESSAGE_FACTS], row_unknown_digest, DIGEST_BYTES);
    ck_assert(row_plan_make(later, stored_of(marked), false, &memory, &plan, NULL));
    ck_assert_uint_eq(plan.registers & BIT(MESSAGE_FACTS), BIT(MESSAGE_FACTS));
    quosync_fold_free(a);
    quosync_fold_free(b);
    quosync_fold_free(c);
}
END_TEST

/* ---- labels ------------------------------------------------------------------------------ */

START_TEST(a_label_of_a_value_behind_all_others_names_none_of_them)
{
    static const struct told told[] = {
        { "contact.updated", "EV5", "12:00:05Z", CONTACT("Ada", "12:00:00Z"), NULL },
        { "rest.contact", "", "11:00:00Z",
          "{'id':'c1','updatedAt':'10:00:00Z','customFields':[],'defaultFields':{"
          "'emails':[{'name':'n','value':'z@z'}],'phoneNumbers':[{'name':'m','value':'z'}]}}",
          NULL },
    };

    TOLD_SHOWS(told, "contacts c1", "contact_emails 1: value=\"a@b\" label=null",
               "contact_phone_numbers 1: value=\"+14155550101\" e164=\"+14155550101\" label=null");
}
END_TEST

START_TEST(labels_of_two_values_in_another_order_find_them)
{
    static const struct told told[] = {
        { "contact.updated", "EV5", "12:00:05Z",
          "'id':'c1','phoneNumbers':[],'emails':[{'value':'b@b'},{'value':'a@a'}],"
          "'customFields':[],'updatedAt':'12:00:00Z'",
          NULL },
        { "rest.contact", "", "11:00:00Z",
          "{'id':'c1','updatedAt':'10:00:00Z','customFields':[],'defaultFields':{"
          "'emails':[{'name':'A','value':'a@a'},{'name':'B','value':'b@b'}],'phoneNumbers':[]}}",
          NULL },
    };

    TOLD_SHOWS(told, "contacts c1", "contact_emails 1: value=\"b@b\" label=\"B\"",
               "contact_emails 2: value=\"a@a\" label=\"A\"");
}
END_TEST

/* ---- merge states --------------------------------------------------------------------------- */

static const struct told call = {
    "call.completed", "EV5", "10:00:05Z",
    "'id':'a1','direction':'incoming','status':'answered','createdAt':'10:00:00Z',"
    "'updatedAt':'10:00:05Z','duration':12.5,'hasVoicemail':true",
    "'userId':'US1','phoneNumberType':null,'contacts':{'ids':['c2','c1'],'lookupStatus':'matched'},"
    "'participants':{'workspace':['+1'],'external':['+2','+3'],'resolution':'available'}"
};

START_TEST(a_kept_register_comes_back_from_the_state_with_its_values)
{
    struct quosync_fold *fold;
    struct quosync_row *row = row_of(&call, QUOSYNC_CALLS, &fold), *stored;
    struct row_plan plan;

    ck_assert(row_plan_make(row, NULL, false, &memory, &plan, NULL));
    stored = stored_of(row);
    ck_assert_str_eq(quosync_row_value(stored, CALL_DURATION_SECONDS).of.text, "12.5");
    ck_assert_uint_eq(quosync_row_value(stored, CALL_EXTERNAL_PARTICIPANTS).of.texts.n, 2);
    ck_assert(quosync_row_value(stored, CALL_HAS_VOICEMAIL).of.boolean);
    ck_assert_int_eq(quosync_row_value(stored, CALL_PHONE_NUMBER_TYPE).type, QUOSYNC_NULL);
    for (size_t r = 0; r < CALL_REGISTERS; r++)
        ck_assert_int_eq(quosync_version_compare(
                             row->regs[r].version, row->regs[r].version_bytes,
                             stored->regs[r].version, stored->regs[r].version_bytes),
                         0);
    quosync_fold_free(fold);
}
END_TEST

/* Every cut and every flipped byte is read or refused, and never more than that. */
START_TEST(a_damaged_state_is_refused_or_read_but_harms_nothing)
{
    struct quosync_fold *fold;
    struct quosync_row *row = row_of(&call, QUOSYNC_CALLS, &fold), *stored;
    struct quosync_error err;
    struct row_plan plan;
    const uint8_t *bytes;
    size_t n, refused = 0;

    ck_assert(row_plan_make(row, NULL, false, &memory, &plan, NULL));
    ck_assert(row_state_pack(row, &memory, &bytes, &n, NULL));
    for (size_t i = 0; i < n; i++) {
        uint8_t *damaged = malloc(n);

        ck_assert_ptr_nonnull(damaged);
        memcpy(damaged, bytes, n);
        if (!row_state_unpack(QUOSYNC_CALLS, "a1", damaged, i, &memory, &stored, &err)) {
            ck_assert_int_eq(err.kind, QUOSYNC_BUG);
            refused++;
        }
        for (unsigned bit = 0; bit < 8; bit++) {
            damaged[i] = (uint8_t)(bytes[i] ^ 1U << bit);
            if (row_state_unpack(QUOSYNC_CALLS, "a1", damaged, n, &memory, &stored, &err))
                for (size_t c = 0; c < CALL_COLUMNS; c++)
                    (void)quosync_row_value(stored, c);
        }
        free(damaged);
    }
    ck_assert_uint_gt(refused, n / 2);
    quosync_fold_free(fold);
}
END_TEST

START_TEST(a_state_of_a_later_form_is_refused)
{
    static const uint8_t later[] = { 3, 0 };
    struct quosync_row *row;
    struct quosync_error err;

    ck_assert(!row_state_unpack(QUOSYNC_CALLS, "a1", later, sizeof later, &memory, &row, &err));
    ck_assert_int_eq(err.kind, QUOSYNC_BUG);
    row = row_new(QUOSYNC_CONTACTS, "c1", &memory);
    ck_assert(!row_state_add_rest(row, later, sizeof later, &memory, &err));
    ck_assert_int_eq(err.kind, QUOSYNC_BUG);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("row");
    TCase *version = tcase_create("version"), *plan = tcase_create("plan"),
          *marks = tcase_create("marks"), *state = tcase_create("state");

    tcase_add_test(version, packed_instants_sort_as_numbers);
    tcase_add_test(version, packed_texts_sort_bytewise_and_before_what_follows_them);
    tcase_add_test(version, no_version_is_smallest);
    tcase_add_test(version, a_definition_of_any_length_has_a_version);
    suite_add_tcase(suite, version);
    tcase_add_checked_fixture(plan, NULL, forget);
    tcase_add_test(plan, the_same_observation_writes_nothing_and_replay_writes_it_again);
    tcase_add_test(plan, an_older_observation_writes_nothing);
    tcase_add_test(plan, a_newer_observation_that_shows_nothing_new_writes_its_version_alone);
    tcase_add_test(plan, only_the_registers_and_lists_that_changed_are_written);
    tcase_add_test(plan, of_a_list_only_the_items_that_differ_are_written);
    tcase_add_test(plan, where_the_state_does_not_know_the_items_all_of_them_are_written);
    tcase_add_test(plan, a_listing_that_shows_nothing_new_writes_contact_rest_alone);
    tcase_add_test(plan, a_newer_version_is_seen_where_a_value_of_any_type_is_another);
    tcase_add_test(plan, labels_of_a_stored_list_ask_for_it_once_it_is_not_empty);
    tcase_add_test(plan, labels_that_did_not_change_ask_for_no_list);
    tcase_add_test(plan, a_long_list_is_known_by_all_of_it);
    tcase_add_test(plan, a_calls_columns_are_all_known_after_any_plan);
    tcase_add_test(plan, every_column_has_an_owner_and_every_list_of_children_a_name);
    suite_add_tcase(suite, plan);
    tcase_add_checked_fixture(marks, NULL, forget);
    tcase_add_test(marks, a_marked_row_is_planned_without_what_its_mark_forbids);
    tcase_add_test(marks, a_mark_strips_the_stored_row_once_and_every_later_observation);
    tcase_add_test(marks, an_erased_contact_leaves_contact_rest_too_where_rest_was_heard);
    tcase_add_test(marks, pruning_of_content_takes_nothing_from_a_contact);
    tcase_add_test(marks, a_list_that_was_stripped_is_written_again_and_counts_as_seen_before);
    tcase_add_test(marks, a_register_that_was_stripped_is_written_again_and_counts_as_seen_before);
    tcase_add_test(marks, a_label_of_a_value_behind_all_others_names_none_of_them);
    tcase_add_test(marks, labels_of_two_values_in_another_order_find_them);
    suite_add_tcase(suite, marks);
    tcase_add_checked_fixture(state, NULL, forget);
    tcase_add_test(state, a_kept_register_comes_back_from_the_state_with_its_values);
    tcase_add_test(state, a_damaged_state_is_refused_or_read_but_harms_nothing);
    tcase_add_test(state, a_state_of_a_later_form_is_refused);
    suite_add_tcase(suite, state);
    return suite_run(suite);
}
