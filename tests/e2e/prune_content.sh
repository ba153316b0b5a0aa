# prune_content.sh - keep_content: what old activities said goes, that they were
# stays, and nothing that comes later brings it back.
. "$TOP_SRCDIR/tests/support/shell.sh" || exit 99
. "$TOP_SRCDIR/tests/support/program.sh" || exit 99
needs_points

deliver() {
    TOP_SRCDIR=$TOP_SRCDIR python3 "$TOP_SRCDIR/tests/e2e/erase.py" "$@" |
        "$QUOSYNC" ingest --config "$conf" >"$work/out" 2>&1 ||
        fail "deliveries are stored" "$(cat "$work/out")"
    "$QUOSYNC" work --drain --config "$conf" >"$work/out" 2>&1 ||
        fail "the worker drains the inbox" "$(tail -n 5 "$work/out")"
}

prune() {
    status=0
    "$QUOSYNC" prune --json --config "$conf" >"$work/out" 2>"$work/err" || status=$?
}

pruned() {
    sed -n "s/.*\"$1\": \([0-9]*\).*/\1/p" "$work/out"
}

# What the tables still hold of content.
content() {
    rows "select (select count(*) from quo.messages where num_nonnulls(body, media) > 0)
               + (select count(*) from quo.calls
                   where num_nonnulls(voicemail_transcript, voicemail_recording_url) > 0)
               + (select count(*) from quo.call_recordings where url is not null)
               + (select count(*) from quo.call_summaries
                   where num_nonnulls(summary, next_steps, jobs) > 0)
               + (select count(*) from quo.call_transcript_lines)
               + (select count(*) from quo.voicemails
                   where num_nonnulls(transcript, recording_url) > 0)"
}

# All that is no content: what stays.
rest() {
    rows "select (select json_agg(row(m.id, m.direction, m.status, m.sender, m.recipients, m.created_at,
                                      m.quo_url) order by id) from quo.messages m),
                 (select json_agg(row(c.id, c.direction, c.status, c.duration_seconds, c.external_participants,
                                      c.forwarded_from) order by id) from quo.calls c),
                 (select json_agg(row(r.call_id, r.recording_id, r.duration_seconds, r.type)
                                  order by call_id, position) from quo.call_recordings r),
                 (select json_agg(row(v.id, v.from_number, v.duration_seconds) order by id)
                    from quo.voicemails v),
                 (select json_agg(row(contact_id, value) order by contact_id, position)
                    from quo.contact_phone_numbers),
                 (select json_agg(row(activity_id, contact_id) order by activity_id, contact_id)
                    from quo.activity_contacts)"
}

# Rows that do not show that their content was pruned.
unmarked() {
    rows "select (select count(*) from quo.messages where content_pruned_at is null)
              + (select count(*) from quo.calls where content_pruned_at is null)
              + (select count(*) from quo.call_summaries where content_pruned_at is null)
              + (select count(*) from quo.call_transcripts where content_pruned_at is null)
              + (select count(*) from quo.voicemails where content_pruned_at is null)"
}

check_rebuild() {
    told=$(rest)
    "$QUOSYNC" replay --rebuild --config "$conf" >"$work/out" 2>&1 ||
        fail "a rebuild $1 ends well" "$(cat "$work/out")"
    equal "a rebuild $1 brings no content back" "$(content)" 0
    equal "a rebuild $1 keeps what is no content" "$(rest)" "$told"
    equal "a rebuild $1 keeps the marks" "$(unmarked)" 0
}

# The samples are of 2 to 6 November 2026; so old that all of them are, by any clock.
keep=$((($(date +%s) - $(date -d 2026-11-15 +%s)) / 86400))
[ "$keep" -ge 1 ] || keep=1
configure
"$QUOSYNC" migrate --config "$conf" >"$work/out" || fail "migrate makes the schema"
deliver E CONTENT samples
check "there is content" test "$(content)" -gt 20
rest >"$work/rest"

prune
equal "without keep_content prune exits 0" "$status" 0
equal "and prunes none" "$(pruned content) $(pruned bodies)" "0 0"

configure "keep_content = $keep d"
young="update quo.messages set created_at = created_at + interval '%s d' where id = 'ACm01Ada5BpLE'"
check "one message is young" rows "$(printf "$young" 3650)"
(QUOSYNC_POINT=prune-content-bite:1:kill exec "$QUOSYNC" prune --config "$conf" >"$work/out" 2>&1) \
    2>/dev/null
equal "prune can be killed" $? 137
check "some content is still there then" test "$(content)" -gt 1
prune
equal "the next run does the rest" "$status" 0
equal "a young activity alone keeps its content" "$(content)" 1
check "it grows old" rows "$(printf "$young" -3650)"
prune
equal "it alone is pruned then" "$(pruned content)" 1
equal "no table holds content" "$(content)" 0
equal "every row shows that" "$(unmarked)" 0
empty "what is no content stays" "$(rest | diff "$work/rest" - | cut -c1-300)"

# The archive was received lately: its bodies are still there.
equal "bodies that were received lately stay" "$(pruned bodies)" 0
"$QUOSYNC" replay --config "$conf" >"$work/out" || fail "replay ends well"
equal "replay brings no content back" "$(content)" 0
empty "it changes nothing else" "$(rest | diff "$work/rest" - | cut -c1-300)"
check_rebuild "of bodies that are there"
deliver E LATER later
equal "a late event brings no content" "$(content)" 0
equal "but what else it says" \
    "$(rows "select count(*) from quo.messages where sender like 'LATER%'")" 1

prune
equal "a second run finds nothing" "$(pruned content)" 0
check "bodies grow old" rows "update quo.events set received_at = received_at - interval '20 d'"
before=$(rows "select count(*) from quo.events where body is not null and event_type not like 'contact.%'")
configure "keep_content = 15 d"
prune
equal "old bodies are pruned" "$(pruned bodies)" "$before"
equal "those of contacts stay" \
    "$(rows "select count(*) from quo.events where body is null and event_type like 'contact.%'")" 0
check_rebuild "of bodies that were pruned"
finish
