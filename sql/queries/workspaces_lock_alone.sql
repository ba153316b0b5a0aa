-- Keep all workers of a workspace out until the end of the transaction.
--   $1  org_id
-- Returns one row, or none where the workspace was never made.
select 1
  from quo.workspaces
 where org_id = $1::text
   for update;
