-- Write what REST said of contacts.
--   $1  text           org_id
--   $2  text[]         contact_id, sorted bytewise
--   $3  timestamptz[]  seen_at, null where REST did not see it last
--   $4  timestamptz[]  gone_at, null where REST did not miss it last
--   $5  bytea[]        merge_state
-- Returns no rows. The rows of quo.contacts are locked.
insert into quo.contact_rest as t (org_id, contact_id, seen_at, gone_at, merge_state)
select $1::text, k.contact_id, k.seen_at, k.gone_at, k.merge_state
  from unnest($2::text[], $3::timestamptz[], $4::timestamptz[], $5::bytea[])
    as k (contact_id, seen_at, gone_at, merge_state)
    on conflict (org_id, contact_id) do update
   set seen_at     = excluded.seen_at,
       gone_at     = excluded.gone_at,
       merge_state = excluded.merge_state;
