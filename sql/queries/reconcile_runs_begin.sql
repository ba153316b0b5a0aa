-- Note that a reconciliation begins.
--   $1  org_id
--   $2  its steps, as an array literal
-- Returns the run's id.
insert into quo.reconcile_runs (org_id, parts)
values ($1::text, ($2::text)::text[])
returning id;
