-- Makes the workspace's row at start-up, or corrects its name and time zone.
--   $1  org_id
--   $2  name in the configuration
--   $3  time zone of reports
-- Returns no rows.
insert into quo.workspaces as w (org_id, name, timezone)
values ($1::text, $2::text, $3::text)
    on conflict (org_id) do update
   set name = excluded.name,
       timezone = excluded.timezone
 where (w.name, w.timezone) is distinct from (excluded.name, excluded.timezone);
