-- Insert call summaries that were not there when they were looked for.
--   $1   text       org_id
--   $2   text[]     call_id, sorted bytewise
--   $3   text[]     status
--   $4   text[]     summary (array literals)
--   $5   text[]     next_steps (array literals)
--   $6   text[]     from_phone_number
--   $7   boolean[]  handled_by_ai_agent
--   $8   text[]     answered_by_user_id
--   $9   text[]     jobs (JSON text)
--   $10  bytea[]    merge_state
-- Returns the call_ids that were inserted; the others were inserted by another worker
-- meanwhile. Rows go in as the arrays are sorted, so that two workers with the same
-- new rows wait for each other in one direction alone.
insert into quo.call_summaries (org_id, call_id, status, summary, next_steps, from_phone_number,
                                handled_by_ai_agent, answered_by_user_id, jobs, merge_state)
select $1::text, k.call_id, k.status, k.summary::text[], k.next_steps::text[],
       k.from_phone_number, k.handled_by_ai_agent, k.answered_by_user_id, k.jobs::jsonb,
       k.merge_state
  from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::boolean[],
              $8::text[], $9::text[], $10::bytea[])
    as k (call_id, status, summary, next_steps, from_phone_number, handled_by_ai_agent,
          answered_by_user_id, jobs, merge_state)
    on conflict (org_id, call_id) do nothing
returning call_id;
