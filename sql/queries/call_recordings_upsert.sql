-- Write recordings of calls: those that differ from what the merge state says is there.
-- Where it does not say, all of them; a row that is the same is locked, and stays.
--   $1  text           org_id
--   $2  text[]         call_id
--   $3  bigint[]       position, from 1
--   $4  text[]         recording_id
--   $5  text[]         duration_seconds (decimal text)
--   $6  timestamptz[]  started_at
--   $7  text[]         type
--   $8  text[]         url
-- Returns no rows. The rows of quo.calls that they hang on are locked.
insert into quo.call_recordings as t (org_id, call_id, position, recording_id, duration_seconds,
                                      started_at, type, url)
select $1::text, k.call_id, k.position::int, k.recording_id, k.duration_seconds::numeric,
       k.started_at, k.type, k.url
  from unnest($2::text[], $3::bigint[], $4::text[], $5::text[], $6::timestamptz[], $7::text[],
              $8::text[])
    as k (call_id, position, recording_id, duration_seconds, started_at, type, url)
    on conflict (org_id, call_id, position) do update
   set recording_id     = excluded.recording_id,
       duration_seconds = excluded.duration_seconds,
       started_at       = excluded.started_at,
       type             = excluded.type,
       url              = excluded.url
 where (t.recording_id, t.duration_seconds, t.started_at, t.type, t.url)
       is distinct from
       (excluded.recording_id, excluded.duration_seconds, excluded.started_at, excluded.type,
        excluded.url);
