-- The note of a batch need not survive a crash of the server: then the batch
-- is gone as well. Sent in one transaction with attempts_begin.
-- Returns one row that nobody reads.
select set_config('synchronous_commit', 'off', true);
