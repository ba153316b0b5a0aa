#!/bin/bash
# What the database does to a program (rows D7, D8, D14, D20): SQLSTATEs that ask for a
# retry, a real deadlock, no connection to be had, a full disk, a schema that is newer.
# Deliveries are refused for now and never lost; no fault of the server makes a dead letter.
. "$TOP_SRCDIR/tests/support/prove.sh" || exit 99
. "$TOP_SRCDIR/tests/support/under_faults.sh" || exit 99

mount=
trap 'kill -KILL $(jobs -p) 2>/dev/null; rm -rf "$work"
      [ -z "$mount" ] || { umount -l "$mount"; rmdir "$mount"; }' EXIT
"$deliveries" --sets 10 trouble 300 >"$work/deliveries"

# ---- D8, D7: the worker's batches meet SQLSTATEs that are nobody's fault ---------------
fresh_schema
sql <<'SQL'
create sequence quo.failures;
create function quo.fail() returns trigger language plpgsql as $$
begin
    if nextval('quo.failures') <= 3 then
        raise exception using errcode = tg_argv[0], message = 'injected';
    end if;
    return null;
end
$$;
SQL
seed=10
for state in 40P01 40001 55P03 57014 53100 53200 57P01; do
    sql -c "select setval('quo.failures', 1, false)" -c "drop trigger if exists fail on quo.messages" \
        -c "create trigger fail before insert or update on quo.messages execute function quo.fail('$state')" \
        >/dev/null 2>&1
    "$deliveries" --sets 5 --seed "$((++seed))" --prefix "${state}_" trouble 60 >"$work/some"
    "$QUOSYNC" ingest "$work/some" >"$work/ingest.log" 2>&1
    equal "batches that meet $state are repeated until it is over" "$(drain && echo yes)" yes
    check "$state was met" test "$(sql -c "select last_value from quo.failures")" -gt 3
    equal "$state makes no dead letter" "$(server_dead_letters)" 0
done
sql -c "drop trigger fail on quo.messages"
empty "the tables are what the oracle makes of the archive" "$(differences | head -5)"

# A real deadlock: somebody else's transaction takes the rows in the other order, and bears
# to wait for longer than the worker.
fresh_schema
"$QUOSYNC" ingest "$work/deliveries" >"$work/ingest.log" 2>&1
drain
"$deliveries" --sets 10 --seed 99 --prefix again_ trouble 100 >"$work/some"
sql -c "alter system set deadlock_timeout = '200ms'" -c "select pg_reload_conf()" >/dev/null
sql -c "begin" -c "set local deadlock_timeout = '20s'" \
    -c "select from quo.contacts where id = (select max(id) from quo.contacts) for update" \
    -c "select pg_sleep(1.5)" \
    -c "select from quo.contacts where id < (select max(id) from quo.contacts) for update" \
    -c "commit" >/dev/null &
other=$!
sleep 0.3
"$QUOSYNC" ingest "$work/some" >"$work/ingest.log" 2>&1
equal "a worker gets through a deadlock" "$(drain && echo yes)" yes
wait "$other"
equal "a deadlock makes no dead letter" "$(server_dead_letters)" 0
empty "after a deadlock the tables are right" "$(differences | head -5)"

# ---- D7: no connection to be had ---------------------------------------------------------
fresh_schema
"$QUOSYNC" migrate --roles >"$work/migrate.log" 2>&1
sql -c "create role app login" -c "grant quo_worker to app" >/dev/null
export QUOSYNC_DATABASE="host=$PGHOST port=$PGPORT dbname=$PGDATABASE user=app"
start_run
check "a delivery is taken" is_answered 200
sql -c "alter database $PGDATABASE connection limit 0" \
    -c "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'app'" >/dev/null
check "with too many connections (53300) deliveries are refused for now" wait_for 5 is_answered 503
sql -c "alter database $PGDATABASE connection limit -1"
check "until there is one again" wait_for 5 is_answered 200

# ---- D20: as many connections as it is known to take -------------------------------------
send
most=$((2 * ${QUOSYNC_WORKERS:-2} + 6))
held=$(sql -c "select count(*) from pg_stat_activity where usename = 'app'")
check "under load it holds no more than $most connections" test "$held" -le "$most"
stop_run
all_is_well "too many connections"
unset QUOSYNC_DATABASE
sql -c "drop owned by app" -c "drop role app" >/dev/null

# ---- D7: a full disk ------------------------------------------------------------------------
fresh_schema
mount=$(mktemp -d /tmp/quosync-small.XXXXXX)
if mount -t tmpfs -o size=24m,mode=777 tmpfs "$mount" 2>/dev/null; then
    # shellcheck disable=SC2086 # a list of words
    (cd / && $TEST_PG_AS mkdir "$mount/space")
    sql -c "create tablespace small location '$mount/space'"
    sql -c "alter table quo.inbox set tablespace small" -c "alter index quo.inbox_pkey set tablespace small"
    start_run
    send
    head -c 64M /dev/zero 2>/dev/null >"$mount/filler"
    "$deliveries" --prefix big_ transcripts 120 >"$work/big"
    "$sender" --port "$PORT" --secret "$SECRET" --attempts 1 --timeout 8000 \
        --outcomes "$work/big.outcomes" "$work/big" >/dev/null
    check "with a full disk (53100) deliveries are refused for now" \
        grep -q "fail.*503" "$work/big.outcomes"
    equal "and never with another answer" \
        "$(cut -f 4 "$work/big.outcomes" | grep -cv -e 200 -e 503)" 0
    rm "$mount/filler"
    "$sender" --port "$PORT" --secret "$SECRET" --attempts 0 --deadline 30 \
        --outcomes "$work/big.outcomes" "$work/big" >/dev/null
    equal "with room again all are taken" "$(share_ok "$work/big.outcomes")" 100
    stop_run
    cat "$work/big.outcomes" >>"$work/outcomes"
    all_is_well "a full disk"
    sql -c 'set client_min_messages = warning' -c "drop schema quo cascade" -c "drop tablespace small"
else
    echo "# no file system can be mounted here: the full disk is not tried"
    rmdir "$mount"
    mount=
fi

# ---- D14: a schema that is newer than the program ----------------------------------------------
fresh_schema
sql -c "insert into quo.schema_migrations values (9999, 'from_the_future', repeat('0', 64))"
for command in "work --drain" "ingest $work/deliveries" "replay" "prune" "dead retry --all" "erase c1"; do
    # shellcheck disable=SC2086 # a list of words
    "$QUOSYNC" $command >"$work/out" 2>&1
    equal "with a newer schema, quosync ${command%% *} exits 78" "$?" 78
    check "and names both" grep -q "from_the_future.*newer than" "$work/out"
done
sql -c "delete from quo.schema_migrations where number = 9999"

finish
