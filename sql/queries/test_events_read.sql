-- The ids of a workspace's test events.
--   $1  org_id
-- Returns one row: the ids in UTF-8, a zero byte behind each; null where there are none.
-- Workers send it behind the lock of the workspace, which keeps new ones out from then on.
select string_agg(convert_to(event_id, 'UTF8') || decode('00', 'hex'), ''::bytea)
  from quo.test_events
 where org_id = $1::text;
