-- How many dead letters of a workspace nobody has looked after, and when the
-- newest of all came in.
--   $1  org_id
-- Returns one row: (not discarded, newest received_at or null).
select count(*) filter (where discarded_at is null), max(received_at)
  from quo.dead_letters
 where org_id = $1::text;
