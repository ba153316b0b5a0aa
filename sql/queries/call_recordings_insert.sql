-- Insert the recordings of calls that hang on rows which were inserted just now.
--   $1  text           org_id
--   $2  text[]         call_id
--   $3  bigint[]       position, from 1
--   $4  text[]         recording_id
--   $5  text[]         duration_seconds (decimal text)
--   $6  timestamptz[]  started_at
--   $7  text[]         type
--   $8  text[]         url
-- Returns no rows. Nobody else sees the rows of quo.calls yet that they hang on.
insert into quo.call_recordings (org_id, call_id, position, recording_id, duration_seconds,
                                 started_at, type, url)
select $1::text, k.call_id, k.position::int, k.recording_id, k.duration_seconds::numeric,
       k.started_at, k.type, k.url
  from unnest($2::text[], $3::bigint[], $4::text[], $5::text[], $6::timestamptz[], $7::text[],
              $8::text[])
    as k (call_id, position, recording_id, duration_seconds, started_at, type, url);
