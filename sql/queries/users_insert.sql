-- Insert users that were not there when they were looked for.
--   $1   text           org_id
--   $2   text[]         id, sorted bytewise
--   $3   text[]         email
--   $4   text[]         first_name
--   $5   text[]         last_name
--   $6   text[]         role
--   $7   text[]         picture_url
--   $8   timestamptz[]  created_at
--   $9   timestamptz[]  updated_at
--   $10  timestamptz[]  gone_at
--   $11  bytea[]        merge_state
-- Returns the ids that were inserted; the others were inserted by another worker
-- meanwhile. Rows go in as the arrays are sorted, so that two workers with the same
-- new rows wait for each other in one direction alone.
insert into quo.users (org_id, id, email, first_name, last_name, role, picture_url, created_at,
                       updated_at, gone_at, merge_state)
select $1::text, k.id, k.email, k.first_name, k.last_name, k.role, k.picture_url, k.created_at,
       k.updated_at, k.gone_at, k.merge_state
  from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
              $8::timestamptz[], $9::timestamptz[], $10::timestamptz[], $11::bytea[])
    as k (id, email, first_name, last_name, role, picture_url, created_at, updated_at, gone_at,
          merge_state)
    on conflict (org_id, id) do nothing
returning id;
