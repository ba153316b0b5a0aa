-- Take from voicemails what an erased one must not hold.
--   $1  org_id
--   $2  text[]  ids
-- Returns no rows. The rows are locked.
update quo.voicemails t
   set from_number           = null,
       to_number             = null,
       transcript            = null,
       recording_url         = null,
       external_participants = null
 where t.org_id = $1::text
   and t.id = any ($2::text[]);
