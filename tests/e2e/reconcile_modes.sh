# reconcile_modes.sh - every way in which the fake Quo misbehaves, each alone and all
# together at random, while the mirror is behind: nothing that Quo still has is
# deleted, and one run without faults ends in the same state.
# RECONCILE_ROUNDS (3): of all together.
. "$TOP_SRCDIR/tests/support/shell.sh" || exit 99
. "$TOP_SRCDIR/tests/support/program.sh" || exit 99
. "$TOP_SRCDIR/tests/support/fakequo.sh" || exit 99
needs_points
export QUOSYNC_TEST_LOW_SPEED_S=1 QUOSYNC_TEST_PAGES_AT_MOST=60

fake --seed 9 --contacts 190 --calls 24 --messages 60 --users 3 --numbers 2 --days 6
connect
sed -i 's/^rate = .*/rate = 2000/' "$conf"
check "migrate makes the schema" "$QUOSYNC" migrate --config "$conf"
reconcile
equal "the first run exits 0" "$status" 0
i=0

# The mirror is behind in every step: some of it was never here, some has changed at Quo.
fall_behind() {
    # Sightings have whole seconds: the last listing must not seem to be the next one.
    while [ "$(date +%s)" -le "$listed" ]; do sleep 0.1; done
    i=$((i + 1))
    change contact touch $((i + 60))
    change contact remove "$i"
    change contact add
    change call touch $((i % 24))
    change message touch $((i % 60))
    rows "delete from quo.messages where ctid in (select ctid from quo.messages order by id limit 5);
          delete from quo.calls where ctid in (select ctid from quo.calls order by id limit 5);
          truncate quo.users, quo.phone_numbers, quo.call_transcripts, quo.call_transcript_lines,
                   quo.reconcile_progress"
}
wrongly_gone() {
    ask_fake 'dump?kind=contact' >"$work/contact.json"
    rows "select id from quo.contacts where deleted_at is not null" |
        grep -F -f - "$work/contact.json" | cut -c 1-80
}
# under FAULTS EXPECTED: a run while Quo misbehaves; unless that does it, one after it.
under() {
    faults "$1"
    reconcile
    equal "a run with $1 exits $2" "$status" "$2"
    # What Quo dates ten minutes ago is older than what the mirror has seen since.
    if [ "$2" != 0 ] || [[ "$1" == shift* || "$1" == bad-date=* ]]; then
        empty "with $1, no contact is deleted that Quo still has" "$(wrongly_gone)"
        # What vanished behind a listing's back is the next one's to find.
        [[ "$1" != shift* ]] || sleep 1.1
        faults ''
        reconcile
        equal "after $1, a run without faults exits 0" "$status" 0
    fi
    listed=$(date +%s)
    empty "with $1, the mirror ends up equal to Quo" "$(differences)"
}

# The mode, and how a run ends that meets it. Of some thirty requests, 30 % are some for
# certain, and no request is spoilt by chance until the program gives it up.
modes='status=500@30 0
status=502@100 69
status=429/0.1@30 0
status=429/90@30 75
status=401@100#/v1 78
status=402@30 69
status=400@100#/messages 69
status=204@100#/v1/contacts 69
cut@30 0
cut-close@30 0
slow@100x2#/v1/contacts 0
slow=3@100x1#/calls 0
redirect=http://169.254.169.254/@100#/messages 78
endless@100x2 0
html@30 0
empty@30 0
object@100#/calls 69
no-cursor@100x1#/v1/contacts 69
repeat@100#/v1/contacts 69
no-last@100#/v1/contacts 69
expired@100#/v1/contacts 69
empty-page@100x1#/v1/contacts 1
shift@100x2#/v1/contacts 0
twice@100#/v1/contacts 0
no-date@30 69
bad-date@30 69
bad-date=600@100 0
bad-item@100x1#/v1/contacts 1
close@50 0'
fired=0
listed=$(date +%s)
while read -r mode expected; do
    fall_behind
    under "$mode" "$expected"
    check "$mode really happened" test "$(stat faults)" -gt "$fired"
    fired=$(stat faults)
done <<<"$modes"
for name in $(sed -n '/names\[\] = {/,/^};/s/"[^"]*"/\n&\n/gp' "$TOP_SRCDIR/tests/fakequo/faults.c" |
    sed -n 's/^"\(.*\)"$/\1/p'); do
    check "$name is among them" grep -q "^$name[=@]" <<<"$modes"
done

all="status=500@4 status=429/0.1@4 status=503@2 cut@4 cut-close@4 html@2 empty@2 object@1 close@10
     slow@1 endless@1 redirect=http://127.0.0.1:1/@1 no-cursor@1 repeat@1 no-last@1 expired@2
     empty-page@1#/v1/contacts shift@2#/v1/contacts twice@5 no-date@1 bad-date@1 bad-date=900@2
     bad-item@2 status=402@1"
for ((round = 0; round < ${RECONCILE_ROUNDS:-3}; round++)); do
    fall_behind
    faults "$all"
    for run in 1 2; do
        reconcile
        check "a run with all of it ends in a way that is known" grep -qw "$status" <<<"0 1 69 75 78"
        empty "no contact is deleted that Quo still has" "$(wrongly_gone)"
    done
    # What vanished behind a listing's back is the next one's to find.
    sleep 1.1
    faults ''
    reconcile
    listed=$(date +%s)
    equal "after it, a run without faults exits 0" "$status" 0
    empty "after it, the mirror is equal to Quo" "$(differences)"
done
check "faults were many" test "$(stat faults)" -gt $((fired + 10))
echo "# $(stat faults) faults, in $(wc -l <<<"$modes") modes and $round rounds of all of them"
finish
