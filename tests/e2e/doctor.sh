#!/bin/bash
# doctor.sh - quosync doctor: a healthy set-up has nothing but `ok`; then each thing
# is broken in turn, and the line that tells of it, its remedy and the exit status
# are read, before it is mended again. No secret is ever printed.
. "$TOP_SRCDIR/tests/support/shell.sh" || exit 99
. "$TOP_SRCDIR/tests/support/program.sh" || exit 99
. "$TOP_SRCDIR/tests/support/fakequo.sh" || exit 99

said=$work/said # all that was ever printed

doctor() {
    status=0
    QUOSYNC_TEST_BACK_OFF_DIVISOR=100 timeout 60 "$QUOSYNC" doctor "$@" >"$work/out" 2>"$work/err" \
        --config "$conf" </dev/null || status=$?
    cat "$work/out" "$work/err" >>"$said"
}

# judged SENTENCE STATUS STATE CHECK PATTERN: of the last run, the exit status and a line.
judged() {
    if [ "$status" = "$2" ] && grep -E "^$3 +$4( |$)" "$work/out" | grep -qE -- "$5"; then
        pass "$1"
    else
        fail "$1" "expected: exit $2 and $3 $4 $5" "got: exit $status" \
            "$(grep -E "^[a-z]+ +$4( |$)" "$work/out")" "$(cat "$work/err")"
    fi
}

# broken SENTENCE STATUS STATE CHECK PATTERN BREAK MEND: SQL, by the superuser.
broken() {
    rows "$6" >/dev/null || fail "$1: it can be broken"
    doctor --no-rest
    judged "${@:1:5}"
    [ -z "$7" ] || rows "$7" >/dev/null || fail "$1: it can be mended"
}

# with_line SENTENCE STATUS STATE CHECK PATTERN LINE...: a configuration with other lines.
with_line() {
    local good=$conf key line
    conf=$work/other.conf
    cp "$good" "$conf"
    for line in "${@:6}"; do
        key=${line%% =*}
        sed -i "/^$key =/d" "$conf"
        echo "$line" >>"$conf"
    done
    chmod 600 "$conf"
    doctor --no-rest
    judged "${@:1:5}"
    conf=$good
}

# The server, again: what with_postgres.sh gives it for speed is what doctor warns of.
pg_ctl() {
    # cd: the server's user may not be allowed to look into the present folder
    (cd / && $TEST_PG_AS "$TEST_PG_BIN/pg_ctl" -D "$TEST_PG_DATA" -s -w -t 60 "$@") >/dev/null 2>&1
}
start_server() {
    pg_ctl -o "-k $PGHOST -p $PGPORT -c listen_addresses=127.0.0.1 -c max_connections=100 \
        -c ssl=on -c max_prepared_transactions=1" -l "$TEST_PG_DATA/again.log" start
}
start_again() {
    pg_ctl -m fast stop
    for _ in 1 2 3 4 5; do
        PGPORT=$(free_port)
        export PGPORT
        start_server && return
    done
    fail "the server starts again" "$(tail -n 5 "$TEST_PG_DATA/again.log")"
    finish
}
configure
doctor --no-rest
judged "a server that was started without fsync" 78 failed durability \
    'fsync is off.*without -c fsync on its command line'
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=db.test \
    -addext subjectAltName=DNS:db.test -keyout "$work/server.key" -out "$work/server.crt" 2>"$work/openssl"
for file in server.key server.crt; do
    (cd / && $TEST_PG_AS sh -c "umask 077 && cat >'$TEST_PG_DATA/$file'") <"$work/$file"
done
start_again
version=$(rows 'show server_version_num')
at_least() { [ "$version" -ge "${1}0000" ]; } # PostgreSQL

# ---- a healthy set-up ---------------------------------------------------------------------
fake --seed 3 --contacts 20 --calls 10 --messages 10 --users 2 --numbers 2
secrets=$work/secrets
connect "webhook_secrets_file = $secrets" "org_id = ORfak3W0rkspc"
# A key of random bytes, as Quo's are; the one of the API is a word of ours.
(umask 077 && echo "whsec_$(head -c 32 /dev/urandom | base64 -w 0)" >"$secrets")
superuser=$conf
"$QUOSYNC" migrate --config "$conf" >"$work/migrated" 2>&1 || fail "migrate" "$(cat "$work/migrated")"
doctor --no-rest
judged "roles that were not made" 0 ok roles 'optional'
judged "then row level security is off" 0 ok row-security 'migrate --roles was not run'
rows "insert into quo.workspaces values ('ORfak3W0rkspc', 'default', 'UTC')
      on conflict do nothing" >/dev/null
"$QUOSYNC" migrate --roles --config "$conf" >"$work/migrated" 2>&1 || fail "migrate --roles" \
    "$(cat "$work/migrated")"
