/* check_contact_merge.c - the rules of the merge for contacts, each in every order. */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "support/suite.h"
#include "told.h"

/* Members of a contact's resource, its lists empty. */
#define CONTACT(first, updated)                                                                    \
    "'id':'c1','firstName':'" first "','phoneNumbers':[],'emails':[],'customFields':[],"           \
    "'createdAt':'08:00:00Z','updatedAt':'" updated "'"
#define WITH_FIELDS(fields)                                                                        \
    "'id':'c1','phoneNumbers':[],'emails':[],'customFields':[" fields "],"                         \
    "'updatedAt':'10:00:00Z'"
#define WITH_NUMBERS(numbers, updated)                                                             \
    "'id':'c1','phoneNumbers':[" numbers "],'emails':[],'customFields':[],"                        \
    "'updatedAt':'" updated "'"
#define REST_CONTACT(first, numbers, updated)                                                      \
    "{'id':'c1','sourceUrl':'https://s','createdByUserId':'US9','createdAt':'08:00:00Z',"          \
    "'updatedAt':'" updated "','customFields':[],"                                                 \
    "'defaultFields':{'firstName':'" first "','emails':[],'phoneNumbers':[" numbers "]}}"

/* ---- core ---------------------------------------------------------------------------- */

START_TEST(the_greater_updated_at_wins)
{
    static const struct told told[] = {
        { "contact.updated", "EV1", "10:00:09Z", CONTACT("old", "10:00:00Z"), NULL },
        { "contact.updated", "EV2", "10:00:01Z", CONTACT("new", "10:00:00.118Z"), NULL },
    };

    TOLD_SHOWS(told, "contacts c1", "first_name=\"new\"",
               "updated_at=2026-11-06T10:00:00.118Z");
}
END_TEST

START_TEST(equal_updated_at_is_decided_by_created_at_then_id_then_digest)
{
    static const struct told by_created[] = {
        { "contact.updated", "EV9", "10:00:01Z", CONTACT("first", "10:00:00Z"), NULL },
        { "contact.updated", "EV1", "10:00:02Z", CONTACT("second", "10:00:00Z"), NULL },
    };
    static const struct told by_id[] = {
        { "contact.updated", "EVB", "10:00:01Z", CONTACT("upper", "10:00:00Z"), NULL },
        { "contact.updated", "EVa", "10:00:01Z", CONTACT("lower", "10:00:00Z"), NULL },
    };
    static const struct told by_digest[] = {
        { "contact.updated", "EV1", "10:00:01Z", CONTACT("a", "10:00:00Z"), NULL },
        { "contact.updated", "EV1", "10:00:01Z", CONTACT("b", "10:00:00Z"), NULL },
        { "contact.updated", "EV1", "10:00:01Z", CONTACT("c", "10:00:00Z"), NULL },
    };

    TOLD_SHOWS(by_created, "contacts c1", "first_name=\"second\"");
    TOLD_SHOWS(by_id, "contacts c1", "first_name=\"lower\"");
    /* Which of the three is for the digest to say; it must say the same in every order. */
    TOLD_SHOWS(by_digest, "contacts c1", "updated_at=2026-11-06T10:00:00Z");
}
END_TEST

START_TEST(a_deletion_wins_a_tie_in_any_order)
{
    static const struct told told[] = {
        { "contact.updated", "EV9", "10:00:01Z", CONTACT("Ada", "10:00:00Z"), NULL },
        { "contact.deleted", "EV1", "10:00:01Z", CONTACT("Ada", "10:00:00Z"), NULL },
    };

    TOLD_SHOWS(told, "contacts c1", "deleted_at=2026-11-06T10:00:01Z");
}
END_TEST

START_TEST(an_update_of_the_same_instant_that_happened_later_restores)
{
    static const struct told told[] = {
        { "contact.deleted", "EV1", "10:00:01Z", CONTACT("Ada", "10:00:00Z"), NULL },
        { "contact.updated", "EV2", "10:00:02Z", CONTACT("Ada", "10:00:00Z"), NULL },
    };

    TOLD_SHOWS(told, "contacts c1", "deleted_at=null");
}
END_TEST

