-- Take the lines from transcripts whose content was pruned.
--   $1  org_id
--   $2  text[]       call ids
--   $3  timestamptz  now
-- Returns no rows. The rows of quo.call_transcripts are locked.
with lines as (
    delete from quo.call_transcript_lines
     where org_id = $1::text
       and call_id = any ($2::text[])
)
update quo.call_transcripts t
   set content_pruned_at = $3::timestamptz
 where t.org_id = $1::text
   and t.call_id = any ($2::text[]);
