#!/bin/sh
# with_postgres.sh - run a command beside a PostgreSQL cluster of its own.
#
# The cluster lives in a temporary directory, listens on a Unix socket alone,
# and is gone when the command ends, however it ends. Any number can run at
# once. Started by root, the server runs as `postgres`, else as `nobody`; the
# command always runs as the caller.
#
#   with_postgres.sh [--no-fsync] [-c NAME=VALUE]... COMMAND [ARGUMENT]...
#
#   --no-fsync      faster, and still safe where only processes are killed
#   -c NAME=VALUE   a server setting
#
# The command finds PGHOST, PGPORT, PGUSER (a superuser) and PGDATABASE, so
# libpq needs no further word; the server's own psql and pg_dump first in PATH
# (an older pg_dump refuses a newer server); and, for tests that stop or restart
# the server, TEST_PG_BIN (where pg_ctl is), TEST_PG_DATA, TEST_PG_LOG and
# TEST_PG_AS (the words to put before pg_ctl to be the server's user; empty
# without root).
#
# The default collation is ICU's English where the server has ICU, so that an
# order that forgot COLLATE "C" is found out.
#
# TEST_PG_TEMPLATE, if set, names a directory that is made by the first caller
# and copied by the others: quicker than initdb. Whoever sets it removes it.
#
# Exit: the command's own; 77 (skipped) where no server is installed; 99 when
# it cannot be started.
set -u

fsync=on
settings=
while [ $# -gt 0 ]; do
    case $1 in
    --no-fsync) fsync=off; shift ;;
    -c) settings="$settings -c $2"; shift 2 ;;
    --) shift; break ;;
    -*) echo "with_postgres.sh: unknown option \"$1\"" >&2; exit 99 ;;
    *) break ;;
    esac
done
if [ $# -eq 0 ]; then
    echo "usage: with_postgres.sh [--no-fsync] [-c NAME=VALUE]... COMMAND [ARGUMENT]..." >&2
    exit 99
fi

# Nothing of the caller's own server may leak in.
for name in $(env | sed -n 's/^\(PG[A-Z]*\)=.*/\1/p'); do
    unset "$name"
done

# The binaries: those of PG_CONFIG, else the newest that Debian installed.
server_bin() {
    if [ -n "${PG_CONFIG:-}" ] && bin=$("$PG_CONFIG" --bindir 2>/dev/null) &&
        [ -x "$bin/initdb" ] && [ -x "$bin/postgres" ]; then
        echo "$bin"
        return
    fi
    for bin in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -rV); do
        if [ -x "$bin/initdb" ] && [ -x "$bin/postgres" ]; then
            echo "$bin"
            return
        fi
    done
    bin=$(command -v initdb) && [ -x "${bin%/*}/postgres" ] && echo "${bin%/*}"
}

TEST_PG_BIN=$(server_bin)
if [ -z "$TEST_PG_BIN" ]; then
    echo "with_postgres.sh: no PostgreSQL server is installed (apt-get install postgresql)" >&2
    exit 77
fi

TEST_PG_AS=
server_user=
if [ "$(id -u)" -eq 0 ]; then
    server_user=nobody
    id postgres >/dev/null 2>&1 && server_user=postgres
    TEST_PG_AS="setpriv --reuid=$server_user --regid=$(id -g "$server_user") --clear-groups"
fi

