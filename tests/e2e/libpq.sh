# libpq.sh - the program connects as any libpq client does: connection strings and URIs,
# services, password files, PG* variables, several hosts; it says in application_name
# what each connection does; and it needs no extension, no superuser and no state of a
# session, whatever settings its role has.
#
# A second server is started, which takes no writes: the one that was given is the mirror's.
if [ -z "${MIRROR_SERVER:-}" ]; then
    export MIRROR_SERVER=$PGHOST MIRROR_LOG=$TEST_PG_LOG
    exec sh "$TOP_SRCDIR/tests/support/with_postgres.sh" --no-fsync \
        -c default_transaction_read_only=on bash "$0"
fi
. "$TOP_SRCDIR/tests/support/shell.sh" || exit 99
. "$TOP_SRCDIR/tests/support/program.sh" || exit 99
readonly_server=$PGHOST
export PGHOST=$MIRROR_SERVER

# An ordinary owner of the schema, and a role that gives a password.
rows "set password_encryption = 'scram-sha-256';
      create role owner login;
      create role careful login password 'p w:1';
      create role unlucky login password 'p w:1';
      grant owner to careful, unlucky" >"$work/roles"
rows "create database mirror" >"$work/roles"
rows "grant create on database mirror to owner" >"$work/roles"
# The server's user owns the file, and whoever writes to it leaves it so.
hba=$(rows 'show hba_file')
{ printf 'local all careful,unlucky scram-sha-256\n'; cat "$hba"; } >"$work/hba"
cat "$work/hba" >"$hba"
rows "alter system set log_statement = 'all'" >"$work/set"
rows 'select pg_reload_conf()' >"$work/reload"

# ---- no extension, no superuser
export QUOSYNC_CONFIG=/dev/null
socket=$PGHOST
migrated() { "$QUOSYNC" migrate --database "$1" >"$work/out" 2>&1; }
check "an ordinary role that may create in the database migrates" \
    migrated "host=$socket dbname=mirror user=owner"
export PGDATABASE=mirror
equal "and owns all of it" "$(rows "select count(*) from pg_class where relnamespace = 'quo'::regnamespace
    and relowner <> 'owner'::regrole")" 0
equal "no extension is used" "$(rows "select string_agg(extname, ',') from pg_extension")" plpgsql
equal "nothing is made outside of the schema" "$(rows "select count(*) from pg_class c
    join pg_namespace n on n.oid = c.relnamespace where c.relowner = 'owner'::regrole
     and n.nspname not in ('quo', 'pg_toast')")" 0

# ---- ways to say where
# reaches SENTENCE [NAME=VALUE...] CONNINFO: with this environment and nothing else of
# libpq's, the migrated database is found.
reaches() {
    local sentence=$1 conninfo=${*: -1}
    shift
    set -- "${@:1:$#-1}"
    env -u PGHOST -u PGPORT -u PGUSER -u PGDATABASE "$@" "$QUOSYNC" migrate --status \
        ${conninfo:+--database "$conninfo"} >"$work/out" 2>"$work/err"
    equal "$sentence" "$?:$(cat "$work/err")" 0:
}
encoded=$(printf %s "$socket" | sed 's|/|%2F|g')
cat >"$work/services" <<CONF
[mirror]
host=$socket
port=$PGPORT
dbname=mirror
user=owner
CONF
# Host, port, database, user, password; a colon of the password is escaped.
echo "*:*:mirror:careful:p w\\:1" >"$work/pgpass"
chmod 600 "$work/pgpass"
reaches "a connection string" "host=$socket port=$PGPORT dbname=mirror user=owner"
reaches "a URI" "postgresql://owner@$encoded:$PGPORT/mirror"
reaches "a URI with everything in its query" "postgres:///mirror?host=$encoded&port=$PGPORT&user=owner"
reaches "a service by name" PGSERVICEFILE="$work/services" "service=mirror"
reaches "a service of the environment" PGSERVICEFILE="$work/services" PGSERVICE=mirror ""
reaches "PG* variables alone" PGHOST="$socket" PGPORT="$PGPORT" PGUSER=owner PGDATABASE=mirror ""
reaches "what a string leaves out comes from PG* variables" PGHOST="$socket" PGPORT="$PGPORT" \
    PGUSER=owner "dbname=mirror"
reaches "a password of the environment" PGHOST="$socket" PGPASSWORD='p w:1' "dbname=mirror user=careful"
reaches "a password file of the environment" PGHOST="$socket" PGPASSFILE="$work/pgpass" \
    "dbname=mirror user=careful"
reaches "a password file of the string" "host=$socket dbname=mirror user=careful passfile=$work/pgpass"
mkdir "$work/home" && cp -p "$work/pgpass" "$work/home/.pgpass"
# libpq finds the home of root in the password database where HOME does not say another.
reaches "~/.pgpass" HOME="$work/home" PGHOST="$socket" "dbname=mirror user=careful"

env PGPASSFILE="$work/pgpass" PGPASSWORD= "$QUOSYNC" status --no-rest \
    --database "host=$socket dbname=mirror user=unlucky" >"$work/out" 2>"$work/err"
