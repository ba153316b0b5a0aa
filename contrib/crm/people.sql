-- crm.people: one row for each contact, as a CRM likes to have it, kept current by
-- triggers on the mirror's tables within the transaction that changes them: whoever
-- sees the contact changed sees this row changed as well.
--
-- What a trigger here must keep to, because it runs inside the worker's transactions:
--
--   * It does not fail. An error of the data (class 22 or 23) would be taken for the
--     delivery's fault, and make it a dead letter; any other repeats the batch for ever,
--     and the inbox grows. What crm.people refuses is noted in crm.people_refused.
--   * It is quick, and once a statement: a batch is up to 500 deliveries.
--   * It waits for nobody. Rows are written in the order of their key, and the CRM
--     holds no locks on crm.people for long (the worker gives up after 10 s, and repeats).
--   * It reads the rows as they are now, rather than the change: a contact and its
--     numbers are written by several statements, in one transaction.
--
-- It runs with the worker's rights, which the end of this file grants: let nobody replace
-- the functions whom you would not let write to the mirror.
create table crm.people (
    org_id       text not null,
    contact_id   text collate "C" not null,
    name         text,
    company      text,
    email        text,
    phone        text,
    external_id  text,
    gone         boolean not null,
    refreshed_at timestamptz not null,
    primary key (org_id, contact_id)
);
comment on table crm.people is 'Quo''s contacts, one row each, kept by triggers on the mirror.';
comment on column crm.people.phone is 'The first number that has an E.164 form; else the first.';
comment on column crm.people.gone is 'Deleted or erased in Quo. An erased one keeps nothing but its key.';

create table crm.people_refused (
    org_id     text not null,
    contact_id text collate "C" not null,
    sqlstate   text not null,
    violated   text,
    refused_at timestamptz not null,
    primary key (org_id, contact_id)
);
comment on table crm.people_refused is 'Contacts that crm.people would not take, and the constraint that was in the way.';

-- Make the rows of these contacts what the mirror says.
create function crm.people_write(workspace text, contacts text[]) returns void
    language sql
    set search_path = pg_catalog, pg_temp
as $$
    insert into crm.people as p (org_id, contact_id, name, company, email, phone, external_id,
                                 gone, refreshed_at)
    select workspace, k.id, nullif(concat_ws(' ', c.first_name, c.last_name), ''), c.company,
           e.value, n.number, c.external_id,
           c.id is null or c.deleted_at is not null or c.erased_at is not null, now()
      from (select distinct id collate "C" as id from unnest(contacts) as u (id)) as k
      left join quo.contacts c on c.org_id = workspace and c.id = k.id
      left join lateral (select e.value
                           from quo.contact_emails e
                          where e.org_id = workspace and e.contact_id = k.id
                          order by e.position
                          limit 1) e on true
      left join lateral (select coalesce(n.e164, n.value) as number
                           from quo.contact_phone_numbers n
                          where n.org_id = workspace and n.contact_id = k.id
                          order by n.e164 is null, n.position
                          limit 1) n on true
     order by k.id
        on conflict (org_id, contact_id) do update
       set name = excluded.name, company = excluded.company, email = excluded.email,
           phone = excluded.phone, external_id = excluded.external_id, gone = excluded.gone,
           refreshed_at = excluded.refreshed_at
     where (p.name, p.company, p.email, p.phone, p.external_id, p.gone)
           is distinct from (excluded.name, excluded.company, excluded.email, excluded.phone,
                             excluded.external_id, excluded.gone)
$$;

-- The same; what cannot be written is noted, one by one, and fails nobody.
create function crm.people_refresh(workspace text, contacts text[]) returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    contact  text;
    violated text;
begin
    begin
        perform crm.people_write(workspace, contacts);
        delete from crm.people_refused where org_id = workspace and contact_id = any (contacts);
        return;
    exception when data_exception or integrity_constraint_violation then
        null;
    end;
    foreach contact in array contacts loop
        begin
            perform crm.people_write(workspace, array[contact]);
            delete from crm.people_refused where org_id = workspace and contact_id = contact;
        exception when data_exception or integrity_constraint_violation then
            -- The names, never the values: they are people's.
            get stacked diagnostics violated = constraint_name;
            insert into crm.people_refused
            values (workspace, contact, sqlstate, nullif(violated, ''), now())
                on conflict (org_id, contact_id) do update
               set sqlstate = excluded.sqlstate, violated = excluded.violated,
                   refused_at = excluded.refused_at;
        end;
    end loop;
end
$$;

-- The trigger; its argument is the column that names the contact.
create function crm.people_follow() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    workspace text;
    contacts  text[];
begin
    for workspace, contacts in execute format(
        'select org_id, array_agg(distinct %1$I order by %1$I) from changed group by org_id',
        tg_argv[0])
    loop
        perform crm.people_refresh(workspace, contacts);
    end loop;
    return null;
end
$$;

-- Rows that a statement changed can be had for one kind of statement at a time.
do $$
declare
    watched record;
    verb    text;
begin
    for watched in
        values ('contacts', 'id'), ('contact_emails', 'contact_id'),
               ('contact_phone_numbers', 'contact_id')
    loop
        foreach verb in array array['insert', 'update', 'delete'] loop
            execute format('create trigger %I after %s on quo.%I referencing %s table as changed'
                           ' for each statement execute function crm.people_follow(%L)',
                           'crm_people_' || verb, verb, watched.column1,
                           case verb when 'delete' then 'old' else 'new' end, watched.column2);
        end loop;
    end loop;
end
$$;

do $$
begin
    if exists (select from pg_roles where rolname = 'quo_worker') then
        grant usage on schema crm to quo_worker;
        grant select, insert, update on crm.people to quo_worker;
        grant select, insert, update, delete on crm.people_refused to quo_worker;
    end if;
end
$$;

-- Everybody who is here already.
select crm.people_refresh(org_id, array_agg(id order by id)) from quo.contacts group by org_id;