rows "create role quosync login in role quo_worker"
conf=$work/worker.conf
sed "s/^database = .*/& user=quosync/" "$superuser" >"$conf"
chmod 600 "$conf"
ensure() {
    "$QUOSYNC" webhook ensure "http://$listen/webhooks/quo" --config "$conf" >"$work/ensured" 2>&1 ||
        fail "webhook ensure" "$(cat "$work/ensured")"
}
ensure
start run
doctor
equal "a healthy set-up exits 0" "$status" 0
# PostgreSQL before 15 notes no collation, and its views do not obey row level security.
other=$(at_least 15 || grep -cE '^(skipped +collation|warning +row-security) ' "$work/out")
equal "every check of it is ok" "$(grep -cv '^ok ' "$work/out")" "$((1 + ${other:-0}))" # and the sum
check "there are as many as were promised" test "$(grep -c '^ok ' "$work/out")" -ge "$((39 - ${other:-0}))"
check "the receiver that holds the addresses is known as ours" \
    grep -qE '^ok +listen .*quosync listens' "$work/out"
equal "there is a line for each check, and their sum" "$(awk '{ print $2 }' "$work/out" | sort | uniq -d)" ""
empty "nothing is on stderr" "$(cat "$work/err")"
doctor --json
check "--json says the same" grep -q '"healthy": true' "$work/out"
equal "--json is one document" "$(python3 -c 'import json, sys; print(len(json.load(sys.stdin)["checks"]))' \
    <"$work/out" 2>&1)" "$(grep -c '"check"' "$work/out")"
equal "a run takes no more connections than doctor counts" \
    "$(rows "select count(*) <= 7 from pg_stat_activity where application_name ~ '^quosync'")" t
stop

# ---- the configuration ---------------------------------------------------------------------
with_line "an unknown key" 78 failed configuration \
    'other.conf:[0-9]+: bogus: unknown key.*quosync.conf\(5\)' 'bogus = 1'
check "the rest is judged all the same" grep -qE '^ok +privileges' "$work/out"
check "and mistakes are not told twice" test ! -s "$work/err"
QUOSYNC_DATABSE=x doctor --no-rest
judged "a variable that it does not know" 0 warning configuration 'QUOSYNC_DATABSE.*Correct its name, or unset'
with_line "a secret in two places" 78 failed configuration 'webhook_secrets_file is set too' \
    "webhook_secrets = $secret"
good=$conf
conf=$work/other.conf
sed '/^webhook_secrets_file =/d' "$good" >"$conf"
doctor --no-rest
judged "no secret, but an API key" 0 warning webhook-secrets 'serve and run do not start.*webhook ensure'
sed -i '/^api_key_file =/d' "$conf"
doctor
judged "neither a secret nor an API key" 78 failed webhook-secrets 'nothing can come in.*whsec_'
judged "without an API key Quo is not asked" 78 skipped api-key 'there is no API key'
conf=$good
(umask 077 && echo whsec_REPLACE_ME >"$work/placeholder" && echo "$secret" >"$work/made-up")
with_line "a secret that is none" 78 failed configuration 'placeholder.*secret 1 of 1' \
    "webhook_secrets_file = $work/placeholder"
judged "then secrets are not judged" 78 skipped webhook-secrets 'cannot be read: see configuration'
with_line "a secret that somebody made up" 0 warning webhook-secrets 'secret 1 of 1.*placeholder.*rotate' \
    "webhook_secrets_file = $work/made-up"
(umask 077 && cat "$secrets" && echo whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw) >"$work/published"
with_line "a secret that is printed in documents" 0 warning webhook-secrets 'secret ([0-9]) of \1 looks like a placeholder' \
    "webhook_secrets_file = $work/published"
(umask 077 && echo whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA) >"$work/nulls"
with_line "a secret that is no random bytes" 0 warning webhook-secrets 'secret 1 of 1.*placeholder' \
    "webhook_secrets_file = $work/nulls"
with_line "a secret that is still to come" 78 failed configuration 'No such file.*Run quosync webhook ensure' \
    "webhook_secrets_file = $work/later"
