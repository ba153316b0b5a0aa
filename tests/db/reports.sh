#!/bin/bash
# reports.sh - each shipped report over the data set of tests/reports, worked out
# by hand: by the program, and pasted into psql; as the role that its head names;
# on an empty mirror; and what its head says of it is so.
. "$TOP_SRCDIR/tests/support/shell.sh" || exit 99
. "$TOP_SRCDIR/tests/support/program.sh" || exit 99
cases=$TOP_SRCDIR/tests/reports
query() { psql -XAtq -v ON_ERROR_STOP=1 "$@"; }

# What depends on the clock is N: how long something waits, how old something is.
timeless() {
    tr -d '\r' | case $1 in
    conversations_waiting) sed 's/^\([0-9][^,]*\),[0-9.]*,/\1,N,/' ;;
    sync_freshness) sed '/^[a-z]/s/,[0-9.]*$/,N/' ;;
    *) cat ;;
    esac
}

by_program() {
    local name=$1 word words=()
    shift
    for word; do
        case $word in
        since=* | until=* | tz=*) words+=("--$word") ;;
        *) words+=("$word") ;;
        esac
    done
    "$QUOSYNC" report "$name" "${words[@]}" --format csv --config "$conf" 2>&1
}

by_psql() {
    local name=$1 word words=(-v "org_id=$org_id") zone=America/New_York
    shift
    for word; do
        words+=(-v "${word/=all/=-infinity}")
        [[ $word != tz=* ]] || zone=${word#tz=}   # dates are the session's there
    done
    PGTZ=$zone psql -Xq --csv -v ON_ERROR_STOP=1 "${words[@]}" \
        <"$TOP_SRCDIR/sql/reports/$name.sql" 2>&1
}

org_id=OR1
configure "timezone = America/New_York"
"$QUOSYNC" migrate --config "$conf" >"$work/migrate.log" 2>&1 || fail "the schema is made"

# ---- an empty mirror -------------------------------------------------------------------
"$QUOSYNC" report --json --config "$conf" >"$work/list.json"
"$QUOSYNC" report --all --since all --json --config "$conf" >"$work/empty.json" 2>"$work/err"
equal "every report runs on an empty mirror" "$? $(cat "$work/err")" "0 "

# ---- the cases -------------------------------------------------------------------------
query -1 -f "$cases/data.sql" -o "$work/data.log" || { fail "the data set is loaded"; finish; }
for file in "$TOP_SRCDIR"/sql/reports/*.sql; do
    name=$(basename "$file" .sql)
    [ -f "$cases/$name.expected" ] || { fail "$name has a test"; continue; }
    sed -n 's/^\$ //p' "$cases/$name.expected" >"$work/lines"
    : >"$work/program"
    : >"$work/psql"
    while read -r -a words; do
        echo "\$ ${words[*]}" | tee -a "$work/program" >>"$work/psql"
        by_program "$name" "${words[@]}" | timeless "$name" >>"$work/program"
        by_psql "$name" "${words[@]}" | timeless "$name" >>"$work/psql"
    done <"$work/lines"
    empty "$name counts what was counted by hand" "$(diff "$cases/$name.expected" "$work/program")"
    empty "$name does so pasted into psql" "$(diff "$cases/$name.expected" "$work/psql")"
done

# ---- who may run it -----------------------------------------------------------------------
query -1 -f "$TOP_SRCDIR/sql/scripts/roles.sql" 2>"$work/roles.log"
query -c 'create role careful login in role quo_reader_nocontent, "quo_org_OR1";
          create role reader login in role quo_reader, "quo_org_OR1";
          create role worker login in role quo_worker'
wrong=
for file in "$TOP_SRCDIR"/sql/reports/*.sql; do
    name=$(basename "$file" .sql)
    case $(sed -n 's/^-- Role: //p' "$file") in
    quo_reader_nocontent) user=careful ;;
    quo_reader) user=reader ;;
    quo_worker) user=worker ;;
    *) user=nobody ;;
    esac
    read -r -a words < <(sed -n 's/^\$ //p' "$cases/$name.expected")
    got=$(PGUSER=$user by_psql "$name" "${words[@]}" | timeless "$name")
    [ "$got" = "$(sed '1d; /^\$/,$d' "$cases/$name.expected")" ] || wrong="$wrong$name as $user: $(head -n 1 <<<"$got")
"
    if [ $user = reader ] && PGUSER=careful by_psql "$name" "${words[@]}" >"$work/out" 2>&1; then
        wrong="$wrong$name: less than its role can run it
"
    fi
done
empty "each report shows the same to the role that its head names" "$wrong"

# ---- the document's own -----------------------------------------------------------------
# pasted N: what the Nth query of doc/reports.md answers.
pasted() {
    awk -v n="$1" '/^```/ { inside = /sql/; at += inside; next } inside && at == n' \
        "$TOP_SRCDIR/doc/reports.md" >"$work/pasted.sql"
    PGUSER=${2:-$PGUSER} psql -Xq --csv -v ON_ERROR_STOP=1 -v "org_id=$org_id" -f "$work/pasted.sql" 2>&1
}
equal "the document's query for one number answers what was counted by hand" "$(pasted 1 careful)" \
    "at,kind,direction,outcome,handled_by,line_name
2025-03-21 11:00:00,message,incoming,received,,+12065550142
2025-03-21 10:00:00,message,incoming,received,,+12065550142
2025-03-20 10:00:00,message,incoming,received,,+12065550142
2025-03-14 16:00:00,message,outgoing,delivered,Ada Byron,Front desk
2025-03-14 15:00:00,call,incoming,abandoned,,Front desk"
equal "so does that for time on the phone" "$(pasted 2 careful)" "month,handled_by,calls,minutes
2025-03,Ada Byron,3,16
2025-03,,2,152"
equal "and that for contacts that were left alone" "$(pasted 3 careful)" "first_name,last_name,last_touch
Chidi,Okafor,2025-03-17
Dee,Park,2025-03-21"
empty "a view is shared as the document says" "$(pasted 4)"
equal "so that a reader can read it" \
    "$(PGUSER=careful query -c "select calls from reports.calls_answered where handled_by = 'Ada Byron'")" 3

# ---- the heads ----------------------------------------------------------------------------
wrong=$(python3 - "$work/list.json" "$work/empty.json" <<'PYTHON'
import json, sys
told = {r["name"]: r for r in json.load(open(sys.argv[1]))["reports"]}
ran = {r["name"]: r for r in json.load(open(sys.argv[2]))["reports"]}
if told.keys() != ran.keys():
    print("listed or run only:", *(told.keys() ^ ran.keys()))
for name in told.keys() & ran.keys():
    columns = [c["name"] for c in told[name]["columns"]]
    if columns != [c["name"] for c in ran[name]["columns"]]:
        print(name, "tells of other columns than it has:", *columns)
    for column in ran[name]["columns"]:
        if column["type"] == "other" or not column["meaning"]:
            print(name, "has an odd column", column)
    if not told[name]["traps"] or not told[name]["question"].endswith("?"):
        print(name, "asks nothing, or knows no trap")
PYTHON
)
empty "each head tells of the columns that there are, a question and a trap" "$wrong"

wrong=$(for file in "$TOP_SRCDIR"/sql/reports/*.sql; do
    name=$(basename "$file" .sql)
    grep -qF "[\`$name\`](../sql/reports/$name.sql)" "$TOP_SRCDIR/doc/reports.md" || echo "doc/reports.md: $name"
    grep -qxF ".Ss $name" "$TOP_BUILDDIR/man/quosync-reports.7" || echo "quosync-reports(7): $name"
done)
empty "doc/reports.md and quosync-reports(7) have every report" "$wrong"
if command -v mandoc >/dev/null; then
    empty "mandoc finds nothing wrong in quosync-reports(7)" \
        "$(mandoc -Tlint "$TOP_BUILDDIR/man/quosync-reports.7" 2>&1 | grep -v 'referenced manual not found')"
fi

# The lines between head and statement, made anew from the head.
usual() {
    local parameter value
    echo '
-- The usual parameters: \set them before, or leave these.
\if :{?org_id} \else
select coalesce(min(org_id), '\''default'\'') as org_id from quo.workspaces \gset
\endif'
    grep -q ":'tz'" <(sed '1,/^select\|^with/d' "$1") || grep -q '^-- Period' "$1" && echo '\if :{?tz} \else
select coalesce(min(timezone), '\''UTC'\'') as tz from quo.workspaces where org_id = :'\''org_id'\'' \gset
\endif'
    grep -q '^-- Period' "$1" && echo '\if :{?since} \else
select (date_trunc('\''day'\'', now() at time zone :'\''tz'\'') - interval '\''30 days'\'') at time zone :'\''tz'\''
       as since \gset
\endif
\if :{?until} \else
select now() as until \gset
\endif'
    sed -n 's/^-- Parameter \([a-z_]*\) (\([^)]*\)).*/\1 \2/p' "$1" | while read -r parameter value; do
        echo "\\if :{?$parameter} \\else \\set $parameter ${value:-''} \\endif"
    done
    echo
}
wrong=$(for file in "$TOP_SRCDIR"/sql/reports/*.sql; do
    sed -n '/^$/,$p' "$file" | awk '/^(with|select .*[^t]$|select$)/ && !/\\gset|date_trunc\(.day., now/ { exit } { print }' >"$work/got"
    usual "$file" >"$work/usual"
    diff "$work/usual" "$work/got" >"$work/diff" || echo "$(basename "$file"): $(sed -n 2p "$work/diff")"
done)
empty "what psql takes for parameters is what the heads say" "$wrong"
finish
