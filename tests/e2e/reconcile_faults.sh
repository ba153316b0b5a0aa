# reconcile_faults.sh - whatever Quo's API answers: no absence is concluded from a
# broken listing, and the message says what to do. (That every fault ends in the
# same mirror is in reconcile_modes.sh.)
. "$TOP_SRCDIR/tests/support/shell.sh" || exit 99
. "$TOP_SRCDIR/tests/support/program.sh" || exit 99
. "$TOP_SRCDIR/tests/support/fakequo.sh" || exit 99
needs_points

fake --seed 5 --contacts 330 --calls 130 --messages 120 --users 3 --numbers 2 --days 20
connect
check "migrate makes the schema" "$QUOSYNC" migrate --config "$conf"

live() {
    rows 'select count(*) from quo.live_contacts'
}

# healed SENTENCE: with the faults over, one run makes the mirror equal.
healed() {
    faults ''
    reconcile
    equal "after $1, a run without faults exits 0" "$status" 0
    empty "after $1, the mirror is equal to Quo" "$(differences)"
}

# ends NAME FAULTS STATUS TEXT: the run gives up with that status and says why.
ends() {
    faults "$2"
    rows "truncate quo.reconcile_progress"
    reconcile "${@:5}"
    equal "a run with $1 exits $3" "$status" "$3"
    check "with $1, it says \"$4\"" grep -q -- "$4" "$work/err"
    equal "with $1, no contact is deleted" "$(live)" "$alive"
}

reconcile
equal "the first run exits 0" "$status" 0
alive=$(live)

ends "a Quo that is down" "status=503" 69 "HTTP 503"
ends "a limit that asks for a long wait" "status=429/90#/calls" 75 "pause of 90 s" calls
ends "a limit that names a date far ahead" "status=429/Wed,_21_Oct_2037_07:28:00_GMT#/calls" 75 "may wait" calls
ends "a redirect" "redirect=http://169.254.169.254/latest@100#/calls" 78 "169.254.169.254" calls
ends "a refused key" "status=401" 78 "refuses the API key"
ends "a forbidden key" "status=403#/v1" 78 "refuses the API key"
ends "an expired plan" "status=402" 69 "subscription has expired"
ends "objects without data" "object#/v1/contacts" 69 "has no data" contacts
ends "an answer without content" "status=204#/v1/contacts" 69 "has no data" contacts
ends "a page without its cursor" "no-cursor#/v1/contacts" 69 "nextPageToken" contacts
ends "a cursor that comes again" "repeat#/v1/contacts" 69 "circle" contacts
export QUOSYNC_TEST_PAGES_AT_MOST=20
ends "a list without end" "no-last#/v1/contacts" 69 "no end after 20 pages" contacts
unset QUOSYNC_TEST_PAGES_AT_MOST
ends "a cursor that Quo does not take" "expired#/v1/contacts" 69 "refuses /v1/contacts" contacts
# The first three answers are good.
ends "a page that never comes" "close@100x3#/v1/contacts status=500#/v1/contacts" 69 "HTTP 500" contacts
equal "what came before it was written" \
    "$(rows "select count(*) from quo.reconcile_progress where progress -> 'listing' ->> 'token' is not null")" 1
ends "answers without a Date" "no-date#/v1/contacts" 69 "no usable Date" contacts
ends "answers of another day" "bad-date#/v1/contacts" 69 "more than a day" contacts
ends "a list that Quo does not have" "status=404#/messages" 69 "refuses" messages
ends "a page that never comes" "status=500@100#/messages" 69 "HTTP 500" messages
healed "every kind of end"
alive=$(live)

