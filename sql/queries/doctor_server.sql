-- What the server and the role that we connect as are like, for quosync doctor.
-- Returns one row (process, standby, encoding, now, most, reserved, used, most_of_role,
-- used_by_role, most_of_database, used_in_database, role, superuser, makes_roles,
-- passes_row_security, database_bytes). Reads the catalog and statistics alone; sessions of
-- others are counted by what everybody may see of them.
select pg_backend_pid(),
       pg_is_in_recovery(),
       current_setting('server_encoding'),
       clock_timestamp(),
       current_setting('max_connections')::bigint,
       current_setting('superuser_reserved_connections')::bigint
       + coalesce(current_setting('reserved_connections', true)::bigint, 0),
       (select count(*) from pg_catalog.pg_stat_activity where datid is not null),
       r.rolconnlimit,
       (select count(*) from pg_catalog.pg_stat_activity where usesysid = r.oid),
       d.datconnlimit,
       (select count(*) from pg_catalog.pg_stat_activity where datid = d.oid),
       r.rolname::text,
       r.rolsuper,
       r.rolcreaterole,
       r.rolbypassrls,
       pg_database_size(d.oid)
  from pg_catalog.pg_roles r
 cross join pg_catalog.pg_database d
 where r.rolname = current_user
   and d.datname = current_database();
