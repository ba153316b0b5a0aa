-- Insert contacts that were not there when they were looked for.
--   $1   text           org_id
--   $2   text[]         id, sorted bytewise
--   $3   text[]         first_name
--   $4   text[]         last_name
--   $5   text[]         company
--   $6   text[]         role
--   $7   text[]         location
--   $8   text[]         source
--   $9   text[]         external_id
--   $10  text[]         source_url
--   $11  text[]         created_by_user_id
--   $12  text[]         shared_with_ids (array literals)
--   $13  text[]         quo_url
--   $14  timestamptz[]  created_at
--   $15  timestamptz[]  updated_at
--   $16  timestamptz[]  deleted_at
--   $17  bytea[]        merge_state
--   $18  timestamptz    synced_at: now
-- Returns the ids that were inserted; the others were inserted by another worker
-- meanwhile. Rows go in as the arrays are sorted, so that two workers with the same
-- new rows wait for each other in one direction alone.
insert into quo.contacts (org_id, id, first_name, last_name, company, role, location, source,
                          external_id, source_url, created_by_user_id, shared_with_ids, quo_url,
                          created_at, updated_at, deleted_at, merge_state, synced_at)
select $1::text, k.id, k.first_name, k.last_name, k.company, k.role, k.location, k.source,
       k.external_id, k.source_url, k.created_by_user_id, k.shared_with_ids::text[], k.quo_url,
       k.created_at, k.updated_at, k.deleted_at, k.merge_state, $18::timestamptz
  from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
              $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::timestamptz[],
              $15::timestamptz[], $16::timestamptz[], $17::bytea[])
    as k (id, first_name, last_name, company, role, location, source, external_id, source_url,
          created_by_user_id, shared_with_ids, quo_url, created_at, updated_at, deleted_at,
          merge_state)
    on conflict (org_id, id) do nothing
returning id;
