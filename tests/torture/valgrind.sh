#!/bin/bash
# The commands under valgrind's memcheck: no use of what is not set, nothing outside of what
# was asked for, and no byte definitely or indirectly lost.
. "$TOP_SRCDIR/tests/support/prove.sh" || exit 99
. "$TOP_SRCDIR/tests/support/under_faults.sh" || exit 99
. "$TOP_SRCDIR/tests/torture/stage.sh" || exit 99

command -v valgrind >/dev/null || { echo "valgrind is not installed"; exit 77; }
if grep -aq -e __asan_init -e __tsan_init "$QUOSYNC"; then
    echo "this build has a sanitizer"
    exit 77
fi

# watched COMMAND...: the program; 97 where valgrind found something.
watched() {
    valgrind --quiet --error-exitcode=97 --leak-check=full --show-leak-kinds=definite,indirect \
        --errors-for-leak-kinds=definite,indirect --num-callers=20 --log-file="$work/valgrind.%p" \
        "$QUOSYNC" "$@" >"$work/out" 2>>"$work/run.log"
}

# clean SENTENCE STATUS COMMAND...: it ends with the status, and valgrind has nothing to say.
clean() {
    local sentence=$1 expected=$2 status=0
    shift 2
    rm -f "$work"/valgrind.*
    watched "$@" || status=$?
    equal "$sentence ends with $expected" "$status" "$expected"
    empty "$sentence: valgrind finds nothing" "$(cat "$work"/valgrind.*)"
}

with_fake --seed 3 --contacts 30 --calls 10 --messages 10 --users 2 --numbers 1 --days 2
sql -c 'set client_min_messages = warning' -c 'drop schema if exists quo cascade'
clean migrate 0 migrate
clean "migrate again" 0 migrate
clean ingest 0 ingest "$FIRST"
clean "work --drain" 0 work --drain
clean "ingest of nonsense" 65 ingest /dev/null "$0"
"$deliveries" --sets 10 trouble 300 >"$work/deliveries"
rm -f "$work"/valgrind.*
watched run &
server=$!
wait_for 60 listening || { tail -n 5 "$work/run.log"; exit 99; }
send
for status in 404 401; do
    curl -s -o "$work/answer" -d '{}' "http://127.0.0.1:$PORT/$([ $status = 404 ] || echo webhooks/quo)"
done
# It is valgrind's child that the signal is for: valgrind runs it in its own process.
kill -TERM "$(pgrep -P "$server" -f valgrind)"
wait "$server"
equal "run ends with 0" "$?" 0
empty "run: valgrind finds nothing" "$(cat "$work"/valgrind.*)"
equal "and every delivery was taken" "$(share_ok "$work/outcomes")" 100
drain
empty "the tables are right" "$(differences | head -5)"
clean reconcile 0 reconcile
clean "reconcile --dry-run" 0 reconcile --dry-run
clean "reconcile deliveries" 0 reconcile deliveries
clean status 1 status
clean "the reports" 0 report --all --format html
clean replay 0 replay
clean prune 0 prune
clean "dead list" 0 dead list
clean config 0 config
clean "erase of nobody" 1 erase nobody
finish
