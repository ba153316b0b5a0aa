# log_trail.sh - at level debug, the webhook-id carries a delivery through the log, from
# receipt to rows, archive or dead letter; and no line of it holds what somebody wrote.
. "$TOP_SRCDIR/tests/support/shell.sh" || exit 99
. "$TOP_SRCDIR/tests/support/program.sh" || exit 99

samples=$TOP_SRCDIR/tests/samples
configure "log = debug"
"$QUOSYNC" migrate --config "$conf" >"$work/migrate.log" 2>&1 || exit 99
start run

# trail FILE: the events of its webhook-id; post-delivery.sh made the id. Their order is not
# compared: a worker may be quicker than the receiver's line.
id_of() { echo "$(basename "$1" .json)-$(openssl dgst -sha256 -r "$1" | cut -c 1-16)"; }
trail() { grep -F "webhook_id=$(id_of "$1")" "$log" | awk '{ print $2 }' | sort | tr '\n' ' '; }
trail_is() { [ "$(trail "$1")" = "$2 " ]; }

message=$samples/message.received.json
posted "$message" >"$work/posted"
check "a delivery is received, stored and applied" \
    wait_for 20 trail_is "$message" "delivery.applied delivery.received delivery.stored"
posted "$message" >"$work/posted"
check "a repeated one is received and known" wait_for 20 trail_is "$message" \
    "delivery.applied delivery.received delivery.received delivery.stored delivery.stored"
equal "which its line says" "$(grep "delivery.stored.*$(id_of "$message")" "$log" | tail -n 1 |
    grep -o 'group=.*')" "group=1 new=0 duplicate=1 conflict=0"

posted "$samples/task.created.json" >"$work/posted"
check "an event that changes no table is archived" wait_for 20 trail_is "$samples/task.created.json" \
    "delivery.archived delivery.received delivery.stored"
echo '{"id":"EV1","type":"message.received","secret":"my words"}' >"$work/bad.json"
posted "$work/bad.json" >"$work/posted"
check "what cannot be applied is a dead letter" \
    wait_for 20 trail_is "$work/bad.json" "delivery.dead delivery.received delivery.stored"
check "with the reason" grep -qE "delivery.dead .*webhook_id=$(id_of "$work/bad.json") .*reason=" "$log"
letter=$(rows "select id from quo.dead_letters")
"$QUOSYNC" dead retry "$letter" --config "$conf" >"$work/retry" 2>&1
check "tried again, it is one again" wait_for 20 trail_is "$work/bad.json" \
    "delivery.dead delivery.dead delivery.received delivery.stored"

posted "$samples"/*.json >"$work/posted"
check "all samples are applied" wait_for 30 idle
stop
empty "every one of them ends once" "$(for sample in "$samples"/*.json; do
    [ "$(grep -F "webhook_id=$(id_of "$sample")" "$log" |
        grep -cE 'delivery\.(applied|archived|dead)')" = 1 ] || id_of "$sample"
done)"
# Words of people, whole numbers, addresses and links of the samples.
empty "no line holds what somebody wrote" "$(grep -nE 'Gate code|my words|Nwosu|Lindqvist|\+1[0-9]{10}|@example|https?:' "$log")"

# A batch that is rolled back says nothing; the next one does, once.
if "$QUOSYNC" points >"$work/points" 2>&1; then
    configure "log = debug"
    echo '{"webhook-id":"msg_killed","body":"{\"id\":\"EV77\",\"type\":\"task.created\",\"createdAt\":\"2026-06-03T12:00:00.000Z\",\"data\":{}}"}' |
        "$QUOSYNC" ingest --config "$conf" >"$work/ingest" 2>&1
    (QUOSYNC_POINT=apply-before-commit:1:kill exec "$QUOSYNC" work --drain --config "$conf" >"$work/killed" 2>&1) 2>/dev/null
    equal "a batch that was not committed is not told of" "$(grep -c msg_killed "$work/killed")" 0
    "$QUOSYNC" work --drain --config "$conf" >"$work/again" 2>&1
    equal "until it is" "$(grep -c 'delivery.archived.*msg_killed' "$work/again")" 1
fi
finish
