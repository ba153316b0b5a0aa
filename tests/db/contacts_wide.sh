#!/bin/bash
# contacts_wide.sh - the view with a column for each custom field: its names, its
# values, and what becomes of it when definitions change while others depend on it.
. "$TOP_SRCDIR/tests/support/shell.sh" || exit 99

query() { psql -XAtq -v ON_ERROR_STOP=1 "$@"; }

for file in "$TOP_SRCDIR"/sql/migrations/*.sql; do
    query -1 -f "$file" >/dev/null
done
remake() { query -f "$TOP_SRCDIR/sql/queries/contacts_wide_remake.sql"; }
columns() {
    query -c "select string_agg(a.attname || ' ' || format_type(a.atttypid, null), ', ' order by a.attnum)
                from pg_attribute a
               where a.attrelid = 'quo.contacts_wide'::regclass and a.attnum > 17"
}
hash() { printf '%s\0%s' "$1" "$2" | sha256sum | cut -c 1-8; }

equal "without definitions it has the columns of live_contacts" "$(query -c "
    select string_agg(a.attname, ' ' order by a.attnum) = (select string_agg(b.attname, ' ' order by b.attnum)
             from pg_attribute b where b.attrelid = 'quo.live_contacts'::regclass)
      from pg_attribute a where a.attrelid = 'quo.contacts_wide'::regclass")" t
equal "making it again changes nothing" "$(remake)" f

# ---- names -------------------------------------------------------------------------
long=$(printf 'k%.0s' $(seq 100))
query -c "
    insert into quo.custom_field_definitions (org_id, key, name, type, merge_state)
    values ('OR1', 'city', 'City', 'string', ''), ('OR2', 'city', 'Town', 'string', ''),
           ('OR1', 'Company', 'The firm', 'string', ''), ('OR1', 'merge_state', 'M', 'number', ''),
           ('OR1', 'Size', 'Size', 'number', ''), ('OR1', 'size', 'Size too', 'number', ''),
           ('OR1', 'since', 'Since', 'date', ''), ('OR2', 'since', 'Since', 'string', ''),
           ('OR1', 'tags', 'Tags', 'multi-select', ''), ('OR1', 'vip', 'VIP', 'boolean', ''),
           ('OR1', 'odd', 'Odd', 'of-tomorrow', ''),
           ('OR1', '$long', 'Long', 'url', ''), ('OR1', repeat('ü', 50), 'Umlauts', 'address', ''),
           ('OR1', 'quote\"; drop table quo.users; --', 'Bobby', 'string', '')"
equal "new definitions change it" "$(remake)" t
equal "and only once" "$(remake)" f
equal "columns are named by their keys, and by a hash where that is no name of its own" "$(columns)" \
    "$(printf '%s, ' "Company_$(hash Company string) text" "Size_$(hash Size number) numeric" \
        "city text" "${long:0:63} text" "merge_state_$(hash merge_state number) numeric" "odd jsonb" \
        'quote"; drop table quo.users; -- text' \
        "since_$(hash since date) timestamp with time zone" "since_$(hash since string) text" \
        "size_$(hash size number) numeric" "tags text[]" "vip boolean" |
        cat)$(printf 'ü%.0s' $(seq 31)) text"
equal "every column is explained" "$(query -c "
    select count(*) from pg_attribute where attrelid = 'quo.contacts_wide'::regclass and attnum > 0
       and coalesce(col_description(attrelid, attnum), '') = ''")" 0

# ---- values --------------------------------------------------------------------------
query -c "
    insert into quo.contacts (org_id, id, first_name, updated_at, deleted_at, synced_at, merge_state)
    values ('OR1', 'c1', 'Ada', now(), null, now(), ''), ('OR1', 'c2', 'Bob', now(), null, now(), ''),
           ('OR1', 'c3', 'Gone', now(), now(), now(), '');
    insert into quo.contact_custom_fields (org_id, contact_id, position, key, type, value_text, value_number,
                                           value_boolean, value_date, value_list, value_json)
    values ('OR1', 'c1', 3, 'city', 'string', 'second', null, null, null, null, null),
           ('OR1', 'c1', 2, 'city', 'string', 'first', null, null, null, null, null),
           ('OR1', 'c1', 4, 'size', 'number', null, 0.1, null, null, null, null),
           ('OR1', 'c1', 5, 'Size', 'number', null, null, null, null, null, '\"ten\"'),
           ('OR1', 'c1', 6, 'vip', 'boolean', null, null, false, null, null, null),
           ('OR1', 'c1', 7, 'tags', 'multi-select', null, null, null, null, '{a,\"b c\"}', null),
           ('OR1', 'c1', 8, 'odd', 'of-tomorrow', null, null, null, null, null, '{\"a\": 1}'),
           ('OR1', 'c1', 9, 'since', 'date', null, null, null, '2026-01-02 00:00Z', null, null),
           ('OR1', 'c2', 1, 'city', 'number', null, 7, null, null, null, null),
           ('OR1', 'c2', 2, 'city', 'string', 'behind another type', null, null, null, null, null)"
equal "each value stands in its column, of repeated keys the first position" "$(query -c "
    set timezone = 'UTC';
    select first_name, city, \"size_$(hash size number)\", \"Size_$(hash Size number)\", vip, tags, odd,
           since_$(hash since date), since_$(hash since string)
      from quo.contacts_wide where id = 'c1'")" \
    'Ada|first|0.1||f|{a,"b c"}|{"a": 1}|2026-01-02 00:00:00+00|'
equal "a value of another type is null" \
    "$(query -c "select city is null from quo.contacts_wide where id = 'c2'")" t
equal "deleted contacts are left out" "$(query -c "select count(*) from quo.contacts_wide")" 2

# ---- changes --------------------------------------------------------------------------
query -c "create role wide_reader; grant select on quo.contacts_wide to wide_reader;
          delete from quo.custom_field_definitions where key not in ('city', 'vip')"
equal "a column whose definition is gone goes" "$(remake) $(columns)" "t city text, vip boolean"
equal "who could read the view still can" \
    "$(query -c "select has_table_privilege('wide_reader', 'quo.contacts_wide', 'select')")" t
query -c "create view public.dependent as select org_id, id, city from quo.contacts_wide;
          delete from quo.custom_field_definitions where key = 'city';
          insert into quo.custom_field_definitions values ('OR1', 'age', 'Age', 'number', '')"
equal "with a dependent it stays, and new ones come behind" "$(remake) $(columns)" \
    "t city text, vip boolean, age numeric"
equal "it is null then" "$(query -c "select count(*), count(city) from public.dependent")" "2|0"
equal "and that is not tried again and again" "$(remake)" f
query -c "insert into quo.custom_field_definitions values ('OR1', 'city', 'City', 'number', '')"
equal "a definition of another type gets a name of its own beside it" "$(remake) $(columns)" \
    "t city text, vip boolean, age numeric, city_$(hash city number) numeric"
equal "and stays" "$(remake)" f
query -c "drop view public.dependent; delete from quo.custom_field_definitions where key = 'age'"
equal "without the dependent all is as it should be again" "$(remake) $(columns)" \
    "t city numeric, vip boolean"
query -c "update quo.custom_field_definitions set name = 'Very important' where key = 'vip'"
remake >/dev/null
check "a new name shows in the comment" \
    grep -q 'Very important' <<<"$(query -c "select col_description('quo.contacts_wide'::regclass, 19)")"

# ---- locks ------------------------------------------------------------------------------
query -c "insert into quo.custom_field_definitions values ('OR1', 'late', 'Late', 'string', '')"
{ echo "begin; select count(*) from quo.contacts_wide;"; sleep 4; } | query >/dev/null &
sleep 1
start=$SECONDS
remake >/dev/null 2>"$work/error"
check "a report that runs is not waited for longer than a second or so" test $((SECONDS - start)) -le 3
check "and the view stays as it was" grep -q 'lock timeout' "$work/error"
wait
equal "until the next time" "$(remake) $(columns)" "t city numeric, vip boolean, late text"
finish
