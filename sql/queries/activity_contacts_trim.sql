-- Delete the links of activities to contacts that Quo no longer matches.
--   $1  text    org_id
--   $2  text[]  activity_kind
--   $3  text[]  activity_id
--   $4  text[]  the contact_ids that stay (array literals)
-- Returns no rows. The activities' rows are locked.
delete from quo.activity_contacts t
 using unnest($2::text[], $3::text[], $4::text[]) as k (activity_kind, activity_id, contact_ids)
 where t.org_id = $1::text
   and t.activity_kind = k.activity_kind
   and t.activity_id = k.activity_id
   and t.contact_id <> all (k.contact_ids::text[]);