START_TEST(a_stale_update_after_a_deletion_changes_nothing)
{
    static const struct told told[] = {
        { "contact.deleted", "EV1", "10:00:02Z", CONTACT("last", "10:00:01Z"), NULL },
        { "contact.updated", "EV2", "10:00:09Z", CONTACT("stale", "10:00:00Z"), NULL },
    };

    TOLD_SHOWS(told, "contacts c1", "deleted_at=2026-11-06T10:00:02Z", "first_name=\"last\"");
}
END_TEST

START_TEST(a_newer_update_restores_and_the_older_deletion_stays_without_effect)
{
    static const struct told told[] = {
        { "contact.deleted", "EV1", "10:00:02Z", CONTACT("last", "10:00:01Z"), NULL },
        { "contact.updated", "EV2", "10:00:04Z", CONTACT("back", "10:00:03Z"), NULL },
        { "contact.deleted", "EV3", "10:00:05Z", CONTACT("last", "10:00:02Z"), NULL },
    };

    TOLD_SHOWS(told, "contacts c1", "deleted_at=null", "first_name=\"back\"");
}
END_TEST

START_TEST(a_deletion_of_a_contact_that_nobody_knew_leaves_a_tombstone)
{
    static const struct told told[] = {
        { "contact.deleted", "EV1", "10:00:02Z", CONTACT("Ada", "10:00:01Z"), NULL },
    };

    TOLD_SHOWS(told, "contacts c1", "deleted_at=2026-11-06T10:00:02Z", "location=null",
               "shared_with_ids=null");
}
END_TEST

START_TEST(location_shares_and_link_come_from_updates_alone)
{
    static const struct told told[] = {
        { "contact.updated", "EV1", "10:00:01Z", CONTACT("Ada", "10:00:00Z") ",'location':'Ulm'",
          "'sharedWithIds':['US1','GR1']" },
        { "contact.deleted", "EV2", "10:00:03Z", CONTACT("Ada", "10:00:02Z") ",'location':null",
          "'sharedWithIds':[]" },
    };

    TOLD_SHOWS(told, "contacts c1", "location=\"Ulm\"", "shared_with_ids={\"US1\",\"GR1\"}",
               "deleted_at=2026-11-06T10:00:03Z");
}
END_TEST

START_TEST(lists_come_whole_from_the_greatest_core)
{
    static const struct told told[] = {
        { "contact.updated", "EV1", "10:00:01Z",
          WITH_NUMBERS("{'value':'+14155550101'},{'value':'+14155550102'}", "10:00:00Z"), NULL },
        { "contact.updated", "EV2", "10:00:02Z", WITH_NUMBERS("{'value':'911'}", "10:00:01Z"),
          NULL },
    };

    TOLD_SHOWS(told, "contacts c1", "contact_phone_numbers 1: value=\"911\" e164=null label=null",
               "!contact_phone_numbers 2");
}
END_TEST

START_TEST(the_same_event_many_times_is_one)
{
    static const struct told told[] = {
        { "contact.updated", "EV1", "10:00:01Z", CONTACT("Ada", "10:00:00Z"), NULL },
        { "contact.updated", "EV1", "10:00:01Z", CONTACT("Ada", "10:00:00Z"), NULL },
        { "contact.updated", "EV1", "10:00:01Z", CONTACT("Ada", "10:00:00Z"), NULL },
    };

    TOLD_SHOWS(told, "contacts c1", "first_name=\"Ada\"");
}
END_TEST

/* ---- custom fields ----------------------------------------------------------------------- */

#define FIELD(type, value) "{'key':'k','name':'K','type':'" type "','value':" value "}"
#define SHOWN(type, values)                                                                        \
    "contact_custom_fields 1: key=\"k\" field_id=null name=\"K\" type=\"" type "\" " values

