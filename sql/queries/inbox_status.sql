-- How much waits in a workspace's inbox.
--   $1  org_id
-- Returns one row: (deliveries, oldest received_at, newest received_at, now); the
-- two in the middle are null where nothing waits.
select count(*), min(received_at), max(received_at), now()
  from quo.inbox
 where org_id = $1::text;
