-- Which of these contacts and activities are erased.
--   $1  org_id
--   $2  text[]  kinds }
--   $3  text[]  ids   } of each
-- Returns (kind, id) of those that are. The workspace is locked, so that no
-- erasure can come in between.
select e.kind, e.id
  from unnest($2::text[], $3::text[]) as k (kind, id)
  join quo.erasures e
    on e.org_id = $1::text
   and e.kind = k.kind
   and e.id = k.id;