/* A value of a field, and what its row shows. */
static const struct {
    const char *field, *shown;
} fields[] = {
#define NONE_FROM_NUMBER "value_number=null value_boolean=null value_date=null value_list=null "
#define REST_NULL "value_json=null"
    { FIELD("string", "'a'"),
      SHOWN("string", "value_text=\"a\" " NONE_FROM_NUMBER REST_NULL) },
    { FIELD("url", "null"), SHOWN("url", "value_text=null " NONE_FROM_NUMBER REST_NULL) },
    { FIELD("address", "7"), SHOWN("address", "value_text=null " NONE_FROM_NUMBER "value_json=7") },
    { FIELD("number", "0.1"), SHOWN("number", "value_text=null value_number=0.1 value_boolean=null "
                                              "value_date=null value_list=null " REST_NULL) },
    { FIELD("number", "'12'"),
      SHOWN("number", "value_text=null value_number=12 value_boolean=null "
                      "value_date=null value_list=null " REST_NULL) },
    { FIELD("number", "9007199254740993"),
      SHOWN("number", "value_text=null value_number=9007199254740993 value_boolean=null "
                      "value_date=null value_list=null " REST_NULL) },
    { FIELD("number", "'many'"),
      SHOWN("number", "value_text=null " NONE_FROM_NUMBER "value_json=\"many\"") },
    { FIELD("boolean", "false"),
      SHOWN("boolean", "value_text=null value_number=null value_boolean=false value_date=null "
                       "value_list=null " REST_NULL) },
    { FIELD("boolean", "'true'"),
      SHOWN("boolean", "value_text=null " NONE_FROM_NUMBER "value_json=\"true\"") },
    { FIELD("date", "'2027-03-01'"),
      SHOWN("date", "value_text=null value_number=null value_boolean=null "
                    "value_date=2027-03-01T00:00:00Z value_list=null " REST_NULL) },
    { FIELD("date", "'1969-12-31'"),
      SHOWN("date", "value_text=null value_number=null value_boolean=null "
                    "value_date=-86400000000us value_list=null " REST_NULL) },
    { FIELD("date", "'soon'"),
      SHOWN("date", "value_text=null " NONE_FROM_NUMBER "value_json=\"soon\"") },
    { FIELD("date", "'2027-02-30'"),
      SHOWN("date", "value_text=null " NONE_FROM_NUMBER "value_json=\"2027-02-30\"") },
    { FIELD("multi-select", "['a','b \\\\ c']"),
      SHOWN("multi-select", "value_text=null value_number=null value_boolean=null "
                            "value_date=null value_list={\"a\",\"b \\\\ c\"} " REST_NULL) },
    { FIELD("multi-select", "[]"),
      SHOWN("multi-select", "value_text=null value_number=null value_boolean=null "
                            "value_date=null value_list={} " REST_NULL) },
    { FIELD("multi-select", "null"),
      SHOWN("multi-select", "value_text=null value_number=null value_boolean=null "
                            "value_date=null value_list={} " REST_NULL) },
    { FIELD("multi-select", "['a',1]"),
      SHOWN("multi-select", "value_text=null " NONE_FROM_NUMBER "value_json=[\"a\",1]") },
    { FIELD("multi-select", "''"),
      SHOWN("multi-select", "value_text=null " NONE_FROM_NUMBER "value_json=\"\"") },
    { FIELD("star-rating", "{'stars':4}"),
      SHOWN("star-rating", "value_text=null " NONE_FROM_NUMBER "value_json={\"stars\":4}") },
};

START_TEST(a_custom_field_fills_the_one_column_that_it_fits)
{
    char resource[512];
    struct told told = { "contact.updated", "EV1", "10:00:01Z", resource, NULL };

    (void)snprintf(resource, sizeof resource,
                   "'id':'c1','phoneNumbers':[],'emails':[],'customFields':[%s],"
                   "'updatedAt':'10:00:00Z'",
                   fields[_i].field);
    told_shows(&told, 1, "contacts c1", (const char *const[]){ fields[_i].shown, NULL });
}
END_TEST

