-- Lock custom field definitions and read their merge states.
--   $1  org_id
--   $2  text[]  keys, sorted bytewise
-- Returns (key, merge_state) of those that exist. Rows are locked in the order of key,
-- which is the same for all workers.
select key, merge_state
  from quo.custom_field_definitions
 where org_id = $1::text
   and key = any ($2::text[])
 order by key
   for update;
