-- contacts_wide: live contacts with a typed column for each custom field. Which
-- columns it has depends on the definitions, so a function makes it.

-- The first `most` bytes of a text, cut at a character.
create function quo.cut_to_bytes(value text, most integer) returns text
    language sql immutable parallel safe
    set search_path = pg_catalog, quo, pg_temp
as $$
    select left(value, n)
      from generate_series(least(length(value), most), 0, -1) n
     where octet_length(left(value, n)) <= most
     order by n desc
     limit 1
$$;
comment on function quo.cut_to_bytes(text, integer) is 'The first bytes of a text, cut at a character.';

-- The columns that contacts_wide should have, one for each key and type. A column
-- is named by its key; where that is no name of its own (in any case it equals a
-- column of contacts or another key's name, the key has several types, or it is
-- empty), the name ends in `_` and 8 hex digits of SHA-256 (key, a zero byte, type).
create function quo.contacts_wide_columns()
    returns table (ordinal bigint, name text, hashed text, value text, value_type text, about text)
    language sql stable
    set search_path = pg_catalog, quo, pg_temp
as $$
    with definitions as (
        select d.key, d.type, min(d.name) as field_name
          from quo.custom_field_definitions d
         group by d.key, d.type
    ), named as (
        select d.*, quo.cut_to_bytes(d.key, 63) as plain,
               quo.cut_to_bytes(d.key, 54) || '_' || left(encode(sha256(
                   convert_to(d.key, 'UTF8') || '\x00'::bytea || convert_to(d.type, 'UTF8')),
                   'hex'), 8) as hashed
          from definitions d
    ), typed as (
        select n.*,
               case when n.type in ('string', 'url', 'address') then 'text'
                    when n.type = 'number' then 'numeric'
                    when n.type = 'boolean' then 'boolean'
                    when n.type = 'date' then 'timestamp with time zone'
                    when n.type = 'multi-select' then 'text[]'
                    else 'jsonb' end as value_type
          from named n
    )
    select row_number() over (order by t.key, t.type collate "C"),
           case when t.plain = ''
                  or exists (select
                               from pg_attribute a
                              where a.attrelid = 'quo.contacts'::regclass
                                and lower(a.attname) = lower(t.plain))
                  or exists (select
                               from named o
                              where (o.key, o.type) <> (t.key, t.type)
                                and lower(o.plain) = lower(t.plain))
                then t.hashed
                else t.plain end,
           t.hashed,
           format(case t.value_type
                      when 'text' then 'max(value_text)'
                      when 'numeric' then 'max(value_number)'
                      when 'boolean' then 'bool_or(value_boolean)'
                      when 'timestamp with time zone' then 'max(value_date)'
                      when 'text[]' then 'max(value_list)'
                      else '(array_agg(value_json) filter (where key = %1$L and type = %2$L))[1]'
                      end || case when t.value_type = 'jsonb' then ''
                                  else ' filter (where key = %1$L and type = %2$L)' end,
                  t.key, t.type),
           t.value_type,
           format('Custom field "%s" of type %s (key %s).', left(t.field_name, 200), left(t.type, 200),
                  left(t.key, 300))
      from typed t
     order by 1
     limit 1500  -- a view has 1,664 columns at most
$$;
comment on function quo.contacts_wide_columns() is
    'The custom field columns that contacts_wide should have: their place, name, name where that is taken, expression, type and comment.';

-- Makes contacts_wide what contacts_wide_columns() says; returns whether it had to.
-- Columns are added at the end, which reports that depend on the view outlive. A
-- column that must go takes the view with it and back; where something depends on
-- the view, it stays instead, and is null. Waits a second for the view at most: a
-- report that runs keeps it, and the next call comes. SECURITY DEFINER: workers may
-- not CREATE. Never called in a transaction that applies deliveries.
create function quo.remake_contacts_wide() returns boolean
    language plpgsql
    security definer
    set search_path = pg_catalog, quo, pg_temp
    set lock_timeout = '1s'
as $$
declare
    base    constant text[] := '{org_id,id,first_name,last_name,company,role,location,source,external_id,source_url,created_by_user_id,shared_with_ids,quo_url,created_at,updated_at,deleted_at,synced_at}';
    gone    constant text := 'No custom field any more: always null.';
    secure  constant text := case when current_setting('server_version_num')::integer >= 150000
                                  then ' with (security_invoker = true)' else '' end;
    viewed  oid;
    columns jsonb;  -- contacts_wide_columns(), read once
    shown   jsonb;  -- the columns as they are: place, name, value_type, about
    made    jsonb;  -- the columns as they will be: place, name, value, value_type, about
    acl     aclitem[];
    entry   record;
    again   boolean;