START_TEST(text_of_a_custom_field_is_read_as_it_was_written)
{
    static const struct told told[] = {
        { "contact.updated", "EV1", "10:00:01Z",
          WITH_FIELDS("{'key':'k','name':'K','type':'string',"
                      "'value':'\\u00e9\\n\\ud83d\\ude00\\t/'}"),
          NULL },
    };

    TOLD_SHOWS(told, "contacts c1",
               SHOWN("string", "value_text=\"é\\n😀\t/\" " NONE_FROM_NUMBER REST_NULL));
}
END_TEST

START_TEST(a_field_without_a_key_is_kept_under_its_id_or_its_name)
{
    static const struct told told[] = {
        { "contact.updated", "EV1", "10:00:01Z",
          WITH_FIELDS("{'id':'f1','name':'A','type':'boolean','value':true},"
                      "{'name':'B','type':'boolean','value':true}"),
          NULL },
    };

    TOLD_SHOWS(told, "custom_field_definitions f1", "name=\"A\"");
    TOLD_SHOWS(told, "custom_field_definitions B", "name=\"B\"", "type=\"boolean\"");
}
END_TEST

START_TEST(a_definition_is_the_newest_days_and_rest_is_heard_first)
{
    static const struct told told[] = {
        { "contact.updated", "EV1", "10:00:01Z",
          WITH_FIELDS("{'key':'k','name':'Zebra','type':'string','value':null}"), NULL },
        { "contact.updated", "EV2", "10:00:09Z",
          WITH_FIELDS("{'key':'k','name':'Ant','type':'string','value':null}"), NULL },
    };
    static const struct told rest[] = {
        { "contact.updated", "EV1", "10:00:01Z",
          WITH_FIELDS("{'key':'k','name':'Zebra','type':'string','value':null}"), NULL },
        { "rest.definitions", "", "09:00:00Z", "[{'key':'k','name':'Ant','type':'number'}]",
          NULL },
    };

    TOLD_SHOWS(told, "custom_field_definitions k", "name=\"Zebra\"");
    TOLD_SHOWS(rest, "custom_field_definitions k", "name=\"Ant\"", "type=\"number\"");
}
END_TEST

START_TEST(a_definition_follows_the_day_of_its_event)
{
    static const struct told told[] = {
        { "contact.updated", "EV1", "2026-11-06T23:59:59Z",
          WITH_FIELDS("{'key':'k','name':'Zebra','type':'string','value':null}"), NULL },
        { "contact.updated", "EV2", "2026-11-07T00:00:01Z",
          WITH_FIELDS("{'key':'k','name':'Ant','type':'string','value':null}"), NULL },
    };

    TOLD_SHOWS(told, "custom_field_definitions k", "name=\"Ant\"");
}
END_TEST

START_TEST(every_column_of_a_contact_comes_from_its_member)
{
    static const struct told event[] = {
        { "contact.updated", "EV1", "10:00:01Z",
          CONTACT("Ada", "10:00:00Z") ",'lastName':'N','company':'C','role':'R','location':'L',"
                                      "'source':'S','externalId':'X'",
          "'sharedWithIds':['US1']" },
    };
    static const struct told rest[] = {
        { "rest.contact", "", "10:00:00Z",
          "{'id':'c1','externalId':'X','source':'S','sourceUrl':'U','createdByUserId':'US1',"
          "'createdAt':'08:00:00Z','updatedAt':'09:00:00Z','customFields':[],'defaultFields':{"
          "'firstName':'F','lastName':'N','company':'C','role':'R','phoneNumbers':[],"
          "'emails':[{'name':'work','value':'a@b'}]}}",
          NULL },
    };

    TOLD_SHOWS(event, "contacts c1", "first_name=\"Ada\"", "last_name=\"N\"", "company=\"C\"",
               "role=\"R\"", "location=\"L\"", "source=\"S\"", "external_id=\"X\"",
               "source_url=null", "created_by_user_id=null", "shared_with_ids={\"US1\"}",
               "created_at=2026-11-06T08:00:00Z", "updated_at=2026-11-06T10:00:00Z");
    TOLD_SHOWS(rest, "contacts c1", "first_name=\"F\"", "last_name=\"N\"", "company=\"C\"",
               "role=\"R\"", "location=null", "source=\"S\"", "external_id=\"X\"",
               "source_url=\"U\"", "created_by_user_id=\"US1\"", "shared_with_ids=null",
               "created_at=2026-11-06T08:00:00Z", "updated_at=2026-11-06T09:00:00Z",
               "deleted_at=null", "contact_emails 1: value=\"a@b\" label=\"work\"");
}
END_TEST

