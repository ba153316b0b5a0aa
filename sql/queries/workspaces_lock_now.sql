-- As workspaces_lock, but fails at once (55P03) where an erasure or the like holds
-- the workspace: for who has other workspaces to serve meanwhile.
--   $1  org_id
-- Returns one row, or none where the workspace was never made (workspaces_ensure).
select 1
  from quo.workspaces
 where org_id = $1::text
   for key share nowait;
