-- The optional roles of migrate --roles, for quosync doctor.
-- Returns one row (present, missing, owner_logs_in, worker_creates, member, migrates):
-- how many of the four there are and the names of the others; whether quo_owner can log in;
-- whether quo_worker may create in schema quo; whether we act with quo_worker's rights, and
-- with those of the schema's owner. Reads the catalog alone.
select count(r.oid),
       string_agg(n.name, ', ') filter (where r.oid is null),
       coalesce(bool_or(r.rolcanlogin) filter (where n.name = 'quo_owner'), false),
       coalesce(bool_or(has_schema_privilege(r.oid, s.oid, 'create'))
                filter (where n.name = 'quo_worker'), false),
       coalesce(bool_or(pg_has_role(r.oid, 'usage')) filter (where n.name = 'quo_worker'), false),
       coalesce(bool_or(pg_has_role(s.nspowner, 'member')), false)
  from (values ('quo_owner'), ('quo_worker'), ('quo_reader'), ('quo_reader_nocontent')) n (name)
  left join pg_catalog.pg_roles r on r.rolname = n.name
  left join pg_catalog.pg_namespace s on s.nspname = 'quo';
