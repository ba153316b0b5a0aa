#!/bin/bash
# reports.sh - how long each shipped report takes, for 30 days and for all, on a
# mirror of 12 months: `make bench-reports`. A time is the whole command's, the
# median of three; goals are a second for 30 days and five for all.
#
#   BENCH_CONTACTS (100000), BENCH_MESSAGES (1000000), BENCH_CALLS (300000)
. "$TOP_SRCDIR/tests/support/shell.sh" || exit 99
. "$TOP_SRCDIR/tests/support/program.sh" || exit 99

org_id=ORbench
configure "timezone = America/New_York"
"$QUOSYNC" migrate --config "$conf" >"$work/migrate.log" 2>&1 || { cat "$work/migrate.log"; exit 1; }
echo "making ${BENCH_CONTACTS:-100000} contacts, ${BENCH_MESSAGES:-1000000} messages, ${BENCH_CALLS:-300000} calls ..."
psql -Xq -v ON_ERROR_STOP=1 -v "contacts=${BENCH_CONTACTS:-100000}" \
    -v "messages=${BENCH_MESSAGES:-1000000}" -v "calls=${BENCH_CALLS:-300000}" \
    -f "$TOP_SRCDIR/tests/bench/reports_data.sql" || exit 1
psql -XAtc "select 'the tables have ' || pg_size_pretty(sum(pg_total_relation_size(oid))) from pg_class
             where relnamespace = 'quo'::regnamespace and relkind in ('r', 'p')"
echo "load: $(cut -d' ' -f1-3 /proc/loadavg) on $(nproc) cores"

# took NAME SINCE: milliseconds, the median of three.
took() {
    local i started
    for i in 1 2 3; do
        started=$(date +%s%N)
        "$QUOSYNC" report "$1" --since "$2" --format csv --config "$conf" >"$work/out" 2>"$work/err" ||
            { cat "$work/err" >&2; exit 1; }
        echo $((($(date +%s%N) - started) / 1000000))
    done | sort -n | sed -n 2p
}

printf '\n%-28s %10s %10s\n' report "30 days" all
late=0
for name in $("$QUOSYNC" report --config "$conf" | sed -n 's/^  \([a-z_]*\) .*/\1/p'); do
    month=$(took "$name" 30d)
    all=$(took "$name" all)
    mark=
    if [ "$month" -ge 1000 ] || [ "$all" -ge 5000 ]; then
        mark="  over the goal"
        late=$((late + 1))
    fi
    printf '%-28s %7d ms %7d ms%s\n' "$name" "$month" "$all" "$mark"
done
echo
echo "$late reports over the goal (1000 ms, 5000 ms)"
