-- Does the archive reach back to the first delivery? It does as long as the week
-- in which the schema was made has not been pruned: partitions are named after
-- the Monday that they begin on, and the first ones began before the schema.
-- Returns one row: a boolean.
select coalesce((select min(to_timestamp(substr(c.relname, 8), 'YYYY_MM_DD'))
                   from pg_catalog.pg_inherits i
                   join pg_catalog.pg_class c on c.oid = i.inhrelid
                  where i.inhparent = 'quo.events'::regclass)
                <= (select min(applied_at) from quo.schema_migrations), false);
