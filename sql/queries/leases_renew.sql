-- Hold a lease for longer.
--   $1  org_id
--   $2  name of the lease
--   $3  bigint  token
--   $4  bigint  seconds from now until it runs out; 0 gives it back
-- Returns no rows; the command tag counts 0 where the lease was lost to another.
update quo.leases
   set expires_at = now() + make_interval(secs => $4::bigint)
 where org_id = $1::text
   and name = $2::text
   and token = $3::bigint;
