-- The optional roles, their grants and the row level security. May be repeated
-- at any time; it takes rights back that were granted by hand to these roles.
--
--   quo_owner              owns schema quo and migrates it; cannot log in
--   quo_worker             what run, serve, work, reconcile and prune connect as: DML, no DDL
--   quo_reader             reports: people's tables and views, no machinery
--   quo_reader_nocontent   the same without bodies, transcripts, summaries, recordings
--   quo_org_<org_id>       one for each workspace: whoever reads it is a member
--
-- None of them gets LOGIN here: grant them to login roles, or ALTER ROLE them.
do $$
declare
    name text;
begin
    foreach name in array array['quo_owner', 'quo_worker', 'quo_reader', 'quo_reader_nocontent']
    loop
        if not exists (select from pg_catalog.pg_roles where rolname = name) then
            execute format('create role %I nologin', name);
        end if;
    end loop;
    for name in
        select 'quo_org_' || org_id
          from quo.workspaces
         where not exists (select from pg_catalog.pg_roles where rolname = 'quo_org_' || org_id)
    loop
        -- A longer name would be cut, and then stand for another workspace.
        if octet_length(name) > 63 then
            raise exception using errcode = 'invalid_name',
                message = format('workspace %s: its org_id is too long for the name of a role', name);
        end if;
        execute format('create role %I nologin', name);
    end loop;
end
$$;

-- Ownership, of what others made before or since. Rows' sequences and indexes follow
-- their tables.
do $$
declare
    thing      text;
    may_create boolean;
begin
    -- Whoever made the role may grant it to himself (CREATEROLE).
    begin
        set local role quo_owner;
        reset role;
    exception when insufficient_privilege then
        execute format('grant quo_owner to %I', current_user);
    end;
    -- A schema can be given only to who may create one.
    may_create := has_database_privilege('quo_owner', current_database(), 'create');
    if not may_create then
        execute format('grant create on database %I to quo_owner', current_database());
    end if;
    for thing in
        select format('schema %I', nspname)
          from pg_namespace
         where nspname = 'quo' and nspowner <> 'quo_owner'::regrole
        union all
        select case c.relkind when 'v' then 'view ' when 'S' then 'sequence ' else 'table ' end
               || c.oid::regclass::text
          from pg_class c
         where c.relnamespace = 'quo'::regnamespace
           and c.relkind in ('r', 'p', 'v', 'S')
           and c.relowner <> 'quo_owner'::regrole
           and not exists (select from pg_depend d
                            where d.classid = 'pg_class'::regclass and d.objid = c.oid
                              and c.relkind = 'S' and d.deptype in ('a', 'i'))
        union all
        select 'function ' || p.oid::regprocedure::text
          from pg_proc p
         where p.pronamespace = 'quo'::regnamespace
           and p.proowner <> 'quo_owner'::regrole
    loop
        execute format('alter %s owner to quo_owner', thing);
    end loop;
    if not may_create then
        execute format('revoke create on database %I from quo_owner', current_database());
    end if;
end
$$;

set local role quo_owner;

-- From nothing: what is not granted below, nobody has.
revoke all on schema quo from public, quo_worker, quo_reader, quo_reader_nocontent;
revoke all on all tables in schema quo from public, quo_worker, quo_reader, quo_reader_nocontent;
revoke all on all sequences in schema quo from public, quo_worker, quo_reader, quo_reader_nocontent;
revoke all on all functions in schema quo from public, quo_worker, quo_reader, quo_reader_nocontent;
alter default privileges in schema quo revoke all on tables from public;
alter default privileges revoke execute on functions from public;
-- REVOKE on a table leaves grants on its columns.
do $$
declare
    grants record;
begin
    for grants in
        select distinct table_name, column_name, grantee, privilege_type
          from information_schema.column_privileges
         where table_schema = 'quo'
           and grantee in ('quo_worker', 'quo_reader', 'quo_reader_nocontent')
    loop
        execute format('revoke %s (%I) on quo.%I from %I', grants.privilege_type,
                       grants.column_name, grants.table_name, grants.grantee);
    end loop;