begin
    perform pg_advisory_xact_lock(hashtext('quosync'), hashtext('contacts_wide'));
    select coalesce(jsonb_agg(w), '[]') into columns from quo.contacts_wide_columns() w;
    select c.oid, c.relacl into viewed, acl
      from pg_class c
     where c.relnamespace = 'quo'::regnamespace and c.relname = 'contacts_wide';
    select coalesce(jsonb_agg(jsonb_build_object(
               'place', a.attnum, 'name', a.attname, 'value_type', format_type(a.atttypid, null),
               'about', col_description(a.attrelid, a.attnum))), '[]')
      into shown
      from pg_attribute a
     where a.attrelid = viewed and a.attnum > cardinality(base);

    -- Columns that are gone and had to stay are as good as absent.
    again := viewed is not null;
    if again
       and not exists (
               select
                 from jsonb_to_recordset(shown) s (name text, value_type text, about text)
                where s.about is distinct from gone
                  and not exists (select
                                    from jsonb_to_recordset(columns)
                                             w (name text, hashed text, value_type text, about text)
                                   where s.name in (w.name, w.hashed)
                                     and (w.value_type, w.about) = (s.value_type, s.about)))
       and not exists (
               select
                 from jsonb_to_recordset(columns) w (name text, hashed text, value_type text)
                where not exists (select
                                    from jsonb_to_recordset(shown) s (name text, value_type text)
                                   where s.name in (w.name, w.hashed)
                                     and s.value_type = w.value_type))
    then
        return false;
    end if;

    -- A column that must go, or change its type: only without the view.
    if again and exists (select
                           from jsonb_to_recordset(shown) s (name text, value_type text)
                          where not exists (select
                                              from jsonb_to_recordset(columns)
                                                       w (name text, value_type text)
                                             where (w.name, w.value_type) = (s.name, s.value_type)))
    then
        begin
            drop view quo.contacts_wide;
            shown := '[]';
            again := false;
        exception when dependent_objects_still_exist then
            null;
        end;
    end if;

    -- First those that are shown, in their places, then the others.
    select coalesce(jsonb_agg(m order by m.place, m.ordinal), '[]') into made
      from (select s.place, 0::bigint as ordinal, s.name, w.value, s.value_type,
                   coalesce(w.about, gone) as about
              from jsonb_to_recordset(shown) s (place integer, name text, value_type text)
              left join jsonb_to_recordset(columns)
                            w (name text, hashed text, value text, value_type text, about text)
                     on s.name in (w.name, w.hashed) and s.value_type = w.value_type
            union all
            select null, w.ordinal,
                   case when exists (select from jsonb_to_recordset(shown) s (name text)
                                      where s.name = w.name) then w.hashed else w.name end,
                   w.value, w.value_type, w.about
              from jsonb_to_recordset(columns)
                       w (ordinal bigint, name text, hashed text, value text, value_type text, about text)
             where not exists (select
                                 from jsonb_to_recordset(shown) s (name text, value_type text)
                                where s.name in (w.name, w.hashed) and s.value_type = w.value_type)) m;

    execute (
        select format('create or replace view quo.contacts_wide%s as select %s%s from quo.contacts c '
                      'left join (select org_id, contact_id%s from (select distinct on '
                      '(org_id, contact_id, key) * from quo.contact_custom_fields '
                      'order by org_id, contact_id, key, position) first_of_key '
                      'group by org_id, contact_id) f on f.org_id = c.org_id and f.contact_id = c.id '
                      'where c.deleted_at is null and c.erased_at is null',
                      secure,
                      (select string_agg('c.' || b, ', ' order by n)
                         from unnest(base) with ordinality as t (b, n)),
                      string_agg(case when m.value is null
                                      then format(', null::%s as %I', m.value_type, m.name)
                                      else format(', f.f%s as %I', m.number, m.name) end,
                                 '' order by m.number),
                      string_agg(case when m.value is null then ''
                                      else format(', %s as f%s', m.value, m.number) end,
                                 '' order by m.number))
          from (select row_number() over () as number, r.*
                  from jsonb_to_recordset(made) r (name text, value text, value_type text)) m);

    comment on view quo.contacts_wide is 'Live contacts with one column for each custom field.';
    for entry in
        select format('comment on column quo.contacts_wide.%I is %L', b,
                      col_description('quo.live_contacts'::regclass, n::integer)) as command
          from unnest(base) with ordinality as t (b, n)
        union all
        select format('comment on column quo.contacts_wide.%I is %L', m.name, m.about)
          from jsonb_to_recordset(made) m (name text, about text)
    loop
        execute entry.command;
    end loop;
    if not again then
        for entry in
            select format('grant %s on quo.contacts_wide to %s', a.privilege_type,
                          case when a.grantee = 0 then 'public' else a.grantee::regrole::text end)
                       as command
              from aclexplode(acl) a
             where a.grantee <> a.grantor
        loop
            execute entry.command;
        end loop;
    end if;
    return true;
end
$$;
revoke all on function quo.remake_contacts_wide() from public;
comment on function quo.remake_contacts_wide() is
    'Gives contacts_wide a column for each custom field that is defined now; returns whether it changed. Called by migrate and hourly by workers.';

select quo.remake_contacts_wide();
