-- Was any migration applied to this database?
-- Returns one row: boolean.
select to_regclass('quo.schema_migrations') is not null;
