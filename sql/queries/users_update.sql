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
-- Returns no rows. The rows were locked by users_lock.
update quo.users t
   set email       = k.email,
       first_name  = k.first_name,
       last_name   = k.last_name,
       role        = k.role,
       picture_url = k.picture_url,
       created_at  = k.created_at,
       updated_at  = k.updated_at,
       gone_at     = k.gone_at,
       merge_state = k.merge_state
  from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
              $8::timestamptz[], $9::timestamptz[], $10::timestamptz[], $11::bytea[])
    as k (id, email, first_name, last_name, role, picture_url, created_at, updated_at, gone_at,
          merge_state)
 where t.org_id = $1::text
   and t.id = k.id;
