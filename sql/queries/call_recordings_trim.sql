-- Delete the recordings of calls beyond the end of their list.
--   $1  text      org_id
--   $2  text[]    call_id
--   $3  bigint[]  length of the list
-- Returns no rows. The rows of quo.calls that they hang on are locked.
delete from quo.call_recordings t
 using unnest($2::text[], $3::bigint[]) as k (call_id, length)
 where t.org_id = $1::text
   and t.call_id = k.call_id
   and t.position > k.length;
