-- Was any migration applied to this database? (A query, where to_regclass might
-- remember the answer from before a lock.)
-- Returns one row: boolean.
select exists (select
                 from pg_class c
                 join pg_namespace n on n.oid = c.relnamespace
                where n.nspname = 'quo'
                  and c.relname = 'schema_migrations');
