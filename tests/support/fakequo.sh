# fakequo.sh - sourced by tests of the REST client, after program.sh: a fake Quo
# of the test's own, and the mirror compared with it.
#
#   fake [OPTION...]      starts tests/fakequo/fakequo, sets $fake (its URL)
#   fake_tls [OPTION...]  the same over TLS, with a certificate that $ca_file verifies
#   faults TEXT           how it misbehaves from now on; '' ends that
#   change KIND ACTION [INDEX]
#   stat NAME             one of its counters
#   connect [LINE...]     writes $conf for a mirror of it
#   reconcile [ARG...]    runs it; its output is in $work/out, its messages in
#                         $work/err, its status in $status
#   differences           what the mirror shows otherwise than the fake Quo: nothing
#   columns_left_out      what `differences` would not see: nothing

fake_pid=
ca_file=
trap '[ -z "$pid" ] || kill -9 "$pid" 2>/dev/null
      [ -z "$fake_pid" ] || kill -9 "$fake_pid" 2>/dev/null
      rm -rf "$work"' EXIT

fake() {
    "$TOP_BUILDDIR/tests/fakequo/fakequo" --port-file "$work/port" "$@" </dev/null &
    fake_pid=$!
    wait_for 10 test -s "$work/port" || { fail "the fake Quo starts"; finish; }
    fake=http://127.0.0.1:$(cat "$work/port")
}

fake_tls() {
    ca_file=$work/fake-cert.pem
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=fake \
        -addext subjectAltName=IP:127.0.0.1 -keyout "$work/fake-key.pem" -out "$ca_file" \
        2>"$work/openssl" || { fail "openssl makes a certificate" "$(cat "$work/openssl")"; finish; }
    fake --tls-cert "$ca_file" --tls-key "$work/fake-key.pem" "$@"
    fake=https${fake#http}
    export QUOSYNC_TEST_CA_FILE=$ca_file
}

ask_fake() {
    curl -fsS --noproxy '*' ${ca_file:+--cacert "$ca_file"} --max-time 20 "$fake/_fake/$1" "${@:2}"
}

faults() {
    ask_fake faults -d "$1" >"$work/fake" || fail "the fake Quo knows the faults $1"
}

change() {
    ask_fake change -d "{\"kind\": \"$1\", \"action\": \"$2\", \"index\": ${3:-0}}" >"$work/fake" ||
        fail "the fake Quo can $2 a $1"
}

stat() {
    ask_fake stats | sed -n "s/.*\"$1\":\([0-9]*\).*/\1/p"
}

connect() {
    umask 077
    echo fake-key >"$work/api-key"
    org_id=
    configure "api_url = $fake" "api_key_file = $work/api-key" "rate = 100" "$@"
}

reconcile() {
    status=0
    QUOSYNC_TEST_BACK_OFF_DIVISOR=100 timeout 100 "$QUOSYNC" reconcile "$@" --config "$conf" \
        >"$work/out" 2>"$work/err" </dev/null || status=$?
}

# What reconcile --json said of a step: counted STEP NAME.
counted() {
    sed -n "/\"$1\": {/,/}/s/.*\"$2\": \([0-9]*\).*/\1/p" "$work/out" | head -n 1
}

differences() {
    local kind
    for kind in contact call message user number field; do
        ask_fake "dump?kind=$kind" >"$work/$kind.json" || fail "the fake Quo shows every $kind"
    done
    (cd "$work" && PGTZ=UTC psql -XAtq -v ON_ERROR_STOP=1 \
        -f "$TOP_SRCDIR/tests/support/fakequo.sql" "$@" 2>&1)
}

columns_left_out() {
    differences -f "$TOP_SRCDIR/tests/support/fakequo_columns.sql" | sed 's/^.*NOTICE: *//'
}
