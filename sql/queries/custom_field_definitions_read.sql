-- Read the merge states of custom field definitions, without a lock: nearly every
-- contact names them and hardly any changes them.
--   $1  org_id
--   $2  text[]  keys, sorted bytewise
-- Returns (key, merge_state) of those that exist.
select key, merge_state
  from quo.custom_field_definitions
 where org_id = $1::text
   and key = any ($2::text[])
 order by key;
