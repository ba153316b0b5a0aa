-- Claim the oldest deliveries of a workspace that no other worker holds.
--   $1  org_id
--   $2  bigint  rows at most
--   $3  bigint  bytes of bodies at most; the first row comes whatever its size
-- Returns (received_at, seq, webhook_id, body, erasures), oldest first; erasures: has
-- anything of the workspace ever been erased? It is asked here because the lock of
-- the workspace, which comes before, keeps new ones out from then on. Locks up to $2
-- rows until the end of the transaction. The rows run in the order of the
-- primary key; a body that lies in TOAST is read only if its row is returned.
with locked as materialized (
    select received_at, seq, webhook_id, body, body_bytes
      from quo.inbox
     where org_id = $1::text
     order by received_at, seq
     limit $2::bigint
       for update skip locked
), counted as (
    select received_at, seq, webhook_id, body,
           row_number() over (order by received_at, seq) as row,
           sum(body_bytes) over (order by received_at, seq) as bytes
      from locked
)
select received_at, seq, webhook_id, body,
       exists (select
                 from quo.erasures
                where org_id = $1::text)
  from counted
 where row = 1
    or bytes <= $3::bigint
 order by received_at, seq;
