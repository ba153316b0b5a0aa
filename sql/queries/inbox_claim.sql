-- Claim the oldest deliveries of a workspace that no other worker holds.
--   $1  org_id
--   $2  bigint  rows at most
--   $3  bigint  bytes of bodies at most; the first row comes whatever its size
-- Returns (received_at, seq, webhook_id, body, erasures, tests), oldest first; erasures:
-- has anything of the workspace ever been erased? tests, in the first row: the ids of
-- test events (test_events_read). Both are asked here because the lock of the
-- workspace, which comes before, keeps new ones out from then on. Locks up to $2
-- rows until the end of the transaction. The rows run in the order of the
-- primary key; a body that lies in TOAST is read only if its row is returned.
-- Nothing is claimed while `webhook test` waits for Quo's answer: the event may have
-- come already, and only the answer tells which one it is.
with locked as materialized (
    select received_at, seq, webhook_id, body, body_bytes
      from quo.inbox
     where org_id = $1::text
       and not exists (select
                         from quo.leases
                        where org_id = $1::text
                          and name = 'webhook test'
                          and expires_at > now())
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
                where org_id = $1::text),
       case when row = 1
            then (select string_agg(convert_to(event_id, 'UTF8') || '\x00'::bytea, ''::bytea)
                    from quo.test_events
                   where org_id = $1::text) end
  from counted
 where row = 1
    or bytes <= $3::bigint
 order by received_at, seq;
