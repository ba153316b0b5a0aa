-- Forget a bite of webhook-ids that were received before an instant, and before
-- the oldest delivery that still waits: an id must not go before its inbox row.
--   $1  text         org_id
--   $2  timestamptz  instant
-- Returns no rows; the command tag counts them. Repeat it until it counts none.
-- No index helps it: rows lie in the order of their arrival, so the oldest are found first.
delete from quo.delivery_ids
 where org_id = $1::text
   and webhook_id = any (array(
           select d.webhook_id
             from quo.delivery_ids d
            where d.org_id = $1::text
              and d.received_at < $2::timestamptz
              and d.received_at < coalesce((select min(i.received_at)
                                              from quo.inbox i
                                             where i.org_id = $1::text), 'infinity')
            limit 5000));
