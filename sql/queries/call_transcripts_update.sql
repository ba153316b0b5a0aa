-- Write call transcripts that changed.
--   $1  text           org_id
--   $2  text[]         call_id
--   $3  text[]         status
--   $4  timestamptz[]  created_at
--   $5  text[]         duration_seconds (decimal text)
--   $6  bytea[]        merge_state
-- Returns no rows. The rows were locked by call_transcripts_lock.
update quo.call_transcripts t
   set status           = k.status,
       created_at       = k.created_at,
       duration_seconds = k.duration_seconds::numeric,
       merge_state      = k.merge_state
  from unnest($2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::bytea[])
    as k (call_id, status, created_at, duration_seconds, merge_state)
 where t.org_id = $1::text
   and t.call_id = k.call_id;
