-- Write messages that changed. Columns of a register that does not
-- win keep what they hold: the program has not read them, and a value that lies in
-- TOAST is not copied. The rows of one statement have the same winners.
--   $1   text           org_id
--   $2   text[]         id
--   $3   text[]         direction, of register facts
--   $4   text[]         body, of register facts
--   $5   text[]         status
--   $6   text[]         error_code
--   $7   text[]         media (JSON text), of register media
--   $8   text[]         phone_number_id, of register facts
--   $9   text[]         conversation_id, of register facts
--   $10  text[]         user_id, of register facts
--   $11  text[]         sender, of register facts
--   $12  text[]         recipients (array literals), of register facts
--   $13  text[]         contact_lookup
--   $14  text[]         quo_url, of register facts
--   $15  timestamptz[]  created_at, of register facts
--   $16  timestamptz[]  status_at
--   $17  bytea[]        merge_state
--   $18  boolean        does register facts win?
--   $19  boolean        does register media win?
-- Returns no rows. The rows were locked by messages_lock: each is there,
-- and none is inserted. An insert that conflicts goes straight to the key of each row; an
-- UPDATE would be a join, and statistics that know nothing of this workspace would
-- make it read all of it.
insert into quo.messages as t (org_id, id, direction, body, status, error_code, media,
                               phone_number_id, conversation_id, user_id, sender, recipients,
                               contact_lookup, quo_url, created_at, status_at, merge_state)
select $1::text, k.id, k.direction, k.body, k.status, k.error_code, k.media::jsonb,
       k.phone_number_id, k.conversation_id, k.user_id, k.sender, k.recipients::text[],
       k.contact_lookup, k.quo_url, k.created_at, k.status_at, k.merge_state
  from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
              $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[],
              $15::timestamptz[], $16::timestamptz[], $17::bytea[])
    as k (id, direction, body, status, error_code, media, phone_number_id, conversation_id,
          user_id, sender, recipients, contact_lookup, quo_url, created_at, status_at, merge_state)
    on conflict (org_id, id) do update
   set direction       = case when $18::boolean then excluded.direction else t.direction end,
       body            = case when $18::boolean then excluded.body else t.body end,
       status          = excluded.status,
       error_code      = excluded.error_code,
       media           = case when $19::boolean then excluded.media else t.media end,
       phone_number_id = case when $18::boolean then excluded.phone_number_id
                              else t.phone_number_id end,
       conversation_id = case when $18::boolean then excluded.conversation_id
                              else t.conversation_id end,
       user_id         = case when $18::boolean then excluded.user_id else t.user_id end,
       sender          = case when $18::boolean then excluded.sender else t.sender end,
       recipients      = case when $18::boolean then excluded.recipients else t.recipients end,
       contact_lookup  = excluded.contact_lookup,
       quo_url         = case when $18::boolean then excluded.quo_url else t.quo_url end,
       created_at      = case when $18::boolean then excluded.created_at else t.created_at end,
       status_at       = excluded.status_at,
       merge_state     = excluded.merge_state;
