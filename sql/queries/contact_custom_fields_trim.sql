-- Delete the custom fields of contacts beyond the end of their list.
--   $1  text      org_id
--   $2  text[]    contact_id
--   $3  bigint[]  length of the list
-- Returns one row that nobody reads. The rows of quo.contacts that they hang on are locked.
select quo.trim_list('contact_custom_fields', $1::text, $2::text[], $3::bigint[]);
