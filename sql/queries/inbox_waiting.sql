-- Is anything waiting in a workspace's inbox, whoever holds it?
--   $1  org_id
-- Returns one row: a boolean.
select exists (select from quo.inbox where org_id = $1::text);
