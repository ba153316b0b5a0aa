-- Which details of calls the mirror holds.
--   $1  org_id
--   $2  text[]  ids of calls
-- Returns for each id that has recordings or a transcript: id, recordings, transcript.
select i.id,
       exists (select 1
                 from quo.call_recordings r
                where r.org_id = $1::text
                  and r.call_id = i.id) as recordings,
       exists (select 1
                 from quo.call_transcripts t
                where t.org_id = $1::text
                  and t.call_id = i.id
                  and t.status = 'completed') as transcript
  from unnest($2::text[]) as i (id);
