-- Claim the oldest deliveries of a workspace that no other worker holds.
--   $1  org_id
--   $2  bigint  rows at most
--   $3  bigint  a body of more bytes is left out, for inbox_bodies to read if it is wanted
-- Returns (received_at, seq, webhook_id, body, body_bytes, erasures), oldest first; body
-- null where it was left out; erasures: has anything of the workspace ever been erased?
-- It is asked here because the lock of the workspace, which comes before, keeps new ones
-- out from then on. Locks up to $2 rows until the end of the transaction. The rows run
-- in the order of the primary key, straight from its index to the wire: whatever would
-- sum or sort them here would copy every body.
-- Nothing is claimed while `webhook test` waits for Quo's answer: the event may have
-- come already, and only the answer tells which one it is.
select received_at, seq, webhook_id,
       case when body_bytes <= $3::bigint then body end,
       body_bytes::bigint,
       exists (select
                 from quo.erasures
                where org_id = $1::text)
  from quo.inbox
 where org_id = $1::text
   and not exists (select
                     from quo.leases
                    where org_id = $1::text
                      and name = 'webhook test'
                      and expires_at > now())
 order by received_at, seq
 limit $2::bigint
   for update skip locked;
