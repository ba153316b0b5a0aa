-- Lock calls that another worker has just inserted, without waiting: this
-- comes out of the order of locks, so waiting could be for ever.
--   $1  org_id
--   $2  text[]  ids, sorted bytewise
-- Returns (id, merge_state) of those that nobody else holds, in the order of $2.
select r.id, r.merge_state
  from unnest($2::text[]) as k (id)
 cross join lateral (
       select t.id, t.merge_state
         from quo.calls t
        where t.org_id = $1::text
          and t.id = k.id
       offset 0
          for update skip locked) r;
