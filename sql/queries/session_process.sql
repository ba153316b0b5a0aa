-- Which of the server's processes answers: the one that the start of the connection
-- named, or one behind a pooler.
-- Returns one row: its number.
select pg_backend_pid()::bigint;
