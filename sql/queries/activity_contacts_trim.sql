-- Delete the links of activities to contacts that Quo no longer matches.
--   $1  text    org_id
--   $2  text[]  activity_kind
--   $3  text[]  activity_id
--   $4  text[]  the contact_ids that stay (array literals)
-- Returns one row that nobody reads. The activities' rows are locked.
select quo.trim_links($1::text, $2::text[], $3::text[], $4::text[]);
