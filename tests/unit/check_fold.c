/*
 * check_fold.c - the public face of a fold: names, order, what changes nothing,
 * and events that a caller built by hand.
 */
#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "core/fold.h"
#include "core/json_text.h"
#include "core/rest.h"
#include "support/suite.h"
#include "told.h"

static struct quosync_fold *fold;

static void
start(void)
{
    ck_assert(quosync_fold_new(0, &fold, NULL));
}

static void
stop(void)
{
    quosync_fold_free(fold);
}

static size_t
rows_of(enum quosync_table table, struct quosync_row ***rows)
{
    size_t n;

    ck_assert(quosync_fold_rows(fold, table, rows, &n, NULL));
    return n;
}

START_TEST(rows_come_sorted_by_id_bytewise)
{
    static const char *const ids[] = { "b", "a", "B", "\xC3\xA9", "aa" };
    static const char *const sorted[] = { "B", "a", "aa", "b", "\xC3\xA9" };
    struct quosync_row **rows;
    char resource[64];

    for (size_t i = 0; i < 5; i++) {
        struct told told = { "message.received", "EV1", "10:00:00Z", resource, NULL };

        (void)snprintf(resource, sizeof resource, "'id':'%s','status':'received'", ids[i]);
        told_fold(&told, fold);
    }
    ck_assert_uint_eq(rows_of(QUOSYNC_MESSAGES, &rows), 5);
    for (size_t i = 0; i < 5; i++)
        ck_assert_str_eq(quosync_row_id(rows[i]), sorted[i]);
}
END_TEST

START_TEST(test_events_and_types_that_are_not_interpreted_change_nothing)
{
    static const struct told told[] = {
        { "message.received", "EV-test-1", "10:00:00Z", "'id':'m1','status':'received'", NULL },
        { "message.received", "EV-sample", "10:00:00Z", "'id':'m1','status':'received'", NULL },
        { "task.created", "EV1", "10:00:00Z", "'id':'TK1'", NULL },
        { "contact.merged", "EV1", "10:00:00Z", "'id':'c1'", NULL },
    };
    struct quosync_row **rows;

    for (size_t i = 0; i < sizeof told / sizeof told[0]; i++)
        told_fold(&told[i], fold);
    for (int t = 0; t < QUOSYNC_TABLES; t++)
        ck_assert_uint_eq(rows_of((enum quosync_table)t, &rows), 0);
}
END_TEST

START_TEST(a_mark_needs_a_row_and_makes_one_where_it_is_told)
{
    static const struct told told = { "message.received", "EV1", "10:00:00Z",
                                      "'id':'m1','status':'received'", NULL };
    struct quosync_row **rows;

    fold_mark(fold, QUOSYNC_MESSAGES, "m1", ROW_PRUNED, false);
    ck_assert_uint_eq(rows_of(QUOSYNC_MESSAGES, &rows), 0);
    told_fold(&told, fold);
    fold_mark(fold, QUOSYNC_MESSAGES, "m1", ROW_PRUNED, false);
    fold_mark(fold, QUOSYNC_MESSAGES, "m1", ROW_ERASED, true);
    fold_mark(fold, QUOSYNC_MESSAGES, "m2", ROW_ERASED, true);
    ck_assert_uint_eq(rows_of(QUOSYNC_MESSAGES, &rows), 2);
    ck_assert_uint_eq(rows[0]->marks, ROW_PRUNED | ROW_ERASED);
    ck_assert_uint_eq(rows[1]->marks, ROW_ERASED);
}
END_TEST

START_TEST(a_fold_that_failed_gives_no_rows_and_takes_none)
{
    struct quosync_error err = { 0 };
    struct quosync_row **rows;
    size_t n;

    fold->failed = true;
    fold_mark(fold, QUOSYNC_MESSAGES, "m1", ROW_ERASED, true);
    ck_assert(!quosync_fold_rows(fold, QUOSYNC_MESSAGES, &rows, &n, &err));
    ck_assert_int_eq(err.kind, QUOSYNC_NO_MEMORY);
    fold->failed = false;
    ck_assert_uint_eq(rows_of(QUOSYNC_MESSAGES, &rows), 0);
    quosync_fold_free(NULL);
}
END_TEST

