-- Take from calls and their recordings what a call whose content was pruned must not hold.
--   $1  org_id
--   $2  text[]       ids
--   $3  timestamptz  now
-- Returns no rows. The rows of quo.calls are locked.
with recordings as (
    update quo.call_recordings
       set url = null
     where org_id = $1::text
       and call_id = any ($2::text[])
)
update quo.calls t
   set voicemail_transcript    = null,
       voicemail_recording_url = null,
       content_pruned_at       = $3::timestamptz
 where t.org_id = $1::text
   and t.id = any ($2::text[]);
