#!/bin/bash
# Failover between two servers with streaming replication, through a connection string
# with both hosts and target_session_attrs=read-write (D5, D4): deliveries come in all the
# while. The primary becomes read-only, then stops at once; the standby is promoted; the
# old primary comes back as a standby. A server that takes no writes never acknowledges,
# nothing is lost, and a few seconds after the promotion deliveries are taken again.
. "$TOP_SRCDIR/tests/support/prove.sh" || exit 99

standby=$(cd / && $TEST_PG_AS mktemp -d /tmp/quosync-standby.XXXXXX) || exit 99
trap 'kill -KILL $(jobs -p) 2>/dev/null; at "$standby" -m immediate stop; at "$TEST_PG_DATA" -m immediate stop
      rm -rf "$work" "$standby"' EXIT

# at DIRECTORY WORD...: pg_ctl of one of the servers, as its user.
at() {
    local data=$1
    shift
    # shellcheck disable=SC2086 # a list of words
    (cd / && $TEST_PG_AS "$TEST_PG_BIN/pg_ctl" -D "$data" -s -w -t 30 "$@") >/dev/null 2>&1
}

# start_at DIRECTORY PORT
start_at() {
    at "$1" -l "$standby/log.$2" -o "-k $PGHOST -p $2 -c listen_addresses= -c fsync=off
        -c max_connections=100 -c shared_buffers=64MB" start
}

at_port() {
    PGPORT=$1 sql -c "$2"
}

fresh_schema
sql -c "alter system set synchronous_standby_names = '*'" \
    -c "alter system set wal_keep_size = '256MB'" >/dev/null
# shellcheck disable=SC2086
(cd / && $TEST_PG_AS "$TEST_PG_BIN/pg_basebackup" -h "$PGHOST" -p "$PGPORT" -U postgres \
    -D "$standby/data" -R -X stream -c fast) >"$work/backup.log" 2>&1 || { cat "$work/backup.log"; exit 99; }
check "a standby is made" start_at "$standby/data" 5433
replicates() {
    [ "$(sql -c "select state from pg_stat_replication")" = streaming ]
}
check "and replicates" wait_for 20 replicates
# A commit is confirmed from now on when the standby has it: promoting it loses nothing.
sql -c "select pg_reload_conf()" >/dev/null

both="host=$PGHOST,$PGHOST port=$PGPORT,5433"
export QUOSYNC_DATABASE="$both dbname=postgres user=postgres target_session_attrs=read-write"
"$deliveries" --sets 40 --poison 2 trouble 6000 >"$work/deliveries"
"$QUOSYNC" run >>"$work/run.log" 2>&1 &
wait_for 10 listening || { cat "$work/run.log"; exit 99; }
"$sender" --port "$PORT" --secret "$SECRET" --connections 16 --rate 500 --attempts 0 --timeout 8000 \
    --deadline 100 --outcomes "$work/outcomes" "$work/deliveries" >"$work/figures" 2>&1 &
sending=$!
sleep 2

stored() {
    at_port "$1" "select (select count(*) from quo.events) + (select count(*) from quo.inbox)
                       + (select count(*) from quo.dead_letters)"
}

# Read-only, for connections that are open as for new ones: as after a demotion.
at_port "$PGPORT" "alter system set default_transaction_read_only = on"
sql -c "select pg_reload_conf()" >/dev/null
sleep 1
before=$(stored "$PGPORT")
sleep 1
equal "a server that takes no writes stores nothing" "$(stored "$PGPORT")" "$before"
at "$TEST_PG_DATA" -m immediate stop
check "the standby is promoted" at "$standby/data" promote
PGPORT=5433 sql -c "begin read write" -c "alter system set synchronous_standby_names = ''" -c commit \
    >/dev/null 2>&1 || at_port 5433 "alter system set synchronous_standby_names = ''"
at_port 5433 "alter system set default_transaction_read_only = off"
at_port 5433 "select pg_reload_conf()" >/dev/null
promoted=$SECONDS
more_than() {
    [ "$(stored 5433)" -gt "$1" ]
}
there=$(stored 5433)
check "deliveries are taken again" wait_for 10 more_than "$((there + 20))"
echo "# $((SECONDS - promoted)) s after the promotion"

# The old one comes back, and takes no writes: nobody may go to it.
: | $TEST_PG_AS tee "$TEST_PG_DATA/standby.signal" >/dev/null
check "the old primary comes back as a standby" start_at "$TEST_PG_DATA" "$PGPORT"
wait "$sending"
echo "# $(cat "$work/figures")"

export PGPORT=5433
equal "what is left in the inbox is applied" "$(drain && echo yes)" yes
equal "every delivery came to be acknowledged" "$(share_ok "$work/outcomes")" 100
empty "nothing that was acknowledged is lost, nothing is doubled or made up" \
    "$(broken_promises "$work/outcomes" | head -20)"
empty "the tables are what the oracle makes of the archive" "$(differences | head -20)"
equal "no server's fault made a dead letter" \
    "$(sql -c "select count(*) from quo.dead_letters where detail like '%SQLSTATE%'")" 0
finish
