-- Count the deliveries whose webhook-id is known with another body.
--   $1  org_id
--   $2  text[]    webhook_id
--   $3  bigint[]  first 64 bits of the body's SHA-256
-- Returns one row (count).
select count(*) as conflicts
  from unnest($2::text[], $3::bigint[]) as k (webhook_id, body_digest)
  join quo.delivery_ids d
    on d.org_id = $1::text
   and d.webhook_id = k.webhook_id
 where d.body_digest <> k.body_digest;
