-- The archive as the oracle reads it: one row of oracle.event for each distinct event
-- that the merge must apply, its body as jsonb. The rest of the oracle reads this table
-- and nothing else. Written from the contract alone; shares no code with the program.

drop schema if exists oracle cascade;
create schema oracle;

-- A JSON text with what PostgreSQL's text cannot hold, U+0000 and lone surrogates,
-- replaced by U+FFFD. An escaped backslash is a token of its own, so that the text
-- \\u0000 (a backslash and five characters) is left alone.
create function oracle.readable(body text) returns text language sql immutable as $$
    select case when position('\u' in body) = 0 then body else (
        select string_agg(case
                   when m[1] ~* '^\\u(0000|d[89a-f][0-9a-f]{2})$' then '\ufffd'
                   else m[1] end, '' order by n)
          from regexp_matches(body,
                   '(\\[uU][dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}'
                   '|\\u[0-9a-fA-F]{4}|\\.|[^\\]+)', 'g') with ordinality as t (m, n)) end
$$;

-- An instant; digits beyond microseconds are cut off (a cast would round them).
create function oracle.instant(value text) returns timestamptz language sql immutable as $$
    select regexp_replace(value, '([.][0-9]{6})[0-9]+', '\1')::timestamptz
$$;

-- A number: whole ones of 64 bits exactly, every other one as the shortest decimal that
-- reads back as the same double (a cast from float8 to numeric would keep 15 digits).
create function oracle.number(value jsonb) returns numeric language sql immutable as $$
    select case
        when jsonb_typeof(value) is distinct from 'number' then null
        when scale(value::numeric) = 0
             and value::numeric between -9223372036854775808 and 9223372036854775807
            then value::numeric
        else (value #>> '{}')::float8::text::numeric end
$$;

-- A list of strings as an array; null where it is no list.
create function oracle.texts(value jsonb) returns text[] language sql immutable as $$
    select case when jsonb_typeof(value) = 'array' then
        coalesce((select array_agg(e #>> '{}' order by n)
                    from jsonb_array_elements(value) with ordinality as t (e, n)), '{}') end
$$;

-- A JSON value as it came: its numbers by the rule above, SQL's null for null.
create function oracle.json(value jsonb) returns jsonb language plpgsql immutable as $$
begin
    return case jsonb_typeof(value)
        when 'number' then to_jsonb(oracle.number(value))
        when 'array' then (select coalesce(jsonb_agg(coalesce(oracle.json(e), 'null') order by n), '[]')
                             from jsonb_array_elements(value) with ordinality as t (e, n))
        when 'object' then (select coalesce(jsonb_object_agg(k, coalesce(oracle.json(v), 'null')), '{}')
                              from jsonb_each(value) as t (k, v))
        when 'null' then null
        else value end;
end
$$;

-- The elements of a list, numbered from 1; none where it is no list.
create function oracle.items(value jsonb) returns table (item jsonb, "position" bigint)
language sql immutable as $$
    select e, n from jsonb_array_elements(
        case when jsonb_typeof(value) = 'array' then value else '[]' end)
        with ordinality as t (e, n)
$$;

-- Every event that changes tables. i, c and d are the id, the createdAt and the digest of
-- the contract's section 4; u is the resource's updatedAt, null where it has none.
create table oracle.event as
select org_id,
       body ->> 'type'                                as type,
       (body ->> 'id') collate "C"                    as i,
       oracle.instant(body ->> 'createdAt')           as c,
       oracle.instant(body #>> '{data,resource,updatedAt}') as u,
       d,
       body #> '{data,resource}'                      as resource,
       coalesce(body #> '{data,context}', '{}')       as context,
       body #>> '{data,links,quo}'                    as quo_url
  from (select distinct org_id, oracle.readable(convert_from(body, 'UTF8'))::jsonb as body,
               substring(sha256(body) for 8) as d
          from quo.events
         where body is not null) as archived
 where (body ->> 'type') in
       ('message.received', 'message.delivered', 'message.failed', 'message.undelivered',
        'call.ringing', 'call.answered', 'call.completed', 'call.missed', 'call.forwarded',
        'call.menu.selected', 'call.recording.completed', 'call.summary.completed',
        'call.transcript.completed', 'call.voicemail.completed',
        'contact.updated', 'contact.deleted')
   and (body ->> 'id') !~ '^EV-(test|sample)';

analyze oracle.event;
