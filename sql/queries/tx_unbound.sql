-- What a transaction that reads whole tables takes back of tx_begin's settings.
-- Returns one row that nobody reads.
select set_config('enable_seqscan', 'on', true),
       set_config('enable_bitmapscan', 'on', true),
       set_config('enable_hashjoin', 'on', true),
       set_config('enable_mergejoin', 'on', true),
       set_config('cpu_tuple_cost', '0.01', true);
