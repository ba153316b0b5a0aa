-- Take the bodies of archived deliveries.
--   $1  org_id
--   $2  timestamptz[]  received_at }
--   $3  text[]         webhook_id  } of each
-- Returns no rows; the command tag counts them.
update quo.events v
   set body = null
  from unnest($2::timestamptz[], $3::text[]) as k (received_at, webhook_id)
 where v.org_id = $1::text
   and v.received_at = k.received_at
   and v.webhook_id = k.webhook_id;
