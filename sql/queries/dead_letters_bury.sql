-- Copy deliveries that cannot be applied from the inbox to the dead letters.
-- inbox_remove then takes them from the inbox.
--   $1  org_id
--   $2  timestamptz[]  received_at }
--   $3  bigint[]       seq         } of each delivery
--   $4  text[]         event_type, null where it could not be read
--   $5  text[]         reason
--   $6  text[]         detail, null where the reason says all
--   $7  bigint[]       attempts
--   $8  timestamptz    now
-- A body that names what is erased does not go along.
-- Returns no rows; the command tag counts them. The inbox rows were locked by
-- inbox_claim.
insert into quo.dead_letters (org_id, webhook_id, event_type, received_at, failed_at, attempts,
                              reason, detail, body)
select $1::text, i.webhook_id, k.event_type, k.received_at, $8::timestamptz, k.attempts::int,
       k.reason, k.detail,
       case when exists (select
                           from quo.erasures e
                          where e.org_id = $1::text
                            and position(convert_to(e.id, 'UTF8') in i.body) > 0)
            then null
            else i.body end
  from unnest($2::timestamptz[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::bigint[])
    as k (received_at, seq, event_type, reason, detail, attempts)
 cross join lateral (
       select waiting.webhook_id, waiting.body
         from quo.inbox waiting
        where waiting.org_id = $1::text
          and waiting.received_at = k.received_at
          and waiting.seq = k.seq
       offset 0) i;
