/*
 * check_statements.c - statements by themselves, each against what its head says: which
 * rows it means, in which order, and which ones it leaves alone. The program's own tests
 * meet them with rows that seldom lie at their edges.
 */
#include "db/schema.h"

#include "db/statement.h"

#define LONG_AGO "'2025-01-01Z'"
#define EDGE "'2026-01-01Z'"
#define LATER "'2026-06-01Z'"

static struct pg *pg;
static struct tx tx;

/* Schema quo once for all cases: each of them is a transaction that is rolled back. */
static void
make_schema(void)
{
    struct pg *maker = open_migrated();

    pg_close(&maker);
}

static void
begin(void)
{
    pg = open_pg();
    ck_assert_msg(tx_begin(pg, &tx, &err), "%s", err.text);
    /* Against tx_begin: so rows come as they lie on the disk, unless the statement orders them. */
    sql(pg, "set local enable_seqscan = on; set local enable_bitmapscan = on;"
            "set local enable_hashjoin = on; set local cpu_tuple_cost = 0.01;"
            "set local enable_indexscan = off; set local enable_indexonlyscan = off;"
            "set local enable_nestloop = off");
}

static void
back(void)
{
    tx_end(&tx);
    pg_close(&pg);
}

static void
add_row(char *text, size_t room, const struct result *result, size_t row, const char *columns)
{
    for (const char *c = columns; *c != '\0'; c++) {
        int column = *c - '0';
        size_t n = strlen(text);

        (void)snprintf(text + n, room - n, "%s%s", c > columns ? "," : row > 0 ? ";" : "",
                       result_null(result, row, column) ? "-" : result_text(result, row, column));
    }
}

/* Runs a statement. columns: the numbers of those to tell, from 0; rows are parted by ;. */
static const char *
answer_of(struct pg *to, const struct statement *statement, const char *columns,
          const char *arguments)
{
    static char text[1024];
    char execute[1024];
    struct statement run = { statement->name, execute };
    struct result result = { 0 };

    sql(to, "prepare asked as %s", statement->text);
    (void)snprintf(execute, sizeof execute, "execute asked(%s)", arguments);
    ck_assert_msg(pg_send_for_text(to, &run, NULL, &result, &err) && pg_wait(to, &err), "%s: %s",
                  statement->name, err.text);
    text[0] = '\0';
    for (size_t row = 0; row < result.rows; row++)
        add_row(text, sizeof text, &result, row, columns);
    result_done(&result);
    sql(to, "deallocate asked");
    return text;
}

