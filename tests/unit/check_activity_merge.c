/*
 * check_activity_merge.c - the rules of the merge for messages, calls and what
 * hangs on calls, each in every order.
 */
#include <check.h>

#include "support/suite.h"
#include "told.h"

#define AVAILABLE(external)                                                                        \
    "'participants':{'workspace':['+1'],'external':['" external "'],'resolution':'available'}"
#define NOBODY "'participants':{'workspace':[],'external':[],'resolution':'unavailable'}"

/* ---- messages -------------------------------------------------------------------------- */

#define MESSAGE(status) "'id':'m1','direction':'outgoing','text':'hi','status':'" status "'"

START_TEST(the_later_status_of_a_message_wins_and_rank_decides_ties)
{
    static const struct told later[] = {
        { "message.delivered", "EV9", "10:00:01Z", MESSAGE("delivered"), NULL },
        { "message.undelivered", "EV1", "10:00:02Z", MESSAGE("undelivered"), NULL },
    };
    static const struct told tie[] = {
        { "message.delivered", "EV9", "10:00:01Z", MESSAGE("sent"), NULL },
        { "message.undelivered", "EV1", "10:00:01Z", MESSAGE("undelivered"), NULL },
        { "message.failed", "EV5", "10:00:01Z", MESSAGE("failed"), NULL },
    };

    TOLD_SHOWS(later, "messages m1", "status=\"undelivered\"", "status_at=2026-11-06T10:00:02Z");
    TOLD_SHOWS(tie, "messages m1", "status=\"undelivered\"", "status_at=2026-11-06T10:00:01Z");
}
END_TEST

START_TEST(media_that_is_absent_says_nothing_and_null_or_empty_does)
{
    static const struct told absent[] = {
        { "message.received", "EV1", "10:00:01Z", MESSAGE("received") ",'media':[{'url':'u'}]",
          NULL },
        { "message.failed", "EV2", "10:00:02Z", MESSAGE("failed"), NULL },
    };
    static const struct told empty[] = {
        { "message.received", "EV1", "10:00:01Z", MESSAGE("received") ",'media':[{'url':'u'}]",
          NULL },
        { "message.received", "EV2", "10:00:02Z", MESSAGE("received") ",'media':[]", NULL },
    };
    static const struct told null[] = {
        { "message.received", "EV1", "10:00:01Z", MESSAGE("received") ",'media':[{'url':'u'}]",
          NULL },
        { "message.received", "EV2", "10:00:02Z", MESSAGE("received") ",'media':null", NULL },
    };

    TOLD_SHOWS(absent, "messages m1", "media=[{\"url\":\"u\"}]", "status=\"failed\"");
    TOLD_SHOWS(empty, "messages m1", "media=[]");
    TOLD_SHOWS(null, "messages m1", "media=null");
}
END_TEST

START_TEST(an_error_code_is_left_alone_by_events_without_one)
{
    static const struct told told[] = {
        { "message.failed", "EV1", "10:00:01Z", MESSAGE("failed") ",'errorCode':'30007'", NULL },
        { "message.delivered", "EV2", "10:00:02Z", MESSAGE("delivered"), NULL },
    };

    TOLD_SHOWS(told, "messages m1", "error_code=\"30007\"", "status=\"delivered\"");
}
END_TEST

#define LINKS(ids, lookup) "'contacts':{'ids':[" ids "],'lookupStatus':'" lookup "'}"

START_TEST(links_come_from_the_latest_lookup_that_was_possible)
{
    static const struct told told[] = {
        { "message.received", "EV1", "10:00:01Z", MESSAGE("received"), LINKS("'c1'", "matched") },
        { "message.delivered", "EV2", "10:00:02Z", MESSAGE("sent"),
          LINKS("'c2','c3','c2'", "matched") },
        { "message.delivered", "EV3", "10:00:03Z", MESSAGE("delivered"),
          LINKS("'c4'", "unavailable") },
    };
    static const struct told tie[] = {
        { "message.received", "EV1", "10:00:01Z", MESSAGE("received"), LINKS("'c1'", "matched") },
        { "message.received", "EV2", "10:00:01Z", MESSAGE("received"), LINKS("'c9'", "none") },
        { "message.received", "EV3", "10:00:01Z", MESSAGE("received"), LINKS("", "unavailable") },
    };
    static const struct told unavailable[] = {
        { "message.received", "EV3", "10:00:01Z", MESSAGE("received"),
          LINKS("'c1'", "unavailable") },
    };

    TOLD_SHOWS(told, "messages m1", "contact_lookup=\"matched\"",
               "activity_contacts 1: contact_id=\"c2\"", "activity_contacts 2: contact_id=\"c3\"",
               "!activity_contacts 3");
    TOLD_SHOWS(tie, "messages m1", "contact_lookup=\"none\"", "!activity_contacts");
    TOLD_SHOWS(unavailable, "messages m1", "contact_lookup=\"unavailable\"",
               "!activity_contacts");
}
END_TEST

