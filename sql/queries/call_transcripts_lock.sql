-- Lock call transcripts and read their merge states.
--   $1  org_id
--   $2  text[]  call_ids, sorted bytewise
-- Returns (call_id, merge_state) of those that exist, in the order of $2.
-- Rows are locked in that order, which is the same for all workers. OFFSET 0 keeps
-- the planner from making a join or a filter of it: statistics that are stale, or
-- missing, can then not make it read the whole table.
select r.call_id, r.merge_state
  from unnest($2::text[]) as k (call_id)
 cross join lateral (
       select t.call_id, t.merge_state
         from quo.call_transcripts t
        where t.org_id = $1::text
          and t.call_id = k.call_id
       offset 0
          for update) r;
