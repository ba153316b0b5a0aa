-- Drop the oldest week of the archive that lies wholly before an instant, or what
-- is left of one that was detached and not dropped.
--   $1  timestamptz
-- Returns one row: the name of the table that was dropped, null when there was none.
-- Waits a second for the archive's lock at most (55P03).
select quo.drop_partition($1::timestamptz);
