-- Copy deliveries from the inbox into the archive; bodies do not travel. inbox_remove
-- then takes them from the inbox.
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
-- A look at the key for each, whatever the planner takes the inbox for: an inbox that
-- vacuum found empty counts as one row however much has come since, and a plain join
-- would read all of it for each batch.
insert into quo.events (org_id, received_at, webhook_id, event_id, event_type, api_version,
                        created_at, resource_id, body)
select $1::text, k.received_at, i.webhook_id, k.event_id, k.event_type, k.api_version,
       k.created_at, k.resource_id,
       case when k.erased then null
            when k.resource_id is null
                 and exists (select
                               from quo.erasures e
                              where e.org_id = $1::text
                                and position(convert_to(e.id, 'UTF8') in i.body) > 0)
            then null
            else i.body end
  from unnest($2::timestamptz[], $3::bigint[], $4::text[], $5::text[], $6::text[],
              $7::timestamptz[], $8::text[], $9::boolean[])
    as k (received_at, seq, event_id, event_type, api_version, created_at, resource_id, erased)
 cross join lateral (
       select waiting.webhook_id, waiting.body
         from quo.inbox waiting
        where waiting.org_id = $1::text
          and waiting.received_at = k.received_at
          and waiting.seq = k.seq
       offset 0) i;