START_TEST(rest_repairs_the_status_of_a_message_and_leaves_its_facts_to_events)
{
    static const struct told told[] = {
        { "message.delivered", "EV1", "10:00:01Z", MESSAGE("sent"), "'userId':'US1'" },
        { "rest.message", "", "11:00:00Z",
          "{'id':'m1','text':'other','status':'delivered','to':['+2'],'from':'+1',"
          "'updatedAt':'10:30:00Z','media':[{'url':'rest'}]}",
          NULL },
    };
    static const struct told alone[] = {
        { "rest.message", "", "11:00:00Z",
          "{'id':'m1','text':'x','status':'delivered','to':['+2'],'from':'+1'}", NULL },
    };

    TOLD_SHOWS(told, "messages m1", "status=\"delivered\"", "status_at=2026-11-06T10:30:00Z",
               "body=\"hi\"", "user_id=\"US1\"", "media=[{\"url\":\"rest\"}]");
    TOLD_SHOWS(alone, "messages m1", "body=\"x\"", "sender=\"+1\"", "recipients={\"+2\"}",
               "status_at=2026-11-06T10:59:00Z", "contact_lookup=null");
}
END_TEST

START_TEST(answers_of_rest_that_tie_are_decided_by_rank_and_then_by_date)
{
    static const struct told messages[] = {
        { "rest.message", "", "11:00:00Z", "{'id':'m1','status':'sent','updatedAt':'10:00:00Z'}",
          NULL },
        { "rest.message", "", "10:30:00Z",
          "{'id':'m1','status':'delivered','updatedAt':'10:00:00Z'}", NULL },
    };
    static const struct told calls[] = {
        { "rest.call", "", "11:00:00Z", "{'id':'a1','status':'busy','updatedAt':'10:00:00Z'}",
          NULL },
        { "rest.call", "", "10:30:00Z", "{'id':'a1','status':'ringing','updatedAt':'10:00:00Z'}",
          NULL },
        { "rest.call", "", "12:00:00Z", "{'id':'a1','status':'queued','updatedAt':null}", NULL },
    };

    TOLD_SHOWS(messages, "messages m1", "status=\"delivered\"");
    TOLD_SHOWS(calls, "calls a1", "rest_status=\"busy\"", "updated_at=2026-11-06T10:00:00Z");
}
END_TEST

START_TEST(every_column_of_a_message_comes_from_its_member)
{
    static const struct told event[] = {
        { "message.undelivered", "EV1", "10:00:01Z",
          "'id':'m1','direction':'outgoing','text':'T','status':'undelivered','media':[],"
          "'errorCode':'E','createdAt':'09:00:00Z'",
          "'phoneNumberId':'PN1','conversationId':'CN1','userId':'US1','senderIdentifier':'+1',"
          "'recipientIdentifiers':['+2','+3']" },
    };
    static const struct told rest[] = {
        { "rest.message", "", "11:00:00Z",
          "{'id':'m1','direction':'incoming','text':'T','status':'received','media':[],"
          "'createdAt':'09:00:00Z','updatedAt':'09:30:00Z','phoneNumberId':'PN1',"
          "'conversationId':'CN1','userId':'US1','from':'+1','to':['+2']}",
          NULL },
    };

    TOLD_SHOWS(event, "messages m1", "direction=\"outgoing\"", "body=\"T\"",
               "status=\"undelivered\"", "error_code=\"E\"", "media=[]",
               "phone_number_id=\"PN1\"", "conversation_id=\"CN1\"", "user_id=\"US1\"",
               "sender=\"+1\"", "recipients={\"+2\",\"+3\"}", "created_at=2026-11-06T09:00:00Z");
    TOLD_SHOWS(rest, "messages m1", "direction=\"incoming\"", "body=\"T\"",
               "status=\"received\"", "error_code=null", "media=[]", "phone_number_id=\"PN1\"",
               "conversation_id=\"CN1\"", "user_id=\"US1\"", "sender=\"+1\"",
               "recipients={\"+2\"}", "created_at=2026-11-06T09:00:00Z", "quo_url=null");
}
END_TEST

