-- Insert call transcripts that were not there when they were looked for.
--   $1  text           org_id
--   $2  text[]         call_id, sorted bytewise
--   $3  text[]         status
--   $4  timestamptz[]  created_at
--   $5  text[]         duration_seconds (decimal text)
--   $6  bytea[]        merge_state
-- Returns the call_ids that were inserted; the others were inserted by another worker
-- meanwhile. Rows go in as the arrays are sorted, so that two workers with the same
-- new rows wait for each other in one direction alone.
insert into quo.call_transcripts (org_id, call_id, status, created_at, duration_seconds,
                                  merge_state)
select $1::text, k.call_id, k.status, k.created_at, k.duration_seconds::numeric, k.merge_state
  from unnest($2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::bytea[])
    as k (call_id, status, created_at, duration_seconds, merge_state)
    on conflict (org_id, call_id) do nothing
returning call_id;