chmod 644 "$secrets"
doctor --no-rest
judged "a secret file that everybody can read" 78 failed configuration 'mode 0644\)\. Run: chmod 600 /'
chmod 640 "$secrets"
doctor --no-rest
judged "a secret file that its group can read" 0 warning configuration 'its group.*chmod 600'
chmod 600 "$secrets"
chmod 602 "$conf"
doctor --no-rest
judged "a configuration that everybody can change" 78 failed files 'everybody can change.*chmod o-w'
chmod 600 "$conf"
mkdir -m 777 "$work/open"
cp "$conf" "$work/open/quosync.conf"
conf=$work/open/quosync.conf
doctor --no-rest
judged "a folder in which everybody can replace it" 78 failed files 'can be written by all.*chmod o-w'
conf=$good
if [ "$(id -u)" = 0 ] && command -v setpriv >"$work/setpriv"; then
    mkdir "$work/theirs"
    cp "$QUOSYNC" "$secrets" "$work/api-key" "$work/theirs/"
    sed "s,= $work/,= $work/theirs/," "$good" >"$work/theirs/quosync.conf"
    chown 1:65534 "$work/theirs"/*
    chmod 640 "$work/theirs"/*
    chmod 755 "$work/theirs/quosync" "$work/theirs"
    chmod 711 "$work"
    program=$QUOSYNC QUOSYNC=$work/theirs/as
    printf '#!/bin/sh\nexec setpriv --reuid=65534 --regid=65534 --clear-groups %s "$@"\n' \
        "$work/theirs/quosync" >"$QUOSYNC"
    chmod 755 "$QUOSYNC"
    conf=$work/theirs/quosync.conf
    doctor --no-rest
    judged "files of a user who is neither root nor this one" 0 warning files 'user 1,.*\(65534\)\. Run: chown root'
    judged "a folder in which no new key can be kept" 0 warning webhook-secrets 'user 65534 cannot write in.*folder of its own'
    QUOSYNC=$program conf=$good
    chmod 700 "$work"
fi
{
    grep -vE '^(webhook_secrets_file|api_key_file|org_id)' "$good"
    printf '[workspace %s]\norg_id = OR%s\nwebhook_secrets_file = %s\n' a a "$secrets" b b "$secrets"
} >"$work/two.conf"
chmod 600 "$work/two.conf"
conf=$work/two.conf
rows "insert into quo.users (org_id, id, merge_state) values ('ORfak3W0rkspc', 'US1', '')"
doctor --no-rest
rows 'delete from quo.users'
judged "two workspaces with one secret" 78 failed configuration 'workspace "a" has one of these secrets'
judged "rows of a workspace that none of several is" 78 warning workspaces '"ORfak3W0rkspc".*Give it a section'
check "lines name the workspace where there are several" grep -qE '^ok +webhook-secrets \(a\)' "$work/out"
doctor --no-rest --workspace b
equal "of one that is asked for, no other is told" "$(grep -oE '\((a|b)\)' "$work/out" | sort -u)" "(b)"
conf=$good
with_line "a file that is not there" 78 failed configuration 'cannot open "/nowhere"' 'api_key_file = /nowhere'

# ---- this host -----------------------------------------------------------------------------
with_line "an address that another program holds" 78 failed listen 'another program.*ss -ltnp' \
    "listen = ${fake#http://}"
with_line "an admin address that another program holds" 78 failed admin-listen 'change admin_listen' \
    "admin_listen = ${fake#http://}"
with_line "an address that a mute program holds" 0 warning listen 'does not answer.*ss -ltnp' \
    "listen = 127.0.0.1:$PGPORT"
with_line "an address that this host has not" 78 failed listen 'cannot listen on "192.0.2.1:8480".*ip address' \
    'listen = 192.0.2.1:8480'
with_line "an address that everybody can reach" 0 warning listen 'without TLS.*behind a proxy' \
    "listen = 0.0.0.0:${listen##*:}"
(ulimit -n 300 && doctor --no-rest
 judged "fewer open files than sockets" 0 warning descriptors 'LimitNOFILE=768'
 exit "$failures") || failures=$((failures + 1))

# ---- the way to the database ----------------------------------------------------------------
with_line "no server" 69 failed database 'could not connect.*Is PostgreSQL running' \
    'database = host=/nowhere user=quosync'
check "then the schema is not judged" grep -qE '^skipped +schema +the database is not reached' "$work/out"
check "but the rest is" grep -qE '^ok +webhook-secrets' "$work/out"
with_line "no such database" 78 failed database 'does not exist.*quosync config.*createdb' \
    'database = dbname=nowhere user=quosync'
with_line "no such role" 78 failed database 'role "nosuch" does not exist.*create role' \
    'database = user=nosuch'
(cd / && $TEST_PG_AS sed -i '1i local all peer peer' "$TEST_PG_DATA/pg_hba.conf")
rows "create role peer login" && rows 'select pg_reload_conf()' >/dev/null
wait_for 10 eval "! PGUSER=peer psql -XAtqc 'select 1' >>'$work/peer' 2>&1"
with_line "a role of another user's name" 78 failed database 'Peer authentication failed.*sudo -u' \
    'database = user=peer'
with_line "a connection string that is none" 78 failed database 'malformed' \
    'database = host=/nowhere nonsense password=MARKER-1'
check "an outage is worse than what was found, a mistake worse than an outage" \
    [ "$(with_line x 78 failed database x 'database = host=/nowhere' 'bogus = 1' >/dev/null
         echo "$status")" = 78 ]
# libpq takes 0.0.0.0 for an address that is not this host's, Linux for one that is.
remote="dbname=$PGDATABASE host=db.test hostaddr=0.0.0.0 port=$PGPORT user=quosync"
with_line "a way without encryption" 0 warning encryption 'to db.test in the clear.*sslmode=verify-full' \
    "database = $remote sslmode=disable"
with_line "a server that nobody verifies" 0 warning encryption 'TLSv1.*nobody checks that db.test is.*verify-full' \
    "database = $remote sslmode=require"
with_line "one that is verified" 0 ok encryption 'TLSv1.*, the server is verified' \
    "database = $remote sslmode=verify-full sslrootcert=$work/server.crt"
with_line "one that is another" 69 failed database 'certificate' \
    "database = ${remote/db.test/db2.test} sslmode=verify-full sslrootcert=$work/server.crt"
with_line "TLS that stays on this host" 0 ok encryption 'stays on this host, and is encrypted' \
    "database = dbname=$PGDATABASE host=127.0.0.1 port=$PGPORT user=quosync sslmode=require"
# relayed VERSION WORD SENTENCE STATUS STATE CHECK PATTERN: through other_version.py
relayed() {
    rm -f "$work/relay"
    python3 "$TOP_SRCDIR/tests/e2e/other_version.py" "$work/relay" "$1" "$2" 2>"$work/relay.err" &
    local relay=$!
    wait_for 10 test -e "$work/relay" || fail "the relay starts" "$(cat "$work/relay.err")"
    with_line "${@:3}" "database = dbname=$PGDATABASE host=127.0.0.1 port=$(cat "$work/relay") user=quosync \
sslmode=disable gssencmode=disable"
    kill "$relay"
    wait "$relay" 2>/dev/null
}
relayed "12.22 (Debian 12.22-1)" '' "a server that is too old" 78 failed server-version \
    'PostgreSQL 12\.22 .*is older than 13\. Upgrade the server'
relayed "14.20" '' "views that do not obey row level security" 0 warning row-security \
    'views of PostgreSQL 14 do not.*upgrade the server to 15'
judged "a collation that is not noted" 0 skipped collation 'PostgreSQL 14 does not note'
# 70: an older one is asked what it cannot know.
relayed "19beta1" '' "a server that is too new" "$(at_least 15 && echo 0 || echo 70)" warning server-version \
    'PostgreSQL 19beta1 is newer than 18.*Look for a newer quosync'
relayed "15.20" pg_replication_slots "a connection that is lost on the way" 69 failed storage 'database|connection'
check "then what follows is not judged" test "$(grep -cE \
    '^skipped +(schema|privileges|inbox|left-over) .*connection to the database was lost' "$work/out")" = 4
if command -v pgbouncer >/dev/null; then
    pooler() {
        port=$(free_port)
        cat >"$work/pooler/ini" <<INI
[databases]
* = host=$PGHOST port=$PGPORT user=quosync
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $port
unix_socket_dir =
auth_type = any
pool_mode = $1
logfile = $work/pooler/log
INI
        chown -R "$(id -u nobody)" "$work/pooler" 2>/dev/null
        (cd / && exec ${TEST_PG_AS:+setpriv --reuid=nobody --clear-groups} pgbouncer -q \
            "$work/pooler/ini") >"$work/pooler.out" 2>&1 &
        pooler=$!
        wait_for 10 eval "(: </dev/tcp/127.0.0.1/$port) 2>/dev/null"
        with_line "${@:2}" "database = host=127.0.0.1 port=$port dbname=$PGDATABASE user=u"
        kill "$pooler"
        wait "$pooler" 2>/dev/null
    }
    mkdir "$work/pooler"
    chmod 711 "$work"
    pooler transaction "PgBouncer in transaction mode" 0 ok pooler 'holds transactions'
    pooler statement "PgBouncer in statement mode" 78 failed pooler 'pool_mode = transaction'
    chmod 700 "$work"
fi

# ---- settings, and where each was set ---------------------------------------------------------
broken "no synchronous commits for the role" 1 failed durability \
    'synchronous_commit is off.*alter role "quosync" reset synchronous_commit;' \
    'alter role quosync set synchronous_commit = off' 'alter role quosync reset synchronous_commit'
broken "nor for the role in the database" 1 failed durability \
    'alter role "quosync" in database "postgres" reset synchronous_commit;' \
    'alter role quosync in database postgres set synchronous_commit = off' \
    'alter role quosync in database postgres reset synchronous_commit'
PGOPTIONS='-c synchronous_commit=off' doctor --no-rest
judged "nor by an option" 1 failed durability 'Take synchronous_commit out of PGOPTIONS'
reloaded() { rows 'select pg_reload_conf()' >/dev/null; wait_for 10 eval "[ \"\$(rows 'show $1')\" = $2 ]"; }
for setting in fsync full_page_writes; do
    rows "alter system set $setting = off"
    reloaded $setting off
    doctor --no-rest
    judged "no $setting" 1 failed durability "$setting is off.*alter system set $setting = 'on'"
    rows "alter system reset $setting"
    reloaded $setting on
done
rows "alter system set autovacuum = off"
reloaded autovacuum off
doctor --no-rest
judged "no autovacuum" 0 warning settings "the inbox grows.*alter system set autovacuum = 'on'"
rows "alter system reset autovacuum"
reloaded autovacuum on
broken "a database that is read only" 78 failed writable \
    'nothing can be stored.*alter database "postgres" reset default_transaction_read_only;' \
    'alter database postgres set default_transaction_read_only = on' \
    'begin read write; alter database postgres reset default_transaction_read_only; commit'
for setting in "statement_timeout='5s'" "row_security=off" "track_counts=off" \
    "default_transaction_isolation=serializable" "plan_cache_mode=force_generic_plan"; do
    name=${setting%%=*}
    state=warning expected=0
    [ "$name" != row_security ] || state=failed expected=78
    broken "$setting" $expected $state settings "$name is .*reset $name;" \
        "alter role quosync set $setting" "alter role quosync reset $name"
done
broken "isolation that makes statements fail" 0 warning settings 'is repeatable read: .*40001' \
    "alter role quosync set default_transaction_isolation = 'repeatable read'" \
    'alter role quosync reset default_transaction_isolation'
broken "pages that are emptied" 1 failed durability 'zero_damaged_pages is on: .*alter role "quosync" reset' \
    'alter role quosync set zero_damaged_pages = on' 'alter role quosync reset zero_damaged_pages'
broken "a session that takes itself for a replica" 0 warning settings 'session_replication_role is replica' \
    'alter role quosync set session_replication_role = replica' \
    'alter role quosync reset session_replication_role'
if at_least 17; then
    broken "transactions that are cut" 0 warning settings 'transaction_timeout is 60000 ms: it cuts erase' \
        "alter role quosync set transaction_timeout = '1min'" 'alter role quosync reset transaction_timeout'
fi
if at_least 14; then
    broken "idle sessions that are ended" 0 warning settings 'idle_session_timeout is 60000 ms.*503' \
        "alter role quosync set idle_session_timeout = '1min'" 'alter role quosync reset idle_session_timeout'
fi

# ---- the server and the role --------------------------------------------------------------------
libc=
! at_least 15 || libc='locale_provider libc'
rows "create database latin template template0 encoding 'LATIN1' locale 'C' $libc" ||
    fail "a database of another encoding is made"
with_line "a database that cannot hold every name" 78 failed encoding 'LATIN1.*createdb.*UTF8' \
    'database = dbname=latin user=quosync'
judged "a database without migrations" 78 skipped migrations 'none is known to be applied'
judged "a database without a schema" 78 failed schema 'has no schema quo.*Run quosync migrate'
broken "a role that may connect three times" 78 failed connections 'takes? 9 \(workers = 2\).* 3\. Raise' \
    'alter role quosync connection limit 3' 'alter role quosync connection limit -1'
broken "a database that takes three connections" 78 failed connections 'the server gives 3\. Raise' \
    "alter database $PGDATABASE connection limit 3" "alter database $PGDATABASE connection limit -1"
rows 'alter role quosync connection limit 7'
for _ in 1 2 3 4 5; do
    PGUSER=quosync PGAPPNAME=idler psql -XAtqc 'select pg_sleep(120)' >>"$work/idlers" 2>&1 &
done
idlers="from pg_stat_activity where application_name = 'idler'"
wait_for 20 eval "[ \"\$(rows \"select count(*) $idlers\")\" = 5 ]"
with_line "connections that run out" 0 warning connections '^.* 1 of 7 are left.*PgBouncer' 'workers = 1'
rows "select pg_terminate_backend(pid) $idlers" >"$work/terminated"
rows 'alter role quosync connection limit -1'
with_line "more workers than connections" 78 failed connections '133 \(workers = 64\)' 'workers = 64'
broken "a superuser" 0 warning role 'is a superuser.*migrate --roles' \
    'alter role quosync superuser' 'alter role quosync nosuperuser'
broken "a role that passes row level security" 0 warning role 'BYPASSRLS' \
    'alter role quosync bypassrls' 'alter role quosync nobypassrls'
broken "a role that makes roles" 0 warning role 'CREATEROLE' \
    'alter role quosync createrole' 'alter role quosync nocreaterole'
# A clock that is wrong: the session finds another function before pg_catalog's.
rows "create schema wrong; grant usage on schema wrong to public;
      create function wrong.clock_timestamp() returns timestamptz
      language sql as \$\$ select pg_catalog.clock_timestamp() + current_setting('wrong.by')::interval \$\$;
      create function wrong.now() returns timestamptz
      language sql as \$\$ select pg_catalog.now() + current_setting('wrong.later')::interval \$\$;
      alter role quosync set wrong.later = '0 s'"
broken "a server whose clock is a minute ahead" 0 warning database-clock '6[01] s ahead of this.*NTP' \
    "alter role quosync set search_path = wrong, pg_catalog; alter role quosync set wrong.by = '61 s'" ''
broken "a server whose clock is an hour behind" 1 failed database-clock '(59|60) m behind this.*NTP' \
    "alter role quosync set wrong.by = '-60 min'" "alter role quosync set wrong.by = '0 s'"
rows "alter role quosync set wrong.later = '2 h'"
broken "a prepared transaction that nobody ends" 0 warning storage \
    '1 prepared transaction is older .*"forgotten".*rollback prepared .forgotten.' \
    "begin; create table public.undecided (n int); prepare transaction 'forgotten'" ''
rows "rollback prepared 'forgotten'"
rows 'alter role quosync reset search_path; alter role quosync reset wrong.by'
rows 'alter role quosync reset wrong.later; drop schema wrong cascade' 2>"$work/dropped"
broken "a replication slot that nobody reads" 0 warning storage '1 replication slot is not.*"left".*pg_drop_replication_slot' \
    "select pg_create_physical_replication_slot('left', true)" "select pg_drop_replication_slot('left')"
if at_least 15; then
    then=$(rows "select quote_nullable(datcollversion) from pg_database where datname = 'postgres'")
    broken "text that sorts otherwise than before" 0 warning collation 'reindex database "postgres"' \
        "update pg_database set datcollversion = '0.1' where datname = 'postgres'" \
        "update pg_database set datcollversion = $then where datname = 'postgres'"
fi

# ---- the schema -----------------------------------------------------------------------------------
last=$(rows 'select max(number) from quo.schema_migrations')
rows "create table public.kept as select * from quo.schema_migrations" >/dev/null
restore="truncate quo.schema_migrations; insert into quo.schema_migrations select * from public.kept"
broken "a schema that is older than the program" 78 failed schema 'older than.*Run quosync migrate' \
    "delete from quo.schema_migrations where number = $last" "$restore"
check "then rows are not judged" grep -qE '^skipped +inbox' "$work/out"
check "rights are" grep -qE '^ok +privileges' "$work/out"
broken "a schema that is newer" 78 failed schema 'newer than.*Install the quosync that migrated it' \
    "insert into quo.schema_migrations values ($last + 1, 'later', 'x')" "$restore"
broken "a released migration that changed" 78 failed migrations '"0001_machinery".*never changes' \
    "update quo.schema_migrations set checksum = 'x' where number = 1" "$restore"
broken "an index that was not built to the end" 1 failed tables 'reindex index quo.contacts_pkey' \
    "update pg_index set indisvalid = false where indexrelid = 'quo.contacts_pkey'::regclass" \
    "update pg_index set indisvalid = true where indexrelid = 'quo.contacts_pkey'::regclass"
broken "a week that a prune left detached" 0 warning tables 'events_2001_01_01.*quosync prune' \
    'create table quo.events_2001_01_01 (n int); alter table quo.events_2001_01_01 owner to quo_owner' \
    'drop table quo.events_2001_01_01'
broken "a table of another owner" 0 warning tables '\(table quo.calls\).*next migration.*alter table quo.calls owner to "quo_owner";' \
    'alter table quo.calls owner to postgres' 'alter table quo.calls owner to quo_owner'
broken "a function of another owner" 0 warning tables \
    'alter function quo.trim_list\(.*\) owner to "quo_owner";' \
    'alter function quo.trim_list owner to postgres' 'alter function quo.trim_list owner to quo_owner'
broken "a role that is missing" 0 warning roles 'missing: quo_reader.*migrate --roles' \
    'alter role quo_reader rename to hidden' 'alter role hidden rename to quo_reader'
broken "an owner who can log in" 0 warning roles 'alter role quo_owner nologin' \
    'alter role quo_owner login' 'alter role quo_owner nologin'
broken "a worker who makes tables" 0 warning roles 'quo_worker may create' \
    'grant create on schema quo to quo_worker' 'revoke create on schema quo from quo_worker'
broken "a table without row level security" 0 warning row-security 'off on 1 of [0-9]+.*migrate --roles' \
    'alter table quo.calls disable row level security' 'alter table quo.calls enable row level security'
if at_least 15; then
    broken "a view that shows rows of other workspaces" 0 warning row-security '1 view shows rows.*Run: quosync migrate' \
        'alter view quo.activities set (security_invoker = false)' ''
    "$QUOSYNC" migrate --config "$superuser" >"$work/migrated" 2>&1
    doctor --no-rest
    judged "which migrate mends" 0 ok row-security 'on for all tables'
fi
broken "a role that row level security stops" 78 failed row-security 'grant quo_worker to "quosync"' \
    'revoke quo_worker from quosync' ''
judged "it may do nothing either" 78 failed privileges 'for quosync work, "quosync" lacks usage on schema quo; .*\(and on [0-9]+ more\).*grant quo_worker to "quosync"'
rows 'grant quo_worker to quosync'
broken "one right that is missing" 78 failed privileges \
    'for quosync work, "quosync" lacks insert on quo.events\. Run quosync migrate --roles' \
    'revoke insert on quo.events from quo_worker' 'grant insert on quo.events to quo_worker'
equal "only the commands that need it are named" "$(grep -c '^failed' "$work/out")" 1
broken "a function that may not be called" 78 failed privileges 'execute on quo.store_deliveries' \
    'revoke execute on function quo.store_deliveries from quo_worker' \
    'grant execute on function quo.store_deliveries to quo_worker'
broken "Citus, and a schema that it does not distribute" 78 warning distribution \
    'tables are local.*after each migrate.*citus.sql' \
    "insert into pg_extension values (99999, 'citus', 10, 11, false, '13.2-1', null, null)" ''
judged "and an owner who cannot log in between its nodes" 78 failed roles 'alter role quo_owner login'
check "migrate says so, too" grep -q 'are not distributed: run psql -f .*/citus.sql' \
    <("$QUOSYNC" migrate --config "$superuser" 2>&1)
