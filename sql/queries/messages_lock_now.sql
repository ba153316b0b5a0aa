-- Lock messages that another worker has just inserted, without waiting: this
-- comes out of the order of locks, so waiting could be for ever.
--   $1  org_id
--   $2  text[]  ids, sorted bytewise
-- Returns (id, merge_state) of those that nobody else holds.
select id, merge_state
  from quo.messages
 where org_id = $1::text
   and id = any ($2::text[])
 order by id
   for update skip locked;
