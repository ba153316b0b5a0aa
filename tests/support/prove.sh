# prove.sh - sourced by end-to-end tests that compare the tables with the oracle, or
# ask whether everything that was acknowledged is there.
#
#   fresh_schema              an empty, migrated schema
#   drain [OPTION...]         `quosync work --drain`
#   differences               the rows in which tables and oracle differ; empty: equal
#   digest                    one line for each table; equal lines mean equal tables
#   broken_promises FILE      what the set test finds wrong, given the sender's outcomes
#
# What the program needs to know is in the environment: SECRET, PORT and the exported
# QUOSYNC_ variables.
. "$TOP_SRCDIR/tests/support/shell.sh" || exit 99

# Whatever ends the test, what it started must not outlive it. (Never TERM a child that may
# not have become another program yet: bash would run this trap in it.)
trap 'kill -KILL $(jobs -p) 2>/dev/null; rm -rf "$work"' EXIT

SECRET=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
PORT=$(free_port)
export QUOSYNC_WEBHOOK_SECRETS=$SECRET QUOSYNC_LISTEN=127.0.0.1:$PORT
export QUOSYNC_ADMIN_LISTEN=127.0.0.1:0 QUOSYNC_LOG=warn
deliveries=$TOP_BUILDDIR/tests/support/deliveries
sender=$TOP_BUILDDIR/tests/support/sender

sql() {
    psql -XqAt -v ON_ERROR_STOP=1 "$@"
}

fresh_schema() {
    sql -c 'set client_min_messages = warning' -c 'drop schema if exists quo cascade' &&
        "$QUOSYNC" migrate >"$work/migrate.log" 2>&1 || { cat "$work/migrate.log"; exit 99; }
}

drain() {
    timeout 60 "$QUOSYNC" work --drain "$@" 2>>"$work/work.log"
}

differences() {
    sql -f "$TOP_SRCDIR/tests/oracle/oracle.sql" &&
        sql -f "$TOP_SRCDIR/tests/oracle/compare.sql" || echo "the oracle could not be asked"
}

digest() {
    sql -f "$TOP_SRCDIR/tests/oracle/digest.sql"
}

# A line for each promise that was broken: a delivery that was acknowledged and is not
# there, one that is there twice, one that nobody sent, one that waits for ever.
broken_promises() {
    sql <<SQL
create temp table outcome (id text, outcome text, attempts int, status int);
\copy outcome from '$1'
with stored as (
    select webhook_id as id, count(*) as times
      from (select webhook_id from quo.events
            union all select webhook_id from quo.dead_letters) as s
     group by 1)
select 'lost: ' || id || ', acknowledged after ' || attempts || ' attempts'
  from outcome where outcome = 'ok' and not exists (select from stored as s where s.id = outcome.id)
union all
select 'stored ' || times || ' times: ' || id from stored where times > 1
union all
select 'never sent: ' || id from stored
 where not exists (select from outcome where outcome.id = stored.id and attempts > 0)
union all
select 'still waiting: ' || webhook_id from quo.inbox;
SQL
}

# share_ok FILE: how many per cent of the deliveries came to be acknowledged.
share_ok() {
    awk -F'\t' '$2 == "ok" { ok++ } END { printf "%d", NR ? 100 * ok / NR : 0 }' "$1"
}

# listening: whether the receiver takes connections.
listening() {
    (: <"/dev/tcp/127.0.0.1/$PORT") 2>/dev/null
}

# stop_run: ends the receiver whose process is $server, if it still runs.
stop_run() {
    kill -TERM "$server" 2>/dev/null
    wait "$server" 2>/dev/null
}
