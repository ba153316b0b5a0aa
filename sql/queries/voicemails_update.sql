-- Write voicemails that changed. Columns of a register that does not
-- win keep what they hold: the program has not read them, and a value that lies in
-- TOAST is not copied.
--   $1   text           org_id
--   $2   text[]         id
--   $3   text[]         voicemail_id
--   $4   text[]         call_id
--   $5   text[]         direction
--   $6   text[]         duration_seconds (decimal text)
--   $7   text[]         from_number
--   $8   text[]         to_number
--   $9   text[]         transcript, of register transcript
--   $10  text[]         recording_url
--   $11  text[]         phone_number_id
--   $12  text[]         conversation_id
--   $13  text[]         user_id
--   $14  text[]         contact_lookup
--   $15  text[]         external_participants (array literals)
--   $16  timestamptz[]  created_at
--   $17  timestamptz[]  updated_at
--   $18  bytea[]        merge_state
--   $19  boolean[]      does register transcript win?
-- Returns no rows. The rows were locked by voicemails_lock.
update quo.voicemails t
   set voicemail_id          = k.voicemail_id,
       call_id               = k.call_id,
       direction             = k.direction,
       duration_seconds      = k.duration_seconds::numeric,
       from_number           = k.from_number,
       to_number             = k.to_number,
       transcript            = case when k.transcript_won then k.transcript else t.transcript end,
       recording_url         = k.recording_url,
       phone_number_id       = k.phone_number_id,
       conversation_id       = k.conversation_id,
       user_id               = k.user_id,
       contact_lookup        = k.contact_lookup,
       external_participants = k.external_participants::text[],
       created_at            = k.created_at,
       updated_at            = k.updated_at,
       merge_state           = k.merge_state
  from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
              $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[],
              $15::text[], $16::timestamptz[], $17::timestamptz[], $18::bytea[], $19::boolean[])
    as k (id, voicemail_id, call_id, direction, duration_seconds, from_number, to_number,
          transcript, recording_url, phone_number_id, conversation_id, user_id, contact_lookup,
          external_participants, created_at, updated_at, merge_state, transcript_won)
 where t.org_id = $1::text
   and t.id = k.id;
