-- What contacts, their lists and the custom field definitions must hold.

-- Core: (U, C, deleted?, i, d), whole.
create view oracle.contact_core as
select distinct on (org_id, id) *
  from (select org_id, resource ->> 'id' as id, type = 'contact.deleted' as deleted,
               u, c, i, d, resource
          from oracle.event where type in ('contact.updated', 'contact.deleted')) as o
 order by org_id, id, u desc, c desc, deleted desc, i desc, d desc;

-- Location, shares and link: (U, C, i, d), of contact.updated alone.
create view oracle.contact_place as
select distinct on (org_id, id) *
  from (select org_id, resource ->> 'id' as id, u, c, i, d, resource, context, quo_url
          from oracle.event where type = 'contact.updated') as o
 order by org_id, id, u desc, c desc, i desc, d desc;

create view oracle.contacts as
select org_id, id,
       core.resource ->> 'firstName'  as first_name,
       core.resource ->> 'lastName'   as last_name,
       core.resource ->> 'company'    as company,
       core.resource ->> 'role'       as role,
       place.resource ->> 'location'  as location,
       core.resource ->> 'source'     as source,
       core.resource ->> 'externalId' as external_id,
       null::text                     as source_url,
       null::text                     as created_by_user_id,
       oracle.texts(place.context -> 'sharedWithIds') as shared_with_ids,
       place.quo_url,
       oracle.instant(core.resource ->> 'createdAt')  as created_at,
       core.u                         as updated_at,
       case when core.deleted then core.c end         as deleted_at
  from oracle.contact_core as core left join oracle.contact_place as place using (org_id, id);

-- Where the value begins with + and, without blanks and . - ( ), is 8 to 15 digits, the
-- first from 1 to 9. With the setting oracle.country_code = '1' also ten digits, or eleven
-- that begin with 1.
create function oracle.e164(value text) returns text language sql stable as $$
    select case
        when value like '+%' and digits ~ '^[+][1-9][0-9]{7,14}$' then digits
        when current_setting('oracle.country_code', true) = '1' then
            case when digits ~ '^1[0-9]{10}$' then '+' || digits
                 when digits ~ '^[1-9][0-9]{9}$' then '+1' || digits end
        end
      from regexp_replace(value, '[ \t.()-]', '', 'g') as digits
$$;

create view oracle.contact_phone_numbers as
select org_id, id as contact_id, "position"::int, item ->> 'value' as value,
       oracle.e164(item ->> 'value') as e164, null::text as label
  from oracle.contact_core, oracle.items(resource -> 'phoneNumbers');

create view oracle.contact_emails as
select org_id, id as contact_id, "position"::int, item ->> 'value' as value, null::text as label
  from oracle.contact_core, oracle.items(resource -> 'emails');

-- A custom date: an instant, or a plain date, which is midnight UTC; null where it is neither.
create function oracle.custom_date(value jsonb) returns timestamptz language plpgsql immutable as $$
declare
    text text := value #>> '{}';
begin
    if jsonb_typeof(value) is distinct from 'string' or text ~ '^0000' then
        return null;
    elsif text ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' then
        return (text || 'T00:00:00Z')::timestamptz;
    elsif text ~ ('^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}'
                  '([.][0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})$') then
        return oracle.instant(text);
    end if;
    return null;
exception when others then
    return null;
end
$$;

-- A custom number, quoted or not; null where it is none.
create function oracle.custom_number(value jsonb) returns numeric language sql immutable as $$
    select case
        when jsonb_typeof(value) = 'number' then oracle.number(value)
        when jsonb_typeof(value) = 'string'
             and value #>> '{}' ~ '^-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][+-]?[0-9]{1,3})?$'
            then oracle.number((value #>> '{}')::jsonb) end
$$;

create view oracle.custom_field as
select org_id, contact, c, "position"::int,
       coalesce(item ->> 'key', item ->> 'id', item ->> 'name') as key,
       item ->> 'id' as field_id, item ->> 'name' as name, item ->> 'type' as type,
       coalesce(item -> 'value', 'null') as value, core
  from (select org_id, id as contact, c, resource, true as core from oracle.contact_core
        union all
        select org_id, resource ->> 'id', c, resource, false from oracle.event
         where type in ('contact.updated', 'contact.deleted')) as o,
       oracle.items(resource -> 'customFields');

create view oracle.contact_custom_fields as
select org_id, contact as contact_id, "position", key, field_id, name, type,
       case when type in ('string', 'url', 'address') and jsonb_typeof(value) = 'string'
            then value #>> '{}' end                                          as value_text,
       case when type = 'number' then oracle.custom_number(value) end        as value_number,
       case when type = 'boolean' and jsonb_typeof(value) = 'boolean'
            then value::boolean end                                          as value_boolean,
       case when type = 'date' then oracle.custom_date(value) end            as value_date,
       case when type = 'multi-select' and fits then
            coalesce(oracle.texts(value), '{}') end                          as value_list,
       case when not fits then oracle.json(value) end                        as value_json
  from (select *, case
                   when type in ('string', 'url', 'address')
                       then jsonb_typeof(value) in ('string', 'null')
                   when type = 'number'
                       then value = 'null' or oracle.custom_number(value) is not null
                   when type = 'boolean' then jsonb_typeof(value) in ('boolean', 'null')
                   when type = 'date'
                       then value = 'null' or oracle.custom_date(value) is not null
                   when type = 'multi-select'
                       then value = 'null' or jsonb_typeof(value) = 'array'
                            and not jsonb_path_exists(value, '$[*] ? (@.type() != "string")')
                   else false end as fits
          from oracle.custom_field where core) as f;

-- Learned from every contact event, where the field has a name: (C cut to the UTC day, name,
-- type).
create view oracle.custom_field_definitions as
select distinct on (org_id, key) org_id, key, name, type
  from oracle.custom_field where not core and name is not null
 order by org_id, key, date_trunc('day', c at time zone 'UTC') desc,
          name collate "C" desc, type collate "C" desc;
