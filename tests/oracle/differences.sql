-- The tables beside the oracle's views of the same name and columns.

create function oracle.differences() returns table (relation text, side text, "row" jsonb)
language plpgsql stable as $$
declare
    columns text;
begin
    foreach relation in array array[
        'contacts', 'contact_phone_numbers', 'contact_emails', 'contact_custom_fields',
        'custom_field_definitions', 'messages', 'calls', 'call_recordings', 'call_summaries',
        'call_transcripts', 'call_transcript_lines', 'voicemails', 'activity_contacts']
    loop
        select string_agg(quote_ident(attname), ', ' order by attnum) into strict columns
          from pg_attribute
         where attrelid = format('oracle.%I', relation)::regclass and attnum > 0;
        return query execute format(
            'with ours as materialized (select %1$s from quo.%2$I),
                  expected as materialized (select %1$s from oracle.%2$I)
             select %2$L::text, ''expected''::text, to_jsonb(e)
               from (table expected except all table ours) as e
             union all
             select %2$L, ''found'', to_jsonb(f)
               from (table ours except all table expected) as f', columns, relation);
    end loop;
end
$$;