rows 'delete from pg_extension where oid = 99999'
broken "a workspace of which there are no rows" 0 ok workspaces 'all rows are of' \
    "insert into quo.workspaces values ('default', 'default', 'UTC')" ''
broken "rows of another org_id" 0 warning workspaces \
    '"default".*migrate --rename-workspace default ORfak3W0rkspc' \
    "insert into quo.users (org_id, id, merge_state) values ('default', 'US1', '')" \
    "delete from quo.users; delete from quo.workspaces where org_id = 'default'"
broken "a workspace without its role" 0 warning workspaces 'quo_org_ORfak3W0rkspc.*migrate --roles' \
    'alter role "quo_org_ORfak3W0rkspc" rename to hidden' \
    'alter role hidden rename to "quo_org_ORfak3W0rkspc"'
broken "a turn that is an hour away" 1 failed rate-limit '3[56][0-9][0-9] s.*delete from quo.rate_limits' \
    "insert into quo.rate_limits values ('k', (extract(epoch from now()) + 3600) * 1000000)" \
    "delete from quo.rate_limits where key = 'k'"

# ---- what waits and what was left -------------------------------------------------------------------
old="'ORfak3W0rkspc', now() - interval"
broken "a delivery that waits for an hour" 1 failed inbox '1 waits, .* 60 m.*Start quosync run' \
    "insert into quo.inbox (org_id, received_at, webhook_id, body) values ($old '1 hour', 'msg_1', '{}')" \
    'delete from quo.inbox'
