-- Insert the lines of transcripts that hang on rows which were inserted just now.
--   $1  text      org_id
--   $2  text[]    call_id
--   $3  bigint[]  position, from 1
--   $4  text[]    user_id
--   $5  text[]    identifier
--   $6  text[]    content
--   $7  text[]    start_seconds (decimal text)
--   $8  text[]    end_seconds (decimal text)
-- Returns no rows. Nobody else sees the rows of quo.call_transcripts yet that they hang on.
insert into quo.call_transcript_lines (org_id, call_id, position, user_id, identifier, content,
                                       start_seconds, end_seconds)
select $1::text, k.call_id, k.position::int, k.user_id, k.identifier, k.content,
       k.start_seconds::numeric, k.end_seconds::numeric
  from unnest($2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[],
              $8::text[])
    as k (call_id, position, user_id, identifier, content, start_seconds, end_seconds);
