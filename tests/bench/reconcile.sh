#!/bin/bash
# reconcile.sh - what a reconciliation costs, beside its goals: requests, the share of
# the rate that is used, the most requests in any second, processor time, and
# memory and time per page while a listing grows. `make bench-reconcile` runs it.
#
# BENCH_CONTACTS (100000): of the long listing, for which the rate is lifted.
# BENCH_RATE_PAGES (60): pages of contacts in the run at 8 requests a second.
. "$TOP_SRCDIR/tests/support/shell.sh" || exit 99
. "$TOP_SRCDIR/tests/support/program.sh" || exit 99
. "$TOP_SRCDIR/tests/support/fakequo.sh" || exit 99

contacts=${BENCH_CONTACTS:-100000}
pages=${BENCH_RATE_PAGES:-60}
n_calls=600 n_messages=1500

# goal FIGURE VALUE SIGN LIMIT: a line, and whether it holds.
goal() {
    awk -v what="$1" -v value="$2" -v sign="$3" -v limit="$4" 'BEGIN {
        good = sign == "<=" ? value <= limit : value >= limit
        printf "%-58s %10.4g  goal %s %-6g %s\n", what, value, sign, limit, good ? "reached" : "SHORT"
        exit !good }' || failures=$((failures + 1))
}
math() {
    awk "BEGIN { print $1 }"
}
number() {
    sed -n "s/.*\"$1\": \([0-9]*\).*/\1/p" "$work/out" | tail -n 1
}
restart() {
    [ -z "$fake_pid" ] || kill "$fake_pid"
    rm -f "$work/port"
    fake "$@"
}
empty_mirror() {
    rows 'drop schema if exists quo cascade' 2>"$work/notices"
    "$QUOSYNC" migrate --config "$conf" >"$work/migrated" 2>&1 || fail "migrate makes the schema"
}

# sample: time, requests so far and memory of $run, once in half a second.
sample() {
    echo "$(date +%s.%N) $(stat requests) $(sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$run/status")"
    sleep 0.5
} 2>/dev/null
# part FROM TO: requests a second and MB at most, of a part of the samples in percent.
part() {
    awk -v from="$1" -v to="$2" '{ t[NR] = $1; r[NR] = $2; m[NR] = $3 }
        END { a = int(1 + (NR - 1) * from / 100); b = int(1 + (NR - 1) * to / 100)
              for (i = a; i <= b; i++) if (m[i] > most) most = m[i]
              print (r[b] - r[a]) / (t[b] - t[a]), most / 1024 }' <(awk "NF == 3" "$work/samples")
}

# ---- the rate, with an answer that takes 150 ms ----
restart --seed 2 --contacts $((pages * 50)) --calls $n_calls --messages $n_messages --users 4 \
    --numbers 3 --days 120 --latency-ms 150
connect
sed -i 's/^rate = .*/rate = 8/' "$conf"
empty_mirror
"$QUOSYNC" reconcile --json --config "$conf" >"$work/out" 2>"$work/err" &
run=$!
while kill -0 "$run" 2>/dev/null; do
    # In clock ticks, of all its threads.
    read -r user system <<<"$(awk '{ print $14, $15 }' "/proc/$run/stat" 2>/dev/null)"
    [ -z "$user" ] || ticks=$((user + system))
    sample
done >"$work/samples"
wait "$run" || fail "the run" "$(cat "$work/err")"
requests=$(stat requests)
took_ms=$(number took_ms)
details=$(sed -n 's/.*"details": \([0-9]*\).*/\1/p' "$work/out" | awk '{ n += $1 } END { print n }')
# The workspace, the definitions, users, numbers and subscriptions are a request each.
ideal=$((pages + (n_calls + 49) / 50 + (n_messages + 49) / 50 + 5 + details))
echo "# $requests requests in $took_ms ms, $details of them for recordings and transcripts"
goal "requests, to one for each 50 rows and detail" "$(math "$requests / $ideal")" '<=' 1.05
# At its ends one request waits for the other.
goal "share of the rate that is used while several walks are open" \
    "$(math "$(part 5 85 | cut -d ' ' -f 1) / 8")" '>=' 0.95
goal "most requests in any second" "$(stat peak)" '<=' 8
goal "processor time, of one core" "$(math "$ticks / $(getconf CLK_TCK) / ($took_ms / 1000)")" '<=' 0.05

# ---- two processes, one key ----
empty_mirror
ask_fake reset-stats -X POST >"$work/fake"
began=$(date +%s.%N)
"$QUOSYNC" reconcile contacts --config "$conf" >"$work/one" 2>&1 &
one=$!
"$QUOSYNC" reconcile calls messages --config "$conf" >"$work/two" 2>&1 || fail "the second run" "$(cat "$work/two")"
both=$(stat requests)
took=$(math "$(date +%s.%N) - $began")
wait "$one" || fail "the first run" "$(cat "$work/one")"
echo "# two processes: $both requests in $took s"
goal "most requests in any second, of two processes" "$(stat peak)" '<=' 8

# ---- a long listing ----
restart --seed 2 --contacts "$contacts" --calls 0 --messages 0 --users 1 --numbers 1
sed -i -e 's/^rate = .*/rate = 10000/' -e "s,^api_url.*,api_url = $fake," "$conf"
empty_mirror
"$QUOSYNC" reconcile contacts --json --config "$conf" >"$work/out" 2>"$work/err" &
run=$!
while kill -0 "$run" 2>/dev/null; do
    sample
done >"$work/samples"
wait "$run" || fail "the long listing" "$(cat "$work/err")"
echo "# $contacts contacts: $(number requests) requests in $(number took_ms) ms"
read -r early_rate early_mb <<<"$(part 10 40)"
read -r late_rate late_mb <<<"$(part 70 99)"
goal "memory of the long listing, MB" "$late_mb" '<=' 40
goal "memory late in it, to early" "$(math "$late_mb / $early_mb")" '<=' 1.1
goal "time per page late in it, to early" "$(math "$early_rate / $late_rate")" '<=' 1.2
began=$(date +%s.%N)
"$QUOSYNC" reconcile contacts --json --config "$conf" >"$work/out" 2>"$work/err" || fail "a second run"
echo "# again: $(number requests) requests in $(number took_ms) ms"
goal "contacts that a second run repairs" "$(number repaired)" '<=' 0
finish