broken "a dead letter" 0 warning dead-letters '1 that nobody.*quosync dead list' \
    "insert into quo.dead_letters (org_id, received_at, webhook_id, failed_at, attempts, reason, body)
     values ($old '1 hour', 'msg_1', now(), 1, 'r', '{}')" 'delete from quo.dead_letters'
broken "an archive that ends with this week" 1 failed partitions 'for 0 weeks.*quosync migrate' \
    "select 1; do \$\$ declare t text; begin
         for t in select relname from pg_class where relname ~ '^events_2' and relispartition and relkind = 'r'
             and to_date(substr(relname, 8), 'YYYY_MM_DD') > date_trunc('week', now() at time zone 'UTC') loop
             execute 'drop table quo.' || t;
         end loop; end \$\$" 'select quo.ensure_partitions()'
broken "a silent week" 0 warning deliveries 'none has come yet\. Run: quosync webhook ensure' \
    "update quo.schema_migrations set applied_at = applied_at - interval '7 days'" ''
judged "without a reconciliation either" 0 warning reconciliation 'none has succeeded yet\. Run: quosync reconcile'
broken "a delivery two days ago" 0 warning deliveries 'the last one came 2 d ago\. Run: quosync webhook ensure' \
    "insert into quo.events (org_id, received_at, webhook_id) values ($old '2 days', 'msg_1')" \
    'delete from quo.events'
