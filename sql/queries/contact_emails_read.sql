-- Read emails of contacts, for those whose labels REST changed: labels hang on
-- lists that an event gave, so they are not in the merge state.
--   $1  org_id
--   $2  text[]  contact_ids
-- Returns (contact_id, value) in the order of contact_id and position. The
-- contacts are locked.
select contact_id, value
  from quo.contact_emails
 where org_id = $1::text
   and contact_id = any ($2::text[])
 order by contact_id, position;
