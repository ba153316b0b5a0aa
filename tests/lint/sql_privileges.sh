# sql_privileges.sh - what statements do to tables of quo is in the list of rights
# by which doctor tells a role what it lacks (sql/queries/doctor_privileges.sql).
# That the list suffices for each command is tests/e2e/doctor.sh's to show.
. "$TOP_SRCDIR/tests/lint/sources.sh" || exit 99
cd "$TOP_SRCDIR/sql/queries" || exit 99

# Lines of "verb table", of all statements but those of migrations and of roles' business.
for file in *.sql; do
    case $file in
    doctor_* | schema_migrations_* | workspaces_rename_* | workspaces_lock_for_rename*) continue ;;
    esac
    sed -e 's/--.*//' -e "s/'[^']*'//g" "$file" | tr '\n' ' ' | tr -s ' ' | awk -v file="$file" '
        {
            # A table of an UPDATE or DELETE is read where it has a WHERE, as all have.
            text = $0
            while (match(text, /(insert into|update|delete from|from|join|using|,) quo\.[a-z_]+/)) {
                part = substr(text, RSTART, RLENGTH)
                text = substr(text, RSTART + RLENGTH)
                if (text ~ /^\(/)
                    continue # a function
                verb = part; sub(/ quo\..*/, "", verb)
                table = part; sub(/.*quo\./, "", table)
                sub(/^insert into$/, "insert", verb); sub(/^delete from$/, "delete", verb)
                if (verb !~ /insert|update|delete/) verb = "select"
                print verb, table, file
                if (verb == "insert" && $0 ~ /do update/) print "update", table, file
            }
        }'
done | sort -u >"$work/used"
# Functions that statements and reports call, and what reports read.
sed -e 's/--.*//' -e "s/'[^']*'//g" $(ls *.sql | grep -vE '^(doctor|schema_migrations|views_secure)') ../reports/*.sql |
    grep -oE '\bquo\.[a-z_]+\(' | sed 's/quo\.\(.*\)(/execute \1 a-call/' >>"$work/used"
sed -e 's/--.*//' -e "s/'[^']*'//g" ../reports/*.sql |
    grep -oE '(from|join) quo\.[a-z_]+' | sed 's/.*quo\./select /; s/$/ a-report/' >>"$work/used"
sort -u -o "$work/used" "$work/used"
check "statements use tables" test "$(wc -l <"$work/used")" -gt 100

sed -n "/^    values/,/^), things/p" doctor_privileges.sql | sed 's/--.*//' | tr '\n' ' ' | tr -s ' ' |
    sed "s/), (/\n/g" | sed -n "s/.*'\([^']*\)', '\([^']*\)', '\([^']*\)'.*/\2|\3/p" |
    awk -F '|' '{
        n = split($1, verbs, " "); m = split($2, objects, " ")
        for (i = 1; i <= n; i++) for (k = 1; k <= m; k++) print verbs[i], objects[k]
    }' | sort -u >"$work/listed"
check "rights are listed" test "$(wc -l <"$work/listed")" -gt 80

empty "what statements do to a table is in doctor's list of rights" "$(
    while read -r verb table file; do
        grep -qxF "$verb $table" "$work/listed" || echo "$file: $verb on quo.$table"
    done <"$work/used")"
empty "doctor lists no right on what there is not" "$(
    awk '{ print $2 }' "$work/listed" | sort -u | grep -vx schema | while read -r object; do
        grep -qE "create (table|view|sequence|function|or replace function|or replace view) (if not exists )?quo\.$object\b|format\('create (or replace )?view quo\.$object" \
            ../migrations/*.sql || echo "$object"
    done)"
finish
