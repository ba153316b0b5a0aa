-- Forget a bite of dead letters that failed before an instant, discarded ones too.
--   $1  text         org_id
--   $2  timestamptz  instant
-- Returns no rows; the command tag counts them. Repeat it until it counts none.
delete from quo.dead_letters
 where org_id = $1::text
   and id = any (array(
           select d.id
             from quo.dead_letters d
            where d.org_id = $1::text
              and d.failed_at < $2::timestamptz
            order by d.failed_at
            limit 1000));
