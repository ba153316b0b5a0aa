-- Keep the last thousand ids of a workspace's test events: each batch reads them all.
--   $1  org_id
-- Returns no rows.
delete from quo.test_events
 where org_id = $1::text
   and event_id = any (array(
           select event_id
             from quo.test_events
            where org_id = $1::text
            order by recorded_at desc, event_id
           offset 1000));
