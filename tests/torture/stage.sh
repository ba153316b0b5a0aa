# stage.sh - sourced by the tests of tests/torture, after prove.sh: what the
# program `faults` needs. `faults ARGUMENT...` runs it.
#
# Deliveries of every kind: the samples, and trouble for the merge, some of no use.
export WORK=$work FIRST=$work/first SECOND=$work/second FEW=$work/few POSTS=$work/posts
export KEYS_FILE=$work/keys CULPRIT=$work/culprit PAIR=$work/pair QUOSYNC_WORKERS=1

one_line() {
    local file
    for file in "$@"; do
        tr -d '\n' <"$file"
        echo
    done
}

samples=("$TOP_SRCDIR"/tests/samples/*.json)
{
    one_line "${samples[@]}"
    "$deliveries" --sets 3 --poison 8 --seed 5 trouble 60
} >"$FIRST"
"$deliveries" --sets 3 --poison 8 --seed 6 --prefix more_ trouble 90 >"$SECOND"
"$deliveries" --seed 7 --prefix few_ trouble 12 >"$FEW"
one_line "${samples[@]:0:8}" >"$POSTS"
one_line "$TOP_SRCDIR/tests/samples/contact.updated.json" \
    "$TOP_SRCDIR/tests/samples/message.received.json" >"$PAIR"
one_line "$TOP_SRCDIR/tests/samples/contact.updated.json" |
    sed -e 's/"firstName": *"[^"]*"/"firstName":"Culprit"/' -e 's/66f1c0aa1d4e5b7c8d9e0a11/culprit0/' \
        -e 's/"id": *"EV[^"]*"/"id":"EVculprit"/' |
    python3 -c 'import json, sys
print(json.dumps({"webhook-id": "culprit", "body": sys.stdin.read().strip()}))' >"$CULPRIT"

# with_fake OPTION...: a fake Quo, for the scenarios that need one.
with_fake() {
    "$TOP_BUILDDIR/tests/fakequo/fakequo" --port-file "$work/fake.port" "$@" </dev/null &
    wait_for 10 test -s "$work/fake.port" || exit 99
    echo fake-key >"$work/api-key"
    chmod 600 "$work/api-key"
    FAKE_PORT=$(cat "$work/fake.port")
    export FAKE_PORT QUOSYNC_API_URL=http://127.0.0.1:$FAKE_PORT QUOSYNC_API_KEY_FILE=$work/api-key
    export QUOSYNC_TEST_BACK_OFF_DIVISOR=100
}

# Each run makes its states anew.
faults() {
    sql -f "$TOP_SRCDIR/tests/torture/torture.sql" >"$work/sql.log" 2>&1 ||
        { cat "$work/sql.log"; exit 99; }
    sql -c 'set client_min_messages = warning' -c 'drop schema if exists quo cascade'
    "$TOP_BUILDDIR/tests/torture/faults" "$@" || failures=$((failures + 1))
}
