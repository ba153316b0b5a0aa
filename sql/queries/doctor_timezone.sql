-- Whether the server knows a time zone, for quosync doctor.
--   $1  text  its name
-- Returns one row (known).
select exists (select from pg_catalog.pg_timezone_names where name = $1::text);
