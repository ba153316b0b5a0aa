#!/bin/bash
# The set test: deliveries are posted while `quosync run` is killed, SIGKILL, at random
# moments, and the database's connections are cut. Nothing that was acknowledged is lost or
# doubled, and the tables are what the oracle makes of the archive.
# RANDOM_KILL_DELIVERIES (8000), RANDOM_KILL_RATE (400 a second).
. "$TOP_SRCDIR/tests/support/prove.sh" || exit 99

n=${RANDOM_KILL_DELIVERIES:-8000}
kills=0 cuts=0
RANDOM=${RANDOM_KILL_SEED:-1}

fresh_schema
"$deliveries" --sets $((n / 20)) --poison 2 trouble "$n" >"$work/deliveries"
"$sender" --port "$PORT" --secret "$SECRET" --rate "${RANDOM_KILL_RATE:-400}" --attempts 0 \
    --timeout 5000 --deadline $((200 + n / ${RANDOM_KILL_RATE:-400})) --outcomes "$work/outcomes" "$work/deliveries" \
    >"$work/figures" 2>&1 &
sending=$!

while kill -0 "$sending" 2>/dev/null; do
    "$QUOSYNC" run >>"$work/run.log" 2>&1 &
    server=$!
    sleep "0.$((RANDOM % 6))$((RANDOM % 10))5"
    if [ $((RANDOM % 3)) -eq 0 ]; then
        cuts=$((cuts + $(sql -c "select count(pg_terminate_backend(pid)) from pg_stat_activity
                                  where application_name like 'quosync%'")))
        sleep "0.$((RANDOM % 3))$((RANDOM % 10))5"
    fi
    kill -KILL "$server" 2>/dev/null && kills=$((kills + 1))
    wait "$server" 2>/dev/null
done
wait "$sending"
equal "what is left in the inbox is applied" "$(drain && echo yes)" yes

echo "# $(cat "$work/figures")"
dead=$(sql -c "select count(*) from quo.dead_letters")
echo "# $kills kills, $cuts connections cut, $dead dead letters"
equal "the dead letters are the deliveries that are of no use" \
    "$(sql -c "select webhook_id from quo.dead_letters" | sort)" \
    "$(sed -n "/EVp/s/.*webhook-id\":\"\([^\"]*\).*/\1/p" "$work/deliveries" | sort)"
check "the program was killed at least 20 times" test "$kills" -ge 20
check "more than 90 % of the deliveries came to be acknowledged" \
    test "$(share_ok "$work/outcomes")" -gt 90
empty "nothing that was acknowledged is lost, nothing is doubled or made up" \
    "$(broken_promises "$work/outcomes" | head -20)"
empty "the tables are what the oracle makes of the archive" "$(differences | head -20)"
finish
