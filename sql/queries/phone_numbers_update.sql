-- Write phone numbers that changed.
--   $1   text           org_id
--   $2   text[]         id
--   $3   text[]         group_id
--   $4   text[]         name
--   $5   text[]         number
--   $6   text[]         formatted
--   $7   text[]         porting_status
--   $8   text[]         symbol
--   $9   timestamptz[]  created_at
--   $10  timestamptz[]  updated_at
--   $11  timestamptz[]  gone_at
--   $12  bytea[]        merge_state
-- Returns no rows. The rows were locked by phone_numbers_lock.
update quo.phone_numbers t
   set group_id       = k.group_id,
       name           = k.name,
       number         = k.number,
       formatted      = k.formatted,
       porting_status = k.porting_status,
       symbol         = k.symbol,
       created_at     = k.created_at,
       updated_at     = k.updated_at,
       gone_at        = k.gone_at,
       merge_state    = k.merge_state
  from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
              $9::timestamptz[], $10::timestamptz[], $11::timestamptz[], $12::bytea[])
    as k (id, group_id, name, number, formatted, porting_status, symbol, created_at, updated_at,
          gone_at, merge_state)
 where t.org_id = $1::text
   and t.id = k.id;
