-- Make sure, to the end of the transaction, that a lease is still ours: a
-- takeover waits for this lock.
--   $1  org_id
--   $2  name of the lease
--   $3  bigint  token
-- Returns one row, or none where the lease was lost to another.
select 1
  from quo.leases
 where org_id = $1::text
   and name = $2::text
   and token = $3::bigint
   for share;
