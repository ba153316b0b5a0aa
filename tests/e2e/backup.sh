#!/bin/bash
# backup.sh - pg_dump and pg_restore of a filled mirror, with its roles and row level
# security: what comes out equals what went in, and the program goes on with it.
. "$TOP_SRCDIR/tests/support/shell.sh" || exit 99
. "$TOP_SRCDIR/tests/support/program.sh" || exit 99

org_id=
configure
check "the schema and its roles are made" \
    eval '"$QUOSYNC" migrate --roles --config "$conf" >"$work/out" 2>&1 || { cat "$work/out"; false; }'
rows 'create role quosync login in role quo_worker; create role keeper login in role quo_owner;
      create role reader login in role quo_reader, quo_org_default;
      create role outsider login in role quo_reader'
sed -i "s/^database = .*/& user=quosync/" "$conf"
for sample in "$TOP_SRCDIR"/tests/samples/*.json; do
    tr -d '\n' <"$sample"
    echo
done >"$work/samples.ndjson"
echo '{"webhook-id": "msg_bad", "body": "{}"}' >>"$work/samples.ndjson"
"$QUOSYNC" ingest "$work/samples.ndjson" --config "$conf" >"$work/out" 2>&1 || fail "ingest" "$(cat "$work/out")"
"$QUOSYNC" work --drain --config "$conf" >"$work/out" 2>&1 || fail "work" "$(tail -n 3 "$work/out")"
contact=$(rows 'select id from quo.live_contacts order by id limit 1')
"$QUOSYNC" erase "$contact" --config "$conf" >"$work/out" 2>&1 || fail "erase" "$(cat "$work/out")"
head -n 3 "$work/samples.ndjson" | sed 's/^/ /' |
    "$QUOSYNC" ingest --config "$conf" >"$work/out" 2>&1 || fail "ingest" "$(cat "$work/out")"

# digest DATABASE: a line for each table (views too): its rows, whatever their order.
digest() {
    psql -XAtq -d "$1" -c "select format('select %L, count(*), coalesce(md5(string_agg(r::text, chr(10) order by r::text)), '''') from quo.%I r;', relname, relname)
        from pg_class where relnamespace = 'quo'::regnamespace and relkind in ('r', 'p', 'v') order by relname" |
        PGTZ=UTC psql -XAtq -d "$1" -v ON_ERROR_STOP=1
}
# rights DATABASE: owners, grants, policies.
rights() {
    psql -XAtq -d "$1" -c "
        select relname, relkind, relowner::regrole, relrowsecurity, relforcerowsecurity, relacl::text, reloptions::text
          from pg_class where relnamespace = 'quo'::regnamespace and relkind in ('r', 'p', 'v', 'S') order by 1;
        select tablename, policyname, roles, cmd, qual from pg_policies where schemaname = 'quo' order by 1, 2;
        select proname, proowner::regrole, proacl::text from pg_proc where pronamespace = 'quo'::regnamespace order by 1"
}
digest "$PGDATABASE" >"$work/before"
check "there is something to lose" test "$(awk -F '|' '$2 > 0' "$work/before" | wc -l)" -ge 20
rights "$PGDATABASE" >"$work/rights"

check "who owns the schema can dump it, and need be no superuser" \
    env PGUSER=keeper pg_dump --role=quo_owner --schema=quo -Fc -f "$work/quo.dump"
rows 'create database again template template0' >/dev/null
check "it is restored without a complaint" eval \
    'pg_restore --exit-on-error -d again "$work/quo.dump" 2>"$work/err" || { cat "$work/err"; false; }'
digest again >"$work/after"
equal "every table and view is equal" "$(diff "$work/before" "$work/after")" ""
rights again >"$work/rights.again"
equal "owners, grants and policies, too" "$(diff "$work/rights" "$work/rights.again")" ""
equal "a reader of the workspace sees it there" \
    "$(PGUSER=reader psql -XAtq -d again -c 'select count(*) from quo.contacts')" \
    "$(rows 'select count(*) from quo.contacts')"
equal "a reader of no workspace sees none of it" \
    "$(PGUSER=outsider psql -XAtq -d again -c 'select count(*) from quo.contacts')" 0

# And the program goes on with it.
conf2=$work/again.conf
sed "s/dbname='[^']*'/dbname=again/" "$conf" >"$conf2"
chmod 600 "$conf2"
"$QUOSYNC" doctor --config "$conf2" >"$work/out" 2>&1
# What it says of views before PostgreSQL 15 is so with or without a restore.
empty "doctor finds nothing wrong with the schema" "$(grep -E '^(warning|failed) +(schema|migrations|tables|roles|row-security|privileges|workspaces|partitions|left-over)' "$work/out" |
    grep -v 'views of PostgreSQL 1[34] do not obey')"
check "what waited is applied" "$QUOSYNC" work --drain --config "$conf2" 2>"$work/err"
equal "nothing waits" "$(psql -XAtq -d again -c 'select count(*) from quo.inbox')" 0
check "a replay finds the archive whole" "$QUOSYNC" replay --config "$conf2" >"$work/out" 2>&1
equal "what was erased stays so" "$(psql -XAtq -d again -c "select count(*) from quo.live_contacts where id = '$contact'")" 0
"$QUOSYNC" ingest "$work/samples.ndjson" --config "$conf2" >"$work/out" 2>&1
check "what had come before is known" grep -qE '(^| )0 stored|stored +0' "$work/out"
finish
