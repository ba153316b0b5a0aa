-- Move deliveries that cannot be applied from the inbox to the dead letters.
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
with taken as (
    delete from quo.inbox i
     using unnest($2::timestamptz[], $3::bigint[], $4::text[], $5::text[], $6::text[],
                  $7::bigint[])
        as k (received_at, seq, event_type, reason, detail, attempts)
     where i.org_id = $1::text
       and i.received_at = k.received_at
       and i.seq = k.seq
    returning i.received_at, i.webhook_id, k.event_type, k.reason, k.detail, k.attempts, i.body
)
insert into quo.dead_letters (org_id, webhook_id, event_type, received_at, failed_at, attempts,
                              reason, detail, body)
select $1::text, webhook_id, event_type, received_at, $8::timestamptz, attempts::int,
       reason, detail,
       case when exists (select
                           from quo.erasures e
                          where e.org_id = $1::text
                            and position(convert_to(e.id, 'UTF8') in body) > 0)
            then null
            else body end
  from taken;
