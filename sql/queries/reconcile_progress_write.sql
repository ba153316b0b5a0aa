-- Remember how far a step of reconciliation has come.
--   $1  org_id
--   $2  step
--   $3  progress, as JSON
-- Returns no rows.
insert into quo.reconcile_progress (org_id, step, progress, updated_at)
values ($1::text, $2::text, $3::text::jsonb, now())
    on conflict (org_id, step) do update
   set progress   = excluded.progress,
       updated_at = excluded.updated_at;