#define SAYS(name, columns, arguments, expected)                                                   \
    ck_assert_str_eq(answer_of(pg, &sql_##name, columns, arguments), expected)
#define RUN(name, arguments) (void)answer_of(pg, &sql_##name, "", arguments)

/* The words that a query gives, in one. */
#define LEFT(expected, query)                                                                      \
    ck_assert_str_eq(                                                                              \
        answer_of(pg,                                                                              \
                  &(const struct statement){                                                       \
                      "left", "select string_agg(w, ' ' order by w) from (" query ") t (w)" },     \
                  "0", "1"),                                                                       \
        expected)

/* ---- retention -------------------------------------------------------------------------- */

/* Old ones c, b, a; at the edge, new, pruned and another workspace's. */
#define OLD_ROWS(table, id, more, more_values, at)                                                 \
    "insert into quo." table " (org_id, " id ", merge_state, " at ", content_pruned_at" more ")"   \
    " select org, i, '', t::timestamptz, pruned::timestamptz" more_values " from (values"          \
    " ('OR1', 'c', " LONG_AGO ", null), ('OR1', 'b', " LONG_AGO ", null),"                         \
    " ('OR1', 'a', " LONG_AGO ", null), ('OR1', 'edge', " EDGE ", null),"                          \
    " ('OR1', 'new', " LATER ", null), ('OR1', 'pruned', " LONG_AGO ", " EDGE "),"                 \
    " ('OR2', 'other', " LONG_AGO ", null)) as v (org, i, t, pruned);"
#define SAYS_OLD(name)                                                                             \
    SAYS(name, "0", "'OR1', " EDGE ", '', 2", "a;b");                                              \
    SAYS(name, "0", "'OR1', " EDGE ", 'b', 2", "c");                                               \
    SAYS(name, "0", "'OR1', " EDGE ", 'c', 2", "")

START_TEST(old_content_is_found_in_the_order_of_ids_and_once)
{
    sql(pg, OLD_ROWS("messages", "id", ", status_at", ", " LATER, "created_at"));
    SAYS_OLD(messages_old);
    sql(pg, OLD_ROWS("voicemails", "id", ", updated_at", ", " LATER, "created_at"));
    SAYS_OLD(voicemails_old);
    sql(pg, OLD_ROWS("calls", "id", ", missed", ", false", "created_at"));
    SAYS_OLD(calls_old);
    sql(pg, "update quo.calls set content_pruned_at = null;"
            "insert into quo.call_summaries (org_id, call_id, status, merge_state,"
            " content_pruned_at) select org_id, id, 'completed', '',"
            " case id when 'pruned' then now() end from quo.calls order by id desc;"
            "insert into quo.call_transcripts (org_id, call_id, status, merge_state,"
            " content_pruned_at) select org_id, call_id, status, '', content_pruned_at"
            " from quo.call_summaries order by call_id desc");
    SAYS_OLD(call_summaries_old);
    SAYS_OLD(call_transcripts_old);
}
END_TEST

START_TEST(an_activity_without_created_at_is_as_old_as_the_next_instant_that_is_known)
{
    sql(pg, "insert into quo.messages (org_id, id, merge_state, created_at, status_at)"
            " values ('OR1', 'm1', '', null, " LONG_AGO "), ('OR1', 'm2', '', null, " LATER ");"
            "insert into quo.voicemails (org_id, id, merge_state, updated_at)"
            " values ('OR1', 'v1', '', " LONG_AGO "), ('OR1', 'v2', '', " LATER ");"
            "insert into quo.calls (org_id, id, merge_state, missed, ringing_at, updated_at)"
            " values ('OR1', 'k1', '', true, " LONG_AGO ", " LATER "),"
            " ('OR1', 'k2', '', true, " LATER ", " LONG_AGO "),"
            " ('OR1', 'k3', '', true, null, " LONG_AGO ")");
    SAYS(messages_old, "0", "'OR1', " EDGE ", '', 9", "m1");
    SAYS(voicemails_old, "0", "'OR1', " EDGE ", '', 9", "v1");
    SAYS(calls_old, "0", "'OR1', " EDGE ", '', 9", "k1;k3");
}
END_TEST

START_TEST(content_is_taken_from_the_calls_that_are_named)
{
    sql(pg, "insert into quo.calls (org_id, id, merge_state, missed, voicemail_transcript)"
            " select o, i, '', true, 'said' from unnest('{OR1,OR2}'::text[]) o,"
            " unnest('{k1,k2}'::text[]) i;"
            "insert into quo.call_recordings (org_id, call_id, position, url)"
            " select org_id, id, 1, 'u' from quo.calls;"
            "insert into quo.call_transcript_lines (org_id, call_id, position, content,"
            " start_seconds, end_seconds) select org_id, id, 1, 'c', 0, 1 from quo.calls");
    RUN(calls_prune, "'OR1', '{k1}', now()");
    LEFT("OR1k2 OR2k1 OR2k2",
         "select org_id || id from quo.calls where voicemail_transcript is not null"
         " and content_pruned_at is null");
    LEFT("OR1k2 OR2k1 OR2k2",
         "select org_id || call_id from quo.call_recordings where url is not null");
    RUN(call_transcripts_erase, "'OR1', '{k1}'");
    LEFT("OR1k2 OR2k1 OR2k2", "select org_id || call_id from quo.call_transcript_lines");
}
END_TEST

START_TEST(dead_letters_of_the_instant_itself_stay)
{
    sql(pg, "insert into quo.dead_letters (org_id, webhook_id, received_at, failed_at, attempts,"
            " reason) values ('OR1', 'old', now(), " LONG_AGO ", 1, 'r'),"
            " ('OR1', 'edge', now(), " EDGE ", 1, 'r'), ('OR2', 'other', now(), " LONG_AGO
            ", 1, 'r')");
    RUN(dead_letters_prune, "'OR1', " EDGE);
    LEFT("edge other", "select webhook_id from quo.dead_letters");
}
END_TEST

/* ---- the archive -------------------------------------------------------------------------- */

/* Deliveries of one instant c, b, a, one of an hour later; a contact's, one without body. */
static void
fill_archive(void)
{
    sql(pg, "insert into quo.events (org_id, received_at, webhook_id, event_type, body)"
            " select 'OR1', now(), w, t, b::bytea from (values"
            " ('c', 'message.received', 'x'), ('b', 'call.ringing', 'x'),"
            " ('a', 'message.received', 'x'), ('contact', 'contact.updated', 'x'),"
            " ('empty', 'message.received', null)) v (w, t, b);"
            "insert into quo.events (org_id, received_at, webhook_id, event_type, body)"
            " values ('OR1', now() + interval '1 hour', 'A', 'message.received', 'x'),"
            " ('OR2', now(), 'a', 'message.received', 'x')");
}

START_TEST(old_bodies_are_found_in_the_order_of_the_key_and_once)
{
    fill_archive();
    SAYS(events_old_bodies, "1", "'OR1', '-infinity', '', 'infinity'", "a;b;c;A");
    SAYS(events_old_bodies, "1", "'OR1', now(), 'b', 'infinity'", "c;A");
    SAYS(events_old_bodies, "1", "'OR1', '-infinity', '', now() + interval '1 hour'", "a;b;c");
    RUN(events_prune_bodies, "'OR1', array[now()], '{b}'");
    LEFT("OR1A OR1a OR1c OR1contact OR2a",
         "select org_id || webhook_id from quo.events where body is not null");
}
END_TEST

START_TEST(a_replay_reads_in_the_order_of_the_key_and_of_one_type_where_it_is_told)
{
    fill_archive();
    SAYS(events_replay, "1", "'OR1', '-infinity', '', 'infinity', null, 9, 99",
         "a;b;c;contact;empty;A");
    SAYS(events_replay, "1", "'OR1', '-infinity', '', 'infinity', 'message.received', 9, 99",
         "a;c;empty;A");
    SAYS(events_replay, "1", "'OR1', now(), 'b', now() + interval '1 hour', null, 9, 99",
         "c;contact;empty");
    SAYS(events_replay, "1", "'OR1', '-infinity', '', 'infinity', null, 2, 99", "a;b");
    SAYS(events_replay, "1", "'OR1', '-infinity', '', 'infinity', null, 9, 3", "a;b;c");
    SAYS(events_replay, "1", "'OR1', '-infinity', '', 'infinity', null, 9, 0", "a");
}
END_TEST

START_TEST(an_archived_body_stays_behind_where_it_is_erased_or_names_what_is)
{
    sql(pg, "insert into quo.erasures (org_id, kind, id) values ('OR1', 'contact', 'c1');"
            "insert into quo.inbox (org_id, received_at, seq, webhook_id, body)"
            " select o, now(), s, 'w' || s, b::bytea from unnest('{OR1,OR2}'::text[]) o,"
            " (values (1, 'of c1'), (2, 'of c2'), (3, 'of c1'), (4, 'of c2')) v (s, b)");
    RUN(events_archive, "'OR1', array_fill(now(), '{4}'), '{1,2,3,4}', '{e,e,e,e}', '{t,t,t,t}',"
                        " '{v,v,v,v}', array_fill(now(), '{4}'), '{null,null,r,r}', '{f,f,f,t}'");
    LEFT("w1- w2+ w3+ w4-",
         "select webhook_id || case when body is null then '-' else '+' end from quo.events");
}
END_TEST

/* What is given: of m1, k1, v1 all bodies; of m2, k2, v2 one is missing. */
START_TEST(a_rebuild_deletes_what_the_archive_gives_back_alone)
{
    sql(pg, "insert into quo.events"
            " (org_id, received_at, webhook_id, event_type, resource_id, body)"
            " select 'OR1', now(), t || i || n, t, p || i,"
            " case when i = 2 and n = 2 then null else ''::bytea end"
            " from generate_series(1, 4) i, generate_series(1, 2) n, (values"
            " ('message.received', 'm'), ('call.ringing', 'k'), ('call.voicemail.completed', 'v'),"
            " ('call.summary.completed', 's'), ('call.transcript.completed', 't')) v (t, p)");
    sql(pg, "insert into quo.contacts (org_id, id, updated_at, synced_at, merge_state)"
            " select 'OR1', 'c' || i, now(), now(), '' from generate_series(1, 3) i;"
            "insert into quo.contact_rest (org_id, contact_id, merge_state)"
            " values ('OR1', 'c2', '');"
            "insert into quo.contact_emails (org_id, contact_id, position, value)"
            " select org_id, id, 1, 'e' from quo.contacts;"
            "insert into quo.contact_phone_numbers (org_id, contact_id, position, value)"
            " select org_id, id, 1, 'e' from quo.contacts;"
            "insert into quo.contact_custom_fields (org_id, contact_id, position, key, type)"
            " select org_id, id, 1, 'k', 'string' from quo.contacts");
    /* 3 is erased; 4 is pruned; 5 no delivery told of; of the calls 1x REST told, too. */
    sql(pg, "insert into quo.messages (org_id, id, merge_state, status_at, content_pruned_at)"
            " select 'OR1', 'm' || i, '', now(), case i when 4 then now() end"
            " from generate_series(1, 5) i;"
            "insert into quo.voicemails (org_id, id, merge_state, content_pruned_at)"
            " select 'OR1', 'v' || i, '', case i when 4 then now() end"
            " from generate_series(1, 5) i;"
            "insert into quo.calls (org_id, id, merge_state, missed, content_pruned_at)"
            " select 'OR1', 'k' || i, '', false, case i when 4 then now() end"
            " from generate_series(1, 5) i;"
            "insert into quo.call_summaries (org_id, call_id, status, merge_state,"
            " content_pruned_at) select 'OR1', 's' || i, 'completed', '',"
            " case i when 4 then now() end from generate_series(1, 5) i;"
            "insert into quo.call_transcripts (org_id, call_id, status, merge_state,"
            " content_pruned_at) select 'OR1', 't' || i, 'completed', '',"
            " case i when 4 then now() end from generate_series(1, 5) i;"
            "insert into quo.erasures (org_id, kind, id) values ('OR1', 'contact', 'c3'),"
            " ('OR1', 'message', 'm3'), ('OR1', 'voicemail', 'v3'), ('OR1', 'call', 'k3'),"
            " ('OR1', 'call', 's3'), ('OR1', 'call', 't3')");
    sql(pg, "insert into quo.events"
            " (org_id, received_at, webhook_id, event_type, resource_id, body)"
            " select 'OR1', now(), 'r' || i, 'call.ringing', 'r' || i, ''"
            " from generate_series(1, 4) i;"
            "insert into quo.calls (org_id, id, merge_state, missed, rest_status,"
            " initiated_by_user_id, ai_handled, voicemail_id) values"
            " ('OR1', 'r1', '', false, 's', null, null, null),"
            " ('OR1', 'r2', '', false, null, 'u', null, null),"
            " ('OR1', 'r3', '', false, null, null, 'agent', null),"
            " ('OR1', 'r4', '', false, null, null, null, 'v');"
            "insert into quo.call_recordings (org_id, call_id, position)"
            " select org_id, id, 1 from quo.calls;"
            "insert into quo.call_transcript_lines (org_id, call_id, position, content,"
            " start_seconds, end_seconds) select org_id, call_id, 1, 'c', 0, 1"
            " from quo.call_transcripts;"
            "insert into quo.activity_contacts (org_id, activity_kind, activity_id, contact_id)"
            " select 'OR1', kind, p || i, 'c1' from generate_series(1, 5) i,"
            " (values ('message', 'm'), ('call', 'k'), ('voicemail', 'v')) v (kind, p)");
    RUN(workspaces_empty, "'OR1'");
    LEFT("c2 c3", "select id from quo.contacts");
    LEFT("c2 c3", "select contact_id from quo.contact_emails");
    LEFT("c2 c3", "select contact_id from quo.contact_phone_numbers");
    LEFT("c2 c3", "select contact_id from quo.contact_custom_fields");
    LEFT("m2 m3 m4 m5", "select id from quo.messages");
    LEFT("v2 v3 v4 v5", "select id from quo.voicemails");
    LEFT("k2 k3 k4 k5 r1 r2 r3 r4", "select id from quo.calls");
    LEFT("k2 k3 k4 k5 r1 r2 r3 r4", "select call_id from quo.call_recordings");
    LEFT("s2 s3 s4 s5", "select call_id from quo.call_summaries");
    LEFT("t2 t3 t4 t5", "select call_id from quo.call_transcripts");
    LEFT("t2 t3 t4 t5", "select call_id from quo.call_transcript_lines");
    LEFT("k2 k3 k4 k5 m2 m3 m4 m5 v2 v3 v4 v5", "select activity_id from quo.activity_contacts");
}
END_TEST

/* ---- the inbox ---------------------------------------------------------------------------- */

START_TEST(a_claim_leaves_out_what_is_too_big_and_waits_for_a_test_event_alone)
{
    sql(pg, "insert into quo.inbox (org_id, received_at, seq, webhook_id, body) values"
            " ('OR1', now(), 2, 'w2', 'four'), ('OR1', now(), 1, 'w1', 'fifth'),"
            " ('OR2', now(), 3, 'w3', '');"
            "insert into quo.leases (org_id, name, holder, token, taken_at, expires_at) values"
            " ('OR1', 'reconcile', 'h', 1, now(), now() + interval '1 hour'),"
            " ('OR1', 'webhook test', 'h', 1, now(), now()),"
            " ('OR2', 'webhook test', 'h', 1, now(), now() + interval '1 hour')");
    SAYS(inbox_claim, "12345", "'OR1', 9, 4", "1,w1,-,5,f;2,w2,\\x666f7572,4,f");
    SAYS(inbox_claim, "1", "'OR1', 1, 4", "1");
    SAYS(inbox_claim, "1", "'OR2', 9, 4", "");
}
END_TEST

START_TEST(dead_workers_are_counted_where_their_deliveries_overlap)
{
#define ATTEMPT(first, last, n) "('OR1', 'w', now(), " first ", now(), " last ", " n ")"
    sql(pg, "insert into quo.attempts (org_id, worker, first_received_at, first_seq,"
            " last_received_at, last_seq, deliveries) values " ATTEMPT("5", "5", "1") ", "
            ATTEMPT("1", "5", "5") ", " ATTEMPT("5", "9", "5") ", " ATTEMPT("1", "4", "4") ", "
            ATTEMPT("6", "9", "4"));
    SAYS(attempts_begin, "12", "'OR1', 'me', now(), 5, now(), 5, 1", "3,1");
    SAYS(attempts_begin, "12", "'OR2', 'me', now(), 5, now(), 5, 1", "0,0");
    sql(pg, "delete from quo.attempts where worker = 'me';"
            "insert into quo.inbox (org_id, received_at, seq, webhook_id, body)"
            " values ('OR1', now(), 5, 'w', '')");
    RUN(attempts_clear, "'OR1'");
    LEFT("1-5 5-5 5-9", "select first_seq || '-' || last_seq from quo.attempts");
}
END_TEST

START_TEST(a_known_id_with_another_body_is_a_conflict)
{
    sql(pg, "insert into quo.delivery_ids (org_id, webhook_id, received_at, body_digest) values"
            " ('OR1', 'a', now(), 1), ('OR1', 'b', now(), 2), ('OR2', 'c', now(), 3)");
    SAYS(delivery_ids_conflicts, "0", "'OR1', '{a,b,c}', '{1,9,9}'", "1");
}
END_TEST

/* ---- what reconciliation asks --------------------------------------------------------------- */

START_TEST(contacts_that_a_listing_has_not_shown_are_live_and_of_a_form_that_is_known)
{
    sql(pg, "insert into quo.contacts (org_id, id, updated_at, synced_at, merge_state,"
            " deleted_at, erased_at, created_at, quo_url) values"
            " ('OR1', 'CTz', now(), now(), '', null, null, null, 'u'),"
            " ('OR1', 'CTseen', now(), now(), '', null, null, " LONG_AGO ", null),"
            " ('OR1', 'CTnew', now(), now(), '', null, null, " LATER ", null),"
            " ('OR1', 'CTa', now(), now(), '', null, null, " LONG_AGO ", null),"
            " ('OR1', 'DEgone', now(), now(), '', " EDGE ", null, " LONG_AGO ", 'u'),"
            " ('OR1', 'ERased', now(), now(), '', null, " EDGE ", " LONG_AGO ", 'u'),"
            " ('OR1', 'XX1', now(), now(), '', null, null, " LONG_AGO ", 'u'),"
            " ('OR1', 'YY1', now(), now(), '', null, null, " LONG_AGO ", null);"
            "insert into quo.contact_rest (org_id, contact_id, seen_at, merge_state) values"
            " ('OR1', 'CTz', " LONG_AGO ", ''), ('OR1', 'CTseen', " EDGE ", ''),"
            " ('OR1', 'DEgone', " LONG_AGO ", ''), ('OR1', 'ERased', " LONG_AGO ", ''),"
            " ('OR1', 'XX1', null, ''), ('OR1', 'YY1', " LONG_AGO ", '')");
    SAYS(contacts_id_forms, "0", "'OR1'", "{CT}");
    SAYS(contacts_unseen, "0", "'OR1', " EDGE ", " EDGE ", '{CT}', '', 9", "CTa;CTz;YY1");
    SAYS(contacts_unseen, "0", "'OR1', " EDGE ", " EDGE ", '{CT}', 'CTa', 1", "CTz");
    SAYS(contacts_unseen, "0", "'OR1', " EDGE ", " EDGE ", '{XX}', 'CTz', 9", "XX1;YY1");
    SAYS(erasures_known, "0", "'OR1', 'CTa'", "t");
    SAYS(erasures_known, "0", "'OR1', 'nobody'", "f");
}
END_TEST

START_TEST(something_is_known_of_a_contact_that_rest_or_an_erasure_named)
{
    sql(pg, "insert into quo.contact_rest (org_id, contact_id, merge_state)"
            " values ('OR1', 'rest', '');"
            "insert into quo.erasures (org_id, kind, id)"
            " values ('OR1', 'contact', 'erased'), ('OR1', 'message', 'message')");
    SAYS(erasures_known, "0", "'OR1', 'rest'", "t");
    SAYS(erasures_known, "0", "'OR1', 'erased'", "t");
    SAYS(erasures_known, "0", "'OR1', 'message'", "f");
    SAYS(erasures_known, "0", "'OR2', 'rest'", "f");
}
END_TEST

START_TEST(a_call_lacks_details_until_its_transcript_is_completed_or_its_content_pruned)
{
    sql(pg, "insert into quo.calls (org_id, id, missed, merge_state, content_pruned_at) values"
            " ('OR1', 'a', false, '', null), ('OR1', 'b', false, '', null),"
            " ('OR1', 'c', false, '', now()), ('OR1', 'd', false, '', null);"
            "insert into quo.call_recordings (org_id, call_id, position) values ('OR1', 'b', 1);"
            "insert into quo.call_transcripts (org_id, call_id, status, merge_state)"
            " values ('OR1', 'a', 'in-progress', ''), ('OR1', 'd', 'completed', '')");
    SAYS(calls_details, "012", "'OR1', '{a,b,c,d,none}'",
         "a,f,f;b,t,f;c,t,t;d,f,t;none,f,f");
}
END_TEST

START_TEST(of_the_directory_those_are_present_that_are_not_gone)
{
    sql(pg, "insert into quo.phone_numbers (org_id, id, number, gone_at, merge_state) values"
            " ('OR1', 'PN1', '+1', null, ''), ('OR1', 'PN2', '+2', now(), '');"
            "insert into quo.users (org_id, id, gone_at, merge_state) values"
            " ('OR1', 'US1', null, ''), ('OR1', 'US2', now(), '')");
    SAYS(phone_numbers_present, "0", "'OR1'", "PN1");
    SAYS(users_present, "0", "'OR1'", "US1");
}
END_TEST

START_TEST(the_last_run_is_the_last_that_was_finished_and_repaired_for_real)
{
    sql(pg, "insert into quo.reconcile_runs (org_id, parts, outcome, dry_run, finished_at, checked)"
            " values ('OR1', '{}', 'done', false, " LONG_AGO ", 1),"
            " ('OR1', '{}', 'done', false, " EDGE ", 2), ('OR1', '{}', 'done', true, " LATER ", 3),"
            " ('OR1', '{}', 'failed', false, " LATER ", 4), ('OR1', '{}', 'done', false, null, 5)");
    SAYS(reconcile_runs_status, "1", "'OR1'", "2");
}
END_TEST

/* ---- locks -------------------------------------------------------------------------------- */

struct lock {
    const char *insert; /* rows a and b */
    const struct statement *lock, *now;
};

static const struct lock locks[] = {
    { "insert into quo.messages (org_id, id, status_at, merge_state)"
      " values ('OR1', 'b', now(), 'B'), ('OR1', 'a', now(), 'A')",
      &sql_messages_lock, &sql_messages_lock_now },
    { "insert into quo.calls (org_id, id, missed, merge_state)"
      " values ('OR1', 'b', true, 'B'), ('OR1', 'a', true, 'A')",
      &sql_calls_lock, &sql_calls_lock_now },
    { "insert into quo.voicemails (org_id, id, merge_state)"
      " values ('OR1', 'b', 'B'), ('OR1', 'a', 'A')",
      &sql_voicemails_lock, &sql_voicemails_lock_now },
    { "insert into quo.call_summaries (org_id, call_id, status, merge_state)"
      " values ('OR1', 'b', 's', 'B'), ('OR1', 'a', 's', 'A')",
      &sql_call_summaries_lock, &sql_call_summaries_lock_now },
    { "insert into quo.call_transcripts (org_id, call_id, status, merge_state)"
      " values ('OR1', 'b', 's', 'B'), ('OR1', 'a', 's', 'A')",
      &sql_call_transcripts_lock, &sql_call_transcripts_lock_now },
    { "insert into quo.contacts (org_id, id, updated_at, synced_at, merge_state)"
      " values ('OR1', 'b', now(), now(), 'B'), ('OR1', 'a', now(), now(), 'A')",
      &sql_contacts_lock, &sql_contacts_lock_now },
    { "insert into quo.users (org_id, id, merge_state)"
      " values ('OR1', 'b', 'B'), ('OR1', 'a', 'A')",
      &sql_users_lock, &sql_users_lock_now },
    { "insert into quo.phone_numbers (org_id, id, number, merge_state)"
      " values ('OR1', 'b', '+1', 'B'), ('OR1', 'a', '+1', 'A')",
      &sql_phone_numbers_lock, &sql_phone_numbers_lock_now },
};

/* Committed, for another connection to see: each has a table of its own. */
START_TEST(rows_are_locked_in_the_order_that_was_asked_for_and_held_ones_are_passed_by)
{
    const struct lock *of = &locks[_i];
    struct pg *other = open_pg();
    struct tx others;

    pg = open_pg();
    sql(pg, "%s", of->insert);
    ck_assert(tx_begin(pg, &tx, &err) && tx_begin(other, &others, &err));
    ck_assert_str_eq(answer_of(pg, of->lock, "01", "'OR1', '{a,b,none}'"), "a,\\x41;b,\\x42");
    ck_assert_str_eq(answer_of(other, of->now, "01", "'OR1', '{a,b,none}'"), "");
    tx_end(&tx);
    ck_assert(tx_begin(pg, &tx, &err));
    ck_assert_str_eq(answer_of(pg, of->lock, "0", "'OR1', '{b}'"), "b");
    ck_assert_str_eq(answer_of(other, of->now, "01", "'OR1', '{a,b}'"), "a,\\x41");
    tx_end(&others);
    pg_close(&other);
    back();
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("statements");
    TCase *alone = tcase_create("alone"), *locked = tcase_create("locked");

    tcase_set_timeout(alone, 60);
    tcase_add_unchecked_fixture(alone, make_schema, NULL);
    tcase_add_checked_fixture(alone, begin, back);
    tcase_add_test(alone, old_content_is_found_in_the_order_of_ids_and_once);
    tcase_add_test(alone,
                   an_activity_without_created_at_is_as_old_as_the_next_instant_that_is_known);
    tcase_add_test(alone, content_is_taken_from_the_calls_that_are_named);
    tcase_add_test(alone, dead_letters_of_the_instant_itself_stay);
    tcase_add_test(alone, old_bodies_are_found_in_the_order_of_the_key_and_once);
    tcase_add_test(alone, a_replay_reads_in_the_order_of_the_key_and_of_one_type_where_it_is_told);
    tcase_add_test(alone, an_archived_body_stays_behind_where_it_is_erased_or_names_what_is);
    tcase_add_test(alone, a_rebuild_deletes_what_the_archive_gives_back_alone);
    tcase_add_test(alone, a_claim_leaves_out_what_is_too_big_and_waits_for_a_test_event_alone);
    tcase_add_test(alone, dead_workers_are_counted_where_their_deliveries_overlap);
    tcase_add_test(alone, a_known_id_with_another_body_is_a_conflict);
    tcase_add_test(alone,
                   contacts_that_a_listing_has_not_shown_are_live_and_of_a_form_that_is_known);
    tcase_add_test(alone, something_is_known_of_a_contact_that_rest_or_an_erasure_named);
    tcase_add_test(alone,
                   a_call_lacks_details_until_its_transcript_is_completed_or_its_content_pruned);
    tcase_add_test(alone, of_the_directory_those_are_present_that_are_not_gone);
    tcase_add_test(alone, the_last_run_is_the_last_that_was_finished_and_repaired_for_real);
    suite_add_tcase(suite, alone);
    tcase_set_timeout(locked, 60);
    tcase_add_unchecked_fixture(locked, make_schema, NULL);
    tcase_add_loop_test(
        locked, rows_are_locked_in_the_order_that_was_asked_for_and_held_ones_are_passed_by, 0,
        (int)(sizeof locks / sizeof locks[0]));
    suite_add_tcase(suite, locked);
    return suite_run(suite);
}
