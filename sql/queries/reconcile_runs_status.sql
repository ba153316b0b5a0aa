-- The last reconciliation of a workspace that went through.
--   $1  org_id
-- Returns one row (finished_at, checked, repaired), or none.
select finished_at, checked, repaired
  from quo.reconcile_runs
 where org_id = $1::text
   and outcome = 'done'
   and not dry_run
   and finished_at is not null
 order by finished_at desc
 limit 1;