equal "a password that is missing is told of, and asked of nobody" "$?" 78
check "by its name" grep -q 'no password supplied' "$work/err"
env PGPASSWORD='p w:2' "$QUOSYNC" status --no-rest \
    --database "host=$socket dbname=mirror user=careful" >"$work/out" 2>"$work/err"
equal "so is a wrong one" "$?" 78
empty "which is not shown" "$(grep -F 'p w:2' "$work/out" "$work/err")"

# ---- several hosts
hosts="host=/nowhere,$readonly_server,$socket port=$PGPORT,$PGPORT,$PGPORT dbname=mirror user=owner"
other() {
    PGOPTIONS='-c default_transaction_read_only=off' PGDATABASE=postgres PGHOST=$readonly_server rows "$1"
}
other "create role owner login" >"$work/other"
other "create database mirror owner owner" >"$work/other"
reaches "of several hosts the one that takes writes" "$hosts target_session_attrs=read-write"
reaches "named in a URI" \
    "postgresql://owner@$(printf %s "$readonly_server" | sed 's|/|%2F|g'),$encoded/mirror?target_session_attrs=read-write"
reaches "or in the environment" PGTARGETSESSIONATTRS=read-write "$hosts"
"$QUOSYNC" migrate --status --database "$hosts" >"$work/out" 2>"$work/err"
equal "without it the first that answers, which is not migrated" "$?:$(cat "$work/err")" 1:

# ---- what a connection does, and no state of a session
log_from=$(wc -l <"$MIRROR_LOG")
# Settings that a role of somebody's may well have.
rows "alter role owner set search_path = nowhere;
      alter role owner set datestyle = 'German';
      alter role owner set timezone = 'Asia/Kathmandu';
      alter role owner set intervalstyle = 'sql_standard';
      alter role owner set bytea_output = 'escape';
      alter role owner set extra_float_digits = -5;
      alter role owner set standard_conforming_strings = off;
      alter role owner set default_transaction_isolation = 'repeatable read';
      alter role owner set lc_messages = 'C'" >"$work/settings"
export PGCLIENTENCODING=LATIN1 PGUSER=owner
sed_user="s|^database = .*|database = dbname=mirror user=owner|"
configure "workers = 2"
sed -i "$sed_user" "$conf"
unset QUOSYNC_CONFIG
start run
posted "$TOP_SRCDIR"/tests/samples/*.json >"$work/posted" || fail "the samples are posted" "$(cat "$work/posted")"
empty_inbox() { [ "$(PGUSER=postgres rows 'select count(*) from quo.inbox')" = 0 ]; }
check "deliveries are applied by an ordinary role with settings of its own" wait_for 30 empty_inbox
names() {
    PGUSER=postgres rows "select string_agg(distinct application_name, ', ' order by application_name)
                            from pg_stat_activity where application_name like 'quosync%'"
}
named() { [ "$(names)" = "quosync attempts, quosync metrics, quosync serve, quosync work 1, quosync work 2" ]; }
check "pg_stat_activity says what each connection does" wait_for 20 named || names
workers=$(PGUSER=postgres rows "select string_agg(pid::text, '|') from pg_stat_activity
                                 where application_name like 'quosync work %'")
PGAPPNAME='of my own' "$QUOSYNC" status --no-rest --config "$conf" >"$work/out" 2>&1
stop
for command in status "prune" "migrate --status" "dead list" "replay"; do
    # shellcheck disable=SC2086 # a command and its words
    "$QUOSYNC" $command --config "$conf" >"$work/out" 2>"$work/err" ||
        [ "$command" = status ] || fail "quosync $command runs" "$(cat "$work/err")"
done
export PGUSER=postgres PGCLIENTENCODING=UTF8
equal "the rows are the same as anywhere" \
    "$(PGTZ=UTC rows "$(cat "$TOP_SRCDIR/tests/e2e/samples.sql")" | LC_ALL=C sort | diff "$TOP_SRCDIR/tests/e2e/samples.expected" - | head -n 5)" ""

# The server's log holds every statement. What a session would keep is none of them.
tail -n "+$((log_from + 1))" "$MIRROR_LOG" | grep -E 'LOG: +(statement|execute)' >"$work/statements"
check "hundreds of statements were logged" test "$(wc -l <"$work/statements")" -gt 300
empty "no statement leaves anything in the session" "$(grep -iE \
    '(statement|execute [^:]*): *(set +(session|[a-z_]+ *(=|to))|reset|listen|notify|prepare|declare|load|discard|create +(temp|unlogged)|select .*pg_advisory_lock)' \
    "$work/statements" | grep -vE 'alter role|client_encoding' | head -n 5)"
# Plans are kept by a worker alone, on connections of its own (none behind a pooler: pooler.sh).
empty "no statement is prepared by name, but a worker's" "$(grep -E 'execute [^<]' "$work/statements" |
    grep -vE "\[($workers)\]" | head -n 3)"
empty "no setting outlives a transaction" "$(grep -oiE "set_config\([^)]*\)" "$work/statements" |
    grep -vE ', *true\)$' | head -n 3)"
finish
