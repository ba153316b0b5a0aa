-- Read emails of contacts, for those whose labels REST changed: labels hang on
-- lists that an event gave, so they are not in the merge state.
--   $1  org_id
--   $2  text[]  contact_ids
-- Returns (contact_id, value) in the order of contact_id and position. The
-- contacts are locked.
-- OFFSET 0: see contacts_lock.
select r.contact_id, r.value
  from unnest($2::text[]) as k (contact_id)
 cross join lateral (
       select t.contact_id, t.value, t.position
         from quo.contact_emails t
        where t.org_id = $1::text
          and t.contact_id = k.contact_id
       offset 0) r
 order by r.contact_id, r.position;
