-- Wait until no other migrate is at work. The lock ends with the transaction, so
-- it is safe behind a pooler; DDL runs on one node only, so an advisory lock will
-- do. From here on, tables are waited for a minute at most: a migration in the
-- queue for a table stops all who come after it.
-- Returns one row that nobody reads.
with locked as materialized (
    select pg_advisory_xact_lock(hashtext('quosync'), hashtext('migrate'))
)
select set_config('lock_timeout', '60s', true)
  from locked;
