-- Whether Citus is there, and which tables of quo it does not distribute, for quosync doctor.
-- Citus puts a trigger on each table that it knows, so that this needs none of its catalogs.
-- Returns one row (version, local, one): version is null without Citus; local counts tables
-- that are not distributed, one is the first of them.
select (select extversion from pg_catalog.pg_extension where extname = 'citus'),
       count(*),
       min(c.relname::text)
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace s on s.oid = c.relnamespace
 where s.nspname = 'quo'
   and c.relkind in ('r', 'p')
   and not c.relispartition
   and not exists (select
                     from pg_catalog.pg_trigger t
                     join pg_catalog.pg_proc p on p.oid = t.tgfoid
                    where t.tgrelid = c.oid
                      and p.proname = 'citus_truncate_trigger');
