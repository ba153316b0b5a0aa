-- crm.quo_changes: what changed in the mirror, as a list that a CRM can poll without
-- missing a row.
--
-- The trap. It is tempting to ask for synced_at > (the last one seen), or for a serial
-- number above the last one seen. Both are given when a row is written, but the row is
-- seen when its transaction commits, and transactions do not commit in the order in
-- which they began: a poller sees number 12, remembers it, and then number 11 commits.
-- It is never looked at again. It happens seldom, under load, and leaves no trace.
--
-- The way out. Each change carries the number of its transaction. PostgreSQL can tell
-- below which number every transaction has ended (pg_snapshot_xmin): only those are
-- handed out, in the order of that number, so nothing can turn up behind the reader.
-- What it costs is patience: a transaction that writes and stays open, in any database
-- of the server, holds up the feed as long (pg_stat_activity.backend_xmin, oldest xact).
--
-- An entry says "look at this again", not what it became: read the row from the mirror
-- (none: it is gone), and an entry that was seen twice does no harm.
create table crm.quo_changes (
    xid        xid8 not null default pg_current_xact_id(),
    kind       text collate "C" not null,
    org_id     text collate "C" not null,
    id         text collate "C" not null,
    changed_at timestamptz not null default now(),
    primary key (xid, kind, org_id, id)
);
comment on table crm.quo_changes is 'What changed in the mirror; read it with crm.quo_feed_take.';
comment on column crm.quo_changes.kind is 'contact, message, call or voicemail.';
comment on column crm.quo_changes.id is 'Its id: quo.contacts.id and so on.';

create table crm.quo_feed_readers (
    name    text primary key,
    xid     xid8 not null,
    kind    text collate "C" not null,
    org_id  text collate "C" not null,
    id      text collate "C" not null,
    server  bigint not null,
    read_at timestamptz not null
);
comment on table crm.quo_feed_readers is 'How far each reader of crm.quo_changes has come.';
comment on column crm.quo_feed_readers.server is 'The server''s system identifier: transaction numbers are its own.';

-- The trigger: the kind ('' where the row says it), and the column of the id. It needs
-- no rights of the worker's: it acts as its owner, on what the statement changed alone.
create function crm.quo_changes_note() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    execute format('insert into crm.quo_changes (kind, org_id, id)'
                   ' select distinct %s, org_id, %I from changed on conflict do nothing',
                   case tg_argv[0] when '' then 'activity_kind' else quote_literal(tg_argv[0]) end,
                   tg_argv[1]);
    return null;
end
$$;

do $$
declare
    watched record;
    verb    text;
begin
    for watched in
        values ('contacts', 'contact', 'id'),
               ('contact_phone_numbers', 'contact', 'contact_id'),
               ('contact_emails', 'contact', 'contact_id'),
               ('contact_custom_fields', 'contact', 'contact_id'),
               ('messages', 'message', 'id'),
               ('calls', 'call', 'id'),
               ('call_recordings', 'call', 'call_id'),
               ('call_summaries', 'call', 'call_id'),
               ('call_transcripts', 'call', 'call_id'),
               ('voicemails', 'voicemail', 'id'),
               ('activity_contacts', '', 'activity_id')
    loop
        foreach verb in array array['insert', 'update', 'delete'] loop
            execute format('create trigger %I after %s on quo.%I referencing %s table as changed'
                           ' for each statement execute function crm.quo_changes_note(%L, %L)',
                           'crm_feed_' || verb, verb, watched.column1,
                           case verb when 'delete' then 'old' else 'new' end,
                           watched.column2, watched.column3);
        end loop;
    end loop;
end
$$;

-- Begin to read: from now on. Call it first, then read the whole mirror once; what
-- changes in between comes twice rather than not at all.
create function crm.quo_feed_open(reader text) returns void
    language sql
    set search_path = pg_catalog, pg_temp
as $$
    insert into crm.quo_feed_readers
    select reader, pg_snapshot_xmin(pg_current_snapshot()), '', '', '', system_identifier, now()
      from pg_control_system()
        on conflict (name) do update
       set xid = excluded.xid, kind = '', org_id = '', id = '', server = excluded.server,
           read_at = excluded.read_at
$$;

-- The next changes, at most so many; they count as read when the caller's transaction
-- commits. So do the work and the call in one transaction: what is rolled back comes
-- again. Readers of one name wait for each other, those of several names do not.
create function crm.quo_feed_take(reader text, most integer default 1000)
    returns setof crm.quo_changes
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    at     crm.quo_feed_readers;
    change crm.quo_changes;
begin
    select * into at from crm.quo_feed_readers where name = reader for update;
    if not found then
        raise exception 'there is no reader "%"', reader
            using hint = 'Begin with select crm.quo_feed_open(...), then read everything once.';
    end if;
    if at.server <> (select system_identifier from pg_control_system()) then
        raise exception 'reader "%" began on another server', reader
            using hint = 'The database was restored: truncate crm.quo_changes,'
                         ' open all readers again, and read everything once.';
    end if;
    for change in
        select *
          from crm.quo_changes c
         where (c.xid, c.kind, c.org_id, c.id) > (at.xid, at.kind, at.org_id, at.id)
           and c.xid < pg_snapshot_xmin(pg_current_snapshot())
         order by c.xid, c.kind, c.org_id, c.id
         limit most
    loop
        at.xid := change.xid;
        at.kind := change.kind;
        at.org_id := change.org_id;
        at.id := change.id;
        return next change;
    end loop;
    update crm.quo_feed_readers
       set xid = at.xid, kind = at.kind, org_id = at.org_id, id = at.id, read_at = now()
     where name = reader;
end
$$;

-- Drop what every reader has read; from time to time. Returns how much that was.
create function crm.quo_feed_prune() returns bigint
    language sql
    set search_path = pg_catalog, pg_temp
as $$
    with dropped as (
        delete from crm.quo_changes
         where xid < (select xid from crm.quo_feed_readers order by xid limit 1)
        returning 1)
    select count(*) from dropped
$$;
