#!/bin/bash
# The set test's checker must fail where the promise is broken: otherwise its silence
# proves nothing. A receiver that answers and stores nothing, rows that vanish, double, or
# come from nowhere, and a database that forgets what it had committed.
. "$TOP_SRCDIR/tests/support/prove.sh" || exit 99

"$deliveries" trouble 300 >"$work/deliveries"

# serve_and_send [COMMAND...]: all deliveries to `quosync run`, or to another receiver.
serve_and_send() {
    local server
    "$@" >>"$work/server.log" 2>&1 &
    server=$!
    wait_for 10 listening || { cat "$work/server.log"; return 1; }
    "$sender" --port "$PORT" --secret "$SECRET" --attempts 0 --deadline 30 \
        --outcomes "$work/outcomes" "$work/deliveries" >/dev/null
    kill -TERM "$server" && wait "$server"
    drain
}

fresh_schema
check "deliveries are posted" serve_and_send "$QUOSYNC" run
empty "nothing is amiss where nothing went wrong" "$(broken_promises "$work/outcomes")"

sql -c 'begin' -c "delete from quo.events where ctid = (select ctid from quo.events limit 1)" \
    -c 'commit'
equal "a lost delivery is noticed" "$(broken_promises "$work/outcomes" | grep -c '^lost')" 1

sql -c "insert into quo.dead_letters (org_id, webhook_id, received_at, failed_at, attempts, reason)
        select org_id, webhook_id, received_at, now(), 1, 'a test' from quo.events limit 1"
equal "a delivery that is there twice is noticed" \
    "$(broken_promises "$work/outcomes" | grep -c '^stored 2 times')" 1

sql -c "insert into quo.dead_letters (org_id, webhook_id, received_at, failed_at, attempts, reason)
        values ('default', 'nobody', now(), now(), 1, 'a test')"
equal "a delivery that nobody sent is noticed" \
    "$(broken_promises "$work/outcomes" | grep -c '^never sent')" 1

sql -c "update quo.messages set body = body || '!' where body is not null and id =
            (select min(id) from quo.messages where body is not null)"
check "a wrong column is noticed by the oracle" test -n "$(differences)"

# What is answered before it is committed is lost when the process dies.
fresh_schema
answers_early() {
    exec "$TOP_BUILDDIR/tests/bench/reference_server" verify "$PORT" "$SECRET"
}
serve_and_send answers_early
equal "a receiver that answers without storing is found out" \
    "$(broken_promises "$work/outcomes" | grep -c '^lost')" 300

# stop_database_after SYNCHRONOUS_COMMIT: every delivery is acknowledged, then the server is
# stopped without a checkpoint and started again.
stop_database_after() {
    local server
    fresh_schema
    PGOPTIONS="-c synchronous_commit=$1" "$QUOSYNC" serve >>"$work/server.log" 2>&1 &
    server=$!
    wait_for 10 listening
    "$sender" --port "$PORT" --secret "$SECRET" --attempts 0 --deadline 30 \
        --outcomes "$work/outcomes" "$work/deliveries" >/dev/null
    pg_ctl -m immediate stop
    pg_ctl -o "-k $PGHOST -p $PGPORT -c listen_addresses= -c fsync=off" -l "$TEST_PG_LOG" start
    kill -TERM "$server" && wait "$server"
    drain
}

pg_ctl() {
    # shellcheck disable=SC2086 # a list of words
    (cd / && $TEST_PG_AS "$TEST_PG_BIN/pg_ctl" -D "$TEST_PG_DATA" -s -w "$@") >/dev/null 2>&1
}

# Its WAL writer would come to the rescue of whoever does not wait for the disk.
sql -c "alter system set wal_writer_delay = '10s'" -c 'select pg_reload_conf()' >/dev/null
sql -c "alter system set wal_writer_flush_after = '1GB'" -c 'select pg_reload_conf()' >/dev/null
chmod a+rw "$TEST_PG_LOG"
stop_database_after on
equal "all deliveries were acknowledged before the database stopped" \
    "$(share_ok "$work/outcomes")" 100
empty "a database that stops loses nothing that was acknowledged" \
    "$(broken_promises "$work/outcomes" | head -5)"
stop_database_after off
check "a database that does not wait for its disk is found out" \
    test "$(broken_promises "$work/outcomes" | grep -c '^lost')" -gt 0
finish