/* ---- REST ------------------------------------------------------------------------------------ */

START_TEST(rest_read_a_minute_after_an_event_of_the_same_version_is_the_arbiter)
{
    static const struct told late[] = {
        { "contact.updated", "EV1", "10:00:01Z", CONTACT("event", "10:00:00Z"), NULL },
        { "rest.contact", "", "10:01:02Z", REST_CONTACT("rest", "", "10:00:00Z"), NULL },
    };
    static const struct told early[] = {
        { "contact.updated", "EV1", "10:00:01Z", CONTACT("event", "10:00:00Z"), NULL },
        { "rest.contact", "", "10:00:59Z", REST_CONTACT("rest", "", "10:00:00Z"), NULL },
    };
    static const struct told cut[] = {
        { "contact.updated", "EV1", "10:00:01Z", CONTACT("event", "10:00:00.118Z"), NULL },
        { "rest.contact", "", "10:09:00Z", REST_CONTACT("rest", "", "10:00:00Z"), NULL },
    };

    TOLD_SHOWS(late, "contacts c1", "first_name=\"rest\"");
    TOLD_SHOWS(early, "contacts c1", "first_name=\"event\"", "source_url=\"https://s\"");
    TOLD_SHOWS(cut, "contacts c1", "first_name=\"event\"", "created_by_user_id=\"US9\"");
}
END_TEST

START_TEST(rest_leaves_location_and_shares_alone)
{
    static const struct told told[] = {
        { "contact.updated", "EV1", "10:00:01Z", CONTACT("Ada", "10:00:00Z") ",'location':'Ulm'",
          "'sharedWithIds':['US1']" },
        { "rest.contact", "", "11:00:00Z", REST_CONTACT("Eve", "", "10:30:00Z"), NULL },
    };

    TOLD_SHOWS(told, "contacts c1", "first_name=\"Eve\"", "location=\"Ulm\"",
               "shared_with_ids={\"US1\"}");
}
END_TEST

START_TEST(labels_follow_equal_values_in_their_order)
{
    static const struct told told[] = {
        { "contact.updated", "EV1", "12:00:01Z",
          WITH_NUMBERS("{'value':'2'},{'value':'1'},{'value':'2'},{'value':'2'},{'value':'3'}",
                       "12:00:00Z"),
          NULL },
        { "rest.contact", "", "11:00:00Z",
          REST_CONTACT("Ada",
                       "{'name':'','value':'1'},{'name':'first','value':'2'},"
                       "{'name':'gone','value':null},{'name':'second','value':'2'}",
                       "10:00:00Z"),
          NULL },
    };

    TOLD_SHOWS(told, "contacts c1",
               "contact_phone_numbers 1: value=\"2\" e164=null label=\"first\"",
               "contact_phone_numbers 2: value=\"1\" e164=null label=\"\"",
               "contact_phone_numbers 3: value=\"2\" e164=null label=\"second\"",
               "contact_phone_numbers 4: value=\"2\" e164=null label=null",
               "contact_phone_numbers 5: value=\"3\" e164=null label=null");
}
END_TEST

