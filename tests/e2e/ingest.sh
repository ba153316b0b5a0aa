# ingest.sh - deliveries from NDJSON: good and bad lines, whatever their length
# and end, and never stored twice.
. "$TOP_SRCDIR/tests/support/shell.sh" || exit 99

QUOSYNC_CONFIG=/dev/null
export QUOSYNC_CONFIG
"$QUOSYNC" migrate >/dev/null || exit 99

# ingest WHAT: the exit status; counts are in $work/out, refusals in $work/err.
ingest() {
    printf "$1" | "$QUOSYNC" ingest >"$work/out" 2>"$work/err"
    echo $?
}
rows() {
    psql -XAtc "select count(*) from quo.inbox"
}
clear_inbox() {
    psql -XAtqc 'truncate quo.inbox, quo.delivery_ids'
}

line='{"id":"EV1","type":"message.received","data":{}}'
equal "nothing is nothing" "$(ingest '')" 0
equal "and counted as such" "$(cat "$work/out")" "0 stored, 0 duplicate, 0 refused"

equal "a bare event is stored" "$(ingest "$line\n")" 0
equal "under the SHA-256 of its bytes" "$(psql -XAtc 'select webhook_id from quo.inbox')" \
    "ingest:$(printf '%s' "$line" | sha256sum | cut -c 1-32)"
equal "byte for byte" "$(psql -XAtc "select convert_from(body, 'UTF8') from quo.inbox")" "$line"
equal "again it is a duplicate" "$(ingest "$line\n" && cat "$work/out")" \
    "0
0 stored, 1 duplicate, 0 refused"
equal "without a newline at the end, too" "$(ingest "$line" && cat "$work/out")" \
    "0
0 stored, 1 duplicate, 0 refused"
equal "and with another system's line ends" "$(ingest "$line\r\n" && cat "$work/out")" \
    "0
0 stored, 1 duplicate, 0 refused"
equal "it is there once" "$(rows)" 1

clear_inbox
equal "a delivery with its id is stored" \
    "$(ingest '{"webhook-id":"msg_1","body":"{\\"a\\": \\"\\\\u00e9\\"}"}\n')" 0
equal "its body byte for byte" \
    "$(psql -XAtc "select webhook_id, convert_from(body, 'UTF8') from quo.inbox")" \
    'msg_1|{"a": "\u00e9"}'
equal "another body under its id is a conflict, and no failure" \
    "$(ingest '{"webhook-id":"msg_1","body":"{}"}\n')" 0
check "which is counted" grep -q '^0 stored, 0 duplicate, 0 refused, 1 in conflict' "$work/out"
equal "a body that is no event is stored: it becomes a dead letter" \
    "$(ingest '{"webhook-id":"msg_2","body":"nonsense"}\n')" 0
equal "so is one without a byte" "$(ingest '{"webhook-id":"msg_3","body":""}\n')" 0
equal "and is there" "$(psql -XAtc "select length(body) from quo.inbox where webhook_id = 'msg_3'")" 0

clear_inbox
bad='not json
[1]
{"a":1}
{"webhook-id":"","body":"x"}
{"webhook-id":"x"}
{"webhook-id":"x","body":{}}
{"webhook-id":"\\u00e9","body":"x"}
{"type":7}
{"type":"x","type":"y"}
{"type":"x"} {"type":"y"}
'
equal "lines that are neither are refused" "$(ingest "$line\n\n$bad   \n{\"type\":\"b\"}")" 65
equal "the rest is stored, blank lines count for nothing" "$(cat "$work/out")" \
    "2 stored, 0 duplicate, 10 refused"
equal "each is named by its number" \
    "$(sed -n 's/^quosync ingest: standard input:\([0-9]*\): refused: .*/\1/p' "$work/err" | tr '\n' ' ')" \
    "3 4 5 6 7 8 9 10 11 12 "
equal "and nothing of what they hold is shown" "$(grep -c 'not json\|00e9' "$work/err")" 0

clear_inbox
{
    printf '{"type":"a"}\n'
    head -c 100000000 /dev/zero | tr '\0' x
    printf '\n{"type":"b"}\n{"type":"c","data":"'
    head -c 5000000 /dev/zero | tr '\0' y
    printf '"}\n{"type":"d"}'
} >"$work/huge"
# Several copies of the line would not fit; AddressSanitizer needs an address space without end.
limit=400000
grep -aq __asan_init "$QUOSYNC" && limit=unlimited
(ulimit -v $limit; exec "$QUOSYNC" ingest "$work/huge") >"$work/out" 2>"$work/err"
equal "a line of 100 MB is refused in little memory" "$?" 65
equal "with one that is larger than max_body, and those around them are stored" \
    "$(cat "$work/out")" "3 stored, 0 duplicate, 2 refused"
