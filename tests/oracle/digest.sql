-- One line for each table that people query: its rows' count and their digest, merge state
-- included and synced_at left out. Equal lines mean equal tables.
create function pg_temp.digest(relation text) returns text language plpgsql as $$
declare
    line text;
begin
    execute format(
        'select concat_ws(chr(32), %1$L, count(*), md5(string_agg(r, chr(10) order by r)))
           from (select (to_jsonb(t) - ''synced_at'')::text collate "C" as r from quo.%1$I as t) as s',
        relation) into line;
    return line;
end
$$;

select pg_temp.digest(relation)
  from unnest(array['contacts', 'contact_phone_numbers', 'contact_emails',
                    'contact_custom_fields', 'custom_field_definitions', 'messages', 'calls',
                    'call_recordings', 'call_summaries', 'call_transcripts',
                    'call_transcript_lines', 'voicemails', 'activity_contacts'])
       as relation;
