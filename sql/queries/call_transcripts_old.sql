-- A bite of the transcripts whose calls, or that themselves, are too old, and that were
-- not pruned yet.
--   $1  org_id
--   $2  timestamptz  content before this is too old
--   $3  text         ids above this, '' for the first bite
--   $4  bigint       rows at most
-- Returns the ids in their order. Nothing is locked.
select t.call_id
  from quo.call_transcripts t
  left join quo.calls c on c.org_id = $1::text and c.id = t.call_id
 where t.org_id = $1::text
   and t.call_id > $3::text
   and t.content_pruned_at is null
   and coalesce(c.created_at, c.ringing_at, c.answered_at, c.completed_at, c.updated_at,
                t.created_at) < $2::timestamptz
 order by t.call_id
 limit $4::bigint;
