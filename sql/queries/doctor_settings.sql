-- The settings that a promise hangs on, as they hold for this session, for quosync doctor.
-- Returns rows (name, setting, source): numbers in the setting's own unit, milliseconds;
-- source says at what place it was set, as pg_settings does.
select name, setting, source
  from pg_catalog.pg_settings
 where name in ('fsync', 'full_page_writes', 'synchronous_commit', 'zero_damaged_pages',
                'autovacuum', 'track_counts', 'row_security', 'default_transaction_read_only',
                'default_transaction_isolation', 'statement_timeout', 'transaction_timeout',
                'idle_session_timeout', 'plan_cache_mode', 'session_replication_role')
 order by name;
