-- How many rows a workspace has. Reads an index of each table from end to end, so
-- it is for people, not for a check that runs every minute.
--   $1  org_id
-- Returns one row: (live contacts, deleted contacts, messages, calls, voicemails,
-- users, phone numbers).
select (select count(*) from quo.contacts
         where org_id = $1::text and deleted_at is null and erased_at is null),
       (select count(*) from quo.contacts
         where org_id = $1::text and (deleted_at is not null or erased_at is not null)),
       (select count(*) from quo.messages where org_id = $1::text),
       (select count(*) from quo.calls where org_id = $1::text),
       (select count(*) from quo.voicemails where org_id = $1::text),
       (select count(*) from quo.users where org_id = $1::text and gone_at is null),
       (select count(*) from quo.phone_numbers where org_id = $1::text and gone_at is null);
