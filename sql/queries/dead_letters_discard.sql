-- Forget dead letters: the row keeps its ids, so that the delivery does not come
-- back; the body goes.
--   $1  org_id
--   $2  bigint[]     ids
--   $3  timestamptz  now
-- Returns the ids that were discarded; those already discarded are left out.
update quo.dead_letters
   set body = null,
       discarded_at = $3::timestamptz
 where org_id = $1::text
   and id = any ($2::bigint[])
   and discarded_at is null
returning id;
