-- Take a lease that is free or has run out; the token fences off whoever had it.
--   $1  org_id
--   $2  name of the lease
--   $3  holder
--   $4  bigint  seconds until it runs out
-- Returns the token, or no row where another holds it.
insert into quo.leases as l (org_id, name, holder, token, taken_at, expires_at)
values ($1::text, $2::text, $3::text, 1, now(), now() + make_interval(secs => $4::bigint))
    on conflict (org_id, name) do update
   set holder     = excluded.holder,
       token      = l.token + 1,
       taken_at   = excluded.taken_at,
       expires_at = excluded.expires_at
 where l.expires_at <= excluded.taken_at
returning token;