START_TEST(every_column_of_a_menu_and_of_a_voicemail_comes_from_its_member)
{
    static const struct told menu[] = {
        { "call.menu.selected", "EV1", "10:00:01Z",
          "'id':'a1','createdAt':'09:00:00Z','updatedAt':null,'phoneMenuSelection':'2',"
          "'phoneMenuSelectionName':'Sales','statusReason':'phone-menu'",
          "'conversationId':'CN1','phoneNumberType':'private'" },
    };
    static const struct told voicemail[] = {
        { "call.voicemail.completed", "EV1", "10:00:02Z",
          "'id':'v1','voicemailId':'VM1','callId':'a1','direction':'incoming','duration':18,"
          "'from':'+1','to':'+2','transcript':'t','recordingUrl':'u','createdAt':'09:00:00Z',"
          "'updatedAt':'10:00:01Z'",
          "'phoneNumberId':'PN1','conversationId':'CN1','userId':'US1'" },
    };

    TOLD_SHOWS(menu, "calls a1", "menu_selection=\"2\"", "menu_selection_name=\"Sales\"",
               "menu_reason=\"phone-menu\"", "conversation_id=\"CN1\"",
               "phone_number_type=\"private\"", "created_at=2026-11-06T09:00:00Z",
               "updated_at=null");
    TOLD_SHOWS(voicemail, "voicemails v1", "voicemail_id=\"VM1\"", "call_id=\"a1\"",
               "direction=\"incoming\"", "duration_seconds=18", "from_number=\"+1\"",
               "to_number=\"+2\"", "transcript=\"t\"", "recording_url=\"u\"",
               "phone_number_id=\"PN1\"", "conversation_id=\"CN1\"", "user_id=\"US1\"",
               "contact_lookup=null", "external_participants=null",
               "created_at=2026-11-06T09:00:00Z", "updated_at=2026-11-06T10:00:01Z");
}
END_TEST

START_TEST(every_column_of_a_summary_and_of_a_line_comes_from_its_member)
{
    static const struct told told[] = {
        { "call.summary.completed", "EV1", "10:00:01Z",
          "'callId':'a1','processingStatus':'completed','summary':['s'],'nextSteps':['n'],"
          "'fromPhoneNumber':'+1','handledByAiAgent':false,'answeredByUserId':'US1',"
          "'jobs':[{'icon':'i'}]",
          NULL },
        { "call.transcript.completed", "EV2", "10:00:02Z",
          "'callId':'a1','processingStatus':'completed','createdAt':'09:00:00Z','duration':7.5,"
          "'dialogue':[{'userId':'US1','identifier':'+1','content':'c','start':1,'end':2.5}]",
          NULL },
    };

    TOLD_SHOWS(told, "call_summaries a1", "status=\"completed\"", "summary={\"s\"}",
               "next_steps={\"n\"}", "from_phone_number=\"+1\"", "handled_by_ai_agent=false",
               "answered_by_user_id=\"US1\"", "jobs=[{\"icon\":\"i\"}]");
    TOLD_SHOWS(told, "call_transcripts a1", "status=\"completed\"",
               "created_at=2026-11-06T09:00:00Z", "duration_seconds=7.5",
               "call_transcript_lines 1: user_id=\"US1\" identifier=\"+1\" content=\"c\" "
               "start_seconds=1 end_seconds=2.5");
}
END_TEST

/* ---- calls -------------------------------------------------------------------------------- */

