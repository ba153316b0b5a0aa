# reconcile_first.sh - what a reconciliation shows on a terminal, and what it asks for
# before all else: calls of which nothing but call.missed ever came.
. "$TOP_SRCDIR/tests/support/shell.sh" || exit 99
. "$TOP_SRCDIR/tests/support/program.sh" || exit 99
. "$TOP_SRCDIR/tests/support/fakequo.sh" || exit 99

fake --seed 4 --contacts 400 --calls 30 --messages 10 --users 2 --numbers 1 --days 40 --latency-ms 30
connect
sed -i 's/^rate = .*/rate = 20/' "$conf"
check "migrate makes the schema" "$QUOSYNC" migrate --config "$conf"

script -qefc "stty cols 120; '$QUOSYNC' reconcile --config '$conf'" "$work/typescript" \
    </dev/null >"$work/tty" 2>&1
equal "on a terminal it exits 0" "$?" 0
tr '\r' '\n' <"$work/tty" >"$work/lines"
check "it shows what it has read so far" grep -q 'default .*[0-9] read, [0-9]* repaired' "$work/lines"
check "the bar is gone in the end" grep -q 'default reconciled: directory' <(tail -n 3 "$work/lines")
reconcile
empty "elsewhere nothing of the kind" "$(cat "$work/err")"
rows "truncate quo.reconcile_progress"
script -qefc "stty cols 120; '$QUOSYNC' reconcile --config '$conf'" "$work/typescript" \
    </dev/null >"$work/tty" 2>&1
check "where it knows how much there is, it shows a bar" grep -q '\[#*-*\] *[0-9]* %' "$work/tty"
check "and how long it may take still" grep -qE '[0-9] (s|min|h) left' "$work/tty"

# The oldest call is known from call.missed alone, and lies before the week that is walked.
ask_fake "dump?kind=call" >"$work/call.json"
id=$(grep -o '"id":"AC[^"]*"' "$work/call.json" | head -n 1 | cut -d '"' -f 4)
sed "s/ACc07Ch1d1MsV/$id/g" "$TOP_SRCDIR/tests/samples/call.missed.json" | tr -d '\n' >"$work/event"
rows "delete from quo.calls where id = '$id'"
check "a call.missed is stored" "$QUOSYNC" ingest --config "$conf" "$work/event"
check "and applied" "$QUOSYNC" work --drain --config "$conf"
equal "nothing else is known of the call" \
    "$(rows "select rest_status is null and missed from quo.calls where id = '$id'")" t
ask_fake reset-stats -X POST >"$work/fake"
reconcile calls
equal "a reconciliation of calls exits 0" "$status" 0
check "it asks for the call itself" grep -q '"GET /calls/ID":1' <(ask_fake stats)
equal "and knows the rest of it" \
    "$(rows "select rest_status is not null and missed from quo.calls where id = '$id'")" t

# Ids that Quo never made: it refuses to look for them, and that holds up nothing.
sed "s/ACc07Ch1d1MsV/odd/g" "$TOP_SRCDIR/tests/samples/call.missed.json" | tr -d '\n' >"$work/event"
check "a call with an odd id is stored" "$QUOSYNC" ingest --config "$conf" "$work/event"
# Absent from the listing, and of the form of one that an event and REST both named.
known=$(rows "select id from quo.live_contacts limit 1")
contact=$(rev <<<"$known")
for id in "$known" "$contact"; do
    sed "s/66f1c0aa1d4e5b7c8d9e0a11/$id/g" "$TOP_SRCDIR/tests/samples/contact.updated.json" |
        sed "s/\"id\": *\"EV[^\"]*/\"id\": \"EV$id/" | tr -d '\n' >"$work/event"
    check "and a contact" "$QUOSYNC" ingest --config "$conf" "$work/event"
done
check "all are applied" "$QUOSYNC" work --drain --config "$conf"
faults "status=400#/v1/contacts/$contact"
reconcile calls contacts
equal "a reconciliation exits 0" "$status" 0
check "and tells of the call" grep -q 'reconcile.refused_id .*step=calls id=odd' "$work/err"
check "and of the contact" grep -q 'reconcile.refused_id .*step=contacts id='"$contact" "$work/err"
equal "neither is gone" "$(rows "select count(*) from quo.live_contacts where id = '$contact'
    union all select count(*) from quo.calls where id = 'odd'" | tr '\n' ' ')" "1 1 "
finish
