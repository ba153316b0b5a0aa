-- The forms of contact ids that REST is known to use: those of live contacts
-- that both an event and REST named. `hex` is 24 hex digits, all else the first
-- two letters.
--   $1  org_id
-- Returns one row with an array.
select coalesce(array_agg(distinct case when c.id ~ '^[0-9a-f]{24}$' then 'hex'
                                        else left(c.id, 2) end), '{}')::text as forms
  from quo.contacts c
  join quo.contact_rest r on r.org_id = $1::text and r.contact_id = c.id
 where c.org_id = $1::text
   and c.deleted_at is null
   and c.erased_at is null
   and r.seen_at is not null
   and (c.shared_with_ids is not null or c.quo_url is not null);
