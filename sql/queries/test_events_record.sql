-- Note the id of an event that webhook test made Quo send.
--   $1  org_id
--   $2  event_id
-- Returns no rows.
insert into quo.test_events (org_id, event_id, recorded_at)
select $1::text, $2::text, now()
    on conflict (org_id, event_id) do update
   set recorded_at = excluded.recorded_at;
