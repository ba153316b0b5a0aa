-- Take from calls and their recordings what an erased call must not hold.
--   $1  org_id
--   $2  text[]  ids
-- Returns no rows. The rows of quo.calls are locked.
with recordings as (
    update quo.call_recordings
       set type = null,
           url  = null
     where org_id = $1::text
       and call_id = any ($2::text[])
)
update quo.calls t
   set forwarded_from          = null,
       forwarded_to            = null,
       menu_selection          = null,
       menu_selection_name     = null,
       menu_reason             = null,
       phone_number_type       = null,
       workspace_participants  = null,
       external_participants   = null,
       participants_resolution = null,
       quo_url                 = null,
       voicemail_transcript    = null,
       voicemail_recording_url = null
 where t.org_id = $1::text
   and t.id = any ($2::text[]);
