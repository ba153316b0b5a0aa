-- The phone numbers of the workspace that were not found gone.
--   $1  org_id
-- Returns their ids.
select id
  from quo.phone_numbers
 where org_id = $1::text
   and gone_at is null;
