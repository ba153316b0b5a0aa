-- What the torture tests ask of their database: keep the rows of schema quo as a
-- state, put a state back, and say in one text what the tables hold.
-- torture.keep(STATE), torture.restore(STATE), torture.digest(WITHOUT columns),
-- torture.untouched_since(MARK), torture.mark().
-- keep writes the functions of the state and of the digest out, table by table, so that
-- their plans are made once: they run some thousand times.
\set ON_ERROR_STOP on
set client_min_messages = warning;
set check_function_bodies = off;
drop schema if exists torture cascade;
create schema torture;

create function torture.tables() returns table (name text, columns text)
language sql stable as $$
    select c.relname::text, string_agg(quote_ident(a.attname), ', ' order by a.attnum)
      from pg_class as c
      join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0
       and not a.attisdropped and a.attgenerated = ''
     where c.relnamespace = to_regnamespace('quo') and c.relkind in ('r', 'p')
       and not c.relispartition and c.relname <> 'schema_migrations'
     group by c.relname
     order by c.relname
$$;

-- Equal texts mean equal tables. What depends on the clock is left out.
create function torture.write_digest() returns void
language plpgsql as $$
declare
    body text := '';
    t record;
begin
    for t in
        select name, case name
                 when 'events' then array['received_at']
                 when 'dead_letters' then array['id', 'received_at', 'failed_at', 'discarded_at',
                                                'attempts']
                 when 'inbox' then array['received_at', 'seq']
                 when 'delivery_ids' then array['received_at']
                 when 'erasures' then array['erased_at']
                 else array['synced_at'] end as ignored
          from torture.tables()
         where name not in ('attempts', 'leases', 'rate_limits', 'reconcile_runs',
                            'reconcile_progress', 'pruned_weeks')
    loop
        body := body || format(
            $f$ result := result || (select concat_ws(' ', %1$L, count(*),
                                                      md5(string_agg(r, chr(10) order by r)))
                  from (select (to_jsonb(t) - %2$L::text[] - without)::text collate "C" as r
                          from quo.%1$I as t) as s) || chr(10); $f$, t.name, t.ignored);
    end loop;
    execute format($f$ create or replace function torture.digest(without text[] default '{}')
                       returns text language plpgsql stable as
                       %L $f$, 'declare result text := ''''; begin ' || body || ' return result; end');
end
$$;

create function torture.keep(state text) returns void
language plpgsql as $$
declare
    body text := '';
    t record;
begin
    for t in select * from torture.tables() loop
        execute format('create table torture.%I as select %s from quo.%I',
                       state || '_' || t.name, t.columns, t.name);
        body := body || format('delete from quo.%I; insert into quo.%1$I (%s) select %2$s from torture.%I; ',
                               t.name, t.columns, state || '_' || t.name);
    end loop;
    execute format('create function torture.%I() returns void language plpgsql as %L',
                   'restore ' || state, 'begin ' || body || ' end');
    perform torture.write_digest();
end
$$;

create function torture.restore(state text) returns void
language plpgsql as $$
begin
    execute format('select torture.%I()', 'restore ' || state);
end
$$;

-- Which deliveries are there, and how often: equal before and after means none lost, none twice.
create function torture.accounts() returns text
language sql stable as $$
    select md5(string_agg(webhook_id, ',' order by webhook_id))
      from (select webhook_id from quo.events union all
            select webhook_id from quo.dead_letters union all
            select webhook_id from quo.inbox) as s
$$;

-- A mark, and whether nobody has written anything since: no transaction was given an id.
create function torture.mark() returns text
language sql volatile as $$
    select pg_snapshot_xmax(pg_current_snapshot())::text
$$;
create function torture.untouched_since(mark text) returns boolean
language sql volatile as $$
    select torture.mark() = mark and not exists (
        select from pg_stat_activity where backend_xid is not null and pid <> pg_backend_pid())
$$;
