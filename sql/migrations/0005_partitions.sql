-- The archive's partitions: one for each week, from Monday 00:00 UTC. There is
-- no default partition, so that a week can be dropped, and added, at no cost.

-- Makes the partitions that are missing: from four weeks back to `ahead` weeks ahead
-- of the present one, and those of the deliveries that wait in the inbox, of whatever
-- age: a dead letter that is tried again may be old, a worker may have slept for
-- months, a clock may have been wrong. A row must not fail for want of a partition.
-- Returns how many were made.
--
-- Safe when called at once by several: they wait for each other on an advisory
-- lock that ends with the transaction. It looks before it locks, so the hourly
-- call costs a look in the catalog. SECURITY DEFINER: workers may not CREATE.
create function quo.ensure_partitions(ahead integer default 4) returns integer
    language plpgsql
    security definer
    set search_path = pg_catalog, quo, pg_temp
as $$
declare
    week      constant interval := interval '1 week';
    this_week constant timestamp := date_trunc('week', now() at time zone 'UTC');
    mondays   timestamp[] := array(
        select generate_series(this_week - 4 * week,
                               this_week + least(greatest(ahead, 1), 52) * week, week));
    workspace text;
    waiting   timestamptz;
    monday    timestamp;
    partition text;
    made      integer := 0;
begin
    -- From week to week along the key of the inbox: one look for each week that has rows.
    for workspace in select w.org_id from quo.workspaces w loop
        waiting := '-infinity';
        loop
            select min(i.received_at) into waiting
              from quo.inbox i
             where i.org_id = workspace and i.received_at >= waiting;
            exit when waiting is null;
            monday := date_trunc('week', waiting at time zone 'UTC');
            mondays := mondays || monday;
            waiting := (monday + week) at time zone 'UTC';
        end loop;
    end loop;

    for monday in select distinct unnest(mondays)
    loop
        partition := 'events_' || to_char(monday, 'YYYY_MM_DD');
        continue when to_regclass('quo.' || partition) is not null;
        perform pg_advisory_xact_lock(hashtext('quosync'), hashtext('partitions'));
        -- Again, but by a query: to_regclass may remember the answer from before the lock.
        continue when exists (select from pg_class c
                               where c.relnamespace = 'quo'::regnamespace and c.relname = partition);
        execute format('create table quo.%I partition of quo.events for values from (%L) to (%L)',
                       partition, monday::text || '+00', (monday + week)::text || '+00');
        execute format('comment on table quo.%I is %L', partition,
                       'The archive of the week that begins on ' || to_char(monday, 'YYYY-MM-DD')
                       || ' (UTC), by received_at.');
        made := made + 1;
    end loop;
    return made;
end
$$;
revoke all on function quo.ensure_partitions(integer) from public;
comment on function quo.ensure_partitions(integer) is
    'Makes the archive''s partitions from four weeks back to so many weeks ahead; returns how many it made. Called by migrate and hourly by workers.';

create table quo.pruned_weeks (
    org_id    text        not null default '',
    week      date        not null,
    pruned_at timestamptz not null default now(),
    constraint pruned_weeks_pkey primary key (org_id, week)
);
comment on table quo.pruned_weeks is 'The weeks of the archive that were dropped with events in them: the archive no longer reaches back to the first delivery, and tables cannot be rebuilt from it.';
comment on column quo.pruned_weeks.org_id is 'Always '''': a week holds the events of all workspaces.';
comment on column quo.pruned_weeks.week is 'The Monday that the week begins on (UTC).';
comment on column quo.pruned_weeks.pruned_at is 'When it was first dropped.';

-- Drops the oldest partition that lies wholly before an instant, or a table that
-- was detached from the archive and left (a drop that was interrupted), and returns
-- its name; null when there is none. DETACH and DROP are one transaction. Both need
-- the archive for themselves, so it waits a second only: whoever comes meanwhile
-- waits behind it. SECURITY DEFINER: workers may not DROP.
create function quo.drop_partition(before timestamptz) returns text
    language plpgsql
    security definer
    set search_path = pg_catalog, quo, pg_temp
    set lock_timeout = '1s'
as $$
declare
    found_name     text;
    found_attached boolean;
    held_events    boolean;
begin
    perform pg_advisory_xact_lock(hashtext('quosync'), hashtext('partitions'));
    select c.relname, c.relispartition into found_name, found_attached
      from pg_class c
     where c.relnamespace = 'quo'::regnamespace
       and c.relkind = 'r'
       and c.relname ~ '^events_[0-9]{4}_[0-9]{2}_[0-9]{2}$'
       and (to_date(substr(c.relname, 8), 'YYYY_MM_DD') + 7)::timestamp at time zone 'UTC' <= before
     order by c.relname
     limit 1;
    if found_name is null then
        return null;
    end if;
    execute format('select exists (select from quo.%I)', found_name) into held_events;
    if held_events then
        insert into quo.pruned_weeks (week)
        values (to_date(substr(found_name, 8), 'YYYY_MM_DD'))
            on conflict do nothing;
    end if;
    if found_attached then
        execute format('alter table quo.events detach partition quo.%I', found_name);
    end if;
    execute format('drop table quo.%I', found_name);
    return found_name;
end
$$;
revoke all on function quo.drop_partition(timestamptz) from public;
comment on function quo.drop_partition(timestamptz) is
    'Drops the oldest week of the archive that lies wholly before an instant; returns its name, null when there is none. Called by prune.';
