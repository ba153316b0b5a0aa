-- Write calls that changed.
--   $1   text           org_id
--   $2   text[]         id
--   $3   text[]         direction
--   $4   text[]         status
--   $5   timestamptz[]  created_at
--   $6   timestamptz[]  ringing_at
--   $7   timestamptz[]  answered_at
--   $8   text[]         answered_by_user_id
--   $9   timestamptz[]  completed_at
--   $10  timestamptz[]  updated_at
--   $11  text[]         duration_seconds (decimal text)
--   $12  boolean[]      has_voicemail
--   $13  boolean[]      missed
--   $14  text[]         initiated_by_user_id
--   $15  text[]         ai_handled
--   $16  text[]         rest_status
--   $17  text[]         forwarded_from
--   $18  text[]         forwarded_to
--   $19  text[]         menu_selection
--   $20  text[]         menu_selection_name
--   $21  text[]         menu_reason
--   $22  text[]         phone_number_id
--   $23  text[]         phone_number_type
--   $24  text[]         conversation_id
--   $25  text[]         user_id
--   $26  text[]         workspace_participants (array literals)
--   $27  text[]         external_participants (array literals)
--   $28  text[]         participants_resolution
--   $29  text[]         contact_lookup
--   $30  text[]         quo_url
--   $31  text[]         voicemail_id
--   $32  text[]         voicemail_duration_seconds (decimal text)
--   $33  text[]         voicemail_transcript
--   $34  text[]         voicemail_recording_url
--   $35  bytea[]        merge_state
-- Returns no rows. The rows were locked by calls_lock: each is there,
-- and none is inserted. An insert that conflicts goes straight to the key of each row; an
-- UPDATE would be a join, and statistics that know nothing of this workspace would
-- make it read all of it.
insert into quo.calls as t (org_id, id, direction, status, created_at, ringing_at, answered_at,
                            answered_by_user_id, completed_at, updated_at, duration_seconds,
                            has_voicemail, missed, initiated_by_user_id, ai_handled, rest_status,
                            forwarded_from, forwarded_to, menu_selection, menu_selection_name,
                            menu_reason, phone_number_id, phone_number_type, conversation_id,
                            user_id, workspace_participants, external_participants,
                            participants_resolution, contact_lookup, quo_url, voicemail_id,
                            voicemail_duration_seconds, voicemail_transcript,
                            voicemail_recording_url, merge_state)
select $1::text, k.id, k.direction, k.status, k.created_at, k.ringing_at, k.answered_at,
       k.answered_by_user_id, k.completed_at, k.updated_at, k.duration_seconds::numeric,
       k.has_voicemail, k.missed, k.initiated_by_user_id, k.ai_handled, k.rest_status,
       k.forwarded_from, k.forwarded_to, k.menu_selection, k.menu_selection_name, k.menu_reason,
       k.phone_number_id, k.phone_number_type, k.conversation_id, k.user_id,
       k.workspace_participants::text[], k.external_participants::text[],
       k.participants_resolution, k.contact_lookup, k.quo_url, k.voicemail_id,
       k.voicemail_duration_seconds::numeric, k.voicemail_transcript, k.voicemail_recording_url,
       k.merge_state
  from unnest($2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[],
              $7::timestamptz[], $8::text[], $9::timestamptz[], $10::timestamptz[], $11::text[],
              $12::boolean[], $13::boolean[], $14::text[], $15::text[], $16::text[], $17::text[],
              $18::text[], $19::text[], $20::text[], $21::text[], $22::text[], $23::text[],
              $24::text[], $25::text[], $26::text[], $27::text[], $28::text[], $29::text[],
              $30::text[], $31::text[], $32::text[], $33::text[], $34::text[], $35::bytea[])
    as k (id, direction, status, created_at, ringing_at, answered_at, answered_by_user_id,
          completed_at, updated_at, duration_seconds, has_voicemail, missed, initiated_by_user_id,
          ai_handled, rest_status, forwarded_from, forwarded_to, menu_selection,
          menu_selection_name, menu_reason, phone_number_id, phone_number_type, conversation_id,
          user_id, workspace_participants, external_participants, participants_resolution,
          contact_lookup, quo_url, voicemail_id, voicemail_duration_seconds, voicemail_transcript,
          voicemail_recording_url, merge_state)
    on conflict (org_id, id) do update
   set direction                  = excluded.direction,
       status                     = excluded.status,
       created_at                 = excluded.created_at,
       ringing_at                 = excluded.ringing_at,
       answered_at                = excluded.answered_at,
       answered_by_user_id        = excluded.answered_by_user_id,
       completed_at               = excluded.completed_at,
       updated_at                 = excluded.updated_at,
       duration_seconds           = excluded.duration_seconds,
       has_voicemail              = excluded.has_voicemail,
       missed                     = excluded.missed,
       initiated_by_user_id       = excluded.initiated_by_user_id,
       ai_handled                 = excluded.ai_handled,
       rest_status                = excluded.rest_status,
       forwarded_from             = excluded.forwarded_from,
       forwarded_to               = excluded.forwarded_to,
       menu_selection             = excluded.menu_selection,
       menu_selection_name        = excluded.menu_selection_name,
       menu_reason                = excluded.menu_reason,
       phone_number_id            = excluded.phone_number_id,
       phone_number_type          = excluded.phone_number_type,
       conversation_id            = excluded.conversation_id,
       user_id                    = excluded.user_id,
       workspace_participants     = excluded.workspace_participants,
       external_participants      = excluded.external_participants,
       participants_resolution    = excluded.participants_resolution,
       contact_lookup             = excluded.contact_lookup,
       quo_url                    = excluded.quo_url,
       voicemail_id               = excluded.voicemail_id,
       voicemail_duration_seconds = excluded.voicemail_duration_seconds,
       voicemail_transcript       = excluded.voicemail_transcript,
       voicemail_recording_url    = excluded.voicemail_recording_url,
       merge_state                = excluded.merge_state;
