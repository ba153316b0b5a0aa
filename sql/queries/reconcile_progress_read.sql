-- What a step of reconciliation remembers between runs.
--   $1  org_id
--   $2  step
-- Returns one row (progress as JSON text, seconds since it was written), or none.
select progress::text, extract(epoch from now() - updated_at)::bigint as age_s
  from quo.reconcile_progress
 where org_id = $1::text
   and step = $2::text;
