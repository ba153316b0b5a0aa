-- Insert voicemails that were not there when they were looked for.
--   $1   text           org_id
--   $2   text[]         id, sorted bytewise
--   $3   text[]         voicemail_id
--   $4   text[]         call_id
--   $5   text[]         direction
--   $6   text[]         duration_seconds (decimal text)
--   $7   text[]         from_number
--   $8   text[]         to_number
--   $9   text[]         transcript
--   $10  text[]         recording_url
--   $11  text[]         phone_number_id
--   $12  text[]         conversation_id
--   $13  text[]         user_id
--   $14  text[]         contact_lookup
--   $15  text[]         external_participants (array literals)
--   $16  timestamptz[]  created_at
--   $17  timestamptz[]  updated_at
--   $18  bytea[]        merge_state
-- Returns the ids that were inserted; the others were inserted by another worker
-- meanwhile. Rows go in as the arrays are sorted, so that two workers with the same
-- new rows wait for each other in one direction alone.
insert into quo.voicemails (org_id, id, voicemail_id, call_id, direction, duration_seconds,
                            from_number, to_number, transcript, recording_url, phone_number_id,
                            conversation_id, user_id, contact_lookup, external_participants,
                            created_at, updated_at, merge_state)
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
    on conflict (org_id, id) do nothing
returning id;
