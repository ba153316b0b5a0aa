-- Read what REST said of contacts. Sent behind contacts_lock, as a statement of its
-- own: whoever writes contact_rest holds the contact's lock, so what is read after
-- that lock is the latest.
--   $1  org_id
--   $2  text[]  contact_ids
-- Returns (contact_id, merge_state) of those that exist, by contact_id.
select contact_id, merge_state
  from quo.contact_rest
 where org_id = $1::text
   and contact_id = any ($2::text[])
 order by contact_id;
