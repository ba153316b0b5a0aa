-- Write custom fields of contacts: those that differ from what the merge state says is there.
-- Where it does not say, all of them; a row that is the same is locked, and stays.
--   $1   text           org_id
--   $2   text[]         contact_id
--   $3   bigint[]       position, from 1
--   $4   text[]         key
--   $5   text[]         field_id
--   $6   text[]         name
--   $7   text[]         type
--   $8   text[]         value_text
--   $9   text[]         value_number (decimal text)
--   $10  boolean[]      value_boolean
--   $11  timestamptz[]  value_date
--   $12  text[]         value_list (array literals)
--   $13  text[]         value_json (JSON text)
-- Returns no rows. The rows of quo.contacts that they hang on are locked.
insert into quo.contact_custom_fields as t (org_id, contact_id, position, key, field_id, name,
                                            type, value_text, value_number, value_boolean,
                                            value_date, value_list, value_json)
select $1::text, k.contact_id, k.position::int, k.key, k.field_id, k.name, k.type, k.value_text,
       k.value_number::numeric, k.value_boolean, k.value_date, k.value_list::text[],
       k.value_json::jsonb
  from unnest($2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[],
              $8::text[], $9::text[], $10::boolean[], $11::timestamptz[], $12::text[],
              $13::text[])
    as k (contact_id, position, key, field_id, name, type, value_text, value_number,
          value_boolean, value_date, value_list, value_json)
    on conflict (org_id, contact_id, position) do update
   set key           = excluded.key,
       field_id      = excluded.field_id,
       name          = excluded.name,
       type          = excluded.type,
       value_text    = excluded.value_text,
       value_number  = excluded.value_number,
       value_boolean = excluded.value_boolean,
       value_date    = excluded.value_date,
       value_list    = excluded.value_list,
       value_json    = excluded.value_json
 where (t.key, t.field_id, t.name, t.type, t.value_text, t.value_number, t.value_boolean,
        t.value_date, t.value_list, t.value_json)
       is distinct from
       (excluded.key, excluded.field_id, excluded.name, excluded.type, excluded.value_text,
        excluded.value_number, excluded.value_boolean, excluded.value_date, excluded.value_list,
        excluded.value_json);
