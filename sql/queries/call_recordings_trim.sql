-- Delete the recordings of calls beyond the end of their list.
--   $1  text      org_id
--   $2  text[]    call_id
--   $3  bigint[]  length of the list
-- Returns one row that nobody reads. The rows of quo.calls that they hang on are locked.
select quo.trim_list('call_recordings', $1::text, $2::text[], $3::bigint[]);
