#!/bin/bash
# migrate.sh - the commands migrate and prune of the built program: exit statuses,
# what they say, behind PgBouncer in transaction mode, and everything else of the
# main job as the role quo_worker, which may do no DDL.
. "$TOP_SRCDIR/tests/support/shell.sh" || exit 99
. "$TOP_SRCDIR/tests/support/program.sh" || exit 99

rows() { psql -XAtq -c "$1"; }
run() { "$QUOSYNC" "$@" --config "$conf" >"$work/out" 2>"$work/err"; }
exits() { local want=$1; shift; run "$@"; [ $? -eq "$want" ]; }
configure

check "--dry-run lists what is missing and changes nothing" exits 0 migrate --dry-run
check "it names the first migration" grep -q 0001_machinery "$work/out"
equal "there is no schema yet" "$(rows "select count(*) from pg_namespace where nspname = 'quo'")" 0
check "other commands say what to do about that" exits 78 work --drain
check "namely to migrate" grep -q 'Run quosync migrate' "$work/err"
check "migrate exits 0" exits 0 migrate
check "again too" exits 0 migrate
psql -Xqc "insert into quo.workspaces (org_id, name, timezone) values ('ORold', 'old', 'UTC')"
check "a workspace can be renamed" exits 0 migrate --rename-workspace ORold ORnew
equal "it says how many rows moved" "$(cat "$work/out")" "1 rows moved from ORold to ORnew"
check "and as JSON" exits 0 migrate --json --rename-workspace ORnew ORold
equal "the same" "$(tr -d ' \n' <"$work/out")" '{"rows":1}'
equal "it is there under one id" "$(rows "select org_id from quo.workspaces where name = 'old'")" ORold
check "one that is not there cannot" exits 78 migrate --rename-workspace ORnew ORold
empty "and nothing is said to have moved" "$(cat "$work/out")"
psql -Xqc "delete from quo.workspaces where org_id = 'ORold'"
check "--status shows when each was applied" exits 0 migrate --status
equal "all of them" "$(grep -c '^0' "$work/out")" "$(ls "$TOP_SRCDIR"/sql/migrations | wc -l)"
equal "the configured workspace has its row" "$(rows 'select org_id from quo.workspaces')" "$org_id"

rows "insert into quo.schema_migrations (number, name, checksum) values (9999, '9999_later', '')"
check "a newer schema is refused by migrate" exits 78 migrate
check "and its version is named" grep -q 9999_later "$work/err"
check "by prune" exits 78 prune
check "by work" exits 78 work --drain
rows "delete from quo.schema_migrations where number = 9999"
rows "update quo.schema_migrations set checksum = 'x' where number = 1"
check "a released migration that changed is refused" exits 78 migrate
check "and named" grep -q 0001_machinery "$work/err"
rows 'drop schema quo cascade' 2>/dev/null

# ---- behind a pooler -----------------------------------------------------------------
if command -v pgbouncer >/dev/null; then
    port=$(free_port)
    mkdir "$work/pooler"
    cat >"$work/pooler/ini" <<INI
[databases]
* = host=$PGHOST port=$PGPORT user=$PGUSER
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $port
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 2
logfile = $work/pooler/log
INI
    chmod 711 "$work"
    user=$(id -u nobody)
    chown -R "$user" "$work/pooler" 2>/dev/null
    (cd / && exec ${TEST_PG_AS:+setpriv --reuid=$user --clear-groups} pgbouncer -q "$work/pooler/ini") \
        >"$work/pooler.out" 2>&1 &
    pooler=$!
    trap 'kill $pooler 2>/dev/null; rm -rf "$work"' EXIT
    direct=$conf
    conf=$work/pooled.conf
    sed "s/^database = .*/database = host=127.0.0.1 port=$port dbname='$PGDATABASE' user=u/" \
        "$direct" >"$conf"
    chmod 600 "$conf"
    wait_for 10 eval "(: </dev/tcp/127.0.0.1/$port) 2>/dev/null"
    statuses=
    pids=
    for n in 1 2 3; do
        "$QUOSYNC" migrate --config "$conf" >"$work/out.$n" 2>&1 &
        pids="$pids $!"
    done
    for pid in $pids; do
        wait "$pid"
        statuses="$statuses $?"
    done
    pid=
    equal "three migrates at once behind PgBouncer all succeed" "$statuses" " 0 0 0"
    equal "and apply each migration once" "$(cat "$work"/out.? | grep -c '^applied 0')" \
        "$(ls "$TOP_SRCDIR"/sql/migrations | wc -l)"
    check "roles are made through it" exits 0 migrate --roles
    check "and retention is applied through it" exits 0 prune
    equal "no setting and no role leaks to the next client" \
        "$(psql -XAtq -h 127.0.0.1 -p "$port" -U u -c "show lock_timeout" -c "select current_user")" "0
$PGUSER"
    conf=$direct
    kill $pooler
else
    check "migrate makes the roles" exits 0 migrate --roles
fi

# ---- as the worker ----------------------------------------------------------------------
rows "create role the_worker login in role quo_worker"
sed -i "s/^database = .*/database = dbname='$PGDATABASE' user=the_worker/" "$conf"
for file in "$TOP_SRCDIR"/tests/samples/*.json; do
    tr -d '\n' <"$file"
    echo
done >"$work/samples"
check "quo_worker stores deliveries" exits 0 ingest "$work/samples"
check "applies them" exits 0 work --drain
equal "all of them" "$(rows 'select count(*) from quo.inbox') $(rows 'select count(*) from quo.dead_letters')" "0 0"
check "makes columns for new custom fields" test "$(rows "select count(*) from pg_attribute
    where attrelid = 'quo.contacts_wide'::regclass and attnum > 17")" -gt 0
rows "create table quo.events_2020_01_06 partition of quo.events
          for values from ('2020-01-06 00:00+00') to ('2020-01-13 00:00+00');
      alter table quo.events_2020_01_06 owner to quo_owner"
check "prunes the archive" exits 0 prune --json
check "by a week" grep -q '"partitions": *1\b\|"weeks": *1\b' "$work/out"
check "and reads the version of the schema" exits 0 migrate --status
rows "delete from quo.schema_migrations where number = (select max(number) from quo.schema_migrations)"
check "but may not migrate an older one" exits 78 migrate
finish