# A socket's path holds 107 bytes at most, and the server's user must be able
# to enter the directory: TMPDIR where it allows both, else /tmp.
base=${TMPDIR:-/tmp}
if [ ${#base} -gt 60 ] || ! (cd / && $TEST_PG_AS test -x "$base"); then
    base=/tmp
fi
home=$(mktemp -d "$base/quosync-pg.XXXXXX") || exit 99
TEST_PG_DATA=$home/data
TEST_PG_LOG=$home/log

finish() {
    status=$?
    trap - EXIT HUP INT TERM
    if [ -f "$TEST_PG_DATA/postmaster.pid" ]; then
        (cd / && $TEST_PG_AS "$TEST_PG_BIN/pg_ctl" -D "$TEST_PG_DATA" -s -m immediate -w -t 30 stop) \
            >/dev/null 2>&1
    fi
    if [ "$status" -ne 0 ] && [ "$status" -ne 77 ] &&
        grep -qE ' (ERROR|FATAL|PANIC|WARNING): ' "$TEST_PG_LOG"; then
        echo "---- the server's last complaints ----" >&2
        grep -E ' (ERROR|FATAL|PANIC|WARNING): ' "$TEST_PG_LOG" | tail -n 10 >&2
    fi
    rm -rf "$home"
    exit "$status"
}
trap finish EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

chmod 711 "$home"
if [ -n "$server_user" ]; then
    chown "$server_user" "$home"
fi

# make_cluster DIRECTORY
make_cluster() {
    icu=
    if "$TEST_PG_BIN/initdb" --help | grep -q -e '--icu-locale'; then
        icu="--locale-provider=icu --icu-locale=en"
    fi
    (
        cd / || exit 1
        init="$TEST_PG_AS $TEST_PG_BIN/initdb --no-sync --auth=trust --username=postgres
              --encoding=UTF8 --locale=C.UTF-8 --pgdata=$1"
        $init $icu || { [ -n "$icu" ] && rm -rf "$1" && $init; }
    ) >"$home/initdb.log" 2>&1 || { cat "$home/initdb.log" >&2; return 1; }
}

# copy_template: the first caller makes it under a lock, the others copy it.
copy_template() {
    mkdir -p "$TEST_PG_TEMPLATE" || return 1
    (
        flock 9 || exit 1
        [ -e "$TEST_PG_TEMPLATE/made" ] && exit 0
        chmod 711 "$TEST_PG_TEMPLATE"
        [ -z "$server_user" ] || chown "$server_user" "$TEST_PG_TEMPLATE"
        rm -rf "$TEST_PG_TEMPLATE/data"
        make_cluster "$TEST_PG_TEMPLATE/data" && : >"$TEST_PG_TEMPLATE/made"
    ) 9>"$TEST_PG_TEMPLATE/lock" || return 1
    cp -a --reflink=auto "$TEST_PG_TEMPLATE/data" "$TEST_PG_DATA"
}

if [ -n "${TEST_PG_TEMPLATE:-}" ]; then
    copy_template || exit 99
else
    make_cluster "$TEST_PG_DATA" || exit 99
fi

PGHOST=$home
PGPORT=5432
PGUSER=postgres
PGDATABASE=postgres
PATH=$TEST_PG_BIN:$PATH
export PATH PGHOST PGPORT PGUSER PGDATABASE TEST_PG_BIN TEST_PG_DATA TEST_PG_LOG TEST_PG_AS

# The log is opened by the caller: the server's user need not reach it.
# --pdeathsig: the server must not outlive this script, not even a SIGKILL.
: >"$TEST_PG_LOG"
as=$TEST_PG_AS
if command -v setpriv >/dev/null; then
    as="${as:-setpriv} --pdeathsig INT"
fi
start_server() {
    cd / || exit 1
    # shellcheck disable=SC2086 # lists of words
    exec $as "$TEST_PG_BIN/postgres" -D "$TEST_PG_DATA" -k "$PGHOST" -p "$PGPORT" \
        -c listen_addresses= -c fsync=$fsync -c max_connections=100 -c shared_buffers=64MB \
        -c log_min_messages=warning -c log_line_prefix='%m [%p] ' $settings
}
start_server </dev/null >>"$TEST_PG_LOG" 2>&1 &
server=$!

tries=0
until "$TEST_PG_BIN/pg_isready" -q -t 1; do
    tries=$((tries + 1))
    if [ "$tries" -gt 1200 ] || ! kill -0 "$server" 2>/dev/null; then
        echo "with_postgres.sh: the server did not start" >&2
        exit 99
    fi
    sleep 0.05
done

"$@"