START_TEST(a_call_shows_each_fact_from_the_greatest_register_that_knows_it)
{
    static const struct told told[] = {
        { "call.completed", "EV1", "10:05:00Z",
          "'id':'a1','direction':'incoming','status':'answered','createdAt':'10:00:00.204Z',"
          "'answeredAt':'10:01:00Z','completedAt':'10:05:00Z','updatedAt':'10:05:01Z',"
          "'duration':240,'hasVoicemail':false",
          NULL },
        { "call.ringing", "EV2", "10:00:01Z",
          "'id':'a1','direction':'incoming','createdAt':'10:00:00Z','updatedAt':'10:00:00Z'",
          NULL },
        { "call.recording.completed", "EV3", "10:06:00Z",
          "'id':'a1','direction':null,'createdAt':null,'answeredAt':'10:01:00.5Z',"
          "'completedAt':null,'updatedAt':'10:06:00Z','duration':null,'recordings':[]",
          NULL },
    };

    TOLD_SHOWS(told, "calls a1", "direction=\"incoming\"", "status=\"answered\"",
               "created_at=2026-11-06T10:00:00.204Z", "ringing_at=2026-11-06T10:00:01Z",
               "answered_at=2026-11-06T10:01:00.5Z", "completed_at=2026-11-06T10:05:00Z",
               "updated_at=2026-11-06T10:06:00Z", "duration_seconds=240", "missed=false",
               "has_voicemail=false");
}
END_TEST

START_TEST(a_completed_event_without_updated_at_counts_from_its_created_at)
{
    static const struct told two[] = {
        { "call.completed", "EV1", "10:05:00Z", "'id':'a1','status':'unknown','updatedAt':null",
          NULL },
        { "call.completed", "EV2", "10:05:02Z",
          "'id':'a1','status':'answered','updatedAt':'10:04:59Z'", NULL },
    };
    static const struct told recording[] = {
        { "call.completed", "EV1", "10:05:00Z",
          "'id':'a1','status':'answered','updatedAt':null,'duration':10", NULL },
        { "call.recording.completed", "EV2", "10:09:00Z",
          "'id':'a1','updatedAt':'10:04:00Z','duration':9,'recordings':[]", NULL },
    };

    TOLD_SHOWS(two, "calls a1", "status=\"unknown\"", "updated_at=2026-11-06T10:04:59Z");
    TOLD_SHOWS(recording, "calls a1", "duration_seconds=10", "updated_at=2026-11-06T10:04:00Z");
}
END_TEST

START_TEST(missed_forwarded_and_menu_imply_incoming)
{
    static const struct told missed[] = {
        { "call.missed", "EV1", "10:00:09Z",
          "'id':'a1','createdAt':'10:00:00Z','updatedAt':'10:00:08Z'", NULL },
    };
    static const struct told forwarded[] = {
        { "call.forwarded", "EV1", "10:00:09Z",
          "'id':'a1','createdAt':'10:00:00Z','updatedAt':null,'forwardedFrom':'+1',"
          "'forwardedTo':'+2'",
          NULL },
        { "call.menu.selected", "EV2", "10:00:09Z",
          "'id':'a1','createdAt':'10:00:00Z','updatedAt':null,'phoneMenuSelection':'2',"
          "'phoneMenuSelectionName':'Sales','statusReason':'phone-menu-dial'",
          NULL },
    };

    TOLD_SHOWS(missed, "calls a1", "direction=\"incoming\"", "missed=true", "status=null");
    TOLD_SHOWS(forwarded, "calls a1", "direction=\"incoming\"", "forwarded_from=\"+1\"",
               "forwarded_to=\"+2\"", "menu_selection=\"2\"",
               "menu_reason=\"phone-menu-dial\"", "missed=false");
}
END_TEST

START_TEST(a_resolved_context_wins_over_a_later_one_that_is_not)
{
    static const struct told told[] = {
        { "call.answered", "EV1", "10:00:01Z", "'id':'a1','updatedAt':null",
          "'userId':'US1','phoneNumberId':'PN1','phoneNumberType':'shared'," AVAILABLE("+9") },
        { "call.completed", "EV2", "10:00:02Z", "'id':'a1','status':'unknown','updatedAt':null",
          "'userId':'US2','phoneNumberId':null,'phoneNumberType':null," NOBODY },
        { "call.ringing", "EV3", "10:00:03Z",
          "'id':'a1','direction':'incoming','createdAt':'10:00:00Z','updatedAt':'10:00:00Z'",
          "'userId':'US3'" },
    };
    static const struct told ringing[] = {
        { "call.completed", "EV2", "10:00:02Z", "'id':'a1','status':'unknown','updatedAt':null",
          "'userId':'US2'," NOBODY },
        { "call.ringing", "EV3", "10:00:01Z",
          "'id':'a1','direction':'incoming','createdAt':'10:00:00Z','updatedAt':'10:00:00Z'",
          "'userId':'US3'" },
    };

    TOLD_SHOWS(told, "calls a1", "user_id=\"US1\"", "phone_number_id=\"PN1\"",
               "phone_number_type=\"shared\"", "external_participants={\"+9\"}",
               "participants_resolution=\"available\"");
    TOLD_SHOWS(ringing, "calls a1", "user_id=\"US3\"", "external_participants=null",
               "participants_resolution=\"unavailable\"");
}
END_TEST

