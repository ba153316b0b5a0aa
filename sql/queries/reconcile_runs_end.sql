-- Note how a reconciliation ended.
--   $1  org_id
--   $2  bigint  id of the run
--   $3  outcome: done, incomplete or failed
--   $4  bigint  items that were compared
--   $5  bigint  of them, those that had to be repaired
--   $6  counts, as JSON: for each step, and of requests and waits
--   $7  error, or null
-- Returns no rows.
update quo.reconcile_runs
   set finished_at = now(),
       outcome     = $3::text,
       checked     = $4::bigint,
       repaired    = $5::bigint,
       counts      = $6::text::jsonb,
       error       = $7::text
 where org_id = $1::text
   and id = $2::bigint;
