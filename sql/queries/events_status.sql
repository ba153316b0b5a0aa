-- When the newest delivery came in that was applied. Read from the end of the
-- newest partition that has one of this workspace, by the primary key.
--   $1  org_id
-- Returns one row (received_at), or none.
select received_at
  from quo.events
 where org_id = $1::text
 order by received_at desc
 limit 1;
