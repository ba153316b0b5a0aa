-- Keep workers out of a workspace until the end of the transaction, and see
-- whether the name that it shall get is free.
--   $1  text  its org_id
--   $2  text  the org_id that it shall get
-- Returns the org_ids that exist, sorted: none, one or both. Locks their rows, in that order.
select org_id
  from quo.workspaces
 where org_id in ($1::text, $2::text)
 order by org_id
   for update;
