# reconcile_rate.sh - never more than `rate` requests in any one second, as the server
# counts them: while connections have to be made anew, which takes their time, and
# while two processes share the key.
. "$TOP_SRCDIR/tests/support/shell.sh" || exit 99
. "$TOP_SRCDIR/tests/support/program.sh" || exit 99
. "$TOP_SRCDIR/tests/support/fakequo.sh" || exit 99
needs_points

fake_tls --seed 6 --contacts 2000 --calls 0 --messages 1600 --users 2 --numbers 2 --days 80 \
    --connect-ms 60 --latency-ms 20
connect
sed -i 's/^rate = .*/rate = 20/' "$conf"
check "migrate makes the schema" "$QUOSYNC" migrate --config "$conf"

one_process() {
    reconcile contacts messages
    equal "a run whose connections end again and again exits 0" "$status" 0
    check "connections ended" test "$(stat faults)" -gt 15
}
two_processes() {
    local other
    "$QUOSYNC" reconcile contacts --config "$conf" >"$work/other" 2>&1 </dev/null &
    other=$!
    reconcile messages
    equal "one of two processes with one key exits 0" "$status" 0
    check "so does the other" wait "$other"
}

# within RUN: once of three times, for a machine that is too busy to let the fake Quo
# note a request when it comes shows more than was sent.
within() {
    local tries
    for tries in 1 2 3; do
        rows 'truncate quo.reconcile_progress'
        ask_fake reset-stats -X POST >"$work/fake"
        "$1"
        echo "# $(stat requests) requests, at most $(stat peak) in a second"
        check "many requests are sent" test "$(stat requests)" -gt 70
        [ "$(stat peak)" -gt 20 ] || return 0
    done
    return 1
}

faults "close@30"
check "of one process, never more than 20 come in any second" within one_process
check "of two processes with one key, never more than 20 come in any second" within two_processes
finish
