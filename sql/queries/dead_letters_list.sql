-- The dead letters of a workspace, newest first.
--   $1  org_id
--   $2  bigint  rows at most
--   $3  boolean also the discarded
-- Returns (id, webhook_id, event_type, received_at, failed_at, attempts, reason,
-- detail, body bytes or null, discarded_at).
select id, webhook_id, event_type, received_at, failed_at, attempts, reason, detail,
       octet_length(body), discarded_at
  from quo.dead_letters
 where org_id = $1::text
   and ($3::boolean or discarded_at is null)
 order by failed_at desc, id desc
 limit $2::bigint;
