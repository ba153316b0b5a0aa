-- Calls that call.missed alone told of, as far as REST may still know more.
--   $1  org_id
--   $2  timestamptz  made after this
-- Returns their ids, the newest first.
select id
  from quo.calls
 where org_id = $1::text
   and missed
   and status is null
   and rest_status is null
   and created_at > $2::timestamptz
 order by created_at desc;
