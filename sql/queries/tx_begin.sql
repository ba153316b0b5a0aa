-- What every transaction sets for itself, by SET LOCAL (so that it passes a
-- transaction pooler and leaks to nobody). Statements join small arrays to
-- tables by their keys. With statistics that are stale, or missing on a table
-- that has just filled, the planner takes a workspace for a few hundred rows and
-- reads all of it: for a join in memory, for a filter, to sort it. Dear tuples
-- leave it the one plan that is right at any size: a look at the index for each
-- element (tests/db/check_apply.c counts them). A client that falls silent between
-- two round trips leaves what it has locked to the next one after a minute (amid a
-- pipeline PostgreSQL has no such limit); none of ours waits for anything but the
-- server in a transaction.
-- Returns one row that nobody reads.
select set_config('enable_seqscan', 'off', true),
       set_config('enable_bitmapscan', 'off', true),
       set_config('enable_hashjoin', 'off', true),
       set_config('enable_mergejoin', 'off', true),
       set_config('cpu_tuple_cost', '10', true),
       set_config('jit', 'off', true),
       set_config('lock_timeout', '10s', true),
       set_config('idle_in_transaction_session_timeout', '1min', true);
