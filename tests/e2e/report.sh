#!/bin/bash
# report.sh - quosync report as a command: the list, names, parameters and periods
# that are right or wrong, and each format over values that would break it.
. "$TOP_SRCDIR/tests/support/shell.sh" || exit 99
. "$TOP_SRCDIR/tests/support/program.sh" || exit 99
command -v python3 >/dev/null || exit 77

configure "timezone = America/New_York"
"$QUOSYNC" migrate --config "$conf" >"$work/migrate.log" 2>&1
report() {
    status=0
    "$QUOSYNC" report "$@" --config "$conf" >"$work/out" 2>"$work/err" || status=$?
}
# refused SENTENCE STATUS TEXT ARG...: exit status, and what the message says.
refused() {
    local sentence=$1 expected=$2 text=$3
    shift 3
    report "$@"
    equal "$sentence" "$status $(grep -cF -- "$text" "$work/err")" "$expected 1"
}

# ---- the list ----------------------------------------------------------------------
report
files=$(cd "$TOP_SRCDIR/sql/reports" && ls ./*.sql | sed 's|./||; s|\.sql$||' | sort)
equal "the list has every file of sql/reports" "$(sed -n 's/^  \([a-z_]*\) .*/\1/p' "$work/out" | sort)" "$files"
equal "by section" "$(grep '^[a-z]' "$work/out" | tr '\n' ' ')" "calls messages people contacts mirror "
report --format sql missed_calls
check "a report's SQL is the file itself" cmp -s "$work/out" "$TOP_SRCDIR/sql/reports/missed_calls.sql"

# ---- words that are wrong ---------------------------------------------------------------
refused "an unknown report is refused, with what was meant" 2 '(did you mean missed_calls?)' missed_cals
refused "an unknown parameter is refused" 2 'missed_calls has no parameter "hour"' missed_calls hour=3
refused "and told which there are" 2 'it takes unit, field, value' contact_growth size=3
refused "or that there are none" 2 'it takes none' sync_freshness limit=3
for name in callers_without_contact losses_repaired sync_freshness; do
    refused "$name says why no custom field can cut it" 2 \
        "$name has no parameter \"field\": $(sed -n 's/^-- No field: //p' "$TOP_SRCDIR/sql/reports/$name.sql"); leave it out" \
        "$name" field=tier value=gold
    refused "and nothing can that is a field's value" 2 "$name has no parameter \"value\": " "$name" value=gold
done
refused "a parameter needs a value" 2 '"hours" is not NAME=VALUE' missed_calls hours
refused "a value that the report cannot use is bad input" 65 'SQLSTATE 22P02' missed_calls hours=many
refused "an unknown time zone is bad input" 65 'time zone "Mars/Olympus"' missed_calls --tz Mars/Olympus
refused "a day that there is not is refused" 2 '"2025-02-30"' missed_calls --since 2025-02-30
refused "a period that ends before it begins is bad input" 65 'not after its beginning' \
    missed_calls --since 2025-03-01 --until 2025-02-01
refused "an unknown format is refused" 2 '"xml" is not table, csv, json, html or sql' missed_calls --format xml
refused "all reports are no CSV" 2 '--all prints a table, JSON or HTML' --all --format csv
refused "--all takes no name" 2 '--all takes no name' --all missed_calls
refused "two formats are one too many" 2 'two formats' missed_calls --json --format csv

# ---- the period -------------------------------------------------------------------------
heading() { report volume_by_day "$@"; sed -n 2p "$work/out"; }
equal "a date is its midnight in the time zone" "$(heading --since 2025-03-09 --until 2025-03-10)" \
    "2025-03-09 00:00 to 2025-03-10 00:00, America/New_York"
equal "which --tz changes" "$(heading --since 2025-03-09 --until 2025-03-10T12:00:00Z --tz Asia/Kolkata)" \
    "2025-03-09 00:00 to 2025-03-10 17:30, Asia/Kolkata"
equal "by default it begins at the midnight 30 days before its end" "$(heading --until 2025-03-31T12:00:00Z)" \
    "2025-03-01 00:00 to 2025-03-31 08:00, America/New_York"
equal "all begins with the first" "$(heading --since all --until 2025-03-10)" "up to 2025-03-10 00:00, America/New_York"
report volume_by_day --since 36h --json
equal "36h is so long ago" "$(python3 -c '
import datetime, json, sys
d = json.load(open(sys.argv[1]))
at = lambda n: datetime.datetime.fromisoformat(d[n].replace("Z", "+00:00"))
print(abs((at("until") - at("since")).total_seconds() - 36 * 3600) < 600)' "$work/out")" True

# ---- formats, over odd values --------------------------------------------------------------
psql -Xq -v ON_ERROR_STOP=1 <<SQL
insert into quo.contacts (org_id, id, first_name, company, source, created_at, updated_at, synced_at, merge_state)
values ('$org_id', 'c1', E'=cmd|''x''!A1', E'a\\nb, "c"\\td', null, '2025-03-05Z', now(), now(), ''),
       ('$org_id', 'c2', E'\\x1b[31mred\\u202Edlo', E'日本 é', '', '2025-03-05Z', now(), now(), ''),
       ('$org_id', 'c3', '<script>', ' + blanks ', '-1', '2025-03-05Z', now(), now(), '');
insert into quo.contact_phone_numbers (org_id, contact_id, position, value, e164)
select org_id, id, 1, '+13125550188', '+13125550188' from quo.contacts;
insert into quo.messages (org_id, id, direction, status, contact_lookup, created_at, status_at, merge_state)
select org_id, 'm' || id, 'incoming', 'received', 'matched', now(), now(), '' from quo.contacts;
insert into quo.activity_contacts select org_id, 'message', 'm' || id, id from quo.contacts;
SQL
report contacts_last_touch
equal "a table has a line for each row, whatever stands in it" "$(grep -c '^[^(].*2[0-9][0-9][0-9]-.*+13125550188\|+13125550188' "$work/out")" 3
check "controls are shown, not sent to the terminal" grep -qF '\x1b[31mred\u202edlo' "$work/out"
check "a new line is shown, too" grep -qF 'a\nb, "c"\td' "$work/out"
equal "no byte of the table is a control" "$(LC_ALL=C tr -d '\n -~\200-\377' <"$work/out" | wc -c)" 0
python3 - "$work/out" <<'PYTHON' >"$work/wide"
import sys, unicodedata
def width(s):
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in s)
lines = open(sys.argv[1], encoding="utf-8").read().split("\n")[3:8]
starts = [i for i, c in enumerate(lines[1]) if c == "-" and (i == 0 or lines[1][i - 1] == " ")]
for line in [lines[0]] + lines[2:]:
    for start in starts[1:3]:
        cut = 0
        while cut < len(line) and width(line[:cut]) < start:
            cut += 1
        if line[cut - 2:cut] != "  " or line[cut:cut + 1] == " ":
            print(repr(line), "is not aligned at", start)
