#!/bin/bash
# Two reconciliations at once, and one that is paused past its lease (D19): the second
# is told to come later; the paused one finds, when it goes on, that another was there,
# and writes nothing any more.
. "$TOP_SRCDIR/tests/support/shell.sh" || exit 99
. "$TOP_SRCDIR/tests/support/program.sh" || exit 99
. "$TOP_SRCDIR/tests/support/fakequo.sh" || exit 99
needs_points

fake --seed 4 --contacts 150 --calls 5 --messages 5 --users 1 --numbers 1 --days 3
connect
check "migrate makes the schema" "$QUOSYNC" migrate --config "$conf"

paused() {
    [ "$(sed 's/.*) //' "/proc/$first/stat" 2>/dev/null | cut -c 1)" = T ]
}

QUOSYNC_POINT=reconcile-contacts-page:2:stop QUOSYNC_TEST_BACK_OFF_DIVISOR=100 \
    "$QUOSYNC" reconcile contacts --config "$conf" >"$work/first.out" 2>"$work/first.err" &
first=$!
trap 'kill -KILL "$first" "$fake_pid" 2>/dev/null; rm -rf "$work"' EXIT
check "a reconciliation is paused in the middle" wait_for 20 paused
reconcile contacts
equal "a second one at the same time exits 75" "$status" 75
rows "update quo.leases set expires_at = now() - interval '1 second'"
reconcile contacts
equal "when the lease has expired the second one exits 0" "$status" 0
empty "the mirror is equal to Quo" "$(differences | grep -E '^contact')"
rows "select ctid, xmin, id from quo.contacts order by id" >"$work/before"
rows "select ctid, xmin, contact_id from quo.contact_rest order by contact_id" >>"$work/before"
change contact touch 3
kill -CONT "$first"
status=0
wait "$first" || status=$?
equal "the paused one exits 75 when it goes on" "$status" 75
rows "select ctid, xmin, id from quo.contacts order by id" >"$work/after"
rows "select ctid, xmin, contact_id from quo.contact_rest order by contact_id" >>"$work/after"
empty "and has written nothing" "$(diff "$work/before" "$work/after" | head -3)"
reconcile contacts
equal "the next one exits 0" "$status" 0
finish
