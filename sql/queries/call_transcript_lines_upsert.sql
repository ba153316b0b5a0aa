-- Write lines of transcripts: those that differ from what the merge state says is there.
-- Where it does not say, all of them; a row that is the same is locked, and stays.
--   $1  text      org_id
--   $2  text[]    call_id
--   $3  bigint[]  position, from 1
--   $4  text[]    user_id
--   $5  text[]    identifier
--   $6  text[]    content
--   $7  text[]    start_seconds (decimal text)
--   $8  text[]    end_seconds (decimal text)
-- Returns no rows. The rows of quo.call_transcripts that they hang on are locked.
insert into quo.call_transcript_lines as t (org_id, call_id, position, user_id, identifier,
                                            content, start_seconds, end_seconds)
select $1::text, k.call_id, k.position::int, k.user_id, k.identifier, k.content,
       k.start_seconds::numeric, k.end_seconds::numeric
  from unnest($2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[],
              $8::text[])
    as k (call_id, position, user_id, identifier, content, start_seconds, end_seconds)
    on conflict (org_id, call_id, position) do update
   set user_id       = excluded.user_id,
       identifier    = excluded.identifier,
       content       = excluded.content,
       start_seconds = excluded.start_seconds,
       end_seconds   = excluded.end_seconds
 where (t.user_id, t.identifier, t.content, t.start_seconds, t.end_seconds)
       is distinct from
       (excluded.user_id, excluded.identifier, excluded.content, excluded.start_seconds,
        excluded.end_seconds);
