-- Write emails of contacts: those that differ from what the merge state says is there.
-- Where it does not say, all of them; a row that is the same is locked, and stays.
--   $1  text      org_id
--   $2  text[]    contact_id
--   $3  bigint[]  position, from 1
--   $4  text[]    value
--   $5  text[]    label
-- Returns no rows. The rows of quo.contacts that they hang on are locked.
insert into quo.contact_emails as t (org_id, contact_id, position, value, label)
select $1::text, k.contact_id, k.position::int, k.value, k.label
  from unnest($2::text[], $3::bigint[], $4::text[], $5::text[])
    as k (contact_id, position, value, label)
    on conflict (org_id, contact_id, position) do update
   set value = excluded.value,
       label = excluded.label
 where (t.value, t.label)
       is distinct from
       (excluded.value, excluded.label);
