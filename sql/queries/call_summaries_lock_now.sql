-- Lock call summaries that another worker has just inserted, without waiting: this
-- comes out of the order of locks, so waiting could be for ever.
--   $1  org_id
--   $2  text[]  call_ids, sorted bytewise
-- Returns (call_id, merge_state) of those that nobody else holds, in the order of $2.
select r.call_id, r.merge_state
  from unnest($2::text[]) as k (call_id)
 cross join lateral (
       select t.call_id, t.merge_state
         from quo.call_summaries t
        where t.org_id = $1::text
          and t.call_id = k.call_id
       offset 0
          for update skip locked) r;
