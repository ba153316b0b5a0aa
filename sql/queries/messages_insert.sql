-- Insert messages that were not there when they were looked for.
--   $1   text           org_id
--   $2   text[]         id, sorted bytewise
--   $3   text[]         direction
--   $4   text[]         body
--   $5   text[]         status
--   $6   text[]         error_code
--   $7   text[]         media (JSON text)
--   $8   text[]         phone_number_id
--   $9   text[]         conversation_id
--   $10  text[]         user_id
--   $11  text[]         sender
--   $12  text[]         recipients (array literals)
--   $13  text[]         contact_lookup
--   $14  text[]         quo_url
--   $15  timestamptz[]  created_at
--   $16  timestamptz[]  status_at
--   $17  bytea[]        merge_state
-- Returns the ids that were inserted; the others were inserted by another worker
-- meanwhile. Rows go in as the arrays are sorted, so that two workers with the same
-- new rows wait for each other in one direction alone.
insert into quo.messages (org_id, id, direction, body, status, error_code, media,
                          phone_number_id, conversation_id, user_id, sender, recipients,
                          contact_lookup, quo_url, created_at, status_at, merge_state)
select $1::text, k.id, k.direction, k.body, k.status, k.error_code, k.media::jsonb,
       k.phone_number_id, k.conversation_id, k.user_id, k.sender, k.recipients::text[],
       k.contact_lookup, k.quo_url, k.created_at, k.status_at, k.merge_state
  from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
              $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[],
              $15::timestamptz[], $16::timestamptz[], $17::bytea[])
    as k (id, direction, body, status, error_code, media, phone_number_id, conversation_id,
          user_id, sender, recipients, contact_lookup, quo_url, created_at, status_at,
          merge_state)
    on conflict (org_id, id) do nothing
returning id;
