-- Lock users and read their merge states.
--   $1  org_id
--   $2  text[]  ids, sorted bytewise
-- Returns (id, merge_state) of those that exist. Rows are locked in the order of id,
-- which is the same for all workers.
select id, merge_state
  from quo.users
 where org_id = $1::text
   and id = any ($2::text[])
 order by id
   for update;
