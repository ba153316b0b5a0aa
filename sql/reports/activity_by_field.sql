-- Activity by the values of a custom field
--
-- Section: contacts
-- Question: How much do we have to do with contacts of each kind, as a custom field tells them?
-- Period: when it happened
-- Parameter field (): the key of the custom field; all of them without
-- Parameter limit (1000): so many rows at most; 0 for all
-- Column field: the key
-- Column value: the value
-- Column contacts: live contacts that have it
-- Column active: of these, how many we were in touch with
-- Column messages_in: messages from them
-- Column messages_out: messages to them
-- Column calls_in: calls from them
-- Column calls_out: calls to them
-- Column talk_minutes: minutes of their calls
-- Trap: an activity with several contacts of one value counts once for it, of several values
--   once for each of them
-- Trap: a contact counts for each of the several values of a multi-select
-- Trap: deleted contacts no longer have custom fields
-- Chart: bars x=value y=messages_in,messages_out,calls_in,calls_out only=field
--   title=Messages and calls by field value
-- Role: quo_reader_nocontent

-- The usual parameters: \set them before, or leave these.
\if :{?org_id} \else
select coalesce(min(org_id), 'default') as org_id from quo.workspaces \gset
\endif
\if :{?tz} \else
select coalesce(min(timezone), 'UTC') as tz from quo.workspaces where org_id = :'org_id' \gset
\endif
\if :{?since} \else
select (date_trunc('day', now() at time zone :'tz') - interval '30 days') at time zone :'tz'
       as since \gset
\endif
\if :{?until} \else
select now() as until \gset
\endif
\if :{?field} \else \set field '' \endif
\if :{?limit} \else \set limit 1000 \endif

