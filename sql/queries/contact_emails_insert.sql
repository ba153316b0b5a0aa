-- Insert the emails of contacts that hang on rows which were inserted just now.
--   $1  text      org_id
--   $2  text[]    contact_id
--   $3  bigint[]  position, from 1
--   $4  text[]    value
--   $5  text[]    label
-- Returns no rows. Nobody else sees the rows of quo.contacts yet that they hang on.
insert into quo.contact_emails (org_id, contact_id, position, value, label)
select $1::text, k.contact_id, k.position::int, k.value, k.label
  from unnest($2::text[], $3::bigint[], $4::text[], $5::text[])
    as k (contact_id, position, value, label);
