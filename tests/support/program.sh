# program.sh - sourced by end-to-end tests, after shell.sh: the built program
# with a configuration of its own, on ports of its own.
#
#   configure [LINE...]   writes $conf: the test's database, one workspace, its
#                         secret (unless a line names webhook_secrets_file), its
#                         $org_id (unless that is empty), and the lines
#   start COMMAND [ARG]   starts `quosync COMMAND`, waits until it is ready, and
#                         sets $pid, $listen, $admin_listen (host:port) and $log
#   stop [SIGNAL]         ends it (TERM) and returns its exit status
#   posted FILE...        posts bodies to it, signed (contrib/post-delivery.sh)
#   idle                  succeeds when the inbox is empty
#   rows QUERY            the answer, unaligned, without headers

secret=whsec_Zmlyc3Qta2V5LWZvci10ZXN0cy1vbmx5LTAwMDE=
org_id=OR7kq2Xw9bVd
conf=$work/quosync.conf
pid=

# Whatever ends the test, the program must not outlive it.
trap '[ -z "$pid" ] || kill -9 "$pid" 2>/dev/null; rm -rf "$work"' EXIT

configure() {
    settings=("$@")
    write_conf
}

write_conf() {
    listen=127.0.0.1:$(free_port)
    admin_listen=127.0.0.1:$(free_port)
    {
        echo "# made by a test"
        echo "database = dbname='$PGDATABASE'"
        echo "listen = $listen"
        echo "admin_listen = $admin_listen"
        [[ "${settings[*]}" == *webhook_secrets_file* ]] || echo "webhook_secrets = $secret"
        [ -z "$org_id" ] || echo "org_id = $org_id"
        [ ${#settings[@]} -eq 0 ] || printf '%s\n' "${settings[@]}"
    } >"$conf"
    chmod 600 "$conf"
}

ready() {
    curl -fsS -o "$work/ready" --max-time 2 --noproxy '*' "http://$admin_listen/readyz" 2>/dev/null
}

start() {
    local tries waited
    log=$work/$1.log
    for tries in 1 2 3 4 5; do
        "$QUOSYNC" "$@" --config "$conf" </dev/null >>"$log" 2>&1 &
        pid=$!
        for ((waited = 0; waited < 300; waited++)); do
            ready && kill -0 "$pid" 2>/dev/null && return 0
            kill -0 "$pid" 2>/dev/null || break
            sleep 0.05
        done
        kill -9 "$pid" 2>/dev/null
        wait "$pid" 2>/dev/null
        pid=
        # Somebody else took a port in the meantime: others are free.
        grep -qi 'in use' "$log" || break
        write_conf
    done
    fail "quosync $1 becomes ready" "$(tail -n 20 "$log")"
    finish
}

stop() {
    local status=0
    kill "-${1:-TERM}" "$pid"
    wait "$pid" 2>/dev/null || status=$?
    pid=
    return "$status"
}

posted() {
    WEBHOOK_SECRET=$secret sh "$TOP_SRCDIR/contrib/post-delivery.sh" \
        "http://$listen/webhooks/quo" "$@"
}

rows() {
    psql -X -A -t -q -v ON_ERROR_STOP=1 -c "$1"
}

idle() {
    [ "$(rows 'select count(*) from quo.inbox')" = 0 ]
}