/* _i 0: a column of another register; 1: more values than the register has columns. */
START_TEST(an_observer_that_disagrees_with_the_table_ends_the_program)
{
    struct quosync_row *row = fold_row(fold, QUOSYNC_MESSAGES, "m1");
    struct version version = { .n = 0 };
    struct put put;

    version_rank(&version, 1);
    ck_assert(fold_observe(fold, row, MESSAGE_MEDIA_REGISTER, &version, &put));
    if (_i == 0)
        put_text(&put, MESSAGE_BODY, "x");
    put_text(&put, MESSAGE_MEDIA, "[]");
    put_text(&put, MESSAGE_MEDIA, "[]");
}
END_TEST

START_TEST(names_end_with_null_and_labels_of_rest_are_no_list_of_children)
{
    ck_assert_str_eq(quosync_column_name(QUOSYNC_CONTACTS, 0), "first_name");
    ck_assert_str_eq(quosync_column_name(QUOSYNC_CONTACTS, 13), "deleted_at");
    ck_assert_ptr_null(quosync_column_name(QUOSYNC_CONTACTS, 14));
    ck_assert_str_eq(quosync_list_name(QUOSYNC_CONTACTS, 2), "contact_custom_fields");
    ck_assert_ptr_null(quosync_list_name(QUOSYNC_CONTACTS, 3));
    ck_assert_str_eq(quosync_list_name(QUOSYNC_CALLS, 1), "activity_contacts");
    ck_assert_ptr_null(quosync_list_name(QUOSYNC_CALLS, 2));
    ck_assert_str_eq(quosync_list_column_name(QUOSYNC_CONTACTS, 0, 2), "label");
    ck_assert_ptr_null(quosync_list_column_name(QUOSYNC_CONTACTS, 0, 3));
    ck_assert_ptr_null(quosync_list_column_name(QUOSYNC_CONTACTS, 3, 0));
}
END_TEST

/* JSON text of a field that somebody else wrote than the decoder: escapes, blanks. */
START_TEST(a_value_of_any_json_text_is_read)
{
    static const struct {
        const char *type, *value, *text;
    } values[] = {
        { "string", "\"\\u00e9\\u20ac\\ud83d\\ude00\\u0041\\b\\f\\r\\\"\\/\\\\\"",
          "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80" "A\b\f\r\"/\\" },
        { "string", "\"a\\u0000b\\ud800c\\udc00\"", "a\xEF\xBF\xBD" "b\xEF\xBF\xBD" "c\xEF\xBF\xBD" },
        { "string", " \"x\"", "x" },
        { "string", "\"cut \\u12", "cut u12" },
    };

    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        struct quosync_custom_field field = { .key = "k", .type = values[i].type,
                                              .value = values[i].value };
        struct quosync_event event = { .id = "EV1", .kind = QUOSYNC_CONTACT_UPDATED };
        struct quosync_row **rows;
        struct quosync_value value;

        event.digest = i; /* the later one wins */
        event.of.contact = (struct quosync_contact){ .id = "c1", .custom_fields = &field,
                                                     .n_custom_fields = 1 };
        ck_assert(quosync_fold_event(fold, &event, NULL));
        ck_assert_uint_eq(rows_of(QUOSYNC_CONTACTS, &rows), 1);
        ck_assert_uint_eq(quosync_row_list_length(rows[0], CONTACT_FIELDS), 1);
        value = quosync_row_list_value(rows[0], CONTACT_FIELDS, 0, FIELD_TEXT);
        ck_assert_int_eq(value.type, QUOSYNC_TEXT);
        ck_assert_str_eq(value.of.text, values[i].text);
        /* A field without a name defines nothing. */
        ck_assert_uint_eq(rows_of(QUOSYNC_CUSTOM_FIELD_DEFINITIONS, &rows), 0);
    }
}
END_TEST

START_TEST(choices_may_stand_with_blanks_and_hold_commas)
{
    struct quosync_custom_field field = { .key = "k", .name = "K", .type = "multi-select",
                                          .value = " [ \"a, b\" ,\"c\\\"\" , \"\" ] " };
    struct quosync_event event = { .id = "EV1", .kind = QUOSYNC_CONTACT_UPDATED };
    struct quosync_row **rows;
    struct quosync_value value;

    event.of.contact = (struct quosync_contact){ .id = "c1", .custom_fields = &field,
                                                 .n_custom_fields = 1 };
    ck_assert(quosync_fold_event(fold, &event, NULL));
    ck_assert_uint_eq(rows_of(QUOSYNC_CONTACTS, &rows), 1);
    value = quosync_row_list_value(rows[0], CONTACT_FIELDS, 0, FIELD_LIST);
    ck_assert_uint_eq(value.of.texts.n, 3);
    ck_assert_str_eq(value.of.texts.items[0], "a, b");
    ck_assert_str_eq(value.of.texts.items[1], "c\"");
    ck_assert_str_eq(value.of.texts.items[2], "");
}
END_TEST