broken "a reconciliation two days ago" 0 warning reconciliation 'the last one succeeded 2 d ago\. Run: quosync reconcile' \
    "insert into quo.reconcile_runs (org_id, started_at, parts, finished_at, outcome, dry_run)
     values ($old '2 days', '{calls}', now() - interval '2 days', 'done', false)" \
    'delete from quo.reconcile_runs'
rows "$restore"
broken "a week of the archive that nobody pruned" 0 warning retention 'weeks of the archive.*Run: quosync prune' \
    "create table quo.events_2001_01_01 partition of quo.events for values from ('2001-01-01Z') to ('2001-01-08Z');
     alter table quo.events_2001_01_01 owner to quo_owner" 'drop table quo.events_2001_01_01'
broken "delivery ids that nobody pruned" 0 warning retention 'delivery ids.*Run: quosync prune' \
    "insert into quo.delivery_ids values ('ORfak3W0rkspc', 'msg_1', now() - interval '60 days', 1)" \
    'delete from quo.delivery_ids'
# Known to this host, but PostgreSQL takes none that count leap seconds.
if [ -e /usr/share/zoneinfo/right/UTC ]; then
    with_line "a time zone that the server does not know" 78 failed time-zone \
        '"right/UTC".*pg_timezone_names' 'timezone = right/UTC'