with holder as (
    select distinct f.key, f.value, f.contact_id
      from quo.contact_field_values as f
      join quo.live_contacts as c on c.org_id = :'org_id' and c.id = f.contact_id
     where f.org_id = :'org_id'
       and (:'field' = '' or f.key = :'field')
), happened as not materialized (
    select a.kind, a.id, a.direction, a.duration_seconds, a.contact_lookup, a.external_identifiers
      from quo.activities as a
     where a.org_id = :'org_id'
       and a.kind in ('message', 'call')
       and (a.created_at >= :'since'::timestamptz and a.created_at < :'until'::timestamptz
            or a.created_at is null
               and a.occurred_at >= :'since'::timestamptz and a.occurred_at < :'until'::timestamptz)
), by_number as materialized (
    -- Where Quo could not look, or was not asked, the number tells (activity_contacts_resolved).
    select distinct h.kind, h.id, h.direction, h.duration_seconds, n.contact_id
      from happened as h
      cross join lateral unnest(h.external_identifiers) as who (number)
      join quo.contact_phone_numbers as n
        on n.org_id = :'org_id' and n.e164 = who.number collate "C"
      join quo.live_contacts as c on c.org_id = :'org_id' and c.id = n.contact_id
     where h.contact_lookup is null or h.contact_lookup = 'unavailable'
), linked as (
    -- Quo's links, summed up for each contact, in parallel. From the tables: of a view the
    -- planner knows too little, and would sort.
    select l.contact_id,
           count(*) filter (where m.direction = 'incoming') as messages_in,
           count(*) filter (where m.direction = 'outgoing') as messages_out,
           0 as calls_in, 0 as calls_out, 0 as seconds
      from quo.messages as m
      join quo.activity_contacts as l
        on l.org_id = :'org_id' and l.activity_kind = 'message' and l.activity_id = m.id
     where m.org_id = :'org_id'
       and (m.created_at >= :'since'::timestamptz and m.created_at < :'until'::timestamptz
            or m.created_at is null
               and m.status_at >= :'since'::timestamptz and m.status_at < :'until'::timestamptz)
     group by l.contact_id
     union all
    select l.contact_id, 0, 0,
           count(*) filter (where c.direction = 'incoming'),
           count(*) filter (where c.direction = 'outgoing'),
           coalesce(sum(c.duration_seconds), 0)
      from quo.calls as c
      join quo.activity_contacts as l
        on l.org_id = :'org_id' and l.activity_kind = 'call' and l.activity_id = c.id
     where c.org_id = :'org_id'
       and (c.created_at >= :'since'::timestamptz and c.created_at < :'until'::timestamptz
            or c.created_at is null
               and least(c.ringing_at, c.answered_at, c.completed_at, c.updated_at)
                   >= :'since'::timestamptz
               and least(c.ringing_at, c.answered_at, c.completed_at, c.updated_at)
                   < :'until'::timestamptz)
     group by l.contact_id
), crowd as (
    -- Activities with several links, which lie side by side in the index.
    select activity_id as id
      from (select activity_kind, activity_id
              from quo.activity_contacts
             where org_id = :'org_id'
             order by activity_kind, activity_id) as l
     group by activity_kind, activity_id
    having count(*) > 1
), apart as materialized (
    -- All that is not one link alone, with each of its contacts. What `linked` has of it is
    -- taken back; what has one contact after all is given to it.
    select m.*, count(*) over (partition by kind, id) > 1 as several
      from (select a.kind, a.id, a.direction, a.duration_seconds, l.contact_id, -1 as taken
              from (select kind, id, direction, duration_seconds
                      from happened
                     where id = any (array(select id from crowd))
                     union
                    select kind, id, direction, duration_seconds
                      from by_number) as a
              cross join lateral (select contact_id
                                    from quo.activity_contacts
                                   where org_id = :'org_id'
                                     and activity_kind = a.kind
                                     and activity_id = a.id
                                  offset 0) as l
             union all
            select kind, id, direction, duration_seconds, contact_id, 0
              from by_number) as m
), per_contact as (
    select contact_id,
           sum(messages_in) as messages_in, sum(messages_out) as messages_out,
           sum(calls_in) as calls_in, sum(calls_out) as calls_out, sum(seconds) as seconds
      from (select * from linked
             union all
            select contact_id,
                   n * (kind = 'message' and direction = 'incoming')::integer,
                   n * (kind = 'message' and direction = 'outgoing')::integer,
                   n * (kind = 'call' and direction = 'incoming')::integer,
                   n * (kind = 'call' and direction = 'outgoing')::integer,
                   n * coalesce(duration_seconds, 0)
              from (select *, taken + (not several)::integer as n from apart) as a) as parts
     group by contact_id
), together as (
    -- What has several contacts, once for each value.
    select key, value,
           count(*) filter (where kind = 'message' and direction = 'incoming') as messages_in,
           count(*) filter (where kind = 'message' and direction = 'outgoing') as messages_out,
           count(*) filter (where kind = 'call' and direction = 'incoming')    as calls_in,
           count(*) filter (where kind = 'call' and direction = 'outgoing')    as calls_out,
           sum(duration_seconds)                                               as seconds
      from (select distinct h.key, h.value, s.kind, s.id, s.direction, s.duration_seconds
              from apart as s
              cross join lateral (select f.key, f.value
                                    from quo.contact_field_values as f
                                    join quo.live_contacts as c
                                      on c.org_id = :'org_id' and c.id = f.contact_id
                                   where f.org_id = :'org_id'
                                     and f.contact_id = s.contact_id
                                     and (:'field' = '' or f.key = :'field')
                                  offset 0) as h
             where s.several) as each
     group by key, value
), totals as (
    select h.key, h.value, count(*) as contacts, count(p.contact_id) as active,
           sum(p.messages_in) as messages_in, sum(p.messages_out) as messages_out,
           sum(p.calls_in) as calls_in, sum(p.calls_out) as calls_out, sum(p.seconds) as seconds
      from holder as h
      left join per_contact as p on p.contact_id = h.contact_id
     group by h.key, h.value
     order by contacts desc, h.key, h.value
     limit nullif(:'limit', '0')::bigint
)
select t.key                                                            as field,
       t.value,
       t.contacts,
       t.active,
       coalesce(t.messages_in, 0) + coalesce(g.messages_in, 0)          as messages_in,
       coalesce(t.messages_out, 0) + coalesce(g.messages_out, 0)        as messages_out,
       coalesce(t.calls_in, 0) + coalesce(g.calls_in, 0)                as calls_in,
       coalesce(t.calls_out, 0) + coalesce(g.calls_out, 0)              as calls_out,
       round((coalesce(t.seconds, 0) + coalesce(g.seconds, 0)) / 60, 1) as talk_minutes
  from totals as t
  left join together as g on g.key = t.key and g.value = t.value
 order by t.key, t.contacts desc, t.value;
