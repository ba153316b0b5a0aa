# reconcile_deliveries.sh - deliveries that never came in are found in Quo's log and
# stored, whatever the log shows of them; what came, was given up, is under way
# or is older than the archive is left alone.
. "$TOP_SRCDIR/tests/support/shell.sh" || exit 99
. "$TOP_SRCDIR/tests/support/program.sh" || exit 99
. "$TOP_SRCDIR/tests/support/fakequo.sh" || exit 99

fake --seed 8 --contacts 90 --calls 20 --messages 20 --users 2 --numbers 2 --days 5
connect "webhook_secrets_file = $work/secrets"
check "migrate makes the schema" "$QUOSYNC" migrate --config "$conf"
"$QUOSYNC" webhook ensure "http://$listen/webhooks/quo" --config "$conf" >"$work/ensured" 2>&1 ||
    fail "ensure makes a subscription" "$(cat "$work/ensured")"
start run

# happens JSON: an event, as webhooks.c of the fake Quo has it.
happens() {
    ask_fake deliver -d "{\"event\": 0, $1}" >"$work/fake" || fail "the fake Quo delivers $1"
}
# quiet: everything that is stored is applied.
quiet() {
    wait_for 15 idle || fail "the inbox is empty in the end"
}
archived() {
    rows 'select count(*) from quo.events'
}
has_contacts() {
    [ "$(rows 'select count(*) from quo.contacts')" = "$1" ]
}

# Some come.
for i in 0 1 2 3; do happens "\"kind\": \"contact\", \"index\": $i"; done
quiet
equal "deliveries come in" "$(archived)" 4

# Some are lost: failed ones in every form that the log has, and one that Quo holds to be done.
happens '"kind": "contact", "index": 10, "lost": true, "body": "envelope"'
happens '"kind": "contact", "index": 11, "lost": true, "body": "string"'
happens '"kind": "contact", "index": 12, "lost": true, "body": "data"'
happens '"kind": "contact", "index": 13, "lost": true, "status": "success"'
happens '"kind": "call", "index": 3, "lost": true, "body": "data"'
happens '"kind": "message", "index": 4, "lost": true'
# Some are under way.
happens '"kind": "contact", "index": 20, "lost": true, "status": "sending"'
happens '"kind": "contact", "index": 21, "lost": true, "status": "pending"'

reconcile --dry-run --json deliveries
equal "a dry run that finds lost deliveries exits 1" "$status" 1
equal "it counts them" "$(counted deliveries lost)" 6
equal "it stores nothing" "$(archived)" 4
reconcile --json deliveries
equal "reconcile deliveries exits 0" "$status" 0
equal "it finds those that were lost" "$(counted deliveries lost)" 6
equal "it stores those that the log shows whole" "$(counted deliveries fetched)" 4
check "it names each" test "$(grep -c 'reconcile.delivery_lost' "$work/err")" -eq 6
check "those of which the log shows the data alone come once more" wait_for 15 has_contacts 8
quiet
equal "each is archived once" "$(rows 'select count(distinct webhook_id) from quo.events')" 10
check "the call is there" test "$(rows 'select count(*) from quo.calls')" = 1
equal "what came by the log is what was sent" \
    "$(rows "select count(*) from quo.events where event_type is null or created_at is null")" 0
equal "nothing is dead" "$(rows 'select count(*) from quo.dead_letters')" 0
reconcile --json deliveries
equal "a second run exits 0" "$status" 0
equal "and finds nothing" "$(counted deliveries lost)" 0
reconcile --dry-run deliveries
equal "so does a dry run" "$status" 0
equal "a run leaves a row with its counts" \
    "$(rows "select count(*) from quo.reconcile_runs where counts -> 'deliveries' ->> 'lost' = '6'")" 1

# A delivery that can never be applied is a dead letter; discarded, it is not fetched again.
rows "alter table quo.messages add constraint test check (id is null) not valid"
happens '"kind": "message", "index": 7, "lost": true'
reconcile deliveries
quiet
rows "alter table quo.messages drop constraint test"
equal "what cannot be applied is a dead letter" "$(rows 'select count(*) from quo.dead_letters')" 1
"$QUOSYNC" dead discard "$(rows 'select id from quo.dead_letters')" --config "$conf" \
    >"$work/discarded" 2>&1 || fail "it is discarded" "$(cat "$work/discarded")"
rows "delete from quo.delivery_ids"
reconcile --json deliveries
equal "a discarded delivery is not fetched again" "$(counted deliveries lost)" 0
equal "nor are those whose ids are in the archive alone" "$(archived)" 10

# What the archive would not keep any more is not fetched.
echo "keep_events = 3 d" >>"$conf"
happens '"kind": "contact", "index": 30, "lost": true, "ago_s": 345600'
reconcile --json deliveries
equal "a delivery that is older than keep_events is left alone" "$(counted deliveries lost)" 0
sed -i '/^keep_events/d' "$conf"
reconcile --json --since 30d deliveries
equal "with a longer archive it is found" "$(counted deliveries lost)" 1

# More than a page of them, of two subscriptions, while the log cannot be had now and then.
for i in $(seq 31 89); do happens "\"kind\": \"contact\", \"index\": $i, \"lost\": true"; done
faults "status=500@20#/events status=429/0.1@5"
reconcile --json deliveries
equal "a run over several pages, with faults, exits 0" "$status" 0
equal "it finds every one" "$(counted deliveries lost)" 59
faults ''
quiet
equal "they are all applied" "$(rows 'select count(*) from quo.contacts')" 68
# A subscription of somebody else's is none of ours.
curl -fsS --noproxy '*' -o "$work/made" -H 'Authorization: fake-key' \
    -H 'Content-Type: application/json' -H 'Quo-Api-Version: 2026-03-30' "$fake/webhooks" \
    -d '{"url": "https://another.example/hook", "events": ["contact.updated"], "label": "another"}'
happens '"kind": "contact", "index": 5, "lost": true'
reconcile --json deliveries
equal "of two subscriptions, the log of ours alone is read" "$(counted deliveries lost)" 1
quiet
stop
finish
