#!/bin/bash
# `quosync run` is killed, SIGKILL, at each named point while deliveries come in, and
# started again. Nothing that was acknowledged is lost or doubled, and the tables are what
# the oracle makes of the archive. KILL_POINTS_HITS ("1 3"): at which passages.
. "$TOP_SRCDIR/tests/support/prove.sh"

"$deliveries" --sets 10 --poison 5 trouble 150 >"$work/deliveries"

# send: in the background, until every delivery is acknowledged.
send() {
    "$sender" --port "$PORT" --secret "$SECRET" --connections 8 --attempts 0 --timeout 3000 \
        --deadline 30 --outcomes "$work/outcomes" "$work/deliveries" >/dev/null 2>&1 &
    sending=$!
}

gone() {
    ! kill -0 "$1" 2>/dev/null
}

# Whatever was sent is there, once, and the tables are right. Prints what is wrong.
wrong() {
    [ "$(share_ok "$work/outcomes")" -eq 100 ] || echo "only $(share_ok "$work/outcomes") % are ok"
    broken_promises "$work/outcomes" | head -5
    differences | head -5
}

# killed_at POINT HIT: true when the program died there; then it is started again.
killed_at() {
    local server
    fresh_schema
    QUOSYNC_POINT=$1:$2:kill "$QUOSYNC" run >>"$work/run.log" 2>&1 &
    server=$!
    send
    wait_for 4 gone "$server" || { stop "$server"; wait "$sending"; return 1; }
    wait "$server" 2>/dev/null
    "$QUOSYNC" run >>"$work/run.log" 2>&1 &
    server=$!
    wait "$sending"
    stop "$server"
    drain
}

stop() {
    kill -TERM "$1" 2>/dev/null
    wait "$1" 2>/dev/null
}
