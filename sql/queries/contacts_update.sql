-- Write contacts that changed. Columns of a register that does not
-- win keep what they hold: the program has not read them, and a value that lies in
-- TOAST is not copied. The rows of one statement have the same winners.
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
--   $18  boolean        does register core win?
--   $19  boolean        does register place win?
--   $20  boolean        does anything change that people see?
--   $21  timestamptz    now
-- Returns no rows. The rows were locked by contacts_lock: each is there,
-- and none is inserted. An insert that conflicts goes straight to the key of each row; an
-- UPDATE would be a join, and statistics that know nothing of this workspace would
-- make it read all of it. A column that may not be null gets a value that is not used.
insert into quo.contacts as t (org_id, id, first_name, last_name, company, role, location, source,
                               external_id, source_url, created_by_user_id, shared_with_ids,
                               quo_url, created_at, updated_at, deleted_at, merge_state, synced_at)
select $1::text, k.id, k.first_name, k.last_name, k.company, k.role, k.location, k.source,
       k.external_id, k.source_url, k.created_by_user_id, k.shared_with_ids::text[], k.quo_url,
       k.created_at, coalesce(k.updated_at, '-infinity'), k.deleted_at, k.merge_state,
       $21::timestamptz
  from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
              $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::timestamptz[],
              $15::timestamptz[], $16::timestamptz[], $17::bytea[])
    as k (id, first_name, last_name, company, role, location, source, external_id, source_url,
          created_by_user_id, shared_with_ids, quo_url, created_at, updated_at, deleted_at,
          merge_state)
    on conflict (org_id, id) do update
   set first_name         = case when $18::boolean then excluded.first_name else t.first_name end,
       last_name          = case when $18::boolean then excluded.last_name else t.last_name end,
       company            = case when $18::boolean then excluded.company else t.company end,
       role               = case when $18::boolean then excluded.role else t.role end,
       location           = case when $19::boolean then excluded.location else t.location end,
       source             = case when $18::boolean then excluded.source else t.source end,
       external_id        = case when $18::boolean then excluded.external_id else t.external_id end,
       source_url         = excluded.source_url,
       created_by_user_id = excluded.created_by_user_id,
       shared_with_ids    = case when $19::boolean then excluded.shared_with_ids
                                 else t.shared_with_ids end,
       quo_url            = case when $19::boolean then excluded.quo_url else t.quo_url end,
       created_at         = case when $18::boolean then excluded.created_at else t.created_at end,
       updated_at         = case when $18::boolean then excluded.updated_at else t.updated_at end,
       deleted_at         = excluded.deleted_at,
       merge_state        = excluded.merge_state,
       synced_at          = case when $20::boolean then excluded.synced_at else t.synced_at end;
