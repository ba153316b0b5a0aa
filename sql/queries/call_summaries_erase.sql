-- Take from summaries what that of an erased call must not hold.
--   $1  org_id
--   $2  text[]  call ids
-- Returns no rows. The rows are locked.
update quo.call_summaries t
   set summary           = null,
       next_steps        = null,
       from_phone_number = null,
       jobs              = null
 where t.org_id = $1::text
   and t.call_id = any ($2::text[]);
