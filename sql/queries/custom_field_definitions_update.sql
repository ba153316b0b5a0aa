-- Write custom field definitions that changed.
--   $1  text     org_id
--   $2  text[]   key
--   $3  text[]   name
--   $4  text[]   type
--   $5  bytea[]  merge_state
-- Returns no rows. The rows were locked by custom_field_definitions_lock.
update quo.custom_field_definitions t
   set name        = k.name,
       type        = k.type,
       merge_state = k.merge_state
  from unnest($2::text[], $3::text[], $4::text[], $5::bytea[])
    as k (key, name, type, merge_state)
 where t.org_id = $1::text
   and t.key = k.key;
