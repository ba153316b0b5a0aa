-- Take from messages what an erased one must not hold.
--   $1  org_id
--   $2  text[]  ids
-- Returns no rows. The rows are locked.
update quo.messages t
   set body       = null,
       error_code = null,
       media      = null,
       sender     = null,
       recipients = null,
       quo_url    = null
 where t.org_id = $1::text
   and t.id = any ($2::text[]);
