-- Make the row of a workspace, or bring its name and time zone up to date.
--   $1  text  org_id
--   $2  text  name in the configuration
--   $3  text  time zone
-- Returns no rows. Where the row is as it should be, nothing is written or locked:
-- it does not wait for an erasure. A server that takes no writes refuses it anyway.
insert into quo.workspaces as w (org_id, name, timezone)
select $1::text, $2::text, $3::text
 where not exists (select
                     from quo.workspaces as known
                    where known.org_id = $1::text
                      and known.name = $2::text
                      and known.timezone = $3::text)
    on conflict (org_id) do update
   set name     = excluded.name,
       timezone = excluded.timezone
 where (w.name, w.timezone) is distinct from (excluded.name, excluded.timezone);
