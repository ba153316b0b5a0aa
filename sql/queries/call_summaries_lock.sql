-- Lock call summaries and read their merge states.
--   $1  org_id
--   $2  text[]  call_ids, sorted bytewise
-- Returns (call_id, merge_state) of those that exist. Rows are locked in the order of call_id,
-- which is the same for all workers.
select call_id, merge_state
  from quo.call_summaries
 where org_id = $1::text
   and call_id = any ($2::text[])
 order by call_id
   for update;
