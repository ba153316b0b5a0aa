-- Write users that changed.
--   $1   text           org_id
--   $2   text[]         id
--   $3   text[]         email
--   $4   text[]         first_name
--   $5   text[]         last_name
--   $6   text[]         role
--   $7   text[]         picture_url
--   $8   timestamptz[]  created_at
--   $9   timestamptz[]  updated_at
--   $10  timestamptz[]  gone_at
--   $11  bytea[]        merge_state
-- Returns no rows. The rows were locked by users_lock: each is there,
-- and none is inserted. An insert that conflicts goes straight to the key of each row; an
-- UPDATE would be a join, and statistics that know nothing of this workspace would
-- make it read all of it.
insert into quo.users as t (org_id, id, email, first_name, last_name, role, picture_url,
                            created_at, updated_at, gone_at, merge_state)
select $1::text, k.id, k.email, k.first_name, k.last_name, k.role, k.picture_url, k.created_at,
       k.updated_at, k.gone_at, k.merge_state
  from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
              $8::timestamptz[], $9::timestamptz[], $10::timestamptz[], $11::bytea[])
    as k (id, email, first_name, last_name, role, picture_url, created_at, updated_at, gone_at,
          merge_state)
    on conflict (org_id, id) do update
   set email       = excluded.email,
       first_name  = excluded.first_name,
       last_name   = excluded.last_name,
       role        = excluded.role,
       picture_url = excluded.picture_url,
       created_at  = excluded.created_at,
       updated_at  = excluded.updated_at,
       gone_at     = excluded.gone_at,
       merge_state = excluded.merge_state;
