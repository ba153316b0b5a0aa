#!/bin/bash
# The same deliveries in several orders, batches and numbers of workers: equal tables,
# and those that the oracle demands. ORDERS_SETS (200) sets of 8 events that share few ids
# and instants; some deliveries come twice, under another webhook-id.
. "$TOP_SRCDIR/tests/support/prove.sh" || exit 99

sets=${ORDERS_SETS:-200}
"$deliveries" --sets "$sets" --seed "${ORDERS_SEED:-1}" trouble $((sets * 8)) >"$work/once"
sed -n '0~5s/"webhook-id":"/&again_/p' "$work/once" | cat "$work/once" - >"$work/all"

# apply WORKERS BATCH SEED: the deliveries in an order of their own, into fresh tables.
apply() {
    fresh_schema
    shuf --random-source=<(yes "$3") "$work/all" | "$QUOSYNC" ingest >"$work/ingest.log" 2>&1 ||
        cat "$work/ingest.log"
    QUOSYNC_BATCH=$2 drain --workers "$1"
    sql -c "select count(*) || ' dead, ' || (select count(*) from quo.inbox) || ' waiting'
              from quo.dead_letters"
}

expected=
while read -r workers batch seed; do
    how="order $seed, $workers workers, batches of $batch"
    equal "every delivery is applied ($how)" "$(apply "$workers" "$batch" "$seed")" \
        "0 dead, 0 waiting"
    digest >"$work/digest"
    if [ -z "$expected" ]; then
        expected=$(cat "$work/digest")
        empty "the tables are what the oracle demands" "$(differences | head -20)"
    else
        equal "the tables are the same ($how)" "$(cat "$work/digest")" "$expected"
    fi
done <<'RUNS'
1 500 1
1 1 2
1 37 3
2 500 4
2 11 5
8 500 6
8 3 7
8 50 8
RUNS
finish
