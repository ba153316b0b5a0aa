-- Write custom field definitions that changed.
--   $1  text     org_id
--   $2  text[]   key
--   $3  text[]   name
--   $4  text[]   type
--   $5  bytea[]  merge_state
-- Returns no rows. The rows were locked by custom_field_definitions_lock: each is there,
-- and none is inserted. An insert that conflicts goes straight to the key of each row; an
-- UPDATE would be a join, and statistics that know nothing of this workspace would
-- make it read all of it.
insert into quo.custom_field_definitions as t (org_id, key, name, type, merge_state)
select $1::text, k.key, k.name, k.type, k.merge_state
  from unnest($2::text[], $3::text[], $4::text[], $5::bytea[])
    as k (key, name, type, merge_state)
    on conflict (org_id, key) do update
   set name        = excluded.name,
       type        = excluded.type,
       merge_state = excluded.merge_state;
