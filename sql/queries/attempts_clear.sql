-- Forget the dead workers over whose deliveries nothing is left to do.
--   $1  org_id
-- Returns no rows. Skips what another worker holds.
delete from quo.attempts
 where org_id = $1::text
   and id = any (array(
           select a.id
             from quo.attempts a
            where a.org_id = $1::text
              and not exists (
                      select
                        from quo.inbox i
                       where i.org_id = $1::text
                         and (i.received_at, i.seq) >= (a.first_received_at, a.first_seq)
                         and (i.received_at, i.seq) <= (a.last_received_at, a.last_seq))
              for update skip locked));
