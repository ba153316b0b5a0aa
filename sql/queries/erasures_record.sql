-- Record what is erased.
--   $1  org_id
--   $2  text[]       kinds }
--   $3  text[]       ids   } of each
--   $4  timestamptz  now
-- Returns no rows; the command tag counts what was not recorded before.
insert into quo.erasures (org_id, kind, id, erased_at)
select $1::text, k.kind, k.id, $4::timestamptz
  from unnest($2::text[], $3::text[]) as k (kind, id)
 order by k.kind, k.id
    on conflict do nothing;
