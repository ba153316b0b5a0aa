-- The migrations that were applied.
-- Returns (number, name, checksum, applied_at), by number.
select number, name, checksum, applied_at
  from quo.schema_migrations
 order by number;
