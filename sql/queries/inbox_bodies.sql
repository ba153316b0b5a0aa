-- Read the bodies of claimed deliveries that inbox_claim left out.
--   $1  org_id
--   $2  timestamptz[]  received_at }
--   $3  bigint[]       seq         } of each delivery, ascending
-- Returns the bodies in that order. The rows were locked by inbox_claim.
-- A look at the key for each, whatever the planner takes the inbox for (events_archive).
select i.body
  from unnest($2::timestamptz[], $3::bigint[]) as k (received_at, seq)
 cross join lateral (
       select waiting.body
         from quo.inbox waiting
        where waiting.org_id = $1::text
          and waiting.received_at = k.received_at
          and waiting.seq = k.seq
       offset 0) i;
