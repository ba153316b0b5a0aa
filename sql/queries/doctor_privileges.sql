-- What each command does to which table, sequence and function, and of that what this role
-- may not, for quosync doctor. `migrate --roles` grants all of it to quo_worker.
-- Returns rows (command, verbs, object), one for each thing on which rights are missing, the
-- schema first. Reads the catalog alone: works without any right.
with needed (commands, verbs, objects) as (
    values
    ('serve work ingest reconcile dead replay status report erase prune webhook', 'usage',
     'schema'),
    ('serve work ingest reconcile dead replay status erase prune webhook', 'select',
     'schema_migrations'),
    ('serve work ingest reconcile dead replay erase', 'select insert update', 'workspaces'),
    -- in
    ('serve ingest reconcile', 'select insert', 'delivery_ids'),
    ('serve ingest reconcile dead', 'insert', 'inbox'),
    ('serve ingest reconcile dead', 'usage', 'inbox_seq'),
    ('serve ingest reconcile', 'execute', 'store_deliveries'),
    -- applied
    ('work', 'select update delete', 'inbox'),
    ('work', 'insert', 'events'),
    ('work', 'select insert', 'dead_letters'),
    ('work', 'usage', 'dead_letters_id_seq attempts_id_seq'),
    ('work', 'select insert update delete', 'attempts'),
    ('work dead prune', 'execute', 'ensure_partitions'),
    ('work', 'execute', 'remake_contacts_wide'),
    ('work reconcile replay', 'execute', 'trim_list trim_links'),
    ('work reconcile replay', 'select insert update',
     'contacts custom_field_definitions messages calls call_summaries call_transcripts
      voicemails'),
    ('work reconcile replay', 'select insert update delete',
     'contact_phone_numbers contact_emails contact_custom_fields call_recordings
      call_transcript_lines activity_contacts'),
    ('work reconcile replay', 'select', 'contact_rest erasures test_events'),
    ('webhook', 'select insert update delete', 'test_events'),
    -- repaired
    ('reconcile', 'insert update', 'contact_rest'),
    ('reconcile', 'select insert update', 'users phone_numbers leases reconcile_progress
      reconcile_runs'),
    ('reconcile webhook status', 'select insert update', 'rate_limits'),
    ('reconcile', 'usage', 'reconcile_runs_id_seq'),
    ('reconcile', 'select', 'events dead_letters inbox'),
    ('replay', 'select', 'events pruned_weeks'),
    ('replay', 'delete', 'contacts contact_rest custom_field_definitions messages calls
      call_summaries call_transcripts voicemails'),
    ('dead', 'select update delete', 'dead_letters'),
    -- watched
    ('status', 'select', 'inbox dead_letters events reconcile_runs contacts messages calls
      voicemails users phone_numbers'),
    ('report', 'select', 'contacts contact_phone_numbers contact_emails contact_custom_fields
      messages calls call_recordings call_summaries call_transcripts call_transcript_lines
      voicemails activity_contacts users phone_numbers workspaces live_contacts activities
      activity_contacts_resolved conversations contacts_wide'),
    ('report', 'select', 'activity_field_values contact_field_values dead_letters reconcile_runs'),
    ('report', 'execute', 'call_outcome message_outcome person_name business_time
      business_seconds'),
    -- forgotten
    ('erase', 'select insert', 'erasures'),
    ('erase', 'select update', 'contacts messages calls call_recordings call_summaries
      call_transcripts voicemails events dead_letters'),
    ('erase', 'select delete', 'contact_phone_numbers contact_emails contact_custom_fields
      call_transcript_lines'),
    ('erase', 'select', 'inbox activity_contacts activity_contacts_resolved contact_rest'),
    ('prune', 'select delete', 'delivery_ids dead_letters call_transcript_lines'),
    ('prune', 'select update', 'events messages calls call_recordings call_summaries
      call_transcripts voicemails'),
    ('prune', 'select', 'inbox workspaces'),
    ('prune', 'execute', 'drop_partition')
), things as (
    select 'schema' as name, s.oid, 'schema' as kind
      from pg_catalog.pg_namespace s where s.nspname = 'quo'
     union all
    select c.relname::text, c.oid, case c.relkind when 'S' then 'sequence' else 'table' end
      from pg_catalog.pg_class c join pg_catalog.pg_namespace s on s.oid = c.relnamespace
     where s.nspname = 'quo' and c.relkind in ('r', 'p', 'v', 'S')
     union all
    select p.proname::text, p.oid, 'function'
      from pg_catalog.pg_proc p join pg_catalog.pg_namespace s on s.oid = p.pronamespace
     where s.nspname = 'quo'
)
select command,
       string_agg(distinct verb, ', '),
       case object when 'schema' then 'schema quo' else 'quo.' || object end
  from needed
 -- Not regexp_split_to_table: it is taken for 1000 rows, and three of it for so many that
 -- the statement is compiled (jit), for seconds.
 cross join unnest(regexp_split_to_array(commands, '[[:space:]]+')) command
 cross join unnest(regexp_split_to_array(verbs, '[[:space:]]+')) verb
 cross join unnest(regexp_split_to_array(objects, '[[:space:]]+')) object
  left join things t on t.name = object
 where not coalesce(case t.kind
                        when 'schema' then has_schema_privilege(t.oid, verb)
                        when 'sequence' then has_sequence_privilege(t.oid, verb)
                        when 'function' then has_function_privilege(t.oid, verb)
                        else has_table_privilege(t.oid, verb)
                    end, false)
 group by command, object
 order by command, object <> 'schema', object;
