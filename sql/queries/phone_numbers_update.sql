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
-- Returns no rows. The rows were locked by phone_numbers_lock: each is there,
-- and none is inserted. An insert that conflicts goes straight to the key of each row; an
-- UPDATE would be a join, and statistics that know nothing of this workspace would
-- make it read all of it.
insert into quo.phone_numbers as t (org_id, id, group_id, name, number, formatted, porting_status,
                                    symbol, created_at, updated_at, gone_at, merge_state)
select $1::text, k.id, k.group_id, k.name, k.number, k.formatted, k.porting_status, k.symbol,
       k.created_at, k.updated_at, k.gone_at, k.merge_state
  from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
              $9::timestamptz[], $10::timestamptz[], $11::timestamptz[], $12::bytea[])
    as k (id, group_id, name, number, formatted, porting_status, symbol, created_at, updated_at,
          gone_at, merge_state)
    on conflict (org_id, id) do update
   set group_id       = excluded.group_id,
       name           = excluded.name,
       number         = excluded.number,
       formatted      = excluded.formatted,
       porting_status = excluded.porting_status,
       symbol         = excluded.symbol,
       created_at     = excluded.created_at,
       updated_at     = excluded.updated_at,
       gone_at        = excluded.gone_at,
       merge_state    = excluded.merge_state;