fi
broken "a batch that a worker died over" 0 warning left-over '1 batch was begun.*h9:1.*died.*Start quosync work' \
    "insert into quo.attempts (org_id, worker, first_received_at, first_seq, last_received_at, last_seq,
                               deliveries, started_at)
     values ('ORfak3W0rkspc', 'h9:1', now(), 1, now(), 1, 1, now() - interval '1 hour')" 'delete from quo.attempts'
broken "a reconciliation that was cut" 0 warning left-over 'did not end.*Run: quosync reconcile' \
    "insert into quo.reconcile_runs (org_id, started_at, parts) values ($old '1 hour', '{calls}')" \
    'delete from quo.reconcile_runs'
broken "a lease from a wrong clock" 1 failed left-over "\"h9\" holds.*2 h.*delete from quo.leases where org_id = 'ORfak3W0rkspc' and name = 'calls'" \
    "insert into quo.leases values ('ORfak3W0rkspc', 'calls', 'h9', 1, now(), now() + interval '150 min')" \
    'delete from quo.leases'

# ---- Quo ----------------------------------------------------------------------------------------------
# asked SENTENCE STATUS STATE CHECK PATTERN FAULTS
asked() {
    faults "$6"
    doctor
    judged "${@:1:5}"
    faults ''
}
asked "a key that Quo refuses" 78 failed api-key 'refuses the API key.*Make a key in Quo' 'status=401'
judged "then nothing else is asked" 78 skipped subscription 'does not answer'
asked "a key that may not do it" 78 failed api-key 'refuses the API key' 'status=403'
asked "a plan that has expired" 69 failed api-key 'has expired \(HTTP 402.*Renew its plan' 'status=402'
asked "a Quo that is out of order" 69 failed api-key 'HTTP 500.*Try: curl' 'status=500'
asked "a subscription that cannot be read" 69 failed subscription 'Try: quosync webhook list' 'status=500#/webhooks'
asked "an answer that names no workspace" 0 warning org-id 'does not say whose key' 'object=data#/organization'
asked "a clock that is a minute and a half off" 0 warning quo-clock '9[0-9] s ahead of Quo.*from 300 s on.*NTP' 'bad-date=95'
asked "an answer without a Date" 0 warning quo-clock 'no usable Date.*proxy' 'no-date'
asked "a clock that is ten days off" 1 failed quo-clock '(10|9) d ahead of Quo.*refused.*NTP' 'bad-date'
good=$conf
conf=$work/other.conf
sed "s,^api_url.*,api_url = http://127.0.0.1:1," "$good" >"$conf"
doctor
judged "Quo, when it cannot be reached" 69 failed api-key 'Try: curl'
sed "s,^api_key_file.*,api_key_file = /nowhere," "$good" >"$conf"
doctor
judged "a key that cannot be read" 78 skipped api-key 'the API key cannot be read'
sed "s,^org_id.*,org_id = ORother," "$good" >"$conf"
doctor
judged "the key of another workspace" 78 failed org-id '"ORfak3W0rkspc".*"ORother".*Correct'
sed "/^org_id/d" "$good" >"$conf"
doctor
judged "a workspace whose id is not set" 0 warning org-id 'Set org_id = ORfak3W0rkspc, then run: quosync migrate --rename-workspace default'
conf=$good
at_quo() {
    curl -fsS --noproxy '*' -H 'Authorization: fake-key' -H 'Quo-Api-Version: 2026-03-30' \
        -H 'Content-Type: application/json' "$@"
}
id=$(at_quo "$fake/webhooks" | sed -n 's/.*"id":"\([0-9]*\)".*/\1/p')
changed() {
    at_quo -o "$work/patched" -X PATCH -d "$6" "$fake/webhooks/$id" || fail "the fake Quo takes $6"
    doctor
    judged "${@:1:5}"
}
changed "a subscription that is disabled" 1 failed subscription 'disabled.*Run: quosync webhook ensure' \
    '{"status": "disabled"}'
