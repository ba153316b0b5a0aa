-- Lock custom field definitions that another worker has just inserted, without waiting: this
-- comes out of the order of locks, so waiting could be for ever.
--   $1  org_id
--   $2  text[]  keys, sorted bytewise
-- Returns (key, merge_state) of those that nobody else holds, in the order of $2.
select r.key, r.merge_state
  from unnest($2::text[]) as k (key)
 cross join lateral (
       select t.key, t.merge_state
         from quo.custom_field_definitions t
        where t.org_id = $1::text
          and t.key = k.key
       offset 0
          for update skip locked) r;
