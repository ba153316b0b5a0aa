# reconcile.sh - one reconciliation makes the mirror equal to Quo, from nothing
# and after any part of the webhooks; a second one finds nothing to repair.
. "$TOP_SRCDIR/tests/support/shell.sh" || exit 99
. "$TOP_SRCDIR/tests/support/program.sh" || exit 99
. "$TOP_SRCDIR/tests/support/fakequo.sh" || exit 99

workspace=(--seed 11 --contacts 430 --calls 260 --messages 210 --users 4 --numbers 3 --days 25
           --now "$(date +%s)")

# written: contacts and their children with what changes when a row is written.
written() {
    local table
    for table in contacts contact_phone_numbers contact_emails contact_custom_fields; do
        rows "select '$table', xmin, ctid, t::text from quo.$table t" | LC_ALL=C sort
    done
}

fake "${workspace[@]}"
connect
check "migrate makes the schema" "$QUOSYNC" migrate --config "$conf"

# From nothing.
reconcile --dry-run --json
equal "a dry run that finds work exits 1" "$status" 1
dry=$(cat "$work/out" | grep -E '"(read|repaired|gone)"')
equal "a dry run writes no contact" "$(rows 'select count(*) from quo.contacts')" 0
reconcile --json
equal "the first reconciliation exits 0" "$status" 0
equal "it repairs what the dry run said" "$(grep -E '"(read|repaired|gone)"' "$work/out")" "$dry"
empty "every table is equal to Quo" "$(differences)"
equal "the run is noted" \
    "$(rows "select outcome from quo.reconcile_runs order by id desc limit 1")" done
sum() {
    awk -v name="\"$1\":" '$1 == name { sum += $2 } END { print sum }' "$work/out"
}
"$QUOSYNC" status --no-rest --config "$conf" >"$work/status"
check "status tells of it in the same numbers" \
    grep -q "reconciled .* ago, $(sum read) read, $(sum repaired) repaired" "$work/status"

# Nothing new.
written >"$work/before"
reconcile --json
equal "a second run exits 0" "$status" 0
equal "it repairs nothing" "$(grep -c '"repaired": 0' "$work/out")" 5
empty "it writes no contact and no child of one" "$(written | diff "$work/before" -)"
reconcile --dry-run
equal "a dry run that finds nothing exits 0" "$status" 0

# What changed meanwhile.
# (Sightings have whole seconds: the last listing must not seem to be this one.)
sleep 1.1
change contact touch 3
change contact remove 7
change contact add
change call touch 255
change message touch 209
reconcile --json
equal "a run after changes exits 0" "$status" 0
empty "the mirror is equal again" "$(differences)"
equal "one contact was found gone" "$(counted contacts gone)" 1
equal "it is a tombstone" "$(rows 'select count(*) from quo.contacts where deleted_at is not null')" 1

# Webhooks that tell of some of it, in any order, and a reconciliation.
check "the rows are given up" rows "truncate quo.contacts, quo.contact_rest, quo.contact_phone_numbers,
    quo.contact_emails, quo.contact_custom_fields, quo.custom_field_definitions, quo.calls, quo.messages,
    quo.call_recordings, quo.call_summaries, quo.call_transcripts, quo.call_transcript_lines,
    quo.users, quo.phone_numbers, quo.activity_contacts, quo.reconcile_progress"
"$TOP_BUILDDIR/tests/fakequo/fakequo" --events "${workspace[@]}" |
    awk 'NR % 3 != 1' | sort -R >"$work/events"
check "two thirds of the events are stored" "$QUOSYNC" ingest --config "$conf" "$work/events"
check "they are applied" "$QUOSYNC" work --drain --config "$conf"
reconcile
equal "a reconciliation after webhooks exits 0" "$status" 0
empty "the mirror is equal, whatever the webhooks missed" "$(differences)"
reconcile --json
equal "and nothing is left to repair" "$(grep -c '"repaired": 0' "$work/out")" 5

# One at a time.
rows "update quo.leases set holder = 'another', expires_at = now() + interval '1 minute'
       where name = 'reconcile contacts'"
reconcile contacts
equal "a run whose lease another holds exits 75" "$status" 75
check "and says so" grep -q 'another run' "$work/err"
rows "update quo.leases set expires_at = now()"

# Usage.
reconcile nonsense
equal "an unknown step is a usage error" "$status" 2
finish
