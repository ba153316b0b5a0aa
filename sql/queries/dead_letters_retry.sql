-- Move dead letters back to the inbox, as the deliveries that they were.
--   $1  org_id
--   $2  bigint[]  ids; those without a body stay
-- Returns the ids that were moved.
with taken as (
    delete from quo.dead_letters
     where org_id = $1::text
       and id = any ($2::bigint[])
       and body is not null
    returning id, received_at, webhook_id, body
), put as (
    insert into quo.inbox (org_id, received_at, webhook_id, body)
    select $1::text, received_at, webhook_id, body
      from taken
)
select id
  from taken
 order by id;