START_TEST(empty_participants_count_unless_they_could_not_be_resolved)
{
    static const struct told available[] = {
        { "call.answered", "EV1", "10:00:01Z", "'id':'a1','updatedAt':null", AVAILABLE("+9") },
        { "call.completed", "EV2", "10:00:02Z", "'id':'a1','status':'unknown','updatedAt':null",
          "'participants':{'workspace':[],'external':[],'resolution':'available'}" },
    };
    static const struct told half[] = {
        { "call.completed", "EV2", "10:00:02Z", "'id':'a1','status':'unknown','updatedAt':null",
          "'participants':{'workspace':['+1'],'external':[],'resolution':'unavailable'}" },
    };

    TOLD_SHOWS(available, "calls a1", "workspace_participants={}", "external_participants={}");
    TOLD_SHOWS(half, "calls a1", "workspace_participants={\"+1\"}", "external_participants={}");
}
END_TEST

START_TEST(an_empty_list_of_recordings_never_replaces_a_full_one)
{
    static const struct told told[] = {
        { "call.recording.completed", "EV1", "10:00:01Z",
          "'id':'a1','updatedAt':'10:00:01Z','recordings':[{'id':'RE1','duration':2.5,"
          "'startTime':'10:00:00Z','type':'audio/mpeg','url':'u'}]",
          NULL },
        { "call.recording.completed", "EV2", "10:00:02Z",
          "'id':'a1','updatedAt':'10:00:02Z','recordings':[]", NULL },
        { "rest.recordings", "a1", "11:00:00Z",
          "[{'id':'CR1','status':'completed','startTime':'10:00:00Z','url':'rest'}]", NULL },
    };
    static const struct told rest[] = {
        { "call.recording.completed", "EV2", "10:00:02Z",
          "'id':'a1','updatedAt':'10:00:02Z','recordings':[]", NULL },
        { "rest.recordings", "a1", "11:00:00Z",
          "[{'id':'CR0','status':'processing'},"
          "{'id':'CR1','status':'completed','startTime':'10:00:00Z','url':'rest'}]",
          NULL },
    };

    TOLD_SHOWS(told, "calls a1",
               "call_recordings 1: recording_id=\"RE1\" duration_seconds=2.5 "
               "started_at=2026-11-06T10:00:00Z type=\"audio/mpeg\" url=\"u\"",
               "!call_recordings 2");
    TOLD_SHOWS(rest, "calls a1",
               "call_recordings 1: recording_id=\"CR1\" duration_seconds=null "
               "started_at=2026-11-06T10:00:00Z type=null url=\"rest\"",
               "!call_recordings 2");
}
END_TEST

