-- Write call summaries that changed. Columns of a register that does not
-- win keep what they hold: the program has not read them, and a value that lies in
-- TOAST is not copied.
--   $1   text       org_id
--   $2   text[]     call_id
--   $3   text[]     status, of register row
--   $4   text[]     summary (array literals), of register row
--   $5   text[]     next_steps (array literals), of register row
--   $6   text[]     from_phone_number
--   $7   boolean[]  handled_by_ai_agent
--   $8   text[]     answered_by_user_id
--   $9   text[]     jobs (JSON text), of register row
--   $10  bytea[]    merge_state
--   $11  boolean[]  does register row win?
-- Returns no rows. The rows were locked by call_summaries_lock.
update quo.call_summaries t
   set status              = case when k.row_won then k.status else t.status end,
       summary             = case when k.row_won then k.summary::text[] else t.summary end,
       next_steps          = case when k.row_won then k.next_steps::text[] else t.next_steps end,
       from_phone_number   = k.from_phone_number,
       handled_by_ai_agent = k.handled_by_ai_agent,
       answered_by_user_id = k.answered_by_user_id,
       jobs                = case when k.row_won then k.jobs::jsonb else t.jobs end,
       merge_state         = k.merge_state
  from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::boolean[],
              $8::text[], $9::text[], $10::bytea[], $11::boolean[])
    as k (call_id, status, summary, next_steps, from_phone_number, handled_by_ai_agent,
          answered_by_user_id, jobs, merge_state, row_won)
 where t.org_id = $1::text
   and t.call_id = k.call_id;