START_TEST(the_country_code_derives_e164_from_national_numbers)
{
    static const struct told told = {
        "contact.updated", "EV1", "10:00:00Z",
        "'id':'c1','phoneNumbers':[{'value':'(415) 555-0101'},{'value':'911'}],'emails':[],"
        "'customFields':[],'updatedAt':'10:00:00Z'",
        NULL
    };
    struct quosync_row **rows;

    told_fold(&told, fold);
    ck_assert_uint_eq(rows_of(QUOSYNC_CONTACTS, &rows), 1);
    ck_assert_int_eq(quosync_row_list_value(rows[0], CONTACT_NUMBERS, 0, NUMBER_E164).type,
                     QUOSYNC_NULL);
    quosync_fold_free(fold);
    ck_assert(quosync_fold_new(1, &fold, NULL));
    told_fold(&told, fold);
    ck_assert_uint_eq(rows_of(QUOSYNC_CONTACTS, &rows), 1);
    ck_assert_str_eq(quosync_row_list_value(rows[0], CONTACT_NUMBERS, 0, NUMBER_E164).of.text,
                     "+14155550101");
    ck_assert_int_eq(quosync_row_list_value(rows[0], CONTACT_NUMBERS, 1, NUMBER_E164).type,
                     QUOSYNC_NULL);
}
END_TEST

/* ---- REST ---------------------------------------------------------------------------- */

static json_t *
json_of(const char *text)
{
    json_t *json;

    ck_assert(json_text_parse(text, strlen(text), &json, NULL));
    return json;
}

START_TEST(a_field_of_rest_without_a_key_takes_that_of_its_one_definition)
{
    AUTO(json_text_free) json_t *json = json_of(
        "{\"definitions\":[{\"key\":\"score\",\"name\":\"Score\",\"type\":\"number\"},"
        "{\"key\":\"a\",\"name\":\"Twice\",\"type\":\"string\"},"
        "{\"key\":\"b\",\"name\":\"Twice\",\"type\":\"string\"}],"
        "\"contact\":{\"id\":\"c1\",\"updatedAt\":\"2026-11-06T10:00:00Z\","
        "\"defaultFields\":{\"emails\":[],\"phoneNumbers\":[]},\"customFields\":["
        "{\"name\":\"Score\",\"type\":\"number\",\"value\":\"12.50\"},"
        "{\"name\":\"Score\",\"type\":\"string\",\"value\":null},"
        "{\"name\":\"Twice\",\"id\":\"f1\",\"type\":\"string\",\"value\":\"x\"},"
        "{\"key\":\"own\",\"name\":\"Score\",\"type\":\"number\",\"value\":1}]}}");
    AUTO(rest_definitions_free) struct rest_definitions *definitions = NULL;
    static const char *const keys[] = { "score", "Score", "f1", "own" };
    struct quosync_row **rows;

    ck_assert(rest_definitions_read(json_object_get(json, "definitions"), &definitions, NULL));
    ck_assert(rest_contact(fold, json_object_get(json, "contact"), 1793959200000000, definitions,
                           NULL));
    ck_assert_uint_eq(rows_of(QUOSYNC_CONTACTS, &rows), 1);
    for (size_t i = 0; i < 4; i++)
        ck_assert_str_eq(quosync_row_list_value(rows[0], CONTACT_FIELDS, i, FIELD_KEY).of.text,
                         keys[i]);
    ck_assert_str_eq(quosync_row_list_value(rows[0], CONTACT_FIELDS, 0, FIELD_NUMBER).of.text,
                     "12.5");
}
END_TEST

