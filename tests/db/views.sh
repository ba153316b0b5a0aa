#!/bin/bash
# views.sh - what the views make of rows: outcomes case by case, who handled a
# call, one voicemail out of two, contacts by number where Quo could not look,
# conversations. Every expected value was worked out by hand from the contract.
. "$TOP_SRCDIR/tests/support/shell.sh" || exit 99

query() { psql -XAtq -v ON_ERROR_STOP=1 "$@"; }

for file in "$TOP_SRCDIR"/sql/migrations/*.sql; do
    query -1 -f "$file"
done

# ---- outcomes of calls -------------------------------------------------------------
# status|rest_status|direction|answered|ai_handled|has_voicemail|missed -> outcome (- is null)
n=0
wrong=
while read -r given expected; do
    [ -n "$given" ] || continue
    n=$((n + 1))
    IFS='|' read -r status rest direction answered ai voicemail missed <<<"$given"
    value() { [ "$1" = - ] && echo null || echo "'$1'"; }
    query -c "
        insert into quo.calls (org_id, id, status, rest_status, direction, answered_at, ai_handled,
                               has_voicemail, missed, merge_state)
        values ('OR1', 'c$n', $(value "$status"), $(value "$rest"), $(value "$direction"),
                $([ "$answered" = y ] && echo 'now()' || echo null),
                $([ "$ai" = y ] && echo "'ai-agent'" || echo null),
                $(value "$voicemail"), '$missed', '')"
    got=$(query -c "select coalesce(outcome, '-') from quo.activities where id = 'c$n'")
    [ "$got" = "$expected" ] || wrong="$wrong$given is $got, not $expected
"
done <<'CASES'
ai-handled|-|incoming|n|-|f|f              ai
answered|completed|incoming|y|y|f|f        ai
-|in-progress|incoming|n|y|-|f             ai
ai-handled|-|incoming|y|-|t|t              ai
forwarded|-|incoming|y|-|f|f               forwarded
forwarded|completed|incoming|n|-|t|t       forwarded
-|forwarded|incoming|n|-|-|f               forwarded
answered|-|incoming|y|-|f|f                answered
answered|-|outgoing|y|-|f|f                answered
answered|no-answer|incoming|n|-|t|f        answered
-|answered|incoming|n|-|-|f                answered
-|completed|incoming|y|-|-|f               answered
-|completed|outgoing|y|-|-|f               answered
unanswered|-|incoming|n|-|t|f              voicemail
unanswered|-|incoming|n|-|t|t              voicemail
abandoned|-|incoming|n|-|t|t               voicemail
-|missed|incoming|n|-|t|f                  voicemail
abandoned|-|incoming|n|-|f|f               abandoned
abandoned|-|incoming|n|-|f|t               abandoned
-|abandoned|incoming|n|-|-|f               abandoned
failed|-|outgoing|n|-|f|f                  failed
failed|-|incoming|n|-|f|t                  failed
-|failed|outgoing|n|-|-|f                  failed
-|busy|outgoing|n|-|-|f                    failed
unanswered|-|incoming|n|-|f|f              missed
unanswered|-|incoming|n|-|f|t              missed
-|-|incoming|n|-|-|t                       missed
-|ringing|incoming|n|-|-|t                 missed
unknown|-|incoming|n|-|f|t                 missed
-|missed|incoming|n|-|-|f                  missed
-|no-answer|incoming|n|-|-|f               missed
-|completed|incoming|n|-|-|f               missed
unanswered|answered|incoming|y|-|f|f       missed
unanswered|-|outgoing|n|-|f|f              unanswered
-|no-answer|outgoing|n|-|-|f               unanswered
-|canceled|outgoing|n|-|-|f                unanswered
-|completed|outgoing|n|-|-|f               unanswered
unknown|-|incoming|n|-|f|f                 unknown
unknown|answered|incoming|y|-|f|f          unknown
-|canceled|incoming|n|-|-|f                unknown
-|missed|outgoing|n|-|-|f                  unknown
unanswered|-|-|n|-|f|f                     unknown
of-tomorrow|-|incoming|n|-|f|f             unknown
-|-|incoming|n|-|-|f                       -
-|-|-|n|-|-|f                              -
-|queued|outgoing|n|-|-|f                  -
-|initiated|outgoing|n|-|-|f               -
-|ringing|incoming|n|-|-|f                 -
-|in-progress|incoming|y|-|-|f             -
CASES
empty "a call's outcome is what the contract says, in all $n cases" "$wrong"

# ---- outcomes of messages ----------------------------------------------------------
wrong=
while read -r status expected; do
    query -c "insert into quo.messages (org_id, id, status, status_at, merge_state)
              values ('OR1', 'm-$status', '$status', now(), '')"
    got=$(query -c "select coalesce(outcome, '-') from quo.activities where id = 'm-$status'")
    [ "$got" = "$expected" ] || wrong="$wrong$status is $got, not $expected
"
done <<'CASES'
received received
receiving received
delivered delivered
read delivered
partially_delivered delivered
sent sent
queued sent
sending sent
accepted sent
scheduled sent
failed failed
canceled failed
undelivered undelivered
of-tomorrow -
CASES
empty "a message's outcome is what the contract says, for every status" "$wrong"

# ---- who, when, with whom ------------------------------------------------------------
query -c 'truncate quo.calls, quo.messages'
query <<'SQL'
insert into quo.phone_numbers (org_id, id, number, merge_state)
values ('OR1', 'PN1', '+12065550100', '');
insert into quo.calls (org_id, id, direction, status, created_at, ringing_at, answered_at, answered_by_user_id,
                       completed_at, missed, initiated_by_user_id, user_id, phone_number_id, conversation_id,
                       external_participants, contact_lookup, merge_state)
values ('OR1', 'in', 'incoming', 'answered', '2026-11-01 10:00Z', null, '2026-11-01 10:01Z', 'USada', null, false,
        null, 'USline', 'PN1', 'CN1', '{+13125550188}', 'matched', ''),
       ('OR1', 'out', 'outgoing', 'answered', null, null, '2026-11-01 11:01Z', 'USodd', '2026-11-01 11:05Z', false,
        'USbob', 'USline', 'PN1', 'CN1', '{+13125550188}', 'none', ''),
       ('OR1', 'out2', 'outgoing', null, null, '2026-11-01 12:00Z', null, null, null, false,
        null, 'USline', 'PN1', 'CN2', '{+16465550123}', 'unavailable', ''),
       ('OR1', 'stub', null, null, null, null, null, null, null, false,
        null, null, null, null, null, null, '');
insert into quo.messages (org_id, id, direction, status, phone_number_id, conversation_id, user_id, sender, recipients,
                          contact_lookup, created_at, status_at, merge_state)
values ('OR1', 'group', 'incoming', 'received', 'PN1', 'CN3', 'USline', '+13125550188',
        '{+12065550100,+16465550123,+15875550155}', 'matched', '2026-11-02 10:00Z', '2026-11-02 10:00:01Z', ''),
       ('OR1', 'unknown line', 'incoming', 'received', 'PN2', 'CN3', 'USline', '+13125550188',
        '{+12065550101,+16465550123}', null, null, '2026-11-02 11:00Z', ''),
       ('OR1', 'sent', 'outgoing', 'delivered', 'PN1', 'CN1', 'USbob', '+12065550100',
        '{+13125550188,24365}', 'none', '2026-11-02 12:00Z', '2026-11-02 12:00Z', '');
SQL
activity() { query -c "select coalesce($2::text, '-') from quo.activities where id = '$1'"; }
equal "an incoming call was handled by who answered it" "$(activity in handled_by_user_id)" USada
equal "its user is the line's owner" "$(activity in user_id)" USline
equal "an outgoing call was handled by who placed it" "$(activity out handled_by_user_id)" USbob
equal "or by its user, where REST has not said" "$(activity out2 handled_by_user_id)" USline
equal "a sent message was handled by its sender, a received one by nobody" \
    "$(activity sent handled_by_user_id) $(activity group handled_by_user_id)" "USbob -"
equal "a call without created_at occurred at its first known instant" \
    "$(query -c "set timezone = 'UTC'; select occurred_at from quo.activities where id in ('out', 'out2') order by 1")" \
    "2026-11-01 11:01:00+00
2026-11-01 12:00:00+00"
equal "a call of which only a summary tells has no instant, outcome or numbers" \
    "$(query -c "select occurred_at is null, outcome is null, external_identifiers, contact_ids
                   from quo.activities where id = 'stub'")" 't|t|{}|{}'
equal "the others of an incoming group message are external, the line itself is not" \
    "$(activity group external_identifiers)" '{+13125550188,+16465550123,+15875550155}'
equal "where the line's number is not known, the sender alone is" \
    "$(activity 'unknown line' external_identifiers)" '{+13125550188}'
equal "a sent message's external identifiers are its recipients, short codes too" \
    "$(activity sent external_identifiers)" '{+13125550188,24365}'

# ---- voicemails: REST's and the event's are one -----------------------------------------
query <<'SQL'
truncate quo.calls, quo.messages;
insert into quo.calls (org_id, id, direction, rest_status, created_at, completed_at, missed, user_id, voicemail_id,
                       contact_lookup, external_participants, merge_state)
values ('OR1', 'both', 'incoming', 'missed', '2026-11-01 10:00Z', null, false, 'US1', 'VM1', 'matched', '{+13125550188}', ''),
       ('OR1', 'both, no call id', 'incoming', 'missed', '2026-11-01 10:00Z', null, false, 'US1', 'VM2', null, null, ''),
       ('OR1', 'rest', 'incoming', 'missed', '2026-11-01 10:00Z', '2026-11-01 10:02Z', false, 'US1', 'VM3', 'matched', '{+13125550188}', ''),
       ('OR1', 'event', 'incoming', null, '2026-11-01 10:00Z', null, false, 'US1', null, null, null, ''),
       ('OR1', 'none', 'incoming', 'missed', '2026-11-01 10:00Z', null, false, 'US1', null, null, null, '');
insert into quo.voicemails (org_id, id, voicemail_id, call_id, direction, from_number, to_number, user_id, contact_lookup,
                            external_participants, created_at, updated_at, merge_state)
values ('OR1', 'ACv1', 'VM1', 'both', 'incoming', '+13125550188', '+12065550100', 'US1', 'matched', null, '2026-11-01 10:01Z', null, ''),
       ('OR1', 'ACv2', 'VM2', null, 'incoming', 'anonymous', '+12065550100', 'US1', 'unavailable', '{}', null, '2026-11-01 10:03Z', ''),
       ('OR1', 'ACv4', null, 'event', 'incoming', '+13125550188', '+12065550100', 'US1', 'none', '{+15550001111}', '2026-11-01 10:01Z', null, ''),
       ('OR2', 'ACv5', 'VM3', 'rest', 'incoming', '+13125550188', '+12065550100', 'US1', 'none', null, '2026-11-01 10:01Z', null, '');
insert into quo.activity_contacts values
       ('OR1', 'call', 'both', 'k1'), ('OR1', 'voicemail', 'ACv1', 'k1'), ('OR1', 'voicemail', 'ACv1', 'k0'),
       ('OR1', 'call', 'rest', 'k2');
SQL
equal "each voicemail is listed once, under the event's id where there is one" \
    "$(query -c "select string_agg(id, ' ' order by id) from quo.activities where kind = 'voicemail' and org_id = 'OR1'")" \
    "ACv1 ACv2 ACv4 VM3"
equal "another workspace's voicemail hides none" \
    "$(query -c "select count(*) from quo.activities where kind = 'voicemail' and id = 'VM3' and org_id = 'OR1'")" 1
equal "a call with a voicemail of either kind ended in voicemail" \
    "$(query -c "select string_agg(id, ' ' order by id) from quo.activities where kind = 'call' and outcome = 'voicemail'")" \
    "both both, no call id event rest"
equal "a voicemail's contacts are its links, sorted; of REST's, its call's" \
    "$(activity ACv1 contact_ids) $(activity VM3 contact_ids)" '{k0,k1} {k2}'
equal "its numbers are the participants, else who left it" \
    "$(activity ACv4 external_identifiers) $(activity ACv1 external_identifiers) $(activity ACv2 external_identifiers)" \
    '{+15550001111} {+13125550188} {anonymous}'
equal "REST's voicemail occurred when its call ended" \
    "$(query -c "set timezone = 'UTC'; select occurred_at from quo.activities where id = 'VM3'")" "2026-11-01 10:02:00+00"

# ---- contacts by number ------------------------------------------------------------------
query <<'SQL'
truncate quo.calls, quo.messages, quo.voicemails, quo.activity_contacts;
insert into quo.contacts (org_id, id, updated_at, deleted_at, erased_at, synced_at, merge_state)
values ('OR1', 'ada', now(), null, null, now(), ''), ('OR1', 'twin', now(), null, null, now(), ''),
       ('OR1', 'gone', now(), now(), null, now(), ''), ('OR1', 'erased', now(), null, now(), now(), ''),
       ('OR2', 'other', now(), null, null, now(), '');
insert into quo.contact_phone_numbers (org_id, contact_id, position, value, e164)
values ('OR1', 'ada', 1, '+1 312 555 0188', '+13125550188'), ('OR1', 'ada', 2, '+1 (312) 555-0188', '+13125550188'),
       ('OR1', 'twin', 1, '+13125550188', '+13125550188'), ('OR1', 'gone', 1, '+13125550188', '+13125550188'),
       ('OR1', 'erased', 1, '+13125550188', '+13125550188'), ('OR2', 'other', 1, '+13125550188', '+13125550188'),
       ('OR1', 'ada', 3, '24365', null), ('OR1', 'ada', 4, 'anonymous', null);
insert into quo.calls (org_id, id, direction, missed, external_participants, contact_lookup, merge_state)
values ('OR1', 'matched', 'incoming', false, '{+13125550188}', 'matched', ''),
       ('OR1', 'none', 'incoming', false, '{+13125550188}', 'none', ''),
       ('OR1', 'unavailable', 'incoming', false, '{+13125550188}', 'unavailable', ''),
       ('OR1', 'not asked', 'incoming', false, '{+13125550188}', null, ''),
       ('OR1', 'anonymous', 'incoming', false, '{anonymous,24365}', null, ''),
       ('OR1', 'several', 'incoming', false, '{+13125550188,+13125550188,+19995550000}', null, '');
insert into quo.activity_contacts values ('OR1', 'call', 'matched', 'not arrived yet');
SQL
resolved() {
    query -c "select string_agg(contact_id || '/' || match_source, ' ' order by contact_id)
                from quo.activity_contacts_resolved where activity_kind = 'call' and activity_id = '$1'"
}
equal "Quo's match stands, also before the contact arrives" "$(resolved matched)" "not arrived yet/quo"
equal "where Quo looked and found nobody, nobody is guessed" "$(resolved none)" ""
equal "where Quo could not look, live contacts of the workspace with the number match, each once" \
    "$(resolved unavailable)" "ada/phone twin/phone"
equal "and where it was not asked" "$(resolved 'not asked')" "ada/phone twin/phone"
equal "anonymous callers and short codes match nobody" "$(resolved anonymous)" ""
equal "a number that comes twice matches once" "$(resolved several)" "ada/phone twin/phone"
equal "live_contacts leaves out the deleted and the erased" \
    "$(query -c "select string_agg(id, ' ' order by id) from quo.live_contacts where org_id = 'OR1'")" "ada twin"

# ---- conversations --------------------------------------------------------------------------
query <<'SQL'
truncate quo.calls, quo.messages;
insert into quo.messages (org_id, id, direction, phone_number_id, conversation_id, sender, recipients, created_at, status_at, merge_state)
values ('OR1', 'm1', 'incoming', 'PN1', 'CN1', '+13125550188', '{+12065550100}', '2026-11-02 10:00Z', now(), ''),
       ('OR1', 'm2', 'outgoing', 'PN1', 'CN1', '+12065550100', '{+13125550188,+16465550123}', '2026-11-02 09:00Z', now(), ''),
       ('OR1', 'm3', 'outgoing', 'PN1', null, '+12065550100', '{+13125550188}', '2026-11-02 09:00Z', now(), ''),
       ('OR2', 'm4', 'incoming', 'PN9', 'CN1', '+19995550000', '{}', '2026-11-02 08:00Z', now(), '');
insert into quo.calls (org_id, id, direction, missed, created_at, phone_number_id, conversation_id, external_participants, merge_state)
values ('OR1', 'c1', 'incoming', false, '2026-11-03 10:00Z', 'PN2', 'CN1', '{+13125550188}', ''),
       ('OR1', 'c2', 'incoming', false, '2026-11-04 10:00Z', null, 'CN1', null, ''),
       ('OR1', 'c3', 'incoming', false, null, null, 'CN5', null, '');
SQL
equal "a conversation is what its messages and calls tell" \
    "$(query -c "set timezone = 'UTC'; select * from quo.conversations where org_id = 'OR1' order by id")" \
    "OR1|CN1|PN2|{+13125550188,+16465550123}|2026-11-02 09:00:00+00|2026-11-04 10:00:00+00|2|2
OR1|CN5||{}|||0|1"
equal "the same id in two workspaces is two conversations" \
    "$(query -c "select count(*) from quo.conversations where id = 'CN1'")" 2
finish
