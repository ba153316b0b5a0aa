-- Read the merge states of custom field definitions, without a lock: nearly every
-- contact names them and hardly any changes them.
--   $1  org_id
--   $2  text[]  keys, sorted bytewise
-- Returns (key, merge_state) of those that exist, by key.
-- OFFSET 0: see contacts_lock.
select r.key, r.merge_state
  from unnest($2::text[]) as k (key)
 cross join lateral (
       select t.key, t.merge_state
         from quo.custom_field_definitions t
        where t.org_id = $1::text
          and t.key = k.key
       offset 0) r
 order by r.key;
