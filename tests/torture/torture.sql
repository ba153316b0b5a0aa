-- What the torture tests ask of their database: keep the rows of schema quo as a
-- state, put a state back, and say in one text what the tables hold.
-- torture.keep(STATE), torture.restore(STATE), torture.digest(WITHOUT columns).
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

create function torture.keep(state text) returns void
language plpgsql as $$
declare
    t record;
begin
    for t in select * from torture.tables() loop
        execute format('create table torture.%I as select %s from quo.%I',
                       state || '_' || t.name, t.columns, t.name);
    end loop;
end
$$;

create function torture.restore(state text) returns void
language plpgsql as $$
declare
    t record;
begin
    for t in select * from torture.tables() loop
        execute format('delete from quo.%I', t.name);
        execute format('insert into quo.%I (%s) select %2$s from torture.%I',
                       t.name, t.columns, state || '_' || t.name);
    end loop;
end
$$;

-- Equal texts mean equal tables. What depends on the clock is left out.
create function torture.digest(without text[] default '{}') returns text
language plpgsql stable as $$
declare
    line text;
    result text := '';
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
                 else array['synced_at'] end || without as ignored
          from torture.tables()
         where name not in ('attempts', 'leases', 'rate_limits', 'reconcile_runs',
                            'reconcile_progress', 'pruned_weeks')
    loop
        execute format(
            'select concat_ws(chr(32), %1$L, count(*), md5(string_agg(r, chr(10) order by r)))
               from (select (to_jsonb(t) - $1)::text collate "C" as r from quo.%1$I as t) as s',
            t.name) into line using t.ignored;
        result := result || line || chr(10);
    end loop;
    return result;
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
