# webhook_test.sh - the event that `webhook test` makes Quo send is archived and changes
# nothing, even where it looks like any other and comes before Quo's answer does.
. "$TOP_SRCDIR/tests/support/shell.sh" || exit 99
. "$TOP_SRCDIR/tests/support/program.sh" || exit 99
. "$TOP_SRCDIR/tests/support/fakequo.sh" || exit 99

fake --real-tests --seed 3 --contacts 20 --calls 0 --messages 0 --users 1 --numbers 1
connect "webhook_secrets_file = $work/secrets"
check "migrate makes the schema" "$QUOSYNC" migrate --config "$conf"

quo() {
    "$QUOSYNC" "$@" --config "$conf" >"$work/out" 2>"$work/err" </dev/null
}
archived() {
    [ "$(rows 'select count(*) from quo.events')" = "$1" ]
}
contacts() {
    rows 'select count(*) from quo.contacts'
}

quo webhook ensure "http://$listen/webhooks/quo" || fail "ensure makes a subscription"
id=$(sed -n 's/^subscription \([0-9]*\).*/\1/p' "$work/out")
start run
check "an event is delivered" ask_fake deliver -d '{"kind": "contact", "index": 5}' -o "$work/fake"
check "it is archived" wait_for 15 archived 1
equal "and applied" "$(contacts)" 1

# The fake Quo delivers first and answers then.
check "a test event is asked for" quo webhook test "$id" contact.updated
event=$(sed -n 's/.*test event \([^ ,]*\),.*/\1/p' "$work/out")
check "it is archived, too" wait_for 15 archived 2
equal "under the id that Quo answered" \
    "$(rows "select count(*) from quo.events where event_id = '$event' and event_type = 'contact.updated'")" 1
equal "it changes nothing" "$(contacts)" 1
equal "it is no dead letter" "$(rows 'select count(*) from quo.dead_letters')" 0
check "another event is delivered" ask_fake deliver -d '{"kind": "contact", "index": 6}' -o "$work/fake"
check "workers go on" wait_for 15 archived 3
equal "and apply it" "$(contacts)" 2
rows "update quo.leases set expires_at = now() + interval '1 minute' where name = 'webhook test'"
quo webhook test "$id"
equal "while one is asked for, another is to wait" "$?" 75
rows "update quo.leases set expires_at = now() where name = 'webhook test'"
stop

check "a replay leaves it out" quo replay
equal "so the tables stay" "$(contacts)" 2
check "so does a rebuild" quo replay --rebuild
equal "which makes the same tables" "$(contacts)" 2
rows "delete from quo.test_events"
quo replay
equal "without its note it would be taken for a real one" "$(contacts)" 3
finish
