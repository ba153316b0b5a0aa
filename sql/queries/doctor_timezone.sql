-- Whether the server knows a time zone, for quosync doctor. pg_timezone_names would read
-- the files of all zones, for a quarter of a second.
--   $1  text  its name
-- Returns one row that nobody reads; fails with 22023 where the server does not know it.
-- Changes the setting for this statement alone.
select set_config('timezone', $1::text, true);
