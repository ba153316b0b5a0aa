-- Read the archive in the order of its key, a piece at a time.
--   $1  text         org_id
--   $2  timestamptz  received_at of the last row that was read
--   $3  text         webhook_id of that row
--   $4  timestamptz  until: rows received before this
--   $5  text         event_type, null for all
--   $6  bigint       rows at most
--   $7  bigint       bytes of bodies at most; the first row comes whatever its size
-- Returns (received_at, webhook_id, body), body null where it was erased. A
-- body is fetched only if its row is returned.
with read as materialized (
    select received_at, webhook_id, body, coalesce(octet_length(body), 0) as bytes
      from quo.events
     where org_id = $1::text
       and received_at >= $2::timestamptz
       and (received_at, webhook_id) > ($2::timestamptz, $3::text)
       and received_at < $4::timestamptz
       and ($5::text is null or event_type = $5::text)
     order by received_at, webhook_id
     limit $6::bigint
), counted as (
    select received_at, webhook_id, body,
           row_number() over (order by received_at, webhook_id) as row,
           sum(bytes) over (order by received_at, webhook_id) as sum_bytes
      from read
)
select received_at, webhook_id, body
  from counted
 where row = 1
    or sum_bytes <= $7::bigint
 order by received_at, webhook_id;
