-- Make the archive's partitions that are missing, four weeks ahead.
-- Returns one row: integer, how many were made. Takes a lock only when one is missing.
select quo.ensure_partitions();