changed "one without some types" 1 failed subscription 'types are missing' \
    '{"status": "enabled", "events": ["message.received"]}'
changed "one for some phone numbers" 1 failed subscription 'filtered' '{"resourceIds": ["PN1"]}'
changed "one that leads elsewhere" 1 failed subscription 'none leads to this workspace' \
    '{"url": "https://elsewhere.example.com/other", "label": "theirs"}'
at_quo -o "$work/patched" -X DELETE "$fake/webhooks/$id"
doctor
judged "none at all" 1 failed subscription 'none\. Run: quosync webhook ensure'
ensure
doctor
equal "mended, it is healthy again" "$status" 0

# ---- the list of rights: with these and no others, every command does its work ---------------------------
rows "create role narrow login bypassrls"
PGUSER=narrow psql -XAtq -F ' ' -f "$TOP_SRCDIR/sql/queries/doctor_privileges.sql" |
    awk '{ kind = ""; sub(/, /, ",") }
         { while (sub(/, /, ",")) {}
           if ($2 == "execute") kind = "function "
           if ($2 == "usage" && $3 != "schema") kind = "sequence "
           object = $3 == "schema" ? "schema quo" : kind $3
           print "grant " $2 " on " object " to narrow;" }' >"$work/grants.sql"
psql -Xq -v ON_ERROR_STOP=1 -f "$work/grants.sql" || fail "the rights can be granted"
conf=$work/narrow.conf
sed -e 's/user=quosync/user=narrow/' -e '/^org_id/d' "$good" >"$conf"
chmod 600 "$conf"
doctor --no-rest
judged "a role with just these rights lacks none" 0 ok privileges '"narrow" may do what every command does'
for sample in "$TOP_SRCDIR"/tests/samples/*.json; do
    tr -d '\n' <"$sample"
    echo
done >"$work/samples.ndjson"
echo '{"webhook-id": "msg_bad", "body": "{}"}' >>"$work/samples.ndjson" # a dead letter
# works STATUS COMMAND...
works() {
    local got=0
    QUOSYNC_TEST_BACK_OFF_DIVISOR=100 timeout 60 "$QUOSYNC" "${@:2}" --config "$conf" \
        >"$work/out" 2>"$work/err" </dev/null || got=$?
    cat "$work/out" "$work/err" >>"$said"
    if [ "$got" = "$1" ] && ! grep -q 'permission denied' "$work/err"; then
        pass "with these rights, ${*:2:1} works"
    else
        fail "with these rights, ${*:2:1} works" "exit $got" "$(tail -n 5 "$work/err")"
    fi
}
works 0 ingest "$work/samples.ndjson"
works 0 work --drain
works 0 reconcile
works 0 dead retry --all
works 0 work --drain
works 0 replay
works 0 replay --rebuild
works 0 erase "$(rows "select id from quo.live_contacts where org_id = 'default' order by id limit 1")"
printf 'keep_content = 1 h\nkeep_events = 1 h\n' >>"$conf"
works 0 prune
works 0 webhook list
works 1 status # a dead letter
works 0 report --all
conf=$good

# ---- a standby, last --------------------------------------------------------------------------------------
pg_ctl -m fast stop
$TEST_PG_AS touch "$TEST_PG_DATA/standby.signal"
start_server
doctor --no-rest
judged "a server that is a standby" 69 failed writable 'target_session_attrs=read-write'

# ---- secrets ------------------------------------------------------------------------------------------------
sed 's/^whsec_//' "$secrets" >"$work/markers"
printf '%s\n' fake-key MARKER-1 "${secret#whsec_}" >>"$work/markers"
check "the doctor has said a lot" test "$(wc -l <"$said")" -gt 2000
equal "and never a secret" "$(grep -cF -f "$work/markers" "$said")" 0
finish
