# samples.sh - every sample delivery, posted over HTTP, ends in exactly the rows
# that the merge's rules demand (samples.expected), in any order and however
# often it comes, and applying the archive again changes nothing.
. "$TOP_SRCDIR/tests/support/shell.sh" || exit 99
. "$TOP_SRCDIR/tests/support/program.sh" || exit 99

expected=$TOP_SRCDIR/tests/e2e/samples.expected
samples=("$TOP_SRCDIR"/tests/samples/*.json)

# contents: the rows that people query, a line for each row and each of its
# values that is not null: "table key [column = value]".
contents() {
    PGTZ=UTC rows "$(cat "$TOP_SRCDIR/tests/e2e/samples.sql")" | LC_ALL=C sort
}

# whole [COLUMNS]: every row of the tables that people query, whole, with the
# system columns named: by xmin and ctid a row that was written again is known,
# even with the same values.
whole() {
    local table
    for table in $(rows "select c.relname from pg_class as c
                           join pg_namespace as n on n.oid = c.relnamespace
                          where n.nspname = 'quo' and c.relkind = 'r'
                            and c.relname ~ '^(contact|custom|message|call|voicemail|activity)'
                          order by 1"); do
        rows "select '$table', ${1:+$1,} t::text from quo.$table as t" | LC_ALL=C sort
    done
}

configure
check "migrate makes the schema" "$QUOSYNC" migrate --config "$conf"
start run

check "every sample is acknowledged" posted "${samples[@]}"
check "the inbox is emptied" wait_for 30 idle
equal "every delivery is in the archive" "$(rows 'select count(*) from quo.events')" ${#samples[@]}
equal "no delivery is a dead letter" "$(rows 'select count(*) from quo.dead_letters')" 0
contents >"$work/first"
empty "the rows are those that the rules demand" "$(diff "$expected" "$work/first")"

whole xmin,ctid >"$work/written"
check "a repeated delivery is acknowledged" posted "${samples[@]}"
check "the inbox stays empty" wait_for 30 idle
equal "a repeated delivery is not archived twice" \
    "$(rows 'select count(*) from quo.events')" ${#samples[@]}
empty "a repeated delivery writes no row" "$(whole xmin,ctid | diff "$work/written" -)"
check "run ends with 0 on TERM" stop

# Under other ids: nothing is a duplicate, and still nothing is news.
whole >"$work/whole"
for file in "${samples[@]}"; do
    cp "$file" "$work/again-$(basename "$file")"
done
start run
check "the same events are acknowledged under other ids" posted "$work"/again-*.json
check "the inbox is emptied again" wait_for 30 idle
check "run ends with 0 again" stop
empty "the same events write no row" "$(whole xmin,ctid | diff "$work/written" -)"

# Replay lets an equal version write, so that a newer program can correct what an
# older one made of an event: rows may be written, but not changed.
check "replay applies the archive again" "$QUOSYNC" replay --config "$conf"
empty "replay changes nothing" "$(whole | diff "$work/whole" -)"

# The other way round, and in another order, through ingest and work: on one
# line each, so other bytes, but the same facts.
for order in reversed shuffled; do
    rows "create database $order"
    PGDATABASE=$order
    configure
    case $order in
    reversed) ls -r "${samples[@]}" ;;
    shuffled) printf '%s\n' "${samples[@]}" | sort -R --random-source=<(yes 7) ;;
    esac | while read -r file; do
        tr -d '\n' <"$file"
        echo
    done >"$work/$order.ndjson"
    "$QUOSYNC" migrate --config "$conf" >"$work/migrate.log" 2>&1
    check "ingest stores the samples ($order)" "$QUOSYNC" ingest --config "$conf" "$work/$order.ndjson"
    check "work drains the inbox ($order)" "$QUOSYNC" work --drain --config "$conf"
    contents >"$work/$order"
    empty "the rows are the same ($order)" "$(diff "$work/first" "$work/$order")"
done
finish
