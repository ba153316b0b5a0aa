# erase.sh - what is erased is gone from every table, archive, inbox and dead
# letters, and nothing brings it back: later events, replay, dead retry,
# reconciliation, or a worker that is at it at the same time. What is another's stays.
. "$TOP_SRCDIR/tests/support/shell.sh" || exit 99
. "$TOP_SRCDIR/tests/support/program.sh" || exit 99
. "$TOP_SRCDIR/tests/support/fakequo.sh" || exit 99
needs_points

deliver() {
    TOP_SRCDIR=$TOP_SRCDIR python3 "$TOP_SRCDIR/tests/e2e/erase.py" "$@" |
        "$QUOSYNC" ingest --config "$conf" >"$work/ingest.out" 2>&1 || fail "deliveries are stored" "$(cat "$work/ingest.out")"
}

drain() {
    "$QUOSYNC" work --drain --config "$conf" >"$work/work.out" 2>&1 ||
        fail "the worker drains the inbox" "$(tail -n 5 "$work/work.out")"
}

erase() {
    status=0
    "$QUOSYNC" erase "$@" --config "$conf" >"$work/out" 2>"$work/err" </dev/null || status=$?
}

# The lines of a dump that hold a mark, as text or within bytes.
hits() {
    local hex
    hex=$(printf %s "$1" | od -An -tx1 | tr -d ' \n')
    pg_dump --data-only --schema=quo --rows-per-insert=1 --inserts >"$work/dump" || fail "the schema is dumped"
    grep -cE "$1|$hex" "$work/dump"
}

gone() {
    equal "$1" "$(hits ZAPME)" 0
    grep -E "ZAPME|5a41504d45" "$work/dump" | cut -c1-160 | head -n 5
}

configure
"$QUOSYNC" migrate --config "$conf" >"$work/out" || fail "migrate makes the schema"
deliver E ZAPME samples
deliver S STAYS samples
drain
check "the marks are in the tables" test "$(hits ZAPME)" -gt 100
equal "both persons have as many" "$(hits ZAPME)" "$(hits STAYS)"
stays=$(hits STAYS)
equal "dead letters hold some" "$(rows 'select count(*) from quo.dead_letters')" 2
activities="select (select count(*) from quo.messages) + (select count(*) from quo.calls)
                 + (select count(*) from quo.voicemails)"
before=$(rows "$activities")

# While deliveries wait, and after runs that died.
deliver E ZAPME later
marks=$(hits ZAPME)
for point in $("$QUOSYNC" points | grep ^erase-); do
    (QUOSYNC_POINT=$point:1:kill exec "$QUOSYNC" erase CTE --config "$conf" >"$work/out" 2>&1) 2>/dev/null
    equal "erase can be killed at $point" $? 137
    equal "and has done nothing then" "$(hits ZAPME)" "$marks"
done
erase CTE
equal "erase exits 0" "$status" 0
gone "no table holds anything of the erased contact"
equal "what is another's stays" "$(hits STAYS)" "$stays"
equal "the contact keeps its id and instants" \
    "$(rows "select updated_at is not null and created_at is not null and erased_at is not null
                    and num_nonnulls(first_name, last_name, company, role, location, source,
                                     external_id, quo_url) = 0
               from quo.contacts where id = 'CTE'")" t
equal "its children are gone" \
    "$(rows "select (select count(*) from quo.contact_phone_numbers where contact_id = 'CTE')
                  + (select count(*) from quo.contact_emails where contact_id = 'CTE')
                  + (select count(*) from quo.contact_custom_fields where contact_id = 'CTE')")" 0
equal "activities keep their rows" "$(rows "$activities")" "$before"
equal "an erased message keeps ids, instants, direction and status" \
    "$(rows "select direction, status, created_at is not null, phone_number_id, body is null
               from quo.messages where id = 'ACm01Ada5BpLE'")" 'incoming|received|t|PNa1Fr0ntDsk|t'
equal "an erased call keeps its length" \
    "$(rows "select duration_seconds from quo.calls where id = 'ACc01Ada1nC4lE'")" 342
