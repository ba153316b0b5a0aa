-- What every transaction sets for itself, by SET LOCAL (so that it passes a
-- transaction pooler and leaks to nobody). Statements join small arrays to
-- tables by their keys: with statistics that are stale, or missing on a table
-- that has just filled, the planner would read whole tables instead.
-- Returns one row that nobody reads.
select set_config('enable_seqscan', 'off', true),
       set_config('enable_hashjoin', 'off', true),
       set_config('enable_mergejoin', 'off', true),
       set_config('jit', 'off', true),
       set_config('lock_timeout', '10s', true),
       set_config('idle_in_transaction_session_timeout', '60s', true);
