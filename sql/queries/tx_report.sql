-- What the transaction of a report sets for itself: it only reads, may read whole
-- tables (tx_begin made that dear), has room to sort and hash, and shows dates in
-- one form, whatever the database's habits are.
-- Returns one row that nobody reads.
select set_config('transaction_read_only', 'on', true),
       set_config('enable_seqscan', 'on', true),
       set_config('enable_bitmapscan', 'on', true),
       set_config('enable_hashjoin', 'on', true),
       set_config('enable_mergejoin', 'on', true),
       set_config('cpu_tuple_cost', '0.01', true),
       set_config('work_mem', greatest(pg_size_bytes(current_setting('work_mem')) / 1024,
                                       65536)::text, true),
       set_config('datestyle', 'ISO, YMD', true),
       set_config('intervalstyle', 'postgres', true);
