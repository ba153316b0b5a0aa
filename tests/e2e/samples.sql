-- The rows that people query as lines of text, one for each row and one for each
-- value that is not null: "table key" and "table key column = value". org_id is
-- left out (a row of another workspace shows as such), and what is no content:
-- when we wrote it, and the versions.
with lines (name, key, content) as (
    select 'contacts', id, to_jsonb(t) - '{id,synced_at}'::text[] from quo.contacts as t
    union all
    select 'contact_phone_numbers', contact_id || '/' || position,
           to_jsonb(t) - '{contact_id,position}'::text[] from quo.contact_phone_numbers as t
    union all
    select 'contact_emails', contact_id || '/' || position,
           to_jsonb(t) - '{contact_id,position}'::text[] from quo.contact_emails as t
    union all
    select 'contact_custom_fields', contact_id || '/' || position,
           to_jsonb(t) - '{contact_id,position}'::text[] from quo.contact_custom_fields as t
    union all
    select 'custom_field_definitions', key, to_jsonb(t) - 'key' from quo.custom_field_definitions as t
    union all
    select 'messages', id, to_jsonb(t) - 'id' from quo.messages as t
    union all
    select 'calls', id, to_jsonb(t) - 'id' from quo.calls as t
    union all
    select 'call_recordings', call_id || '/' || position,
           to_jsonb(t) - '{call_id,position}'::text[] from quo.call_recordings as t
    union all
    select 'call_summaries', call_id, to_jsonb(t) - 'call_id' from quo.call_summaries as t
    union all
    select 'call_transcripts', call_id, to_jsonb(t) - 'call_id' from quo.call_transcripts as t
    union all
    select 'call_transcript_lines', call_id || '/' || position,
           to_jsonb(t) - '{call_id,position}'::text[] from quo.call_transcript_lines as t
    union all
    select 'voicemails', id, to_jsonb(t) - 'id' from quo.voicemails as t
    union all
    select 'activity_contacts', concat_ws('/', activity_kind, activity_id, contact_id),
           to_jsonb(t) - '{activity_kind,activity_id,contact_id}'::text[]
      from quo.activity_contacts as t
    union all
    select 'live_contacts', id, '{}' from quo.live_contacts
    union all
    select 'activities', kind || '/' || id,
           jsonb_build_object('occurred_at', occurred_at, 'outcome', outcome,
                              'contact_ids', contact_ids,
                              'handled_by_user_id', case when kind = 'call' then handled_by_user_id end)
      from quo.activities
    union all
    select 'activity_contacts_resolved', concat_ws('/', activity_kind, activity_id, contact_id),
           jsonb_build_object('match_source', match_source)
      from quo.activity_contacts_resolved
)
select concat_ws(' ', name, key) from lines
union all
select format('%s %s %s = %s', lines.name, lines.key, member.key, member.value)
  from lines, jsonb_each(content - 'merge_state') as member
 where member.value <> 'null'
   and not (member.key = 'org_id' and member.value = '"OR7kq2Xw9bVd"');
