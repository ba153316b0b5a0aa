#!/bin/bash
# soak.sh - `make soak`: `run` at about a tenth of what it can take, for SOAK_MINUTES (60),
# while connections are cut, the database is frozen for a moment and restarted, and clients
# come and go. Prints every minute what the process holds once all is applied, and at the end
# the growth of its resident memory since the tenth minute (or the first third), its
# descriptors, threads and connections, which must stay as they were. SOAK_RATE (400 a second).
. "$TOP_SRCDIR/tests/support/prove.sh" || exit 99

minutes=${SOAK_MINUTES:-60}
rate=${SOAK_RATE:-400}
warm=$((minutes > 29 ? 10 : (minutes + 2) / 3))

pg_ctl() {
    # shellcheck disable=SC2086 # a list of words
    (cd / && $TEST_PG_AS "$TEST_PG_BIN/pg_ctl" -D "$TEST_PG_DATA" -s -w "$@") >/dev/null 2>&1
}
chmod a+rw "$TEST_PG_LOG"

fresh_schema
"$QUOSYNC" run >>"$work/run.log" 2>&1 &
server=$!
wait_for 10 listening || { cat "$work/run.log"; exit 99; }

rss_kb() {
    awk '/^VmRSS/ { print $2 }' "/proc/$server/status"
}
descriptors() {
    find "/proc/$server/fd" -mindepth 1 2>/dev/null | wc -l
}
threads() {
    awk '/^Threads/ { print $2 }' "/proc/$server/status"
}
connections() {
    sql -c "select count(*) from pg_stat_activity where application_name like 'quosync%'"
}
holds() {
    echo "rss_kb=$(rss_kb) descriptors=$(descriptors) threads=$(threads) connections=$(connections)"
}

all_applied() {
    [ "$(sql -c "select not exists (select from quo.inbox)" 2>/dev/null)" = t ]
}
answers_again() {
    sql -c "select 1" >/dev/null 2>&1
}

# One fault after the other, every few seconds.
trouble() {
    local turn=0 postmaster
    while kill -0 "$server" 2>/dev/null; do
        sleep 7
        turn=$((turn + 1))
        case $((turn % 8)) in
        1 | 3 | 5)
            sql -c "select pg_terminate_backend(pid) from pg_stat_activity
                     where application_name like 'quosync%'" >/dev/null 2>&1 ;;
        2)
            sql -c "begin" -c "lock table quo.messages in access exclusive mode" \
                -c "select pg_sleep(2)" -c "rollback" >/dev/null 2>&1 ;;
        4) # clients that begin a request and leave
            (for _ in 1 2 3 4 5 6 7 8; do
                exec 7<>"/dev/tcp/127.0.0.1/$PORT" && printf 'POST /webhooks/quo HTTP/1.1\r\nHo' >&7
                exec 7>&-
            done) 2>/dev/null ;;
        6)
            postmaster=$(head -n 1 "$TEST_PG_DATA/postmaster.pid")
            pkill -STOP -P "$postmaster"; sleep 1; pkill -CONT -P "$postmaster" ;;
        0)
            [ $((turn % 24)) -ne 0 ] || {
                pg_ctl -m immediate stop
                sleep 1
                pg_ctl -o "-k $PGHOST -p $PGPORT -c listen_addresses= -c fsync=off -c max_connections=100
                    -c shared_buffers=64MB" -l "$TEST_PG_LOG" start
            } ;;
        esac
    done
}
trouble 2>/dev/null &
troubling=$!

acknowledged=0 bad=0
: >"$work/outcomes.all"
for ((minute = 1; minute <= minutes; minute++)); do
    "$deliveries" --seed "$minute" --sets 200 --poison 2 --prefix "m${minute}_" trouble $((rate * 60)) \
        >"$work/deliveries"
    "$sender" --port "$PORT" --secret "$SECRET" --connections 16 --rate "$rate" --attempts 0 \
        --timeout 8000 --deadline 90 --outcomes "$work/outcomes" "$work/deliveries" >"$work/figures"
    cat "$work/outcomes" >>"$work/outcomes.all"
    share=$(share_ok "$work/outcomes")
    [ "$share" -eq 100 ] || bad=$((bad + 1))
    acknowledged=$((acknowledged + rate * 60 * share / 100))
    wait_for 30 all_applied # what it holds while it works goes up and down
    sleep 2
    echo "# minute $minute: $(holds) $(cut -d' ' -f 1-7 "$work/figures")"
    if [ "$minute" -eq "$warm" ]; then
        first_rss=$(rss_kb) first_threads=$(threads)
    fi
    [ "$minute" -lt "$warm" ] || {
        most=$(descriptors)
        [ "$most" -le "${most_descriptors:-0}" ] || most_descriptors=$most
    }
done
last_rss=$(rss_kb)
grown=$(((last_rss - first_rss) * 1000 / first_rss))
echo "# rss $first_rss kB after $warm minutes, $last_rss kB after $minutes:" \
    "$(awk -v grown="$grown" 'BEGIN { printf "%+.1f %%", grown / 10 }')"
check "resident memory grew by less than 1 %" test "$grown" -lt 10
equal "threads are as many as they were" "$(threads)" "$first_threads"
check "descriptors are no more than 60" test "${most_descriptors:-0}" -le 60
kill -KILL "$troubling" 2>/dev/null
wait_for 60 answers_again || true
kill -TERM "$server"
wait "$server"
equal "it ends with 0" "$?" 0
equal "what is left is applied" "$(timeout 600 "$QUOSYNC" work --drain 2>>"$work/work.log" && echo yes)" yes
equal "every delivery came to be acknowledged" "$bad" 0
empty "nothing that was acknowledged is lost, doubled or made up" \
    "$(broken_promises "$work/outcomes.all" | head -20)"
echo "# $acknowledged deliveries acknowledged"
finish