equal "the contact and all of its activities are recorded" \
    "$(rows "select count(*), count(*) filter (where kind = 'contact') from quo.erasures")" \
    "$(rows "select count(*) + 1, 1 from quo.activities where id like '%E'")"
equal "nothing of another is recorded" \
    "$(rows "select count(*) from quo.erasures where id like '%S'")" 0
equal "the archive keeps the envelopes" \
    "$(rows "select count(*) from quo.events where event_id like '%E' and event_type is not null
                and created_at is not null")" \
    "$(rows "select count(*) from quo.events where event_id like '%S'")"
equal "live_contacts leaves the contact out" \
    "$(rows "select count(*) from quo.live_contacts where id = 'CTE'")" 0

# Whatever comes later.
deliver E ZAPME later
deliver E ZAPME samples
drain
gone "later events bring nothing back"
deliver E ZAPME fresh 1
drain
gone "a new activity that lists the contact is erased with it"
equal "it is recorded" "$(rows "select kind from quo.erasures where id = 'ACfresh1E'")" message
deliver E ZAPME unlisted 1
drain
gone "its other events are, too"
deliver E ZAPME unlisted 2
drain
check "an activity that does not name the contact is another's" test "$(hits ZAPME)" -gt 0
deliver E ZAPME fresh 2
drain
gone "until an event lists it: what was stored of it goes then"

# Replay, and dead letters.
"$QUOSYNC" replay --config "$conf" >"$work/out" || fail "replay ends well"
gone "replay brings nothing back"
"$QUOSYNC" dead retry --all --config "$conf" >"$work/out"
drain
gone "dead retry brings nothing back"
equal "the other's dead letter still has its body" \
    "$(rows 'select count(*) from quo.dead_letters where body is not null')" 1
equal "what is another's still stays" "$(hits STAYS)" "$stays"

# A rebuild empties what the archive gives back, and that alone.
told() {
    rows "select (select json_agg(c order by id)
                    from (select org_id, id, created_at, updated_at, deleted_at, erased_at, first_name
                            from quo.contacts) c),
                 (select json_agg(row(m.id, m.direction, m.status, m.created_at, m.body, m.phone_number_id)
                                  order by id) from quo.messages m),
                 (select json_agg(row(c.id, c.direction, c.status, c.duration_seconds, c.created_at)
                                  order by id) from quo.calls c),
                 (select json_agg(row(r.call_id, r.recording_id, r.duration_seconds)
                                  order by call_id, position) from quo.call_recordings r),
                 (select json_agg(row(s.call_id, s.status, s.summary) order by call_id)
                    from quo.call_summaries s),
                 (select json_agg(row(t.call_id, t.status) order by call_id) from quo.call_transcripts t),
                 (select json_agg(row(v.id, v.call_id, v.duration_seconds) order by id)
                    from quo.voicemails v),
                 (select json_agg(a order by activity_kind, activity_id, contact_id)
                    from quo.activity_contacts a),
                 (select json_agg(d.key order by key) from quo.custom_field_definitions d)" | tr '{' '\n'
}
told >"$work/told"
# A version that is too great, which a replay would not write over.
rows "update quo.messages t
         set body = 'spoilt', merge_state = o.merge_state
        from (select merge_state from quo.messages
               where id like '%S' order by created_at desc, id desc limit 1) o
       where t.id = 'ACm01Ada5BpLS'" >"$work/out"
"$QUOSYNC" replay --config "$conf" >"$work/out" || fail "another replay ends well"
equal "a replay leaves a row with a later version" \
    "$(rows "select count(*) from quo.messages where body = 'spoilt'")" 1
"$QUOSYNC" replay --rebuild --config "$conf" >"$work/out" 2>&1 ||
    fail "a rebuild ends well" "$(cat "$work/out")"
empty "a rebuild keeps the rows of what is erased" "$(told | diff "$work/told" - | cut -c1-300)"
gone "it brings nothing back"
equal "nor does it lose what is another's" "$(hits STAYS)" "$stays"

