-- Which details of calls the mirror holds.
--   $1  org_id
--   $2  text[]  ids of calls
-- Returns for each id: id, recordings, transcript. Of a call whose content was pruned
-- both are true: there is nothing to ask for.
select i.id,
       exists (select 1
                 from quo.call_recordings r
                where r.org_id = $1::text
                  and r.call_id = i.id)
       or exists (select 1
                    from quo.calls c
                   where c.org_id = $1::text
                     and c.id = i.id
                     and c.content_pruned_at is not null) as recordings,
       exists (select 1
                 from quo.call_transcripts t
                where t.org_id = $1::text
                  and t.call_id = i.id
                  and t.status = 'completed')
       or exists (select 1
                    from quo.calls c
                   where c.org_id = $1::text
                     and c.id = i.id
                     and c.content_pruned_at is not null) as transcript
  from unnest($2::text[]) as i (id);
