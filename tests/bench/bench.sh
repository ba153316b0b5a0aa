#!/bin/bash
# bench.sh - what quosync does on this machine, each figure beside a reference that is
# measured on the same cluster in the same run, since machines differ and only ratios
# travel. `make bench` runs it beside a PostgreSQL of its own; `make bench-full` adds the
# mirror of a million contacts (BENCH_FULL=1) and takes several minutes more.
#
# BENCH_EVENTS (40000), BENCH_KNOWN (100000), BENCH_ROUNDS (3): the median of so many.
. "$TOP_SRCDIR/tests/support/prove.sh" || exit 99

events=${BENCH_EVENTS:-40000}
known=${BENCH_KNOWN:-100000}
rounds=${BENCH_ROUNDS:-3}
bench=$TOP_BUILDDIR/tests/bench
export QUOSYNC_LOG=error

say() {
    printf '# %s\n' "$*" >&2
}

now() {
    date +%s.%N
}

# rate_since INSTANT FILE: deliveries of the file per second since then.
rate_since() {
    awk -v a="$1" -v b="$(now)" -v n="$(wc -l <"$2")" 'BEGIN { printf "%.0f\n", n / (b - a) }'
}

# The median of the numbers on stdin.
median() {
    sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

# row FIGURE OURS REFERENCE REACH AIM: a line of the table. Of a figure without REFERENCE less
# is better, of a ratio more.
row() {
    awk -v figure="$1" -v ours="$2" -v reference="$3" -v reach="$4" -v aim="$5" '
        function judge(good, enough) { return good ? "aim" : enough ? "reached" : "SHORT" }
        BEGIN {
            if (reference != "") {
                ratio = reference > 0 ? ours / reference : 0
                verdict = judge(ratio >= aim, ratio >= reach)
                printf "%-58s %10.0f %10.0f %8.2f", figure, ours, reference, ratio
            } else {
                verdict = judge(ours <= aim, ours <= reach)
                printf "%-58s %10.1f %10s %8s", figure, ours, "", ""
            }
            printf " %6s %6s  %s\n", reach, aim, reach == "" ? "" : verdict
        }'
}

# ---- databases: one with the contacts that are known, copied for each measurement

# make_template NAME KNOWN
make_template() {
    say "making a mirror of $2 contacts"
    createdb "$1"
    PGDATABASE=$1 "$QUOSYNC" migrate >/dev/null || exit 99
    for ((first = 0; first < $2; first += 100000)); do
        local count=$(($2 - first < 100000 ? $2 - first : 100000))
        "$deliveries" --first "$first" --prefix pre_ contacts "$count" |
            PGDATABASE=$1 "$QUOSYNC" ingest >/dev/null || exit 99
        PGDATABASE=$1 "$QUOSYNC" work --drain --workers 2 || exit 99
    done
    PGDATABASE=$1 psql -Xqc 'vacuum analyze'
}

# use TEMPLATE: a fresh copy becomes the database.
use() {
    PGDATABASE=postgres psql -Xqc 'drop database if exists bench with (force)' \
        -c "create database bench template $1" 2>/dev/null
    export PGDATABASE=bench
}

# made KIND COUNT [OPTION...]: the file that holds such deliveries.
made() {
    local file="$work/$(echo "$*" | tr -c 'a-z0-9\n' _)"
    [ -s "$file" ] || "$deliveries" "${@:3}" "$1" "$2" >"$file"
    echo "$file"
}

# ---- measurements: each prints events (or requests) per second

copy_ceiling() {
    PGDATABASE=postgres "$bench/reference" -c "$1" -n "$events" copy
}

# apply TEMPLATE FILE WORKERS [SQL]: the worker alone, all deliveries waiting.
apply() {
    local start
    use "$1"
    [ -z "${4:-}" ] || psql -Xqc "$4"
    "$QUOSYNC" ingest "$2" >/dev/null || exit 99
    start=$(now)
    "$QUOSYNC" work --drain --workers "$3" || exit 99
    rate_since "$start" "$2"
}

field() {
    sed -n "s/.*\\b$1=\\([0-9.]*\\).*/\\1/p"
}

# post FILE [OPTION...]: the sender's line of figures.
post() {
    "$sender" --port "$PORT" --secret "$SECRET" --connections 32 "${@:2}" "$1" ||
        say "not all were acknowledged"
}

serve() {
    "$@" >>"$work/server.log" 2>&1 &
    server=$!
    wait_for 10 listening || { cat "$work/server.log" >&2; exit 99; }
}

stop() {
    kill -TERM "$server" && wait "$server"
}

# intake FILE COMMAND...: requests per second of a receiver.
intake() {
    use empty
    serve "${@:2}"
    post "$1" | field rate
    stop
}

peak_mb() {
    awk '/^VmHWM/ { printf "%.1f", $2 / 1024 }' "/proc/$server/status"
}

applied() {
    [ "$(psql -XAtc 'select count(*) from (select from quo.inbox limit 1) as w')" = 0 ]
}

# run_under FILE: posts everything as fast as it is taken and waits until it is applied.
# Sets run_rate (applied per second, end to end) and run_mb.
run_under() {
    local start
    use loaded
    serve "$QUOSYNC" run --workers 2
    start=$(now)
    post "$1" >"$work/posted"
    wait_for 120 applied || say "the backlog did not end"
    run_rate=$(rate_since "$start" "$1")
    run_mb=$(peak_mb)
    stop
}

# ---- the run

say "$(psql -XAtc 'select split_part(version(), chr(32), 2)') on $(nproc) cores," \
    "load $(cut -d' ' -f1 /proc/loadavg) before the start; medians of $rounds"
printf '%-58s %10s %10s %8s %6s %6s\n' figure ours reference ratio reach aim

createdb empty && PGDATABASE=empty "$QUOSYNC" migrate >/dev/null || exit 99
make_template loaded "$known"
make_template small 10000
updates=$(made updates "$events" --known "$known")

say "apply: the worker beside the ceiling, $rounds rounds"
for ((i = 0; i < rounds; i++)); do
    copy_ceiling 1 >>"$work/copy1"
    apply loaded "$updates" 1 >>"$work/work1"
    copy_ceiling 2 >>"$work/copy2"
    apply loaded "$updates" 2 >>"$work/work2"
    PGDATABASE=postgres "$bench/reference" -n 2000 -k "$known" single >>"$work/single"
done
copy1=$(median <"$work/copy1") copy2=$(median <"$work/copy2") single=$(median <"$work/single")
work1=$(median <"$work/work1") work2=$(median <"$work/work2")
row "whole worker, 1 worker / COPY ceiling, 1 connection" "$work1" "$copy1" 0.20 0.40
row "whole worker, 2 workers / COPY ceiling, 2 connections" "$work2" "$copy2" 0.20 0.40
row "whole worker, 1 worker / one transaction per event" "$work1" "$single" 10 20

say "without the archive, messages and calls, poison, size of the mirror"
# A trigger that turns the rows away leaves the worker as it is.
no_archive="create function public.turn_away() returns trigger language plpgsql
                as 'begin return null; end';
            create trigger turn_away before insert on quo.events
                for each row execute function public.turn_away()"
bare=$(apply loaded "$updates" 1 "$no_archive")
row "the same without archive, 1 worker" "$bare" "$copy1"
activities=$(apply loaded "$(made activities "$events" --known "$known")" 1)
row "messages and calls with links / contacts, 1 worker" "$activities" "$work1" 0.8 1.5
poison=$(apply loaded "$(made updates "$events" --known "$known" --poison 5)" 1)
row "5 % poison / none, 1 worker" "$poison" "$work1" 0.5 0.8
at_small=$(apply small "$(made updates "$events" --known 10000)" 1)
row "mirror of $known contacts / 10000, 1 worker" "$work1" "$at_small"
if [ -n "${BENCH_FULL:-}" ]; then
    make_template large 1000000
    at_large=$(apply large "$(made updates "$events" --known 1000000)" 1)
    row "mirror of 1000000 contacts / 10000, 1 worker" "$at_large" "$at_small" 0.5 0.8
fi

say "intake: 32 keep-alive connections"
few=$work/few
head -n $((events / 4)) "$updates" >"$few"
for ((i = 0; i < rounds; i++)); do
    intake "$updates" "$bench/reference_server" verify "$PORT" "$SECRET" >>"$work/verify"
    intake "$updates" "$QUOSYNC" serve >>"$work/durable"
    intake "$few" "$bench/reference_server" commit "$PORT" "$SECRET" >>"$work/commit"
done
verify=$(median <"$work/verify") durable=$(median <"$work/durable") commit=$(median <"$work/commit")
row "durable intake / verify only" "$durable" "$verify" 0.25 0.40
row "durable intake / insert and commit per request, 2 threads" "$durable" "$commit" 5 8

say "run: end to end"
run_under "$updates"
lower=$(printf '%s\n' "$durable" "$work2" | sort -n | head -n 1)
row "run, end to end / the lower of intake and apply alone" "$run_rate" "$lower" 0.5 0.8
row "peak resident memory of run, small bodies (MB)" "$run_mb" "" 64 32
full_rate=$run_rate
run_under "$(made transcripts 2000 --known "$known")"
row "peak resident memory of run, transcripts of 4 MiB (MB)" "$run_mb" "" 160 96

say "latency at a tenth of that rate"
use loaded
serve "$QUOSYNC" run --workers 2
post "$updates" --rate $((full_rate / 10)) --deadline 8 >"$work/posted" 2>/dev/null &
posting=$!
"$bench/probe" "$PORT" "$SECRET" 300 >"$work/probe"
wait "$posting"
stop
read -r ack50 ack99 seen50 seen99 <"$work/probe"
row "acknowledged, p50 (ms)" "$ack50" ""
row "acknowledged, p99 (ms)" "$ack99" ""
row "from acknowledged to visible, p50 (ms)" "$seen50" ""
row "from acknowledged to visible, p99 (ms)" "$seen99" ""
