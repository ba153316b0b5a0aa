-- Write phone numbers of contacts: those that differ from what the merge state says is there.
-- Where it does not say, all of them; a row that is the same is locked, and stays.
--   $1  text      org_id
--   $2  text[]    contact_id
--   $3  bigint[]  position, from 1
--   $4  text[]    value
--   $5  text[]    e164
--   $6  text[]    label
-- Returns no rows. The rows of quo.contacts that they hang on are locked.
insert into quo.contact_phone_numbers as t (org_id, contact_id, position, value, e164, label)
select $1::text, k.contact_id, k.position::int, k.value, k.e164, k.label
  from unnest($2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[])
    as k (contact_id, position, value, e164, label)
    on conflict (org_id, contact_id, position) do update
   set value = excluded.value,
       e164  = excluded.e164,
       label = excluded.label
 where (t.value, t.e164, t.label)
       is distinct from
       (excluded.value, excluded.e164, excluded.label);