equal "their numbers are right" \
    "$(sed -n 's/.*huge:\([0-9]*\): refused: .*/\1/p' "$work/err" | tr '\n' ' ')" "2 4 "

"$QUOSYNC" ingest <&- >"$work/out" 2>"$work/err"
equal "a closed stdin cannot be read" "$?" 65
"$QUOSYNC" ingest "$work/missing" "$work/huge" >"$work/out" 2>"$work/err"
equal "a file that is not there does not hold up the others" "$(cat "$work/out")" \
    "0 stored, 3 duplicate, 2 refused"
"$QUOSYNC" ingest --database "host=$work" "$work/huge" >"$work/out" 2>"$work/err"
equal "without a database it is 69" "$?" 69

# Nobody hears the counts: what was stored is stored all the same.
clear_inbox
printf '%s\n' "$line" >"$work/one"
"$QUOSYNC" ingest "$work/one" >/dev/full 2>"$work/err"
equal "counts that cannot be written are told" "$?:$(rows)" 1:1
clear_inbox
{ sleep 0.2; "$QUOSYNC" ingest "$work/one"; echo $? >"$work/status"; } 2>"$work/err" | true
equal "a reader that has gone does not kill it" "$(cat "$work/status"):$(rows)" 1:1

# Samples: stored in groups of 7, applied, and once more.
clear_inbox
for sample in "$TOP_SRCDIR"/tests/samples/*.json; do
    tr -d '\n\r' <"$sample"
    echo
done >"$work/samples"
n=$(wc -l <"$work/samples")
equal "all samples are stored" "$("$QUOSYNC" ingest --batch=7 "$work/samples")" \
    "$n stored, 0 duplicate, 0 refused"
"$QUOSYNC" work --drain 2>"$work/err"
equal "and applied" "$?:$(rows)" 0:0
equal "each of them, to the archive or the dead letters" "$(psql -XAtc "select
    (select count(*) from quo.events) + (select count(*) from quo.dead_letters)")" "$n"
equal "stored again they are duplicates" "$("$QUOSYNC" ingest "$work/samples")" \
    "0 stored, $n duplicate, 0 refused"

# One delivery that the database refuses does not hold up a replay.
sql() { psql -XAtqc "$1"; }
victim=$(sql "select id from quo.messages order by id limit 1")
sql "update quo.messages set body = 'spoilt';
     alter table quo.messages add constraint refuses check (id <> '$victim' or body = 'spoilt') not valid"
"$QUOSYNC" replay >"$work/out" 2>"$work/err"
equal "a replay with one that is refused exits 1" "$?" 1
check "it is counted" grep -q '[^0-9][1-9][0-9]* refused' "$work/out"
check "and named with the reason" grep -q 'replay.refused.*23514' "$work/err"
equal "the others are written again" "$(sql "select string_agg(id, ' ') from quo.messages where body = 'spoilt'")" "$victim"
sql "alter table quo.messages drop constraint refuses"
"$QUOSYNC" replay --json >"$work/out" 2>"$work/err"
equal "without the reason nothing is refused" "$?:$(grep -c '"refused": 0' "$work/out")" 0:1
equal "and it is written, too" "$(sql "select count(*) from quo.messages where body = 'spoilt'")" 0

# Of many refused lines not all are named.
seq 1100 >"$work/many"
"$QUOSYNC" ingest "$work/many" >"$work/out" 2>"$work/err"
equal "a thousand refused lines exit 65" "$?" 65
equal "all are counted" "$(cat "$work/out")" "0 stored, 0 duplicate, 1100 refused"
equal "a thousand are named, and that there are more" "$(grep -c ':[0-9]*: refused: ' "$work/err"):$(tail -n 1 "$work/err")" \
    "1000:quosync ingest: further refused lines are only counted"

# A dead letter that is no event at all, with its body and without.
echo '{"webhook-id": "odd", "body": "no event"}' | "$QUOSYNC" ingest >"$work/out"
"$QUOSYNC" work --drain 2>"$work/err"
id=$(sql "select id from quo.dead_letters where webhook_id = 'odd'")
"$QUOSYNC" dead show "$id" >"$work/out"
equal "dead show has its body" "$?:$(tail -n 1 "$work/out")" "0:no event"
check "and no type" grep -qE '^type +-$' "$work/out"
"$QUOSYNC" dead discard "$id" >"$work/out"
"$QUOSYNC" dead show --json "$id" >"$work/out"
equal "discarded, it has none" "$?:$(grep -c '"body": null' "$work/out")" 0:1
"$QUOSYNC" dead show "$id" >"$work/out"
equal "nor in plain words" "$?:$(grep -c 'no event' "$work/out")" 0:0
finish
