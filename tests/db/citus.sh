#!/bin/bash
# citus.sh - the distribution script against the schema as it is: every table is
# named, by a column that it has and that its keys hold, contacts before the others,
# once. Citus itself is not needed: stubs of its functions write down what they are told.
. "$TOP_SRCDIR/tests/support/shell.sh" || exit 99

query() { psql -XAtq -v ON_ERROR_STOP=1 "$@"; }
script=$TOP_SRCDIR/sql/scale/citus.sql
distribute() { query -f "$script" >"$work/out" 2>"$work/err"; }

for file in "$TOP_SRCDIR"/sql/migrations/*.sql; do
    query -1 -f "$file" || fail "$(basename "$file") is applied"
done
query -c 'select quo.ensure_partitions()' >/dev/null

check "without Citus it changes nothing and says so" eval '! distribute && grep -q "there is no Citus" "$work/err"'

# A table may be distributed by a column that each of its unique keys holds, and beside
# another by a column of the same type and collation: what Citus demands.
query <<'SQL'
create function citus_version() returns text language sql as $$ select 'stub' $$;
create table pg_dist_partition (logicalrelid regclass primary key, how text, beside text,
                                n bigint generated always as identity);
create function create_distributed_table(relation regclass, distribution_column text,
                                         colocate_with text default 'default') returns void
language plpgsql as $$
declare
    columns smallint;
begin
    select attnum into strict columns from pg_attribute
     where attrelid = relation and attname = distribution_column and attnotnull;
    if exists (select from pg_index where indrelid = relation and indisunique
                  and not columns = any (indkey::smallint[])) then
        raise exception 'a unique key of % lacks %', relation, distribution_column;
    end if;
    if exists (select from pg_trigger where tgrelid = relation and not tgisinternal) then
        raise exception '% has triggers', relation;
    end if;
    if exists (select from pg_constraint where conrelid = relation and contype = 'f') then
        raise exception '% has a foreign key', relation;
    end if;
    if not exists (select from pg_index where indrelid = relation and indisprimary) then
        raise exception '% has no primary key', relation;
    end if;
    if colocate_with <> 'none' and (
           select (a.atttypid, a.attcollation) is distinct from (b.atttypid, b.attcollation)
             from pg_attribute a, pg_attribute b
            where a.attrelid = relation and a.attname = distribution_column
              and b.attrelid = colocate_with::regclass and b.attname = distribution_column) then
        raise exception 'the types of % and % differ', relation, colocate_with;
    end if;
    if colocate_with <> 'none' and not exists (
           select from pg_dist_partition where logicalrelid = colocate_with::regclass) then
        raise exception '% is not distributed yet', colocate_with;
    end if;
    insert into pg_dist_partition values (relation, distribution_column, colocate_with);
end $$;
create function create_reference_table(relation regclass) returns void language sql as
$$ insert into pg_dist_partition values (relation, 'reference', null) $$;
SQL
check "the script runs" distribute
[ -s "$work/err" ] && grep -q ERROR "$work/err" && cat "$work/err"
tables=$(query -c "select relname from pg_class where relnamespace = 'quo'::regnamespace
                      and relkind in ('r', 'p') and not relispartition order by 1")
done=$(query -c "select relname from pg_dist_partition join pg_class on oid = logicalrelid order by 1")
equal "every table of the schema is distributed" "$done" "$tables"
equal "by org_id, but for two" "$(query -c "
    select relname || ' ' || how from pg_dist_partition join pg_class on oid = logicalrelid
     where how <> 'org_id' order by 1")" "rate_limits key
schema_migrations reference"
equal "all of one workspace beside its contacts" \
    "$(query -c "select count(*) from pg_dist_partition where how = 'org_id' and beside <> 'quo.contacts'
                 and logicalrelid <> 'quo.contacts'::regclass")" 0
check "each is told of" test "$(grep -c 'is distributed' "$work/err")" = "$(echo "$tables" | wc -l)"

check "again, it runs" distribute
equal "and changes nothing" "$(query -c 'select count(*) from pg_dist_partition')" "$(echo "$tables" | wc -l)"
empty "and says nothing of it" "$(grep 'is distributed' "$work/err")"
query -c "delete from pg_dist_partition where logicalrelid = 'quo.calls'::regclass"
check "a table that a migration made comes along" eval 'distribute && grep -q "quo.calls is distributed" "$work/err"'
query -c 'create table quo.later (org_id text primary key)'
check "one that is not named is refused, by name" \
    eval '! distribute && grep -q "not said here how to distribute later" "$work/err"'
query -c 'drop table quo.later' -c 'create role quo_owner nologin'
check "an owner who cannot log in is warned of" eval 'distribute && grep -q "quo_owner cannot log in" "$work/err"'
finish
