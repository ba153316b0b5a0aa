-- The activities that go with a contact: Quo's matches, and those that its numbers
-- give where Quo could not look.
--   $1  org_id
--   $2  text  contact id
-- Returns (kind, id), each once.
select distinct activity_kind, activity_id
  from quo.activity_contacts_resolved
 where org_id = $1::text
   and contact_id = $2::text;