end
$$;

grant usage on schema quo to quo_worker, quo_reader, quo_reader_nocontent;

-- The worker: rows of everything, but the schema's version to read only.
grant select, insert, update, delete on all tables in schema quo to quo_worker;
revoke insert, update, delete on quo.schema_migrations from quo_worker;
grant usage on all sequences in schema quo to quo_worker;
grant execute on all functions in schema quo to quo_worker;
revoke execute on function quo.secure_views() from quo_worker;
-- What later migrations add, and new weeks of the archive.
alter default privileges in schema quo
    grant select, insert, update, delete on tables to quo_worker;
alter default privileges in schema quo grant usage on sequences to quo_worker;

-- Readers: what people query.
grant select on
    quo.schema_migrations, quo.workspaces, quo.custom_field_definitions, quo.contacts,
    quo.contact_phone_numbers, quo.contact_emails, quo.contact_custom_fields, quo.messages,
    quo.calls, quo.call_recordings, quo.call_summaries, quo.call_transcripts,
    quo.call_transcript_lines, quo.voicemails, quo.activity_contacts, quo.users,
    quo.phone_numbers
    to quo_reader;

-- The same without content, by columns. merge_state may hold content as well.
do $$
declare
    entry record;
begin
    for entry in
        select c.relname, string_agg(format('%I', a.attname), ', ' order by a.attnum) as columns
          from pg_class c
          join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
         where c.relnamespace = 'quo'::regnamespace
           and has_table_privilege('quo_reader', c.oid, 'select')
           and a.attname <> 'merge_state'
           and (c.relname, a.attname) not in (
                   ('messages', 'body'), ('messages', 'media'),
                   ('calls', 'voicemail_transcript'), ('calls', 'voicemail_recording_url'),
                   ('call_recordings', 'url'),
                   ('call_summaries', 'summary'), ('call_summaries', 'next_steps'),
                   ('call_summaries', 'jobs'),
                   ('call_transcript_lines', 'content'),
                   ('voicemails', 'transcript'), ('voicemails', 'recording_url'))
         group by c.relname
    loop
        execute format('grant select (%s) on quo.%I to quo_reader_nocontent',
                       entry.columns, entry.relname);
    end loop;
end
$$;

-- Views hold no content; the archive's is for those who operate it.
do $$
declare
    view name;
begin
    for view in
        select relname
          from pg_class
         where relnamespace = 'quo'::regnamespace and relkind = 'v'
           and relname <> 'event_payloads'
    loop
        execute format('grant select on quo.%I to quo_reader, quo_reader_nocontent', view);
    end loop;
end
$$;
grant execute on function
    quo.message_outcome(text),
    quo.call_outcome(text, text, boolean, boolean, boolean, boolean),
    quo.person_name(text, text),
    quo.business_time(timestamp, time, time, text),
    quo.business_seconds(timestamp, timestamp, time, time, text),
    quo.readable_workspaces()
    to quo_reader, quo_reader_nocontent;

-- Row level security, for all but the owner: the worker passes, a reader sees the
-- workspaces whose role it is a member of. Not forced: the owner cannot log in, and
-- a forced policy breaks pg_dump. A plain login role of its own, that is no member
-- of quo_worker or a reader, sees no rows from here on.
do $$
declare
    relation name;
begin
    for relation in
        select c.relname
          from pg_class c
          join pg_attribute a on a.attrelid = c.oid and a.attname = 'org_id'
         where c.relnamespace = 'quo'::regnamespace
           and c.relkind in ('r', 'p')
           and not c.relispartition
    loop
        execute format('alter table quo.%I enable row level security', relation);
        execute format('drop policy if exists worker on quo.%I', relation);
        execute format('create policy worker on quo.%I to quo_worker using (true) with check (true)',
                       relation);
        execute format('drop policy if exists reader on quo.%I', relation);
        execute format('create policy reader on quo.%I for select'
                       ' to quo_reader, quo_reader_nocontent'
                       ' using (org_id = any (quo.readable_workspaces()))', relation);
    end loop;
end
$$;
reset role;
