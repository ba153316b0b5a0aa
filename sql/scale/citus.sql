-- Distributes schema quo over the nodes of a Citus cluster, as it is: each workspace lives
-- whole on one node, and every statement that the program runs reaches it there, because
-- each of them has org_id = $1 on every table. doc/growing.md says when that is worth it.
--
--   psql -d DATABASE -f citus.sql
--
-- on the coordinator, as superuser or as the schema's owner; where the extension is
-- (CREATE EXTENSION citus) and the nodes are known (citus_add_node). It is one transaction.
-- Run it again after each quosync migrate: what is distributed is left alone, a table that
-- is new comes along. Workers and receivers may stay; they wait for the tables' locks.
--
-- Every table is named here, and how it is distributed:
--   org_id     a row belongs to a workspace: all such tables are colocated with contacts
--   key        rows belong to something else, and are written in operation
--   reference  a copy on every node: never written in operation (a write is a two-phase
--              commit on all nodes, and fails while one of them is down)
-- A table that is not in the list is an error, not a guess: it would stay local, and a
-- transaction over it would not be atomic with the rest.
\set ON_ERROR_STOP on

do $$
declare
    -- People's tables, and machinery. The weeks of the archive go with events. pruned_weeks
    -- has the one org_id ''. Turns for REST requests belong to an API key, not a workspace.
    -- schema_migrations is written by migrate alone, and every node can tell the version.
    distribution constant jsonb := $list$ {
        "contacts": "org_id",
        "contact_phone_numbers": "org_id",
        "contact_emails": "org_id",
        "contact_custom_fields": "org_id",
        "contact_rest": "org_id",
        "custom_field_definitions": "org_id",
        "messages": "org_id",
        "calls": "org_id",
        "call_recordings": "org_id",
        "call_summaries": "org_id",
        "call_transcripts": "org_id",
        "call_transcript_lines": "org_id",
        "voicemails": "org_id",
        "activity_contacts": "org_id",
        "users": "org_id",
        "phone_numbers": "org_id",
        "workspaces": "org_id",
        "inbox": "org_id",
        "delivery_ids": "org_id",
        "events": "org_id",
        "dead_letters": "org_id",
        "attempts": "org_id",
        "leases": "org_id",
        "reconcile_runs": "org_id",
        "reconcile_progress": "org_id",
        "erasures": "org_id",
        "test_events": "org_id",
        "pruned_weeks": "org_id",
        "rate_limits": "key",
        "schema_migrations": "reference"
    } $list$;
    entry   record;
    unknown text;
begin
    if to_regprocedure('citus_version()') is null then
        raise exception 'there is no Citus in database "%"', current_database()
            using hint = 'Run CREATE EXTENSION citus, on every node.';
    end if;

    select string_agg(c.relname::text, ', ' order by c.relname) into unknown
      from pg_class c
     where c.relnamespace = 'quo'::regnamespace
       and c.relkind in ('r', 'p')
       and not c.relispartition
       and not distribution ? c.relname::text;
    if unknown is not null then
        raise exception 'it is not said here how to distribute %', unknown
            using hint = 'Use the citus.sql of the quosync that migrated the schema.';
    end if;

    -- contacts first: the others are put beside its shards.
    for entry in
        select d.name, d.how, format('quo.%I', d.name)::regclass as relation
          from jsonb_each_text(distribution) as d (name, how)
         where not exists (select from pg_dist_partition p
                            where p.logicalrelid = format('quo.%I', d.name)::regclass)
         order by d.name <> 'contacts', d.name
    loop
        case
            when entry.how = 'reference' then
                perform create_reference_table(entry.relation);
            when entry.how = 'key' or entry.name = 'contacts' then
                perform create_distributed_table(entry.relation, entry.how,
                                                 colocate_with => 'none');
            else
                perform create_distributed_table(entry.relation, entry.how,
                                                 colocate_with => 'quo.contacts');
        end case;
        raise notice 'quo.% is distributed (%)', entry.name, entry.how;
    end loop;
end
$$;

-- SECURITY DEFINER functions act as the schema's owner on every node: it must get there.
do $$
begin
    if exists (select from pg_roles where rolname = 'quo_owner' and not rolcanlogin) then
        raise warning 'role quo_owner cannot log in between the nodes'
            using hint = 'ALTER ROLE quo_owner LOGIN, without a password, and let it in from '
                         'the nodes alone (pg_hba.conf).';
    end if;
end
$$;

\echo 'What was in the tables stays on the coordinator''s disk, too. Where all is well, free it:'
\echo '  select truncate_local_data_after_distributing_table(c.oid) from pg_class c'
\echo '   where c.relnamespace = ''quo''::regnamespace and c.relkind in (''r'', ''p'') and not c.relispartition;'