# A run that cannot begin has done nothing, and tells of nothing that memory held before.
PGOPTIONS='-c default_transaction_read_only=on' MALLOC_PERTURB_=85 reconcile --json
equal "a run that cannot write exits 69" "$status" 69
check "it says why" grep -q 'read-only transaction' "$work/err"
equal "it says nothing else" "$(grep -c seem "$work/err")" 0
equal "and tells of no step" "$(grep -cE '(directory|contacts|calls|messages|deliveries)": ' "$work/out")" 0
equal "nor of requests" "$(sed -n 's/.*"requests": \([0-9-]*\).*/\1/p' "$work/out")" 0

# A clock that is off is named before deliveries are refused for it.
faults "bad-date=600"
reconcile directory
equal "a clock that is ten minutes off is borne" "$status" 0
check "and named, with what to do" grep -q "reconcile.clock_off.*seconds=[56].*timedatectl" "$work/err"
faults ''
reconcile directory
equal "a clock that is right is not" "$(grep -c clock_off "$work/err")" 0

# An item that cannot be read harms only itself.
faults "bad-item@100x1#/v1/contacts"
reconcile --json contacts
equal "a run with an unreadable item exits 1" "$status" 1
equal "the item is counted" "$(counted contacts bad)" 1
check "and named in the log, with the member" grep -q 'reconcile.bad_item.*createdAt' "$work/err"
equal "it does not count as gone" "$(live)" "$alive"

# A broken listing looks like a mass deletion. (Sightings have whole seconds.)
sleep 1.1
faults "empty-page@100x1#/v1/contacts"
reconcile contacts
equal "an empty listing exits 1" "$status" 1
check "it says how many seem gone" grep -q "$alive of $alive contacts seem gone" "$work/err"
check "it says what to do" grep -q -- '--allow-mass-delete' "$work/err"
equal "nothing is deleted" "$(live)" "$alive"
faults "empty-page@100x1#/v1/contacts"
reconcile --allow-mass-delete contacts
equal "contacts that answer by their own id are not gone, even when asked to delete" "$(live)" "$alive"
equal "such a run exits 0" "$status" 0
for i in $(seq 200 229); do change contact remove "$i"; done
faults ''
sleep 1.1
reconcile contacts
equal "thirty deletions of $alive are too many unasked" "$status" 1
equal "none is deleted" "$(live)" "$alive"
reconcile --json --allow-mass-delete contacts
equal "asked to, they are found gone" "$(counted contacts gone)" 30
empty "the mirror is equal again" "$(differences)"

# A listing that was cut goes on; where its token is no longer taken, it begins anew.
rows "truncate quo.reconcile_progress"
rows "insert into quo.reconcile_progress values ('default', 'contacts',
      '{\"listing\": {\"began_us\": 1, \"token\": \"no such token\"}}', now())"
reconcile --json contacts
equal "a token that Quo has forgotten is no error" "$status" 0
equal "the listing began anew" "$(counted contacts read)" "$(live)"
QUOSYNC_POINT=reconcile-contacts-page:4:kill reconcile contacts
equal "a run is killed in the middle of the listing" "$status" 137
rows "update quo.leases set expires_at = now()"
reconcile --json contacts
equal "the next one exits 0" "$status" 0
check "it goes on where that one was" grep -q '"resumed": true' "$work/out"
check "without reading the first pages again" test "$(counted contacts read)" -lt "$(live)"
QUOSYNC_POINT=reconcile-contacts-page:4:kill reconcile contacts
rows "update quo.leases set expires_at = now()"
faults "expired@100x1#/v1/contacts"
reconcile --json contacts
equal "where its token is no longer taken, the next one exits 0" "$status" 0
check "it begins anew" grep -q '"resumed": false' "$work/out"
equal "and reads all of them" "$(counted contacts read)" "$(live)"
empty "quietly" "$(cat "$work/err")"
faults ''
QUOSYNC_POINT=reconcile-contacts-page:4:kill reconcile contacts
rows "update quo.leases set expires_at = now();
      update quo.reconcile_progress set updated_at = now() - interval '61 minutes'"
reconcile --json contacts
equal "after more than an hour, a cut listing is not gone on with" "$(counted contacts read)" "$(live)"
finish