START_TEST(rest_speaks_for_a_call_only_where_no_event_knows)
{
    static const struct told told[] = {
        { "call.completed", "EV1", "10:05:00Z",
          "'id':'a1','direction':'incoming','status':'answered','createdAt':'10:00:00.204Z',"
          "'answeredAt':null,'completedAt':null,'updatedAt':'10:05:01Z','duration':240",
          "'userId':'US1','phoneNumberId':null" },
        { "rest.call", "", "11:00:00Z",
          "{'id':'a1','direction':'outgoing','status':'completed','createdAt':'10:00:00Z',"
          "'answeredAt':'10:01:00Z','completedAt':'10:05:00Z','updatedAt':'10:30:00Z',"
          "'duration':1,'phoneNumberId':'PN1','actorId':'US9','answeredBy':'US2',"
          "'initiatedBy':'US3','aiHandled':'ai-agent','forwardedFrom':'+1','forwardedTo':null,"
          "'voicemail':{'id':'VM1','status':'completed','duration':3,'transcript':'t'}}",
          NULL },
    };

    TOLD_SHOWS(told, "calls a1", "direction=\"incoming\"", "status=\"answered\"",
               "created_at=2026-11-06T10:00:00.204Z", "answered_at=2026-11-06T10:01:00Z",
               "answered_by_user_id=\"US2\"", "completed_at=2026-11-06T10:05:00Z",
               "updated_at=2026-11-06T10:30:00Z", "duration_seconds=240",
               "initiated_by_user_id=\"US3\"", "ai_handled=\"ai-agent\"",
               "rest_status=\"completed\"", "forwarded_from=\"+1\"", "forwarded_to=null",
               "phone_number_id=\"PN1\"", "user_id=\"US1\"", "voicemail_id=\"VM1\"",
               "voicemail_duration_seconds=3", "voicemail_transcript=\"t\"",
               "voicemail_recording_url=null");
}
END_TEST

/* ---- summaries, transcripts, voicemails ------------------------------------------------------ */

#define SUMMARY(status, text) "'callId':'a1','processingStatus':'" status "','summary':" text

START_TEST(a_completed_summary_is_not_undone)
{
    static const struct told told[] = {
        { "call.summary.completed", "EV1", "10:00:01Z", SUMMARY("completed", "['s']"), NULL },
        { "call.summary.completed", "EV2", "10:00:02Z", SUMMARY("in-progress", "null"), NULL },
        { "call.summary.completed", "EV3", "10:00:03Z",
          SUMMARY("failed", "null") ",'fromPhoneNumber':'+3','handledByAiAgent':true", NULL },
    };
    static const struct told failed[] = {
        { "call.summary.completed", "EV2", "10:00:09Z", SUMMARY("in-progress", "null"), NULL },
        { "call.summary.completed", "EV3", "10:00:03Z", SUMMARY("failed", "null"), NULL },
        { "call.summary.completed", "EV4", "10:00:10Z", SUMMARY("brewing", "null"), NULL },
    };
    static const struct told absent[] = {
        { "call.summary.completed", "EV4", "10:00:10Z", SUMMARY("absent", "null"), NULL },
        { "call.summary.completed", "EV2", "10:00:09Z", SUMMARY("in-progress", "null"), NULL },
        { "call.summary.completed", "EV3", "10:00:11Z", SUMMARY("brewing", "null"), NULL },
    };
    static const struct told brewing[] = {
        { "call.summary.completed", "EV4", "10:00:10Z", SUMMARY("absent", "null"), NULL },
        { "call.summary.completed", "EV3", "10:00:11Z", SUMMARY("brewing", "null"), NULL },
    };

    TOLD_SHOWS(absent, "call_summaries a1", "status=\"in-progress\"");
    TOLD_SHOWS(brewing, "call_summaries a1", "status=\"absent\"");
    TOLD_SHOWS(told, "call_summaries a1", "status=\"completed\"", "summary={\"s\"}",
               "from_phone_number=\"+3\"", "handled_by_ai_agent=true");
    TOLD_SHOWS(failed, "call_summaries a1", "status=\"failed\"", "summary=null");
}
END_TEST

START_TEST(a_summary_may_be_the_first_news_of_a_call)
{
    static const struct told told[] = {
        { "call.summary.completed", "EV1", "10:00:01Z", SUMMARY("completed", "['s']"),
          "'userId':'US1'," LINKS("'c1'", "matched") "," AVAILABLE("+9") },
    };

    TOLD_SHOWS(told, "calls a1", "user_id=\"US1\"", "contact_lookup=\"matched\"",
               "activity_contacts 1: contact_id=\"c1\"", "external_participants={\"+9\"}",
               "direction=null", "missed=false");
}
END_TEST

