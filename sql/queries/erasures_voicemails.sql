-- The voicemails that were left in these calls.
--   $1  org_id
--   $2  text[]  call ids
-- Returns (id).
select id
  from quo.voicemails
 where org_id = $1::text
   and call_id = any ($2::text[]);
