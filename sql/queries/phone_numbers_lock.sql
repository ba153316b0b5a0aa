-- Lock phone numbers and read their merge states.
--   $1  org_id
--   $2  text[]  ids, sorted bytewise
-- Returns (id, merge_state) of those that exist, in the order of $2.
-- Rows are locked in that order, which is the same for all workers. OFFSET 0 keeps
-- the planner from making a join or a filter of it: statistics that are stale, or
-- missing, can then not make it read the whole table.
select r.id, r.merge_state
  from unnest($2::text[]) as k (id)
 cross join lateral (
       select t.id, t.merge_state
         from quo.phone_numbers t
        where t.org_id = $1::text
          and t.id = k.id
       offset 0
          for update) r;