START_TEST(an_event_wins_over_rest_for_a_summary_of_the_same_rank)
{
    static const struct told told[] = {
        { "call.summary.completed", "EV1", "10:00:01Z", SUMMARY("completed", "['event']"), NULL },
        { "rest.call", "", "11:00:00Z",
          "{'id':'a1','summary':{'status':'completed','summary':['rest']}}", NULL },
    };
    static const struct told repaired[] = {
        { "call.summary.completed", "EV1", "10:00:01Z", SUMMARY("in-progress", "null"), NULL },
        { "rest.call", "", "11:00:00Z",
          "{'id':'a1','summary':{'status':'completed','summary':['rest']}}", NULL },
    };

    TOLD_SHOWS(told, "call_summaries a1", "summary={\"event\"}");
    TOLD_SHOWS(repaired, "call_summaries a1", "summary={\"rest\"}", "status=\"completed\"");
}
END_TEST

START_TEST(segments_of_a_transcript_are_joined_on_one_timeline)
{
    static const struct told told[] = {
        { "rest.transcripts", "a1", "11:00:00Z",
          "[{'status':'completed','startTime':'10:00:00Z','createdAt':'10:09:00Z','duration':5.5,"
          "'dialogue':[{'content':'a','start':0.1,'end':2,'identifier':'+1'}]},"
          "{'status':'completed','startTime':'10:01:00.5Z','createdAt':'10:09:01Z','duration':1,"
          "'dialogue':[{'content':'b','start':0.2,'end':0.7,'actorId':'US1'}]}]",
          NULL },
    };

    TOLD_SHOWS(told, "call_transcripts a1", "status=\"completed\"", "duration_seconds=6.5",
               "created_at=2026-11-06T10:09:00Z",
               "call_transcript_lines 1: user_id=null identifier=\"+1\" content=\"a\" "
               "start_seconds=0.1 end_seconds=2",
               "call_transcript_lines 2: user_id=\"US1\" identifier=null content=\"b\" "
               "start_seconds=60.7 end_seconds=61.2");
}
END_TEST

#define VOICEMAIL(transcript, updated)                                                             \
    "'id':'v1','callId':'a1','duration':18,'from':'+1','to':'+2','transcript':" transcript         \
    ",'recordingUrl':null,'createdAt':'10:00:00Z','updatedAt':'" updated "'"

START_TEST(a_voicemail_keeps_its_transcript_and_attaches_to_its_call)
{
    static const struct told told[] = {
        { "call.voicemail.completed", "EV1", "10:00:02Z", VOICEMAIL("'hello'", "10:00:01Z"),
          LINKS("'c1'", "matched") "," AVAILABLE("+9") },
        { "call.voicemail.completed", "EV2", "10:00:04Z", VOICEMAIL("null", "10:00:03Z"), NOBODY },
    };

    TOLD_SHOWS(told, "voicemails v1", "transcript=\"hello\"", "updated_at=2026-11-06T10:00:03Z",
               "external_participants={\"+9\"}", "activity_contacts 1: contact_id=\"c1\"");
    TOLD_SHOWS(told, "calls a1", "contact_lookup=\"matched\"",
               "activity_contacts 1: contact_id=\"c1\"", "external_participants={\"+9\"}");
}
END_TEST

/* ---- directory ----------------------------------------------------------------------------------- */

START_TEST(a_user_is_gone_until_seen_again)
{
    static const struct told gone[] = {
        { "rest.user", "", "10:00:00Z", "{'id':'US1','email':'a@b','firstName':'Ada'}", NULL },
        { "rest.user_gone", "US1", "11:00:00Z", NULL, NULL },
    };
    static const struct told back[] = {
        { "rest.user", "", "12:00:00Z", "{'id':'US1','email':'a@b','firstName':'Eve'}", NULL },
        { "rest.user_gone", "US1", "11:00:00Z", NULL, NULL },
        { "rest.user", "", "10:00:00Z", "{'id':'US1','email':'a@b','firstName':'Ada'}", NULL },
    };

    struct quosync_fold *fold;
    struct quosync_row **rows;
    size_t n;

    ck_assert(quosync_fold_new(0, &fold, NULL));
    told_fold(&gone[0], fold);
    told_fold(&gone[1], fold);
    ck_assert(quosync_fold_rows(fold, QUOSYNC_USERS, &rows, &n, NULL));
    ck_assert_int_eq(quosync_row_value(rows[0], USER_GONE_AT).type, QUOSYNC_INSTANT);
    quosync_fold_free(fold);
    TOLD_SHOWS(back, "users US1", "gone_at=null", "first_name=\"Eve\"");
}
END_TEST

