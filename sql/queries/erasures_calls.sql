-- The calls in which these voicemails were left.
--   $1  org_id
--   $2  text[]  voicemail ids
-- Returns (call_id).
select call_id
  from quo.voicemails
 where org_id = $1::text
   and id = any ($2::text[])
   and call_id is not null;
