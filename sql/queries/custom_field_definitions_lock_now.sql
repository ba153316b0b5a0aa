-- Lock custom field definitions that another worker has just inserted, without waiting: this
-- comes out of the order of locks, so waiting could be for ever.
--   $1  org_id
--   $2  text[]  keys, sorted bytewise
-- Returns (key, merge_state) of those that nobody else holds.
select key, merge_state
  from quo.custom_field_definitions
 where org_id = $1::text
   and key = any ($2::text[])
 order by key
   for update skip locked;
