-- Whether the sort order of text is still the one that the indexes were built with, for
-- quosync doctor, which leaves it out on older servers.
-- needs: 15
-- Returns one row (database, then, now), or none where they are the same.
select datname::text, datcollversion, pg_database_collation_actual_version(oid)
  from pg_catalog.pg_database
 where datname = current_database()
   and datcollversion is distinct from pg_database_collation_actual_version(oid);
