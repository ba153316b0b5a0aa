-- Settings of a transaction that migrates, instead of those of tx_begin: it waits
-- for another migrate as long as that takes, and reads tables as it likes.
-- Returns one row that nobody reads.
select set_config('lock_timeout', '0', true),
       set_config('idle_in_transaction_session_timeout', '0', true),
       set_config('statement_timeout', '0', true),
       set_config('enable_seqscan', 'on', true),
       set_config('enable_hashjoin', 'on', true),
       set_config('enable_mergejoin', 'on', true);
