-- Make the row of a workspace, or bring its name and time zone up to date.
--   $1  text  org_id
--   $2  text  name in the configuration
--   $3  text  time zone
-- Returns no rows. Writes nothing when the row is as it should be. Locks the row.
insert into quo.workspaces as w (org_id, name, timezone)
values ($1::text, $2::text, $3::text)
    on conflict (org_id) do update
   set name     = excluded.name,
       timezone = excluded.timezone
 where (w.name, w.timezone) is distinct from (excluded.name, excluded.timezone);
