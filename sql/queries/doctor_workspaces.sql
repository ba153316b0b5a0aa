-- The workspaces that have rows, for quosync doctor: several of them may be configured
-- elsewhere, or no more.
-- Returns rows (org_id, name, has_role): whether readers of it have their role.
select org_id,
       name,
       exists (select from pg_catalog.pg_roles where rolname = 'quo_org_' || org_id)
  from quo.workspaces
 order by org_id;
