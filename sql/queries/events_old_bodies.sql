-- A bite of the archived deliveries of activities whose bodies are too old to keep.
-- Those of contacts hold no content of an activity; their retention is keep_events.
--   $1  text         org_id
--   $2  timestamptz  received_at of the last row that was read
--   $3  text         webhook_id of that row
--   $4  timestamptz  received before this is too old
-- Returns (received_at, webhook_id), in the order of the key.
select received_at, webhook_id
  from quo.events
 where org_id = $1::text
   and received_at >= $2::timestamptz
   and (received_at, webhook_id) > ($2::timestamptz, $3::text)
   and received_at < $4::timestamptz
   and body is not null
   and event_type not like 'contact.%'
 order by received_at, webhook_id
 limit 1000;