START_TEST(a_label_that_only_rest_renamed_reaches_the_stored_list)
{
    static const struct told told[] = {
        { "contact.updated", "EV1", "12:00:01Z", WITH_NUMBERS("{'value':'1'}", "12:00:00Z"),
          NULL },
        { "rest.contact", "", "11:00:00Z",
          REST_CONTACT("Ada", "{'name':'old','value':'1'}", "10:00:00Z"), NULL },
        { "rest.contact", "", "11:30:00Z",
          REST_CONTACT("Ada", "{'name':'new','value':'1'}", "10:00:00Z"), NULL },
    };

    TOLD_SHOWS(told, "contacts c1", "contact_phone_numbers 1: value=\"1\" e164=null label=\"new\"");
}
END_TEST

START_TEST(a_contact_missing_at_rest_well_after_its_core_is_deleted)
{
    static const struct told after[] = {
        { "contact.updated", "EV1", "10:00:01Z", CONTACT("Ada", "10:00:00Z"), NULL },
        { "rest.gone", "c1", "10:00:04Z", NULL, NULL },
    };
    static const struct told within[] = {
        { "contact.updated", "EV1", "10:00:01Z", CONTACT("Ada", "10:00:00Z"), NULL },
        { "rest.gone", "c1", "10:00:03Z", NULL, NULL },
    };
    /* Of U and C the later counts. */
    static const struct told updated[] = {
        { "contact.updated", "EV1", "10:00:01Z", CONTACT("Ada", "10:00:02Z"), NULL },
        { "rest.gone", "c1", "10:00:04Z", NULL, NULL },
    };

    TOLD_SHOWS(after, "contacts c1", "deleted_at=2026-11-06T10:00:04Z");
    TOLD_SHOWS(within, "contacts c1", "deleted_at=null");
    TOLD_SHOWS(updated, "contacts c1", "deleted_at=null");
}
END_TEST

START_TEST(absence_and_a_delayed_update_and_presence_agree_in_any_order)
{
    static const struct told delayed[] = {
        { "contact.updated", "EV1", "10:00:01Z", CONTACT("Ada", "10:00:00Z"), NULL },
        { "rest.gone", "c1", "10:10:00Z", NULL, NULL },
        { "contact.updated", "EV2", "10:05:00Z", CONTACT("Eve", "10:04:59Z"), NULL },
    };
    static const struct told newer[] = {
        { "rest.gone", "c1", "10:10:00Z", NULL, NULL },
        { "contact.updated", "EV2", "10:20:00Z", CONTACT("Eve", "10:19:59Z"), NULL },
    };
    static const struct told seen[] = {
        { "contact.updated", "EV1", "10:00:01Z", CONTACT("Ada", "10:00:00Z"), NULL },
        { "rest.gone", "c1", "10:10:00Z", NULL, NULL },
        { "rest.seen", "c1", "10:20:00Z", NULL, NULL },
    };

    TOLD_SHOWS(delayed, "contacts c1", "deleted_at=2026-11-06T10:10:00Z", "first_name=\"Eve\"");
    TOLD_SHOWS(newer, "contacts c1", "deleted_at=null");
    TOLD_SHOWS(seen, "contacts c1", "deleted_at=null");
}
END_TEST

START_TEST(presence_contradicts_a_deletion_only_when_it_is_later)
{
    static const struct told later[] = {
        { "contact.deleted", "EV1", "10:00:01Z", CONTACT("Ada", "10:00:00Z"), NULL },
        { "rest.seen", "c1", "10:00:04Z", NULL, NULL },
    };
    static const struct told earlier[] = {
        { "contact.deleted", "EV1", "10:00:01Z", CONTACT("Ada", "10:00:00Z"), NULL },
        { "rest.seen", "c1", "10:00:03Z", NULL, NULL },
    };

    TOLD_SHOWS(later, "contacts c1", "deleted_at=null");
    TOLD_SHOWS(earlier, "contacts c1", "deleted_at=2026-11-06T10:00:01Z");
}
END_TEST

