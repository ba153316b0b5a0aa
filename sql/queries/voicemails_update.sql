-- Write voicemails that changed. Columns of a register that does not
-- win keep what they hold: the program has not read them, and a value that lies in
-- TOAST is not copied. The rows of one statement have the same winners.
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
--   $19  boolean        does register transcript win?
-- Returns no rows. The rows were locked by voicemails_lock: each is there,
-- and none is inserted. An insert that conflicts goes straight to the key of each row; an
-- UPDATE would be a join, and statistics that know nothing of this workspace would
-- make it read all of it.
insert into quo.voicemails as t (org_id, id, voicemail_id, call_id, direction, duration_seconds,
                                 from_number, to_number, transcript, recording_url,
                                 phone_number_id, conversation_id, user_id, contact_lookup,
                                 external_participants, created_at, updated_at, merge_state)
select $1::text, k.id, k.voicemail_id, k.call_id, k.direction, k.duration_seconds::numeric,
       k.from_number, k.to_number, k.transcript, k.recording_url, k.phone_number_id,
       k.conversation_id, k.user_id, k.contact_lookup, k.external_participants::text[],
       k.created_at, k.updated_at, k.merge_state
  from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
              $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[],
              $15::text[], $16::timestamptz[], $17::timestamptz[], $18::bytea[])
    as k (id, voicemail_id, call_id, direction, duration_seconds, from_number, to_number,
          transcript, recording_url, phone_number_id, conversation_id, user_id, contact_lookup,
          external_participants, created_at, updated_at, merge_state)
    on conflict (org_id, id) do update
   set voicemail_id          = excluded.voicemail_id,
       call_id               = excluded.call_id,
       direction             = excluded.direction,
       duration_seconds      = excluded.duration_seconds,
       from_number           = excluded.from_number,
       to_number             = excluded.to_number,
       transcript            = case when $19::boolean then excluded.transcript
                                    else t.transcript end,
       recording_url         = excluded.recording_url,
       phone_number_id       = excluded.phone_number_id,
       conversation_id       = excluded.conversation_id,
       user_id               = excluded.user_id,
       contact_lookup        = excluded.contact_lookup,
       external_participants = excluded.external_participants,
       created_at            = excluded.created_at,
       updated_at            = excluded.updated_at,
       merge_state           = excluded.merge_state;
