-- Insert the links of activities to contacts that are not there yet.
--   $1  text    org_id
--   $2  text[]  activity_kind
--   $3  text[]  activity_id
--   $4  text[]  contact_id
-- Returns no rows. The activities' rows are locked.
insert into quo.activity_contacts (org_id, activity_kind, activity_id, contact_id)
select $1::text, k.activity_kind, k.activity_id, k.contact_id
  from unnest($2::text[], $3::text[], $4::text[]) as k (activity_kind, activity_id, contact_id)
    on conflict do nothing;
