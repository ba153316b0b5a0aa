-- Insert custom field definitions that were not there when they were looked for.
--   $1  text     org_id
--   $2  text[]   key, sorted bytewise
--   $3  text[]   name
--   $4  text[]   type
--   $5  bytea[]  merge_state
-- Returns the keys that were inserted; the others were inserted by another worker
-- meanwhile. Rows go in as the arrays are sorted, so that two workers with the same
-- new rows wait for each other in one direction alone.
insert into quo.custom_field_definitions (org_id, key, name, type, merge_state)
select $1::text, k.key, k.name, k.type, k.merge_state
  from unnest($2::text[], $3::text[], $4::text[], $5::bytea[])
    as k (key, name, type, merge_state)
    on conflict (org_id, key) do nothing
returning key;