# Once more, and unknown ones.
# Without the keys that pg_dump makes up each time.
dumped() {
    pg_dump --data-only --schema=quo | grep -v '^.*restrict ' | LC_ALL=C sort
}
dumped >"$work/once"
erase CTE --json
equal "erasing twice exits 0" "$status" 0
empty "it changes no row" "$(dumped | diff "$work/once" - | cut -c1-200)"
erase CTX
equal "an unknown contact is told by the status" "$status" 1
deliver X ZAPME samples
drain
gone "what comes of it later is erased all the same"

# A worker that is at work on the same contact.
deliver Y ZAPME samples
QUOSYNC_POINT=apply-rows-sent:1:stop "$QUOSYNC" work --drain --workers 1 --config "$conf" \
    >"$work/worker.out" 2>&1 &
worker=$!
stopped() {
    grep -q '^State:.*T' "/proc/$worker/status"
}
if wait_for 20 stopped; then
    "$QUOSYNC" erase CTY --config "$conf" >"$work/out" 2>"$work/err" &
    eraser=$!
    sleep 1
    check "erase waits for the worker" kill -0 "$eraser"
    kill -CONT "$worker"
    check "the worker ends well" wait "$worker"
    check "erase ends well after it" wait "$eraser"
else
    fail "the worker stops at its point" "$(cat "$work/worker.out")"
    kill -9 "$worker"
fi
gone "nothing is left when both have ended"
equal "what is another's stays to the end" "$(hits STAYS)" "$stays"

# An id that JSON may spell otherwise than by a number, in an archived body alone: a newer
# observation of the message names nobody.
for at in 10 11; do
    ids=$([ $at = 11 ] || echo '"CT\\/slash"')
    sed -e "s/\"id\": *\"EV[^\"]*\"/\"id\":\"EVslash$at\"/" -e 's/"id": *"AC[^"]*"/"id":"ACslash"/' \
        -e "s/\(\"createdAt\": *\"2026-[0-9-]*\)T[0-9]*:/\1T$at:/g" \
        -e "s|\"ids\": *\[[^]]*\]|\"ids\":[$ids]|" \
        "$TOP_SRCDIR/tests/samples/message.received.json" | tr -d '\n' >"$work/slash"
    "$QUOSYNC" ingest --config "$conf" "$work/slash" >"$work/out" 2>&1 || fail "it is stored"
done
"$QUOSYNC" work --drain --config "$conf" || fail "it is applied"
erase CT/slash
equal "a body that spells the id with a backslash is found" \
    "$(rows "select string_agg((body is null)::text, ' ' order by event_id) from quo.events
              where event_id like 'EVslash%'")" "true true"

# Reconciliation: Quo still shows the contact.
fake --seed 5 --contacts 30 --calls 20 --messages 20 --users 2 --numbers 1 --days 10 --now "$(date +%s)"
connect
"$QUOSYNC" migrate --config "$conf" >"$work/out" || fail "a second workspace is made"
reconcile
equal "the mirror is filled" "$status" 0
person=$(rows "select id from quo.contacts where org_id = 'default' and first_name is not null limit 1")
erase "$person"
equal "one of its contacts is erased" "$status" 0
reconcile
equal "reconciliation ends well" "$status" 0
equal "the erased contact stays erased" \
    "$(rows "select num_nonnulls(first_name, last_name, company, role, source, external_id,
                                 source_url, created_by_user_id)
                  + (select count(*) from quo.contact_phone_numbers where contact_id = c.id)
               from quo.contacts c where id = '$person'")" 0
reconcile --dry-run
equal "and is no drift" "$status" 0

# What only REST has told, no archive can give back.
mirrored() {
    pg_dump --data-only --schema=quo --inserts --exclude-table='quo.reconcile_*' --exclude-table=quo.leases \
        --exclude-table=quo.rate_limits | grep "'default'" | LC_ALL=C sort
}
mirrored >"$work/mirrored"
check "it is much" test "$(wc -l <"$work/mirrored")" -gt 100
"$QUOSYNC" replay --rebuild --config "$conf" >"$work/out" 2>&1 ||
    fail "a rebuild of it ends well" "$(cat "$work/out")"
empty "a rebuild keeps what REST alone has told" "$(mirrored | diff "$work/mirrored" - | cut -c1-200)"
finish
