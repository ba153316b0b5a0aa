# metrics.sh - /metrics keeps Prometheus's conventions, and what the rules, the dashboard
# and doc/http.md name is there: nobody watches a metric that does not exist.
. "$TOP_SRCDIR/tests/support/shell.sh" || exit 99
. "$TOP_SRCDIR/tests/support/program.sh" || exit 99

rules=$TOP_SRCDIR/contrib/prometheus
dashboard=$TOP_SRCDIR/contrib/grafana/quosync.json

configure
"$QUOSYNC" migrate --config "$conf" >"$work/migrate.log" 2>&1 || exit 99
start run
posted "$TOP_SRCDIR"/tests/samples/message.received.json "$TOP_SRCDIR"/tests/samples/contact.updated.json \
    >"$work/posted"
echo nonsense >"$work/nonsense.json"
posted "$work/nonsense.json" >"$work/posted"
metrics() { curl -fsS --noproxy '*' --max-time 10 "http://$admin_listen/metrics" >"$work/metrics"; }
value() { sed -n "s/^$1 //p" "$work/metrics"; }
asked() { metrics && [ "$(value 'quosync_dead_letters{workspace="default"}')" = 1 ]; }
check "what the tables say is asked in the background" wait_for 30 asked

check "the newest delivery's time is near now" \
    test "$(value 'quosync_last_delivery_timestamp_seconds{workspace="default"}' | cut -d. -f1)" -gt $(($(date +%s) - 600))
equal "nothing waits" "$(value 'quosync_inbox_deliveries{workspace="default"}')" 0
equal "a workspace that was never reconciled says 0" \
    "$(value 'quosync_reconcile_last_success_timestamp_seconds{workspace="default"}')" 0.000000
rows "insert into quo.reconcile_runs (org_id, started_at, finished_at, parts, outcome, checked, repaired)
      values ('$org_id', '2026-11-24 10:00Z', '2026-11-24 10:05Z', '{contacts}', 'done', 100, 7)" >"$work/run"
reconciled() {
    metrics && [ "$(value 'quosync_reconcile_last_success_timestamp_seconds{workspace="default"}')" = 1795514700.000000 ]
}
check "a reconciliation is seen" wait_for 30 reconciled
equal "with what it repaired" "$(value 'quosync_reconcile_last_repaired_rows{workspace="default"}')" 7

# Histograms: cumulative, and their counts agree.
wrong=$(awk '/_bucket\{/ {
        name = $1; sub(/_bucket.*/, "", name)
        if (name != last) { last = name; before = 0 }
        if ($2 < before) print $0 " is less than the one before"
        before = $2; inf[name] = $2
    }
    /_count / { name = $1; sub(/_count/, "", name); if (inf[name] != $2) print $0 " is not the last bucket" }
    END { for (name in inf) n++; if (n != 2) print n " histograms" }' "$work/metrics")
empty "histograms are cumulative and add up" "$wrong"
check "and hold what was committed" \
    test "$(value quosync_intake_group_size_sum)" = 3.000000

empty "labels are few and bounded" "$(grep -v '^#' "$work/metrics" | grep -o '{[^}]*}' | tr ',' '\n' |
    sed 's/^{//; s/=.*//' | sort -u | grep -vxE 'change|code|le|outcome|reason|type|version|workspace')"
check "there are no more than a few hundred series" test "$(grep -vc '^#' "$work/metrics")" -lt 300
empty "nothing of a person is in them" "$(grep -E '\+1415|Nwosu|OR7kq|EV4' "$work/metrics")"

# Names. A histogram's three belong to it.
sed -n 's/^# TYPE \([^ ]*\) .*/\1/p' "$work/metrics" | sort >"$work/there"
names() {
    grep -ohE 'quosync_[a-z_]+' "$@" | sed -E 's/^(quosync_intake_(group_size|commit_seconds))_(bucket|sum|count)$/\1/' |
        sort -u
}
check "there are dozens of metrics" test "$(wc -l <"$work/there")" -gt 30
empty "every metric of the rules exists" "$(names "$rules/quosync.rules.yml" | comm -23 - "$work/there")"
empty "every metric of the dashboard exists" "$(names "$dashboard" | comm -23 - "$work/there")"
empty "every metric of doc/http.md exists" "$(names "$TOP_SRCDIR/doc/http.md" | comm -23 - "$work/there")"
empty "and every metric is explained there" "$(names "$TOP_SRCDIR/doc/http.md" | comm -13 - "$work/there")"

if command -v python3 >/dev/null; then
    # The dashboard is JSON, its panels do not overlap, and its SQL runs.
    python3 - "$dashboard" >"$work/sql" 2>"$work/wrong" <<'PY'
import json, sys
panels = json.load(open(sys.argv[1]))["panels"]
taken = set()
for p in panels:
    g = p["gridPos"]
    cells = {(x, y) for x in range(g["x"], g["x"] + g["w"]) for y in range(g["y"], g["y"] + g["h"])}
    if taken & cells or g["x"] + g["w"] > 24:
        print(p["title"], "lies on another panel", file=sys.stderr)
    taken |= cells
    for target in p.get("targets", []):
        if "rawSql" in target:
            sql = target["rawSql"]
            while "$__timeFilter(" in sql:
                before, _, rest = sql.partition("$__timeFilter(")
                column, _, rest = rest.partition(")")
                sql = f"{before}{column} between now() - interval '7 days' and now(){rest}"
            print(sql + ";")
PY
    empty "the dashboard's panels have room" "$(cat "$work/wrong")"
    check "the dashboard's SQL runs" psql -XAtq -v ON_ERROR_STOP=1 -f "$work/sql" -o "$work/answers"
    check "and there is some" test "$(grep -c '^select' "$work/sql")" -ge 4
fi
stop

# A worker alone has them, too, where admin_listen is set; and nothing receives.
start work
check "work alone is ready" ready
mv "$work/metrics" "$work/metrics.run"
check "and counts" metrics
check "its batches" grep -q '^quosync_batches_total' "$work/metrics"
equal "but no requests" "$(grep -c '^quosync_http' "$work/metrics")" 0
mv "$work/metrics.run" "$work/metrics"
equal "what is posted finds nobody" "$(curl -s --noproxy '*' -o "$work/none" -w '%{http_code}' "http://$listen/webhooks/quo")" 000
stop

if command -v promtool >/dev/null; then
    empty "promtool finds nothing wrong with the metrics" "$(promtool check metrics <"$work/metrics" 2>&1)"
    promtool check rules "$rules/quosync.rules.yml" >"$work/rules" 2>&1
    equal "nor with the rules" $? 0
    promtool test rules "$rules/quosync.rules.test.yml" >"$work/rules" 2>&1
    equal "which fire when they should" "$?$(grep -A8 'alertname' "$work/rules")" 0
else
    echo "promtool (package prometheus) is not installed: its checks are left out"
fi
equal "every alert is tested" "$(sed -n 's/.*- alert: //p' "$rules/quosync.rules.yml" | sort)" \
    "$(sed -n 's/.*alertname: \([A-Za-z]*\).*/\1/p' "$rules/quosync.rules.test.yml" | sort -u)"
finish
