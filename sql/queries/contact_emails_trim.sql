-- Delete the emails of contacts beyond the end of their list.
--   $1  text      org_id
--   $2  text[]    contact_id
--   $3  bigint[]  length of the list
-- Returns no rows. The rows of quo.contacts that they hang on are locked.
delete from quo.contact_emails t
 using unnest($2::text[], $3::bigint[]) as k (contact_id, length)
 where t.org_id = $1::text
   and t.contact_id = k.contact_id
   and t.position > k.length;
