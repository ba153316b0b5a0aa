# reconcile_kill.sh - reconciliations are killed, SIGKILL, at random moments while a
# worker applies webhooks of the same objects and Quo changes, and at every named
# point: no absence is concluded wrongly, and one run from the start makes the
# mirror equal to Quo. (A run that goes on where a killed one had come to leaves
# what changed behind it meanwhile to the next.)
# RECONCILE_KILLS (24), RECONCILE_KILL_SEED (1).
. "$TOP_SRCDIR/tests/support/shell.sh" || exit 99
. "$TOP_SRCDIR/tests/support/program.sh" || exit 99
. "$TOP_SRCDIR/tests/support/fakequo.sh" || exit 99

points=$("$QUOSYNC" points 2>/dev/null | grep ^reconcile-)
if [ -z "$points" ]; then
    echo "this build has no named points (--enable-points)"
    exit 77
fi
RANDOM=${RECONCILE_KILL_SEED:-1}
workspace=(--seed 21 --contacts 320 --calls 110 --messages 110 --users 3 --numbers 2 --days 6
           --now "$(date +%s)")

fake "${workspace[@]}" --latency-ms 25
connect "webhook_secrets_file = $work/secrets"
check "migrate makes the schema" "$QUOSYNC" migrate --config "$conf"
"$QUOSYNC" webhook ensure "http://127.0.0.1:1/webhooks/quo" --config "$conf" >"$work/ensured" 2>&1 ||
    fail "ensure makes a subscription" "$(cat "$work/ensured")"
"$TOP_BUILDDIR/tests/fakequo/fakequo" --events "${workspace[@]}" | sort -R --random-source="$conf" \
    >"$work/events"
split -n l/"${RECONCILE_KILLS:-24}" "$work/events" "$work/part."

# Contacts that are deleted here although Quo shows them.
wrongly_gone() {
    ask_fake 'dump?kind=contact' >"$work/contact.json"
    rows "select id from quo.contacts where deleted_at is not null" | grep -F -f - "$work/contact.json"
}
# What a run that is killed leaves, without the wait for it.
expire() {
    rows "update quo.leases set expires_at = now()"
}
quietly() {
    "$@" >"$work/quietly" 2>&1 || fail "$*" "$(tail -n 3 "$work/quietly")"
}

# At random, with a worker beside it.
start run
kills=0 removed=40
for part in "$work"/part.*; do
    quietly "$QUOSYNC" ingest --config "$conf" "$part"
    QUOSYNC_TEST_BACK_OFF_DIVISOR=100 "$QUOSYNC" reconcile --config "$conf" >>"$work/killed" 2>&1 &
    killed=$!
    change contact touch $((RANDOM % 30))
    if [ $((kills % 4)) -eq 3 ]; then
        change call touch $((RANDOM % 110))
        change contact remove $((removed++))
        wrongly_gone >>"$work/wrong"
    fi
    sleep "0.$((RANDOM % 4))$((RANDOM % 10))"
    kill -KILL "$killed" 2>/dev/null && kills=$((kills + 1))
    wait "$killed" 2>/dev/null
    expire
done
wrongly_gone >>"$work/wrong"
check "reconciliations were killed at least 20 times" test "$kills" -ge 20
empty "no contact was deleted that Quo still has" "$(cut -c 1-80 "$work/wrong")"
wait_for 20 idle || fail "the worker applies every webhook"
reconcile
equal "the run that goes on where they had come to exits 0" "$status" 0
sleep 1.1
reconcile
equal "one run from the start exits 0" "$status" 0
empty "the mirror is equal to Quo" "$(differences)"
reconcile --json
equal "and nothing is left to repair" "$(grep -c '"repaired": 0' "$work/out")" 5
equal "every run that was killed left its row" \
    "$(rows "select count(*) > 0 from quo.reconcile_runs where outcome = 'running'")" t

# At each named point, with something to do for every step.
i=200
for point in $points; do
    rows "truncate quo.calls, quo.messages, quo.call_recordings, quo.call_summaries,
              quo.call_transcripts, quo.call_transcript_lines, quo.users, quo.reconcile_progress"
    i=$((i + 1))
    # Sightings have whole seconds: the last listing must not seem to be this one.
    sleep 1.1
    change contact remove "$i"
    change contact touch $((i + 50))
    ask_fake deliver -d "{\"kind\": \"contact\", \"index\": $((i + 90)), \"lost\": true}" >"$work/fake"
    QUOSYNC_POINT=$point:1:kill reconcile
    equal "a run is killed at $point" "$status" 137
    empty "killed at $point, no contact is deleted that Quo still has" "$(wrongly_gone | cut -c 1-80)"
    expire
    reconcile
    equal "killed at $point, the next run exits 0" "$status" 0
    wait_for 10 idle || fail "killed at $point, the delivery from the log is applied"
    empty "killed at $point, the mirror is equal to Quo after one run" "$(differences)"
done
check "the worker runs all the while" kill -0 "$pid"
stop
echo "# $kills kills at random, $(echo "$points" | wc -w) at points"
finish
