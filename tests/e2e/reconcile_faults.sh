# reconcile_faults.sh - whatever Quo's API answers: nothing is lost, no absence is
# concluded from a broken listing, the message says what to do, and the next
# run ends in the same mirror.
. "$TOP_SRCDIR/tests/support/shell.sh"
. "$TOP_SRCDIR/tests/support/program.sh"
. "$TOP_SRCDIR/tests/support/fakequo.sh"
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

# survives NAME FAULTS: the run repeats what failed and succeeds.
survives() {
    faults "$2"
    rows "truncate quo.reconcile_progress"
    reconcile
    equal "a run with $1 exits 0" "$status" 0
    check "$1 really happened" test "$(stat faults)" -gt "$fired"
    fired=$(stat faults)
    faults ''
    # What vanished behind the listing's back is the next run's to find.
    [ "$1" != "$shifting" ] || { sleep 1.1; reconcile; }
    empty "with $1, the mirror is equal to Quo" "$(differences)"
}

# ends NAME FAULTS STATUS TEXT: the run gives up with that status and says why.
ends() {
    faults "$2"
    rows "truncate quo.reconcile_progress"
    reconcile "${@:5}"
    equal "a run with $1 exits $3" "$status" "$3"
    check "with $1, it says \"$4\"" grep -q -- "$4" "$work/err"
    equal "with $1, no contact is deleted" "$(live)" "$alive"
    fired=$(stat faults)
}

fired=0
shifting="a listing that shifts while it is read"
survives "answers that cannot be had now and then" "status=500@8 status=503@5 status=502@3 status=504@3"
survives "the limit of requests" "status=429/0.1@4 status=429@5"
survives "cut answers" "cut@10"
survives "answers cut without a length" "cut-close@10"
survives "pages that are no JSON" "html@10"
survives "empty answers" "empty@10"
survives "bodies without end" "endless@100x3"
survives "$shifting" "shift@100x2#/v1/contacts"
alive=$(live)

ends "a Quo that is down" "status=503" 69 "HTTP 503"
ends "a limit that asks for a long wait" "status=429/90#/calls" 75 "pause of 90 s" calls
ends "a limit that names a date far ahead" "status=429/Wed,_21_Oct_2037_07:28:00_GMT#/calls" 75 "may wait" calls
ends "a redirect" "redirect=http://169.254.169.254/latest@100#/calls" 78 "169.254.169.254" calls
ends "a refused key" "status=401" 78 "refuses the API key"
ends "a forbidden key" "status=403#/v1" 78 "refuses the API key"
ends "an expired plan" "status=402" 69 "subscription has expired"
ends "objects without data" "object#/v1/contacts" 69 "has no data" contacts
ends "a page without its cursor" "no-cursor#/v1/contacts" 69 "nextPageToken" contacts
ends "a cursor that comes again" "repeat#/v1/contacts" 69 "circle" contacts
ends "answers without a Date" "no-date#/v1/contacts" 69 "no usable Date" contacts
ends "answers of another day" "bad-date#/v1/contacts" 69 "more than a day" contacts
ends "a list that Quo does not have" "status=404#/messages" 69 "refuses" messages
ends "a page that never comes" "status=500@100#/messages" 69 "HTTP 500" messages
healed "every kind of end"
alive=$(live)

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
faults "status=500@100#maxResults"
rows "truncate quo.reconcile_progress"
rows "insert into quo.reconcile_progress values ('default', 'contacts',
      '{\"listing\": {\"began_us\": 1, \"token\": \"no such token\"}}', now())"
faults ''
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

# All at once, at random.
for i in 3 4 5; do change contact touch "$i"; done
change contact remove 60
change call touch 129
faults "status=500@5 status=429/0.1@5 cut@5 cut-close@5 html@3 empty@3 shift@3#/v1/contacts"
reconcile
check "a run with all of it exits 0, or gives up for now" test "$status" = 0 -o "$status" = 69
healed "all faults at random"
finish
