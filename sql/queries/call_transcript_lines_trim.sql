-- Delete the lines of transcripts beyond the end of their list.
--   $1  text      org_id
--   $2  text[]    call_id
--   $3  bigint[]  length of the list
-- Returns one row that nobody reads. The rows of quo.call_transcripts that they hang on are locked.
select quo.trim_list('call_transcript_lines', $1::text, $2::text[], $3::bigint[]);
