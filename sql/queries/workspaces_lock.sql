-- Begins every transaction that writes a workspace's rows: workers share the
-- row's lock, an erasure (for update) waits for them and keeps them out.
--   $1  org_id
-- Returns one row, or none where the workspace was never made (workspaces_put).
select 1
  from quo.workspaces
 where org_id = $1::text
   for key share;
