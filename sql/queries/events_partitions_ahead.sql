-- For how many weeks after the present one the archive has its partitions.
-- Returns one row (weeks). Reads the catalog alone.
select count(*)
  from pg_catalog.pg_class c
 where c.relnamespace = 'quo'::regnamespace
   and c.relispartition
   and c.relkind = 'r'
   and c.relname ~ '^events_[0-9]{4}_[0-9]{2}_[0-9]{2}$'
   and to_date(substr(c.relname, 8), 'YYYY_MM_DD') > date_trunc('week', now() at time zone 'UTC');
