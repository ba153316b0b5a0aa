-- Move deliveries from the inbox into the archive; bodies do not travel.
--   $1  org_id
--   $2  timestamptz[]  received_at }
--   $3  bigint[]       seq         } of each delivery
--   $4  text[]         event_id
--   $5  text[]         event_type
--   $6  text[]         api_version
--   $7  timestamptz[]  created_at
--   $8  text[]         resource_id, null where the event names none
--   $9  boolean[]      erased: the body does not go along
-- A body that the program does not interpret (resource_id is null) does not go along
-- either where it names what is erased.
-- Returns no rows; the command tag counts the archived. The inbox rows were
-- locked by inbox_claim.
with taken as (
    delete from quo.inbox i
     using unnest($2::timestamptz[], $3::bigint[], $4::text[], $5::text[], $6::text[],
                  $7::timestamptz[], $8::text[], $9::boolean[])
        as k (received_at, seq, event_id, event_type, api_version, created_at, resource_id,
              erased)
     where i.org_id = $1::text
       and i.received_at = k.received_at
       and i.seq = k.seq
    returning i.received_at, i.webhook_id, k.event_id, k.event_type, k.api_version,
              k.created_at, k.resource_id, i.body, k.erased
)
insert into quo.events (org_id, received_at, webhook_id, event_id, event_type, api_version,
                        created_at, resource_id, body)
select $1::text, received_at, webhook_id, event_id, event_type, api_version, created_at,
       resource_id,
       case when erased then null
            when resource_id is null
                 and exists (select
                               from quo.erasures e
                              where e.org_id = $1::text
                                and position(convert_to(e.id, 'UTF8') in body) > 0)
            then null
            else body end
  from taken;