START_TEST(definitions_that_cannot_be_read_are_refused_whole)
{
    AUTO(json_text_free) json_t *json =
        json_of("{\"list\":[{\"key\":\"k\",\"name\":\"K\"}],\"none\":{}}");
    struct rest_definitions *definitions = NULL;
    struct quosync_error err;

    ck_assert(!rest_definitions_read(json_object_get(json, "list"), &definitions, &err));
    ck_assert_int_eq(err.kind, QUOSYNC_BAD_INPUT);
    ck_assert_str_eq(err.text, "[0].type is missing");
    ck_assert(!rest_definitions_read(json_object_get(json, "none"), &definitions, &err));
    ck_assert_int_eq(err.kind, QUOSYNC_BAD_INPUT);
    ck_assert_ptr_null(definitions);
}
END_TEST

START_TEST(a_phone_number_of_rest_fills_its_row)
{
    static const struct told told[] = {
        { "rest.phone_number", "", "10:00:00Z",
          "{'id':'PN1','groupId':'GR1','name':'Front desk','phoneNumber':'+12065550100',"
          "'formattedNumber':'(206) 555-0100','portingStatus':null,'symbol':'x',"
          "'createdAt':'08:00:00Z','updatedAt':'09:00:00Z','forward':null}",
          NULL },
    };

    TOLD_SHOWS(told, "phone_numbers PN1", "group_id=\"GR1\"", "name=\"Front desk\"",
               "number=\"+12065550100\"", "formatted=\"(206) 555-0100\"", "porting_status=null",
               "symbol=\"x\"", "updated_at=2026-11-06T09:00:00Z", "gone_at=null");
}
END_TEST

START_TEST(many_labels_find_their_values)
{
    enum { MANY = 2000 };
    json_t *numbers = json_array(), *item = json_object(), *fields = json_object();
    struct quosync_row **rows;

    for (int i = 0; i < MANY; i++) {
        char value[16], name[16];

        (void)snprintf(value, sizeof value, "%d", i % (MANY / 2));
        (void)snprintf(name, sizeof name, "n%d", i);
        ck_assert_int_eq(
            json_array_append_new(numbers, json_pack("{ssss}", "name", name, "value", value)), 0);
    }
    json_object_set_new(fields, "phoneNumbers", numbers);
    json_object_set_new(fields, "emails", json_array());
    json_object_set_new(item, "id", json_string("c1"));
    json_object_set_new(item, "updatedAt", json_string("2026-11-06T10:00:00Z"));
    json_object_set_new(item, "defaultFields", fields);
    json_object_set_new(item, "customFields", json_array());
    ck_assert(rest_contact(fold, item, 1793959200000000, NULL, NULL));
    json_decref(item);
    ck_assert_uint_eq(rows_of(QUOSYNC_CONTACTS, &rows), 1);
    for (size_t i = 0; i < MANY; i++) {
        char name[16];

        (void)snprintf(name, sizeof name, "n%zu", i);
        ck_assert_str_eq(
            quosync_row_list_value(rows[0], CONTACT_NUMBERS, i, NUMBER_LABEL).of.text, name);
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("fold");
    TCase *events = tcase_create("events"), *rest = tcase_create("rest");

    tcase_add_checked_fixture(events, start, stop);
    tcase_add_test(events, a_mark_needs_a_row_and_makes_one_where_it_is_told);
    tcase_add_test(events, a_fold_that_failed_gives_no_rows_and_takes_none);
    tcase_add_test(events, rows_come_sorted_by_id_bytewise);
    tcase_add_test(events, test_events_and_types_that_are_not_interpreted_change_nothing);
    tcase_add_test(events, names_end_with_null_and_labels_of_rest_are_no_list_of_children);
    tcase_add_loop_test_raise_signal(
        events, an_observer_that_disagrees_with_the_table_ends_the_program, SIGABRT, 0, 2);
    tcase_add_test(events, a_value_of_any_json_text_is_read);
    tcase_add_test(events, choices_may_stand_with_blanks_and_hold_commas);
    tcase_add_test(events, the_country_code_derives_e164_from_national_numbers);
    suite_add_tcase(suite, events);
    tcase_add_checked_fixture(rest, start, stop);
    tcase_add_test(rest, a_field_of_rest_without_a_key_takes_that_of_its_one_definition);
    tcase_add_test(rest, definitions_that_cannot_be_read_are_refused_whole);
    tcase_add_test(rest, a_phone_number_of_rest_fills_its_row);
    tcase_add_test(rest, many_labels_find_their_values);
    suite_add_tcase(suite, rest);
    return suite_run(suite);
}
