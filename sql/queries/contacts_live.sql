-- How many live contacts there are.
--   $1  org_id
-- Returns one row.
select count(*)
  from quo.contacts
 where org_id = $1::text
   and deleted_at is null
   and erased_at is null;
