-- Write the lines of transcripts whose list changed, from the first to the
-- last. Rows that are the same already are left out: ON CONFLICT would lock them
-- before it looked.
--   $1  text      org_id
--   $2  text[]    call_id
--   $3  bigint[]  position, from 1
--   $4  text[]    user_id
--   $5  text[]    identifier
--   $6  text[]    content
--   $7  text[]    start_seconds (decimal text)
--   $8  text[]    end_seconds (decimal text)
-- Returns no rows. The rows of quo.call_transcripts that they hang on are locked, so nobody
-- writes between the look and the insert.
insert into quo.call_transcript_lines (org_id, call_id, position, user_id, identifier, content,
                                       start_seconds, end_seconds)
select $1::text, k.call_id, k.position::int, k.user_id, k.identifier, k.content,
       k.start_seconds::numeric, k.end_seconds::numeric
  from unnest($2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[],
              $8::text[])
    as k (call_id, position, user_id, identifier, content, start_seconds, end_seconds)
  left join quo.call_transcript_lines t on t.org_id = $1::text
   and t.call_id = k.call_id
   and t.position = k.position::int
 where t.position is null
    or (t.user_id, t.identifier, t.content, t.start_seconds, t.end_seconds)
       is distinct from
       (k.user_id, k.identifier, k.content, k.start_seconds::numeric, k.end_seconds::numeric)
    on conflict (org_id, call_id, position) do update
   set user_id       = excluded.user_id,
       identifier    = excluded.identifier,
       content       = excluded.content,
       start_seconds = excluded.start_seconds,
       end_seconds   = excluded.end_seconds;
