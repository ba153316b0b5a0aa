#!/bin/bash
# PgBouncer in transaction mode, with two server connections for everybody, between the
# program and its database (D13): every command works through it, and leaves no setting in
# a session that another client gets next.
. "$TOP_SRCDIR/tests/support/shell.sh" || exit 99
. "$TOP_SRCDIR/tests/support/program.sh" || exit 99
. "$TOP_SRCDIR/tests/support/fakequo.sh" || exit 99

pgbouncer=$(command -v pgbouncer || echo /usr/sbin/pgbouncer)
if [ ! -x "$pgbouncer" ]; then
    echo "PgBouncer is not installed"
    exit 77
fi

# shellcheck disable=SC2086 # a list of words
as_server() {
    (cd / && $TEST_PG_AS "$@")
}
pool=$(as_server mktemp -d /tmp/quosync-pool.XXXXXX) || exit 99
as_server tee "$pool/pgbouncer.ini" >/dev/null <<EOF2
[databases]
* = host=$PGHOST port=$PGPORT user=$PGUSER
[pgbouncer]
pool_mode = transaction
default_pool_size = 2
min_pool_size = 2
max_client_conn = 100
auth_type = any
listen_addr =
listen_port = 6432
unix_socket_dir = $pool
logfile = $pool/log
pidfile = $pool/pid
EOF2
chmod 711 "$pool"
as_server "$pgbouncer" "$pool/pgbouncer.ini" >/dev/null 2>&1 &
pooler=$!
trap '[ -z "$pid" ] || kill -9 "$pid" 2>/dev/null
      [ -z "$fake_pid" ] || kill -9 "$fake_pid" 2>/dev/null
      kill "$pooler" $(cat "$pool/pid" 2>/dev/null) 2>/dev/null; rm -rf "$work" "$pool"' EXIT
through() {
    psql -XqAt -h "$pool" -p 6432 -c "$1" 2>>"$work/psql.log"
}
answers() {
    [ "$(through 'select 1')" = 1 ]
}
check "the pooler is there" wait_for 10 answers

fake --seed 8 --contacts 60 --calls 30 --messages 40 --users 2 --numbers 2 --days 5
connect "webhook_secrets_file = $work/secrets"
sed -i "s|^database = .*|database = host=$pool port=6432 dbname=$PGDATABASE user=$PGUSER|" "$conf"
echo "$secret" >"$work/secrets"
chmod 600 "$work/secrets"

# settled SENTENCE: no session of the pool holds what a client would have set.
settled() {
    local i
    for i in 1 2 3 4 5 6; do
        through "select name, setting from pg_settings where source = 'session'
                    and name not in ('application_name', 'client_encoding', 'DateStyle', 'TimeZone')
                 union all select 'prepared', name from pg_prepared_statements
                 union all select 'lock', locktype from pg_locks
                            where locktype = 'advisory' and pid = pg_backend_pid()"
    done >"$work/leaked"
    empty "after $1, the pool's sessions are as they were" "$(sort -u "$work/leaked")"
}

# works SENTENCE STATUS COMMAND...
works() {
    local sentence=$1 expected=$2 status=0
    shift 2
    "$QUOSYNC" "$@" --config "$conf" >"$work/out" 2>&1 || status=$?
    [ "$status" = "$expected" ] && pass "$sentence works through a pooler" ||
        fail "$sentence works through a pooler" "status $status" "$(tail -n 3 "$work/out")"
    settled "$sentence"
}

works migrate 0 migrate
start run
check "run takes deliveries through a pooler" posted "$TOP_SRCDIR"/tests/samples/*.json
check "and applies them" wait_for 30 idle
stop
settled run
for file in "$TOP_SRCDIR"/tests/samples/*.json; do
    tr -d '\n' <"$file"
    echo
done >"$work/lines"
echo '{"webhook-id": "of no use", "body": "[]"}' >>"$work/lines"
works ingest 0 ingest "$work/lines"
works "work --drain" 0 work --drain --workers 4
works "dead list" 0 dead list
works "dead retry" 0 dead retry --all
works "work --drain after it" 0 work --drain
works replay 0 replay
works "replay --rebuild" 0 replay --rebuild
equal "each delivery is there as often as it came" \
    "$(rows 'select count(*), (select count(*) from quo.dead_letters) from quo.events')" \
    "$((2 * $(ls "$TOP_SRCDIR"/tests/samples/*.json | wc -l)))|1"
works "webhook ensure" 0 webhook ensure http://127.0.0.1:1/webhooks/quo
works reconcile 0 reconcile directory contacts calls messages
works "reconcile again" 0 reconcile
erased=$(rows "select id from quo.live_contacts order by id desc limit 1")
works erase 0 erase "$erased"
equal "what was erased is gone" \
    "$(rows "select count(*) from quo.live_contacts where id = '$erased'")" 0
works prune 0 prune --keep-content=1d
works "dead discard" 0 dead discard --all
"$QUOSYNC" status --no-rest --config "$conf" >"$work/out" 2>&1
check "status answers through a pooler" grep -q inbox "$work/out"
equal "two connections are all that it took" \
    "$(rows "select count(*) <= 2 from pg_stat_activity where application_name like 'quosync%'")" t
finish
