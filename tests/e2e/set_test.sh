#!/bin/bash
# The set test's checker must fail where the promise is broken: otherwise its silence
# proves nothing. A receiver that answers and stores nothing, rows that vanish, double, or
# come from nowhere, and a database that forgets what it had committed.
. "$TOP_SRCDIR/tests/support/prove.sh"

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
finish