START_TEST(a_contact_that_was_only_found_gone_has_no_row)
{
    static const struct told told[] = { { "rest.gone", "c1", "10:00:04Z", NULL, NULL } };

    told_shows(told, 1, "contacts c1", (const char *const[]){ NULL });
}
END_TEST

/* Quo's names have no limit, and a key is part of an index. */
START_TEST(a_field_whose_name_would_be_too_long_a_key_is_refused)
{
    static char item[1000];
    struct told told = { "rest.contact", "", "10:01:02Z", item, NULL };
    struct quosync_fold *fold;
    struct quosync_error err = { 0 };

    ck_assert(quosync_fold_new(0, &fold, NULL));
    for (int bytes = 255; bytes < 257; bytes++) {
        (void)snprintf(item, sizeof item,
                       "{'id':'c1','updatedAt':'10:00:00Z','createdAt':'10:00:00Z',"
                       "'defaultFields':{'emails':[],'phoneNumbers':[]},"
                       "'customFields':[{'name':'%0*d','type':'string','value':'v'}]}", bytes, 1);
        ck_assert_int_eq(told_try(&told, fold, &err), bytes == 255);
    }
    ck_assert_int_eq(err.kind, QUOSYNC_BAD_INPUT);
    ck_assert_ptr_nonnull(strstr(err.text, "has no key, and a name longer than 255 bytes"));
    quosync_fold_free(fold);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("contact_merge");
    TCase *core = tcase_create("core"), *list = tcase_create("fields"),
          *rest = tcase_create("rest");

    tcase_add_test(core, the_greater_updated_at_wins);
    tcase_add_test(core, equal_updated_at_is_decided_by_created_at_then_id_then_digest);
    tcase_add_test(core, a_deletion_wins_a_tie_in_any_order);
    tcase_add_test(core, an_update_of_the_same_instant_that_happened_later_restores);
    tcase_add_test(core, a_stale_update_after_a_deletion_changes_nothing);
    tcase_add_test(core, a_newer_update_restores_and_the_older_deletion_stays_without_effect);
    tcase_add_test(core, a_deletion_of_a_contact_that_nobody_knew_leaves_a_tombstone);
    tcase_add_test(core, location_shares_and_link_come_from_updates_alone);
    tcase_add_test(core, lists_come_whole_from_the_greatest_core);
    tcase_add_test(core, the_same_event_many_times_is_one);
    suite_add_tcase(suite, core);
    tcase_add_loop_test(list, a_custom_field_fills_the_one_column_that_it_fits, 0,
                        (int)(sizeof fields / sizeof fields[0]));
    tcase_add_test(list, text_of_a_custom_field_is_read_as_it_was_written);
    tcase_add_test(list, a_field_without_a_key_is_kept_under_its_id_or_its_name);
    tcase_add_test(list, a_definition_is_the_newest_days_and_rest_is_heard_first);
    tcase_add_test(list, a_definition_follows_the_day_of_its_event);
    tcase_add_test(list, every_column_of_a_contact_comes_from_its_member);
    suite_add_tcase(suite, list);
    tcase_add_test(rest, rest_read_a_minute_after_an_event_of_the_same_version_is_the_arbiter);
    tcase_add_test(rest, rest_leaves_location_and_shares_alone);
    tcase_add_test(rest, labels_follow_equal_values_in_their_order);
    tcase_add_test(rest, a_label_that_only_rest_renamed_reaches_the_stored_list);
    tcase_add_test(rest, a_contact_missing_at_rest_well_after_its_core_is_deleted);
    tcase_add_test(rest, absence_and_a_delayed_update_and_presence_agree_in_any_order);
    tcase_add_test(rest, presence_contradicts_a_deletion_only_when_it_is_later);
    tcase_add_test(rest, a_field_whose_name_would_be_too_long_a_key_is_refused);
    tcase_add_test(rest, a_contact_that_was_only_found_gone_has_no_row);
    suite_add_tcase(suite, rest);
    return suite_run(suite);
}
