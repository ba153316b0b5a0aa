-- That fakequo.sql leaves no column out: it is run in the same session, beside a mirror
-- that is equal. Every column that people query must be named here; where REST
-- knows it, another value in one row must be a difference.

create temp table columns (relation text, known text, unknown text);
insert into columns values
    ('contacts',
     'first_name last_name company role source external_id source_url created_by_user_id created_at updated_at deleted_at',
     'location shared_with_ids quo_url synced_at erased_at'),
    ('contact_phone_numbers', 'position value e164 label', ''),
    ('contact_emails', 'position value label', ''),
    ('contact_custom_fields',
     'position key field_id name value_text value_number value_boolean value_date value_list',
     -- (A type goes with its column, a check says; value_json is of types that REST lacks here.)
     'type value_json'),
    ('custom_field_definitions', 'key name type', ''),
    ('messages',
     'direction body status media phone_number_id conversation_id user_id sender recipients created_at',
     -- (status_at is where in time the winning version lies: a webhook''s, where it is later.)
     'error_code contact_lookup quo_url status_at content_pruned_at'),
    ('calls',
     'direction created_at answered_at answered_by_user_id completed_at updated_at duration_seconds'
     ' initiated_by_user_id ai_handled rest_status forwarded_from forwarded_to phone_number_id user_id'
     ' workspace_participants external_participants voicemail_id voicemail_duration_seconds'
     ' voicemail_transcript voicemail_recording_url',
     'status ringing_at has_voicemail missed menu_selection menu_selection_name menu_reason'
     ' phone_number_type conversation_id participants_resolution contact_lookup quo_url content_pruned_at'),
    ('call_recordings', 'position recording_id duration_seconds started_at type url', ''),
    ('call_summaries', 'status summary next_steps jobs',
     'from_phone_number handled_by_ai_agent answered_by_user_id content_pruned_at'),
    ('call_transcripts', 'status created_at duration_seconds', 'content_pruned_at'),
    ('call_transcript_lines', 'position user_id identifier content start_seconds end_seconds', ''),
    ('voicemails', '',
     'voicemail_id call_id direction duration_seconds from_number to_number transcript recording_url'
     ' phone_number_id conversation_id user_id contact_lookup external_participants created_at'
     ' updated_at content_pruned_at'),
    ('activity_contacts', '', 'activity_kind activity_id contact_id'),
    ('users', 'email first_name last_name role picture_url created_at updated_at gone_at', ''),
    ('phone_numbers',
     'group_id name number formatted porting_status symbol created_at updated_at gone_at', '');

-- What is not named, or is named and does not exist.
select coalesce(c.table_name, k.relation) || '.' || coalesce(c.column_name, k.name)
       || case when k.name is null then ' is not named' else ' does not exist' end
  from (select table_name, column_name
          from information_schema.columns
         where table_schema = 'quo'
           and table_name in (select relation from columns)
           and column_name not in ('org_id', 'id', 'contact_id', 'call_id', 'merge_state')) c
  full join (select relation, unnest(string_to_array(known || ' ' || unknown, ' ')) as name
               from columns) k
    on k.relation = c.table_name
   and k.name = c.column_name
 where (c.column_name is null or k.name is null)
   and k.name is distinct from ''
   and k.name is distinct from 'contact_id'
   and k.name is distinct from 'call_id';
-- Tables that people query and of which nothing is said.
select relname || ' is not named'
  from pg_class
 where relnamespace = 'quo'::regnamespace
   and relkind = 'r'
   and relname not in (select relation from columns)
   and has_table_privilege('quo_reader', oid, 'select')
   and relname not in ('workspaces', 'schema_migrations');

create temp table expected_now as table expected;

do $$
declare
    rel text;
    col text;
    kind text;
    other text;
    n bigint;
begin
    for rel, col, kind in
        select k.relation, k.name, c.data_type
          from (select relation, unnest(string_to_array(known, ' ')) as name from columns) k
          join information_schema.columns c
            on c.table_schema = 'quo' and c.table_name = k.relation and c.column_name = k.name
    loop
        other := case kind
                     when 'timestamp with time zone' then $q$coalesce(%1$I + interval '1 hour', now())$q$
                     when 'boolean' then 'not coalesce(%1$I, false)'
                     when 'jsonb' then $q$'[{"another": true}]'$q$
                     when 'ARRAY' then $q$array_append(coalesce(%1$I, '{}'), 'another')$q$
                     when 'text' then $q$coalesce(%1$I, '') || 'another'$q$
                     else 'coalesce(%1$I, 0) + 1000' end;
        begin
            execute format('update quo.%2$I set %1$I = ' || other ||
                           ' where ctid = (select ctid from quo.%2$I order by %1$I is null, ctid limit 1)',
                           col, rel);
            get diagnostics n = row_count;
            if n = 0 then
                raise notice '%.%: there is no row to try', rel, col;
            else
                select count(*) into n
                  from ((table shown except all table expected_now)
                        union all
                        (table expected_now except all table shown)) d;
                if n = 0 then
                    raise notice '%.%: another value is no difference', rel, col;
                end if;
            end if;
            raise exception 'undo' using errcode = 'TT000';
        exception
            when sqlstate 'TT000' then null;
        end;
    end loop;
end
$$;
