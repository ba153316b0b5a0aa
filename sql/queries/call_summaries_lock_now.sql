-- Lock call summaries that another worker has just inserted, without waiting: this
-- comes out of the order of locks, so waiting could be for ever.
--   $1  org_id
--   $2  text[]  call_ids, sorted bytewise
-- Returns (call_id, merge_state) of those that nobody else holds.
select call_id, merge_state
  from quo.call_summaries
 where org_id = $1::text
   and call_id = any ($2::text[])
 order by call_id
   for update skip locked;
