-- Write call summaries that changed. Columns of a register that does not
-- win keep what they hold: the program has not read them, and a value that lies in
-- TOAST is not copied. The rows of one statement have the same winners.
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
--   $11  boolean    does register row win?
-- Returns no rows. The rows were locked by call_summaries_lock: each is there,
-- and none is inserted. An insert that conflicts goes straight to the key of each row; an
-- UPDATE would be a join, and statistics that know nothing of this workspace would
-- make it read all of it. A column that may not be null gets a value that is not used.
insert into quo.call_summaries as t (org_id, call_id, status, summary, next_steps,
                                     from_phone_number, handled_by_ai_agent, answered_by_user_id,
                                     jobs, merge_state)
select $1::text, k.call_id, coalesce(k.status, ''), k.summary::text[], k.next_steps::text[],
       k.from_phone_number, k.handled_by_ai_agent, k.answered_by_user_id, k.jobs::jsonb,
       k.merge_state
  from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::boolean[],
              $8::text[], $9::text[], $10::bytea[])
    as k (call_id, status, summary, next_steps, from_phone_number, handled_by_ai_agent,
          answered_by_user_id, jobs, merge_state)
    on conflict (org_id, call_id) do update
   set status              = case when $11::boolean then excluded.status else t.status end,
       summary             = case when $11::boolean then excluded.summary else t.summary end,
       next_steps          = case when $11::boolean then excluded.next_steps else t.next_steps end,
       from_phone_number   = excluded.from_phone_number,
       handled_by_ai_agent = excluded.handled_by_ai_agent,
       answered_by_user_id = excluded.answered_by_user_id,
       jobs                = case when $11::boolean then excluded.jobs else t.jobs end,
       merge_state         = excluded.merge_state;
