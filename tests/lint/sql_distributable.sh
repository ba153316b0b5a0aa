# sql_distributable.sh - what keeps the statements distributable by org_id: one
# workspace per statement, as `org_id = $1` on each table, and nothing clever
# where a cluster cannot run it. doc/schema.md says why.
. "$TOP_SRCDIR/tests/lint/sources.sh" || exit 99

# Statements that may see several workspaces, or none, and why. status_, doctor_
# and metrics_ only read.
exceptions='
events_reach                    the archive is pruned for all workspaces at once
rate_limits_turn                an API key, not a workspace
schema_migrations_exists        the catalog
schema_migrations_list          a table without org_id
schema_migrations_lock          DDL runs on one node only
schema_migrations_record        a table without org_id
workspaces_lock_for_rename      the old and the new org_id
'

# Reads a statement without comments and strings, as one line; prints what is wrong.
judge='
function count(text, pattern,  n) {
    n = 0
    while (match(text, pattern)) { n++; text = substr(text, RSTART + RLENGTH) }
    return n
}
{ text = text " " $0 }
END {
    text = tolower(text); gsub(/[ \t]+/, " ", text)
    tables = count(text, "(from|join|using|update|,) quo[.][a-z_]+")
    equal = count(text, "org_id = [$]1(::text)?")
    if (tables > equal)
        print name ": " tables " tables are read or changed, but only " equal " times org_id = $1"
    inserts = count(text, "insert into quo[.][a-z_]+")
    given = count(text, "insert into quo[.][a-z_]+( as [a-z_]+)? ?[(]org_id,")
    if (inserts > given)
        print name ": an insert does not begin with org_id"
    if (inserts > 0 && text !~ /(values ?\(|select )\$1::text/)
        print name ": an insert does not take its org_id from $1"
    rest = text
    while (match(rest, /do update /)) {
        rest = substr(rest, RSTART + RLENGTH)
        clause = rest; sub(/ returning .*/, "", clause)
        if (clause ~ /now\(\)|clock_timestamp|statement_timestamp|random\(|[+-] interval|\(select /)
            print name ": DO UPDATE takes immutable functions only"
    }
    if (text ~ /(delete from|update) quo\./ && text ~ /clock_timestamp|random\(|statement_timestamp/)
        print name ": a volatile function in an UPDATE or DELETE"
    if (text ~ /pg_advisory/)
        print name ": advisory locks hold on one node only"
    if (text ~ /force_generic_plan/)
        print name ": force_generic_plan cannot be distributed"
    if (text ~ /for update of|merge into quo\./)
        print name ": not on a cluster"
}'

bare() {
    sed -e "s/'[^']*'//g" -e 's/--.*//' "$1"
}

for file in "$TOP_SRCDIR"/sql/queries/*.sql; do
    name=$(basename "$file" .sql)
    case $name in status_* | doctor_* | metrics_*) continue ;; esac
    case $exceptions in *"
$name "*) continue ;; esac
    bare "$file" | awk -v name="$name" "$judge" >>"$work/wrong"
done
empty "every statement stays within one workspace, as a cluster needs it" "$(cat "$work/wrong")"

# A report's parameters are psql's variables; what comes before its statement is psql's.
as_statement() {
    sed -e '/^\\if.*\\endif$/d' -e '/^\\if/,/^\\endif$/d' -e "s/:'org_id'/\$1/g" \
        -e "s/:'[a-z_]*'/x/g" -e 's/quo\.[a-z_]*(/function(/g' "$1" >"$work/report"
    bare "$work/report"
}
for file in "$TOP_SRCDIR"/sql/reports/*.sql; do
    as_statement "$file" | awk -v name="$(basename "$file" .sql)" "$judge" >>"$work/wrong_reports"
done
empty "every report stays within one workspace, too" "$(cat "$work/wrong_reports")"
sed "s/where org_id = :'org_id'\$/where true/" "$TOP_SRCDIR/sql/reports/missed_calls.sql" >"$work/loose.sql"
check "a report that does not would be found" test -n \
    "$(as_statement "$work/loose.sql" | awk -v name=loose "$judge")"

# A checker that never fails has not been tested.
caught=0
while read -r bad; do
    [ -n "$(echo "$bad" | awk -v name=bad "$judge")" ] && caught=$((caught + 1))
done <<'BAD'
select id from quo.contacts where id = any ($2::text[])
select m.id from quo.messages m join quo.contacts c on c.org_id = m.org_id where m.org_id = $1::text
insert into quo.users (id, org_id) select i, $1::text from unnest($2::text[]) i
insert into quo.users (org_id, id) select o, i from unnest($1::text[], $2::text[]) x (o, i)
insert into quo.leases (org_id, name) values ($1::text, $2::text) on conflict (org_id, name) do update set taken_at = now()
update quo.contacts set synced_at = clock_timestamp() where org_id = $1::text
select pg_advisory_xact_lock(1) from quo.inbox where org_id = $1
BAD
equal "this test finds each of seven mistakes" $caught 7
finish
