-- Record that a migration was applied, in the transaction that applied it.
--   $1  bigint  number
--   $2  text    name
--   $3  text    SHA-256 of the file, hex
-- Returns no rows.
insert into quo.schema_migrations (number, name, checksum)
values ($1::bigint::integer, $2::text, $3::text);
