-- Store deliveries that came in, each webhook-id once.
--   $1  org_id
--   $2  text[]    webhook_id, ascending bytewise (one lock order for all receivers), each once
--   $3  bytea[]   body
--   $4  bigint[]  first 64 bits of the body's SHA-256
-- Returns no rows; the command tag counts the stored. A webhook-id that is known
-- stores nothing, whatever its body: the first one stays. received_at is the
-- transaction's instant by the database's clock, so that several receivers agree.
with new as (
    insert into quo.delivery_ids (org_id, webhook_id, received_at, body_digest)
    select $1::text, k.webhook_id, now(), k.body_digest
      from unnest($2::text[], $4::bigint[]) as k (webhook_id, body_digest)
        on conflict (org_id, webhook_id) do nothing
    returning org_id, webhook_id
)
insert into quo.inbox (org_id, received_at, webhook_id, body)
select n.org_id, now(), n.webhook_id, k.body
  from unnest($2::text[], $3::bytea[]) as k (webhook_id, body)
  join new n on n.webhook_id = k.webhook_id;
