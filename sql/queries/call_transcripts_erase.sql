-- Take the lines from the transcripts of erased calls.
--   $1  org_id
--   $2  text[]  call ids
-- Returns no rows. The rows of quo.call_transcripts are locked.
delete from quo.call_transcript_lines
 where org_id = $1::text
   and call_id = any ($2::text[]);
