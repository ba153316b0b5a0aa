# under_faults.sh - a receiver that is sent deliveries while something is wrong, and what
# has to be true of them in the end. Sourced after prove.sh; $work/deliveries is what is sent.
# shellcheck shell=bash

start_run() {
    "$@" "$QUOSYNC" run >>"$work/run.log" 2>&1 &
    server=$!
    wait_for 15 listening || { tail -n 5 "$work/run.log"; exit 99; }
}

# one_status [OPTION...]: what one delivery is answered.
number=0
one_status() {
    number=$((number + 1))
    "$deliveries" --first "$number" --prefix "one_${number}_" contacts 1 >"$work/one"
    "$sender" --port "$PORT" --secret "$SECRET" --attempts 1 --timeout 8000 \
        --outcomes "$work/one.outcome" "$work/one" >/dev/null
    cut -f 4 "$work/one.outcome"
}
is_answered() {
    [ "$(one_status)" = "$1" ]
}

# send [OPTION...]: all of them, until each is acknowledged.
send() {
    "$sender" --port "$PORT" --secret "$SECRET" --attempts 0 --deadline 40 \
        --outcomes "$work/outcomes" "$@" "$work/deliveries" >"$work/figures"
}

server_dead_letters() {
    sql -c "select count(*) from quo.dead_letters where detail like '%SQLSTATE%'"
}

# all_is_well SENTENCE
all_is_well() {
    equal "$1: what is left is applied" "$(drain && echo yes)" yes
    equal "$1: no dead letter is the server's fault" "$(server_dead_letters)" 0
    empty "$1: nothing is lost or doubled" "$(broken_promises "$work/outcomes" | grep -vE " (one|msg_[0-9]+)_" | head -5)"
}
