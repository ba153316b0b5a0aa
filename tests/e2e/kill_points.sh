#!/bin/bash
# The program is killed, SIGKILL, at each named point while deliveries come in, and started
# again. Nothing that was acknowledged is lost or doubled, and the tables are what the oracle
# makes of the archive. KILL_POINTS_HITS ("1"): at which passages.
. "$TOP_SRCDIR/tests/support/prove.sh" || exit 99

points=$("$QUOSYNC" points 2>/dev/null)
if [ -z "$points" ]; then
    echo "this build has no named points (--enable-points)"
    exit 77
fi
"$deliveries" --sets 10 --poison 5 trouble 150 >"$work/deliveries"
# Those of the commands that speak to Quo are tested where there is a Quo to speak to.
# Those of what takes content away are tested where that is looked for (erase, prune_content).
# That of the end of the listener is tested where ends are (http_clients).
points=$(echo "$points" | grep -v -e ^reconcile- -e ^webhook- -e ^erase- -e ^prune-content- -e ^quiesce-)
kills=0
# A database that refuses some of what the events say: their batches are split.
refuses="alter table quo.messages add constraint test check (body is distinct from 'ada')"

gone() {
    ! kill -0 "$1" 2>/dev/null
}

start_run() {
    "$QUOSYNC" run >>"$work/run.log" 2>&1 &
    server=$!
    wait_for 10 listening_or_gone
}

listening_or_gone() {
    listening || gone "$server"
}

# In the background, until every delivery is acknowledged.
send() {
    "$sender" --port "$PORT" --secret "$SECRET" --connections 8 --attempts 0 --timeout 3000 \
        --deadline 30 --outcomes "$work/outcomes" "$work/deliveries" >/dev/null 2>&1 &
    sending=$!
}

# The program has died, or there is nothing left for it to do.
died_or_done() {
    gone "$server" || { gone "$sending" && [ -z "$(sql -c 'select 1 from quo.inbox limit 1')" ]; }
}

# run_dies_at POINT HIT [SQL]: `run` under load; when it dies it is started again.
run_dies_at() {
    local died=1
    fresh_schema
    [ -z "${3:-}" ] || sql -c "$3"
    QUOSYNC_POINT=$1:$2:kill start_run
    send
    wait_for 20 died_or_done
    if gone "$server"; then
        died=0
        wait "$server" 2>/dev/null
        start_run
    fi
    wait "$sending"
    stop_run
    drain
    return "$died"
}

# dies_at POINT COMMAND...: another command, of which `run` then finds what it left.
dies_at() {
    local point=$1 status
    shift
    (QUOSYNC_POINT=$point:1:kill exec "$QUOSYNC" "$@" >>"$work/command.log" 2>&1) 2>/dev/null
    status=$?
    [ "$status" -eq 137 ] || return 1
    "$QUOSYNC" "$@" >>"$work/command.log" 2>&1 || fail "quosync $1 works after it died at $point"
    start_run
    send
    wait "$sending"
    stop_run
    drain
}

# What `prune` deletes.
old_ids() {
    fresh_schema
    sql -c "insert into quo.delivery_ids (org_id, webhook_id, received_at, body_digest)
            select 'default', 'old_' || n, now() - interval '400 days', 0
              from generate_series(1, 100) as n" \
        -c "create table quo.events_old partition of quo.events
            for values from ('2020-01-06') to ('2020-01-13')"
}

# What `replay` reads.
filled() {
    fresh_schema
    "$QUOSYNC" ingest "$work/deliveries" >>"$work/command.log" 2>&1
    drain
}

# Whatever was sent is there, once, and the tables are right: prints what is wrong.
wrong() {
    local share
    share=$(share_ok "$work/outcomes")
    [ "$share" -eq 100 ] || echo "only $share % are acknowledged"
    broken_promises "$work/outcomes" | head -n 5
    differences | head -n 5
}

for point in $points; do
    reached=no
    for hit in ${KILL_POINTS_HITS:-1}; do
        run_dies_at "$point" "$hit" || break
        reached=yes
        kills=$((kills + 1))
        empty "killed at $point, passage $hit: nothing is lost, doubled or wrong" "$(wrong)"
    done
    if [ "$reached" = no ]; then
        sql -c 'set client_min_messages = warning' -c 'drop schema if exists quo cascade'
        if dies_at "$point" migrate || run_dies_at "$point" 1 "$refuses" ||
            { old_ids && dies_at "$point" prune; } ||
            { filled && dies_at "$point" replay; } || dies_at "$point" ingest "$work/deliveries"; then
            kills=$((kills + 1))
            empty "killed at $point: nothing is lost, doubled or wrong" "$(wrong)"
        else
            fail "$point is reached by run, migrate, prune, replay or ingest"
        fi
    fi
done
echo "# $kills kills at $(echo "$points" | wc -w) points"
check "the program was killed" test "$kills" -gt 0
finish
