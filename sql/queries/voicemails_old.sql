-- A bite of the voicemails whose content is too old and was not pruned yet.
--   $1  org_id
--   $2  timestamptz  content before this is too old
--   $3  text         ids above this, '' for the first bite
--   $4  bigint       rows at most
-- Returns the ids in their order. Nothing is locked.
select t.id
  from quo.voicemails t
 where t.org_id = $1::text
   and t.id > $3::text
   and t.content_pruned_at is null
   and coalesce(t.created_at, t.updated_at) < $2::timestamptz
 order by t.id
 limit $4::bigint;
