-- Read phone numbers of contacts, for those whose labels REST changed: labels hang on
-- lists that an event gave, so they are not in the merge state.
--   $1  org_id
--   $2  text[]  contact_ids
-- Returns (contact_id, value, e164) in the order of contact_id and position. The
-- contacts are locked.
select t.contact_id, t.value, t.e164
  from unnest($2::text[]) as k (contact_id)
  join quo.contact_phone_numbers t on t.org_id = $1::text
   and t.contact_id = k.contact_id
 order by t.contact_id, t.position;
