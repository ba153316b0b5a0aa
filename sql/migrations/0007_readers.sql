-- Who may read which workspace. `migrate --roles` makes the roles and the
-- policies; this is what the policies ask.

-- The workspaces that the session's user may read: those whose role, named
-- quo_org_<org_id>, was granted to it. It reads roles only, no table: a policy
-- that reads a table fails on a cluster. The cost is set high, so that the
-- planner asks it once for an index rather than once for each row.
create function quo.readable_workspaces() returns text[]
    language sql stable parallel safe cost 10000
    set search_path = pg_catalog, quo, pg_temp
as $$
    select coalesce(array_agg(substr(rolname::text, length('quo_org_') + 1)), '{}')
      from pg_catalog.pg_roles
     where rolname like 'quo\_org\_%'
       and pg_catalog.pg_has_role(session_user, oid, 'member')
$$;
comment on function quo.readable_workspaces() is
    'The org_ids whose role quo_org_<org_id> the session''s user is a member of; row level security asks it.';
