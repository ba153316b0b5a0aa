-- Read the archived deliveries that may name a contact, in the order of their key, a
-- piece at a time: those whose body holds the id, or an escape that could hide it.
--   $1  text         org_id
--   $2  timestamptz  received_at of the last row that was read
--   $3  text         webhook_id of that row
--   $4  text         contact id
--   $5  text         how JSON escapes begin that can stand for characters of the id
--   $6  bigint       rows at most
--   $7  bigint       bytes of bodies at most; the first row comes whatever its size
-- Returns (received_at, webhook_id, body).
with read as materialized (
    select received_at, webhook_id, body
      from quo.events
     where org_id = $1::text
       and received_at >= $2::timestamptz
       and (received_at, webhook_id) > ($2::timestamptz, $3::text)
       and (position(convert_to($4::text, 'UTF8') in body) > 0
            or position(convert_to($5::text, 'UTF8') in body) > 0)
     order by received_at, webhook_id
     limit $6::bigint
), counted as (
    select received_at, webhook_id, body,
           row_number() over (order by received_at, webhook_id) as row,
           sum(octet_length(body)) over (order by received_at, webhook_id) as bytes
      from read
)
select received_at, webhook_id, body
  from counted
 where row = 1
    or bytes <= $7::bigint
 order by received_at, webhook_id;
