-- Read the merge states of custom field definitions, without a lock: nearly every
-- contact names them and hardly any changes them.
--   $1  org_id
--   $2  text[]  keys, sorted bytewise
-- Returns (key, merge_state) of those that exist, by key.
select t.key, t.merge_state
  from unnest($2::text[]) as k (key)
  join quo.custom_field_definitions t on t.org_id = $1::text
   and t.key = k.key
 order by t.key;
