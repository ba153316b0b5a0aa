#!/bin/bash
# schema.sh - the schema as people meet it: it is what the contract lists, every
# part of it is explained, no value is too long for an index, and it survives
# pg_dump. Everything is applied by psql from the files as they are, so this also
# shows that each of them can be pasted into psql.
. "$TOP_SRCDIR/tests/support/shell.sh" || exit 99

query() { psql -XAtq -v ON_ERROR_STOP=1 "$@"; }
attempt() { query "$@" >/dev/null 2>"$work/error"; }

for file in "$TOP_SRCDIR"/sql/migrations/*.sql; do
    query -1 -f "$file" || fail "$(basename "$file") can be pasted into psql"
done
query -c 'select quo.ensure_partitions()' >/dev/null

# ---- what the contract lists: names and order, ? where null is allowed -----------
contract="
contacts(org_id, id, first_name?, last_name?, company?, role?, location?, source?, external_id?, source_url?, created_by_user_id?, shared_with_ids?, quo_url?, created_at?, updated_at, deleted_at?, synced_at)
contact_phone_numbers(org_id, contact_id, position, value, e164?, label?)
contact_emails(org_id, contact_id, position, value, label?)
contact_custom_fields(org_id, contact_id, position, key, field_id?, name?, type, value_text?, value_number?, value_boolean?, value_date?, value_list?, value_json?)
custom_field_definitions(org_id, key, name, type)
messages(org_id, id, direction?, body?, status?, error_code?, media?, phone_number_id?, conversation_id?, user_id?, sender?, recipients?, contact_lookup?, quo_url?, created_at?, status_at)
calls(org_id, id, direction?, status?, created_at?, ringing_at?, answered_at?, answered_by_user_id?, completed_at?, updated_at?, duration_seconds?, has_voicemail?, missed, initiated_by_user_id?, ai_handled?, rest_status?, forwarded_from?, forwarded_to?, menu_selection?, menu_selection_name?, menu_reason?, phone_number_id?, phone_number_type?, conversation_id?, user_id?, workspace_participants?, external_participants?, participants_resolution?, contact_lookup?, quo_url?, voicemail_id?, voicemail_duration_seconds?, voicemail_transcript?, voicemail_recording_url?)
call_recordings(org_id, call_id, position, recording_id?, duration_seconds?, started_at?, type?, url?)
call_summaries(org_id, call_id, status, summary?, next_steps?, from_phone_number?, handled_by_ai_agent?, answered_by_user_id?, jobs?)
call_transcripts(org_id, call_id, status, created_at?, duration_seconds?)
call_transcript_lines(org_id, call_id, position, user_id?, identifier?, content, start_seconds, end_seconds)
voicemails(org_id, id, voicemail_id?, call_id?, direction?, duration_seconds?, from_number?, to_number?, transcript?, recording_url?, phone_number_id?, conversation_id?, user_id?, contact_lookup?, external_participants?, created_at?, updated_at?)
activity_contacts(org_id, activity_kind, activity_id, contact_id)
users(org_id, id, email?, first_name?, last_name?, role?, picture_url?, created_at?, updated_at?, gone_at?)
phone_numbers(org_id, id, group_id?, name?, number, formatted?, porting_status?, symbol?, created_at?, updated_at?, gone_at?)
workspaces(org_id, name, timezone)
dead_letters(org_id, id, webhook_id, event_type?, received_at, failed_at, attempts, reason, detail?, body?)
activities(org_id?, kind?, id?, occurred_at?, direction?, status?, outcome?, user_id?, handled_by_user_id?, phone_number_id?, conversation_id?, external_identifiers?, contact_ids?, contact_lookup?)
conversations(org_id?, id?, phone_number_id?, external_identifiers?, first_at?, last_at?, messages?, calls?)"

differences=
while IFS= read -r listed; do
    [ -n "$listed" ] || continue
    table=${listed%%(*}
    found=$(query -c "
        select string_agg(attname || case when attnotnull then '' else '?' end, ', ' order by attnum)
          from pg_attribute
         where attrelid = 'quo.$table'::regclass and attnum > 0 and not attisdropped")
    case "$table($found," in
    "${listed%)},"*) ;;
    *) differences="$differences$listed is $table($found)
" ;;
    esac
done <<<"$contract"
empty "every table begins with the columns of the contract, in its order" "$differences"

empty "every table, view, column, function and index is explained" "$(query -c "
    select 'table or view ' || c.relname
      from pg_class c
     where c.relnamespace = 'quo'::regnamespace and c.relkind in ('r', 'p', 'v')
       and coalesce(obj_description(c.oid, 'pg_class'), '') = ''
    union all
    select 'column ' || c.relname || '.' || a.attname
      from pg_class c
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relnamespace = 'quo'::regnamespace and c.relkind in ('r', 'p', 'v')
       and not c.relispartition
       and coalesce(col_description(c.oid, a.attnum), '') = ''
    union all
    select 'function ' || p.oid::regprocedure
      from pg_proc p
     where p.pronamespace = 'quo'::regnamespace
       and coalesce(obj_description(p.oid, 'pg_proc'), '') = ''
    union all
    select 'index ' || i.indexrelid::regclass
      from pg_index i
      join pg_class c on c.oid = i.indexrelid
     where c.relnamespace = 'quo'::regnamespace and not i.indisprimary
       and coalesce(obj_description(c.oid, 'pg_class'), '') = ''")"

empty "every table has a primary key that org_id leads" "$(query -c "
    select c.relname
      from pg_class c
      left join pg_index i on i.indrelid = c.oid and i.indisprimary
      left join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
     where c.relnamespace = 'quo'::regnamespace and c.relkind in ('r', 'p')
       and c.relname not in ('schema_migrations', 'rate_limits')
       and a.attname is distinct from 'org_id'")"

empty "org_id is plain text everywhere, ids compare bytewise, sequences are bigint, nothing fires" "$(query -c "
    select 'org_id ' || c.relname
      from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'org_id'
     where c.relnamespace = 'quo'::regnamespace and c.relkind in ('r', 'p')
       and (a.atttypid <> 'text'::regtype or a.attcollation <> 'pg_catalog.default'::regcollation
            or not a.attnotnull)
    union all
    select 'id ' || c.relname || '.' || a.attname
      from pg_class c join pg_attribute a on a.attrelid = c.oid
     where c.relnamespace = 'quo'::regnamespace and c.relkind in ('r', 'p')
       and (a.attname = 'id' or a.attname like '%\_id') and a.attname not in ('org_id', 'external_id')
       and a.atttypid = 'text'::regtype and a.attcollation <> '\"C\"'::regcollation
    union all
    select 'sequence ' || seqrelid::regclass from pg_sequence where seqtypid <> 'bigint'::regtype
    union all
    select 'trigger ' || tgname from pg_trigger
     where tgrelid in (select oid from pg_class where relnamespace = 'quo'::regnamespace)
    union all
    select 'foreign key ' || conname from pg_constraint
     where connamespace = 'quo'::regnamespace and contype = 'f'")"

# ---- every statement and report is valid -------------------------------------------
# A statement that the program leaves out on older servers says so: "-- needs: 15".
major=$(($(query -c "select current_setting('server_version_num')") / 10000))
bad=
for file in "$TOP_SRCDIR"/sql/queries/*.sql; do
    needs=$(sed -n 's/^-- needs: \([0-9]*\)$/\1/p' "$file")
    [ "$major" -ge "${needs:-0}" ] || continue
    { echo 'prepare it as'; cat "$file"; echo ';'; } >"$work/prepare.sql"
    attempt -f "$work/prepare.sql" || bad="$bad$(basename "$file"): $(grep -m1 ERROR "$work/error")
"
done
empty "every statement of sql/queries can be planned on the migrated schema" "$bad"
bad=
for file in "$TOP_SRCDIR"/sql/reports/*.sql; do
    attempt -f "$file" || bad="$bad$(basename "$file"): $(head -n 1 "$work/error")
"
done
empty "every report runs as it is" "$bad"

query -c 'create schema crm; create table crm.customers (customer_number text)'
awk '/^```sql/ { on = 1; next } /^```/ { on = 0 } on' "$TOP_SRCDIR/doc/schema.md" |
    sed '/^create role/d' >"$work/examples.sql"
check "the examples of doc/schema.md run" attempt -f "$work/examples.sql"
empty "doc/schema.md names every table and view" "$(query -c "
    select relname from pg_class where relnamespace = 'quo'::regnamespace
       and relkind in ('r', 'p', 'v') and not relispartition" | while read -r name; do
    grep -q "\b$name\b" "$TOP_SRCDIR/doc/schema.md" || echo "$name"
done)"

# ---- values without a limit ----------------------------------------------------------
# Random text, so that compression cannot make it fit.
long="(select string_agg(md5(random()::text), '') from generate_series(1, 320))"
check "a contact with values of 10 kB is stored" attempt -c "
    insert into quo.contacts (org_id, id, first_name, external_id, updated_at, synced_at, merge_state)
    values ('OR1', 'c1', $long, $long, now(), now(), ''),
           ('OR1', 'c2', null, 'CRM-7', now(), now(), '');
    insert into quo.contact_emails (org_id, contact_id, position, value)
    values ('OR1', 'c1', 1, $long), ('OR1', 'c2', 1, 'Ada@Example.com');
    insert into quo.contact_phone_numbers (org_id, contact_id, position, value)
    values ('OR1', 'c1', 1, $long)"
check "a message and a call with values of 10 kB are stored" attempt -c "
    insert into quo.messages (org_id, id, status_at, sender, recipients, body, quo_url, merge_state)
    values ('OR1', 'm1', now(), $long, array[$long], $long, $long, '');
    insert into quo.calls (org_id, id, missed, external_participants, quo_url, merge_state)
    values ('OR1', 'k1', false, array[$long], $long, '');
    insert into quo.voicemails (org_id, id, from_number, transcript, merge_state)
    values ('OR1', 'v1', $long, $long, '')"
check "a dead letter and a definition with values of 10 kB are stored" attempt -c "
    insert into quo.dead_letters (org_id, webhook_id, event_type, received_at, failed_at, attempts, reason)
    values ('OR1', 'w', $long, now(), now(), 1, $long);
    insert into quo.custom_field_definitions values ('OR1', 'k', $long, $long, '')"
equal "an external id of 10 kB is found by its index" "$(query -c "
    set enable_seqscan = off;
    select count(*) from quo.contacts c, quo.contacts o
     where c.id = 'c1' and o.external_id = c.external_id")" 1
equal "an email address is found in any case, by its index" "$(query -c "
    set enable_seqscan = off;
    select contact_id from quo.contact_emails where lower(value) = lower('ADA@example.COM')")" c2
check "that query uses the index" eval "query -c \"set enable_seqscan = off; explain
    select contact_id from quo.contact_emails where lower(value) = 'ada@example.com'\" |
    grep -q contact_emails_by_address"

# ---- custom field values stand in the column of their type ------------------------------
fields_refused() {
    ! attempt -c "insert into quo.contact_custom_fields (org_id, contact_id, position, key, type, $1)
                  values ('OR1', 'c1', 1, 'k', $2)" &&
        grep -q contact_custom_fields_one_typed_value "$work/error"
}
refused=0
for case in "value_text|'number', 'x'" "value_number|'string', 1" "value_boolean|'date', true" \
    "value_date|'boolean', now()" "value_list|'string', '{}'" "value_text|'of-tomorrow', 'x'" \
    "value_text, value_json|'string', 'x', '1'" "value_number, value_json|'number', 1, '1'"; do
    fields_refused "${case%%|*}" "${case#*|}" && refused=$((refused + 1))
done
equal "a value in the column of another type, or beside its json, is refused" $refused 8
check "a value in the column of its type is stored, and one that does not fit as json" attempt -c "
    insert into quo.contact_custom_fields (org_id, contact_id, position, key, type, value_text,
           value_number, value_boolean, value_date, value_list, value_json)
    values ('OR1', 'c1', 1, 'k', 'url', 'x', null, null, null, null, null),
           ('OR1', 'c1', 2, 'k', 'number', null, 0.1, null, null, null, null),
           ('OR1', 'c1', 3, 'k', 'boolean', null, null, false, null, null, null),
           ('OR1', 'c1', 4, 'k', 'date', null, null, null, '0001-01-01 00:00+00', null, null),
           ('OR1', 'c1', 5, 'k', 'multi-select', null, null, null, null, '{}', null),
           ('OR1', 'c1', 6, 'k', 'number', null, null, null, null, null, '\"ten\"'),
           ('OR1', 'c1', 7, 'k', 'of-tomorrow', null, null, null, null, null, '{}'),
           ('OR1', 'c1', 8, 'k', 'string', null, null, null, null, null, null)"

# ---- the plan of a worker's lookups does not depend on statistics --------------------------
query -c "
    insert into quo.messages (org_id, id, conversation_id, phone_number_id, status_at, merge_state)
    select 'OR1', 'AC' || n, 'CN' || n % 100, 'PN', now(), '' from generate_series(1, 20000) n" >/dev/null
plan=$(query -c "begin" -f "$TOP_SRCDIR/sql/queries/tx_begin.sql" -c "
    explain select id, merge_state from quo.messages
             where org_id = 'OR1' and id = any (array(select 'AC' || n from generate_series(1, 500) n))
             order by id for update")
check "a lookup by id uses the primary key before the first analyze" \
    grep -q 'using messages_pkey\|on messages_pkey' <<<"$plan"
plan=$(query -c "analyze quo.messages" -c "begin" -f "$TOP_SRCDIR/sql/queries/tx_begin.sql" -c "
    explain select id, merge_state from quo.messages
             where org_id = 'OR1' and id = any (array(select 'AC' || n from generate_series(1, 500) n))
             order by id for update")
check "and after it" grep -q 'using messages_pkey\|on messages_pkey' <<<"$plan"
equal "a change of status touches no index" "$(query -c begin -c "
    update quo.messages set status = 'delivered', status_at = now(), merge_state = 'x'
     where org_id = 'OR1' and id = 'AC20000'" -c "
    select pg_stat_get_xact_tuples_hot_updated('quo.messages'::regclass)" -c commit)" 1

# ---- the archive as json ------------------------------------------------------------------
query -c "
    insert into quo.events (org_id, received_at, webhook_id, body)
    values ('OR1', now(), 'good', '{\"id\": \"EV1\"}'),
           ('OR1', now(), 'nul', '{\"text\": \"a\\\\u0000b\"}'),
           ('OR1', now(), 'no json', '{'),
           ('OR1', now(), 'no utf-8', '\\xff'),
           ('OR1', now(), 'a zero byte', '\\x00'),
           ('OR1', now(), 'too deep', convert_to(repeat('[', 100000), 'UTF8')),
           ('OR1', now(), 'erased', null)"
equal "event_payloads shows json where there is some, and null for every other body" \
    "$(query -c "select string_agg(webhook_id, ', ' order by webhook_id)
                   from quo.event_payloads where json is not null")" "good, nul"
equal "and members can be asked for" \
    "$(query -c "select json ->> 'id' from quo.event_payloads where webhook_id = 'good'")" EV1

# ---- a copy -----------------------------------------------------------------------------
"$TEST_PG_BIN/pg_dump" -n quo --no-owner >"$work/first.sql"
query -c 'drop schema quo cascade' 2>/dev/null
check "the schema and its rows can be restored from a dump" query -1 -o /dev/null -f "$work/first.sql"
"$TEST_PG_BIN/pg_dump" -n quo --no-owner >"$work/second.sql"
equal "a dump of the restored schema is the same" \
    "$(grep -v '^\\\(un\)\?restrict' "$work/first.sql" | sha256sum)" \
    "$(grep -v '^\\\(un\)\?restrict' "$work/second.sql" | sha256sum)"
finish
