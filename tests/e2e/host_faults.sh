#!/bin/bash
# What the host does to a program (rows D15 to D17): a clock that jumps, no descriptors, a
# log that cannot be written. Deliveries are refused for now and never lost.
. "$TOP_SRCDIR/tests/support/prove.sh" || exit 99
. "$TOP_SRCDIR/tests/support/under_faults.sh" || exit 99

# The admin port is the last that it opens.
started() {
    grep -q admin.listening "$work/threads.log"
}
started_or_gone() {
    started || ! kill -0 "$server" 2>/dev/null
}

trap 'kill -KILL $(jobs -p) 2>/dev/null; rm -rf "$work"' EXIT
"$deliveries" --sets 10 trouble 300 >"$work/deliveries"

# ---- D15: the clock jumps ------------------------------------------------------------------------
fresh_schema
echo 0 >"$work/skew"
export SKEW_FILE=$work/skew ASAN_OPTIONS=${ASAN_OPTIONS:-}:verify_asan_link_order=0
start_run env LD_PRELOAD="$TOP_BUILDDIR/tests/support/.libs/skew.so"
check "a delivery is taken by a right clock" is_answered 200
for jump in 3600 -3600 -1900000000 7000000000; do
    echo "$jump" >"$work/skew"
    equal "with a clock that is $jump s off, deliveries are refused, not believed" \
        "$(one_status)" 401
done
echo 0 >"$work/skew"
equal "when it is right again they are taken" "$(one_status)" 200
# Backwards while it waits to try again: waits are by the clock that only goes forward.
PGDATABASE=template1 sql -c "alter database $PGDATABASE allow_connections false" \
    -c "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'quosync%'" \
    >/dev/null
check "while nobody may connect they are refused" wait_for 5 is_answered 503
echo -100000 >"$work/skew"
sleep 1
PGDATABASE=template1 sql -c "alter database $PGDATABASE allow_connections true"
echo 0 >"$work/skew"
check "a clock that jumped back meanwhile delays nothing" wait_for 5 is_answered 200
send
stop_run
unset SKEW_FILE
all_is_well "clock jumps"
empty "clock jumps: the tables are right" "$(differences | head -5)"

# ---- D16: no descriptors left -----------------------------------------------------------------------
fresh_schema
start_run prlimit --nofile=48:48
equal "with no descriptor left, a connection that is open is served, and nothing dies" \
    "$(PYTHONPATH=$TOP_SRCDIR/tests/e2e python3 -c "
from http_client import *
client = Client($PORT)
def status():
    return client.send(delivery(secret='$SECRET', path='/webhooks/quo')).read().status
before = status()
crowd = [Client($PORT) for _ in range(80)]
print(before, status(), status())")" "200 200 200"
check "the program lives" kill -0 "$server"
check "when they are free again, deliveries are taken" wait_for 15 is_answered 200
send
stop_run
all_is_well "no descriptors"

# ---- D16: no threads left -----------------------------------------------------------------------------
# Each thread of the start in turn cannot be made, until it has all that it needs.
fresh_schema
for threads in {0..20}; do
    QUOSYNC_LOG=info THREADS=$threads LD_PRELOAD="$TOP_BUILDDIR/tests/support/.libs/threadless.so" \
        "$QUOSYNC" run 2>"$work/threads.log" &
    server=$!
    wait_for 15 started_or_gone
    started && break
    wait "$server"
    echo "$? $(grep -c 'could not start' "$work/threads.log")"
done >"$work/threads"
check "without a thread that it needs, it does not start" test "$threads" -ge 4
equal "but ends, and says what could not be started" "$(sort -u "$work/threads")" "69 1"
equal "with just these it serves" "$(one_status)" 200
send
stop_run
all_is_well "no thread to spare"

# ---- D17: the log cannot be written -------------------------------------------------------------------
# quietly SENTENCE: `run` with the standard error that was given to this function.
logs_nowhere() {
    fresh_schema
    QUOSYNC_LOG=debug "$QUOSYNC" run &
    server=$!
    wait_for 15 listening
    send
    stop_run
    drain
}
logs_nowhere 2>/dev/full
equal "with a full log disk every delivery is taken" "$(share_ok "$work/outcomes")" 100
empty "a full log disk loses nothing" "$(broken_promises "$work/outcomes" | head -5)"
logs_nowhere 2>&-
equal "with stderr closed every delivery is taken" "$(share_ok "$work/outcomes")" 100
empty "a closed stderr loses nothing" "$(broken_promises "$work/outcomes" | head -5)"
logs_nowhere 2> >(exec true)
equal "with a log reader that left every delivery is taken" "$(share_ok "$work/outcomes")" 100
empty "a log reader that left loses nothing" "$(broken_promises "$work/outcomes" | head -5)"
mkfifo "$work/stuck"
exec 6<>"$work/stuck"
logs_nowhere 2>&6
equal "with a log reader that never reads every delivery is taken" "$(share_ok "$work/outcomes")" 100
empty "a log reader that never reads loses nothing" "$(broken_promises "$work/outcomes" | head -5)"
exec 6>&-
finish
