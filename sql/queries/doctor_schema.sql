-- How schema quo stands in the catalog, for quosync doctor.
-- Returns one row (exists, owner, of_others, other, invalid, unattached, secured, unsecured,
-- passes, open_views): whether there is one; whose it is; how many tables, views and functions
-- in it are another's, and one, as ALTER takes it; an index that is invalid (null: none); a week
-- of the archive that is detached and was not dropped; on how many tables with an org_id row
-- level security is on, and off; whether it stops this session at contacts; how many views show
-- rows by the rights of their owner. Reads the catalog alone: works without any right.
with schema as (
    select oid, nspowner from pg_catalog.pg_namespace where nspname = 'quo'
), relations as (
    select c.oid, c.relname::text as name, c.relkind, c.relowner, c.relrowsecurity,
           c.relispartition, c.reloptions
      from pg_catalog.pg_class c
      join schema s on s.oid = c.relnamespace
), foreigners as (
    select format('table quo.%I', r.name) as name
      from relations r join schema s on r.relowner <> s.nspowner
     where r.relkind in ('r', 'p', 'v')
     union all
    select format('function quo.%I(%s)', p.proname, pg_get_function_identity_arguments(p.oid))
      from pg_catalog.pg_proc p join schema s on p.pronamespace = s.oid
     where p.proowner <> s.nspowner
)
select exists (select from schema),
       (select pg_get_userbyid(nspowner)::text from schema),
       (select count(*) from foreigners),
       (select min(name) from foreigners),
       (select min(r.name) from pg_catalog.pg_index i join relations r on r.oid = i.indexrelid
         where not i.indisvalid),
       (select min(name) from relations
         where relkind = 'r' and not relispartition
           and name ~ '^events_[0-9]{4}_[0-9]{2}_[0-9]{2}$'),
       count(t.oid) filter (where t.relrowsecurity),
       count(t.oid) filter (where not t.relrowsecurity),
       coalesce(bool_or(row_security_active(t.oid)) filter (where t.name = 'contacts'), false),
       (select count(*) from relations
         where relkind = 'v'
           and not coalesce(reloptions && array['security_invoker=true', 'security_invoker=on'],
                            false))
  from (select r.*
          from relations r
          join pg_catalog.pg_attribute a on a.attrelid = r.oid and a.attname = 'org_id'
         where r.relkind in ('r', 'p') and not r.relispartition) t;