PYTHON
empty "columns are aligned, also behind wide letters" "$(cat "$work/wide")"

report contacts_last_touch --format csv
cat >"$work/read_csv.py" <<'PYTHON'
import csv, io, sys
raw = open(sys.argv[1], newline="", encoding="utf-8").read()
rows = list(csv.reader(io.StringIO(raw, newline=""), strict=True))
by = {r[0]: r for r in rows[1:]}
if "spreadsheet" in sys.argv:
    ok = "'=cmd|'x'!A1" in by and all(r[2] == "'+13125550188" for r in rows[1:]) and by["<script>"][1] == "'+ blanks"
else:
    ok = by["=cmd|'x'!A1"][1] == 'a\nb, "c"\td' and all(r[2] == "+13125550188" for r in rows[1:])
print(ok and raw.endswith("\r\n") and len({len(r) for r in rows}) == 1 and len(rows) == 4)
PYTHON
equal "CSV is what RFC 4180 reads back, value for value" "$(python3 "$work/read_csv.py" "$work/out")" True
report contacts_last_touch --format csv --spreadsheet
equal "--spreadsheet puts a quote before what would be a formula" \
    "$(python3 "$work/read_csv.py" "$work/out" spreadsheet)" True
report contact_growth --since 2025-03-01 --until 2025-04-01 --format csv --spreadsheet
equal "numbers, also negative ones, stay numbers" "$(tr -d '\r' <"$work/out" | sort | tail -n 2)" \
    "2025-03-03,none,2,0,2
period,source,created,deleted,net"
report contacts_last_touch --json
equal "JSON has numbers, booleans, nulls and texts as they are" "$(python3 -c '
import json, sys
rows = {r["contact"]: r for r in json.load(open(sys.argv[1]))["reports"][0]["rows"]}
odd = rows["=cmd|\x27x\x27!A1"]
print(odd["company"] == "a\nb, \"c\"\td", odd["deleted"] is False, odd["messages_in"] == 1,
      rows["\x1b[31mred\u202edlo"]["company"] == "日本 é")' "$work/out")" "True True True True"
report contacts_last_touch limit=2
check "an answer that its limit cut says so" grep -qxF '(2 rows, cut there: limit=0 gives all)' "$work/out"
report contacts_last_touch limit=0
check "without a limit all is there" grep -qxF '(3 rows)' "$work/out"
equal "a value that is SQL is a value" \
    "$(report contacts_last_touch "field=x' or '1'='1" && tail -n 1 "$work/out")" "(0 rows)"

# ---- several workspaces ---------------------------------------------------------------------
cat >"$work/two.conf" <<CONF
database = dbname='$PGDATABASE'
[workspace one]
org_id = $org_id
webhook_secrets = $secret
[workspace two]
org_id = ORtwo
webhook_secrets = whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
CONF
chmod 600 "$work/two.conf"
conf=$work/two.conf
refused "of several workspaces one must be named" 2 'workspace' contacts_last_touch
report contacts_last_touch --workspace one
check "the one that is named is read" grep -qxF '(3 rows)' "$work/out"
report contacts_last_touch --workspace two
check "and no other" grep -qxF '(0 rows)' "$work/out"
report
equal "the list needs none" $status 0
finish
