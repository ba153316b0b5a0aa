-- One dead letter with its body.
--   $1  org_id
--   $2  bigint  id
-- Returns (id, webhook_id, event_type, received_at, failed_at, attempts, reason,
-- detail, body, discarded_at), or no row.
select id, webhook_id, event_type, received_at, failed_at, attempts, reason, detail, body,
       discarded_at
  from quo.dead_letters
 where org_id = $1::text
   and id = $2::bigint;