START_TEST(an_item_of_rest_that_cannot_be_read_is_refused_by_its_path)
{
    static const struct {
        struct told told;
        const char *text;
    } refused[] = {
        { { "rest.contact", "", "10:00:00Z",
            "{'id':'c1','updatedAt':'10:00:00Z','customFields':[],'defaultFields':{'emails':"
            "[{'name':'n','value':5}],'phoneNumbers':[]}}",
            NULL },
          "defaultFields.emails[0].value is not a string" },
        { { "rest.contact", "", "10:00:00Z", "{'id':'c1'}", NULL }, "updatedAt is missing" },
        { { "rest.call", "", "10:00:00Z", "{'id':'a1','duration':'5'}", NULL },
          "duration is not a number" },
        { { "rest.message", "", "10:00:00Z", "{'id':'','status':'sent'}", NULL }, "id is empty" },
        { { "rest.message", "", "10:00:00Z", "{'id':'m1','updatedAt':'2026-11-08T00:00:00Z'}",
            NULL },
          "updatedAt is more than a day after the answer's Date" },
        { { "rest.transcripts", "a1", "10:00:00Z", "[{'status':'completed','dialogue':[{}]}]",
            NULL },
          "[0].dialogue[0].content is missing" },
        { { "rest.phone_number", "", "10:00:00Z", "{'id':'PN1'}", NULL },
          "phoneNumber is missing" },
    };
    struct quosync_error err;
    struct quosync_fold *fold;

    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        ck_assert(quosync_fold_new(0, &fold, NULL));
        ck_assert(!told_try(&refused[i].told, fold, &err));
        ck_assert_int_eq(err.kind, QUOSYNC_BAD_INPUT);
        ck_assert_str_eq(err.text, refused[i].text);
        quosync_fold_free(fold);
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("activity_merge");
    TCase *message = tcase_create("message"), *call = tcase_create("call"),
          *after = tcase_create("after"), *rest = tcase_create("rest");

    tcase_add_test(message, the_later_status_of_a_message_wins_and_rank_decides_ties);
    tcase_add_test(message, media_that_is_absent_says_nothing_and_null_or_empty_does);
    tcase_add_test(message, an_error_code_is_left_alone_by_events_without_one);
    tcase_add_test(message, links_come_from_the_latest_lookup_that_was_possible);
    tcase_add_test(message, rest_repairs_the_status_of_a_message_and_leaves_its_facts_to_events);
    tcase_add_test(message, every_column_of_a_message_comes_from_its_member);
    tcase_add_test(message, answers_of_rest_that_tie_are_decided_by_rank_and_then_by_date);
    suite_add_tcase(suite, message);
    tcase_add_test(call, a_call_shows_each_fact_from_the_greatest_register_that_knows_it);
    tcase_add_test(call, a_completed_event_without_updated_at_counts_from_its_created_at);
    tcase_add_test(call, missed_forwarded_and_menu_imply_incoming);
    tcase_add_test(call, a_resolved_context_wins_over_a_later_one_that_is_not);
    tcase_add_test(call, empty_participants_count_unless_they_could_not_be_resolved);
    tcase_add_test(call, an_empty_list_of_recordings_never_replaces_a_full_one);
    tcase_add_test(call, rest_speaks_for_a_call_only_where_no_event_knows);
    suite_add_tcase(suite, call);
    tcase_add_test(after, a_completed_summary_is_not_undone);
    tcase_add_test(after, a_summary_may_be_the_first_news_of_a_call);
    tcase_add_test(after, an_event_wins_over_rest_for_a_summary_of_the_same_rank);
    tcase_add_test(after, segments_of_a_transcript_are_joined_on_one_timeline);
    tcase_add_test(after, a_voicemail_keeps_its_transcript_and_attaches_to_its_call);
    tcase_add_test(after, every_column_of_a_menu_and_of_a_voicemail_comes_from_its_member);
    tcase_add_test(after, every_column_of_a_summary_and_of_a_line_comes_from_its_member);
    suite_add_tcase(suite, after);
    tcase_add_test(rest, a_user_is_gone_until_seen_again);
    tcase_add_test(rest, an_item_of_rest_that_cannot_be_read_is_refused_by_its_path);
    suite_add_tcase(suite, rest);
    return suite_run(suite);
}
