-- The dead letters that `dead retry all` and `dead discard all` mean, oldest first.
--   $1  org_id
--   $2  bigint  only ids above this one
--   $3  bigint  rows at most
-- Returns (id).
select id
  from quo.dead_letters
 where org_id = $1::text
   and id > $2::bigint
   and body is not null
 order by id
 limit $3::bigint;
