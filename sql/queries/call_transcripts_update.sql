-- Write call transcripts that changed.
--   $1  text           org_id
--   $2  text[]         call_id
--   $3  text[]         status
--   $4  timestamptz[]  created_at
--   $5  text[]         duration_seconds (decimal text)
--   $6  bytea[]        merge_state
-- Returns no rows. The rows were locked by call_transcripts_lock: each is there,
-- and none is inserted. An insert that conflicts goes straight to the key of each row; an
-- UPDATE would be a join, and statistics that know nothing of this workspace would
-- make it read all of it.
insert into quo.call_transcripts as t (org_id, call_id, status, created_at, duration_seconds,
                                       merge_state)
select $1::text, k.call_id, k.status, k.created_at, k.duration_seconds::numeric, k.merge_state
  from unnest($2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::bytea[])
    as k (call_id, status, created_at, duration_seconds, merge_state)
    on conflict (org_id, call_id) do update
   set status           = excluded.status,
       created_at       = excluded.created_at,
       duration_seconds = excluded.duration_seconds,
       merge_state      = excluded.merge_state;
