-- Write the phone numbers of contacts whose list changed, from the first to the
-- last. Rows that are the same already are left out: ON CONFLICT would lock them
-- before it looked.
--   $1  text      org_id
--   $2  text[]    contact_id
--   $3  bigint[]  position, from 1
--   $4  text[]    value
--   $5  text[]    e164
--   $6  text[]    label
-- Returns no rows. The rows of quo.contacts that they hang on are locked, so nobody
-- writes between the look and the insert.
insert into quo.contact_phone_numbers (org_id, contact_id, position, value, e164, label)
select $1::text, k.contact_id, k.position::int, k.value, k.e164, k.label
  from unnest($2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[])
    as k (contact_id, position, value, e164, label)
  left join quo.contact_phone_numbers t on t.org_id = $1::text
   and t.contact_id = k.contact_id
   and t.position = k.position::int
 where t.position is null
    or (t.value, t.e164, t.label)
       is distinct from
       (k.value, k.e164, k.label)
    on conflict (org_id, contact_id, position) do update
   set value = excluded.value,
       e164  = excluded.e164,
       label = excluded.label;
