-- Write contacts that changed. Columns of a register that does not
-- win keep what they hold: the program has not read them, and a value that lies in
-- TOAST is not copied.
--   $1   text           org_id
--   $2   text[]         id
--   $3   text[]         first_name, of register core
--   $4   text[]         last_name, of register core
--   $5   text[]         company, of register core
--   $6   text[]         role, of register core
--   $7   text[]         location, of register place
--   $8   text[]         source, of register core
--   $9   text[]         external_id, of register core
--   $10  text[]         source_url
--   $11  text[]         created_by_user_id
--   $12  text[]         shared_with_ids (array literals), of register place
--   $13  text[]         quo_url, of register place
--   $14  timestamptz[]  created_at, of register core
--   $15  timestamptz[]  updated_at, of register core
--   $16  timestamptz[]  deleted_at
--   $17  bytea[]        merge_state
--   $18  boolean[]      does register core win?
--   $19  boolean[]      does register place win?
--   $20  boolean[]      does anything change that people see?
--   $21  timestamptz    now
-- Returns no rows. The rows were locked by contacts_lock.
update quo.contacts t
   set first_name         = case when k.core_won then k.first_name else t.first_name end,
       last_name          = case when k.core_won then k.last_name else t.last_name end,
       company            = case when k.core_won then k.company else t.company end,
       role               = case when k.core_won then k.role else t.role end,
       location           = case when k.place_won then k.location else t.location end,
       source             = case when k.core_won then k.source else t.source end,
       external_id        = case when k.core_won then k.external_id else t.external_id end,
       source_url         = k.source_url,
       created_by_user_id = k.created_by_user_id,
       shared_with_ids    = case when k.place_won then k.shared_with_ids::text[]
                                 else t.shared_with_ids end,
       quo_url            = case when k.place_won then k.quo_url else t.quo_url end,
       created_at         = case when k.core_won then k.created_at else t.created_at end,
       updated_at         = case when k.core_won then k.updated_at else t.updated_at end,
       deleted_at         = k.deleted_at,
       merge_state        = k.merge_state,
       synced_at          = case when k.visible then $21::timestamptz else t.synced_at end
  from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
              $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::timestamptz[],
              $15::timestamptz[], $16::timestamptz[], $17::bytea[], $18::boolean[],
              $19::boolean[], $20::boolean[])
    as k (id, first_name, last_name, company, role, location, source, external_id, source_url,
          created_by_user_id, shared_with_ids, quo_url, created_at, updated_at, deleted_at,
          merge_state, core_won, place_won, visible)
 where t.org_id = $1::text
   and t.id = k.id;
